import path from "node:path";
import { ExplainedError } from "../stack/explained-error.ts";
import { projectRoot } from "../stack/settings.ts";
import { readText } from "./read-text.ts";

const dayMs = 86_400_000;

/** What the demo asks for, as the body of `POST /api/datasets` has it. */
export interface DemoRequest {
  readonly types: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly scale?: number;
  readonly referenceDate?: string;
}

export interface DemoDataset {
  /** Of those that have a dashboard; null of anybody's file. */
  readonly name: string | null;
  readonly file: string;
  readonly text: string;
  /** @param names those of the file's types */
  readonly requestOf: (names: readonly string[]) => DemoRequest;
}

/** Made for their dashboards: with a past that is over, since what orders or readings there are after now nobody would expect. */
const known: Readonly<Record<string, (scale: number, nowMs: number) => DemoRequest>> = {
  /** Users of two years, up to the day from which none of their orders lies in the future. */
  shop: (scale, nowMs) => ({
    types: {
      user: {
        count: scaled(10_000, scale),
        period: { from: day(nowMs - 730 * dayMs), to: day(nowMs - 91 * dayMs) },
      },
      order: { count: scaled(50_000, scale) },
      order_line: {},
    },
  }),
  /** A day, so that its course can be seen; a reading every ten seconds. */
  sensors: (scale, nowMs) => {
    const devices = scaled(50, scale);
    return {
      types: { device: { count: devices }, reading: { count: devices * 8_640 } },
      referenceDate: new Date(nowMs - dayMs).toISOString(),
    };
  },
};

export const demoNames = Object.keys(known);

/** @param wanted the name of one that comes with the product, or the path of a file of definitions */
export function openDemoDataset(wanted: string, scale: number, nowMs: number): DemoDataset {
  const request = known[wanted]?.(scale, nowMs);
  if (request === undefined)
    return {
      ...{ name: null, file: wanted, text: readText(wanted) },
      requestOf: (names) => ({ types: Object.fromEntries(names.map((name) => [name, {}])), scale }),
    };
  const file = path.join(projectRoot, "types", "datasets", `${wanted}.yaml`);
  return { name: wanted, file, text: readText(file), requestOf: () => request };
}

/** @throws ExplainedError where it is not above 0 */
export function parseScale(text: string): number {
  const scale = Number(text);
  if (text.trim() !== "" && scale > 0 && scale <= 1e9) return scale;
  throw new ExplainedError(`--scale must be a number above 0, at most 1,000,000,000, not "${text}".`, {
    exitCode: 2,
  });
}

const scaled = (count: number, scale: number): number => Math.max(1, Math.round(count * scale));

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
