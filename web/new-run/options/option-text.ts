import { isSchema, type OptionKind, optionKind } from "./option-kind.ts";

/**
 * A value as people write it on a command line or in one input: `0.2`, `true`, `email,phone_number`, `Portugal=2,Spain=8`,
 * `2025-01-01..2025-12-31`, `ramp,from=10,seconds=60`. `readText` reads what this writes.
 */
export function writeText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (!isSchema(value)) return String(value);
  const names = Object.keys(value);
  if (names.every((name) => rangeMembers.includes(name))) return `${value.from ?? ""}..${value.to ?? ""}`;
  const { kind, ...members } = value;
  const pairs = Object.entries(members).map(([name, part]) => `${name}=${part}`);
  // Of what comes out of the database the keys are in another order.
  return (kind === undefined ? pairs : [kind, ...pairs]).join(",");
}

/** The value that a text stands for. What cannot be read stays text, which the schema then refuses in its own words. */
export function readText(kind: OptionKind, text: string): unknown {
  switch (kind.kind) {
    case "boolean":
      return booleans.get(text.toLowerCase()) ?? text;
    case "number":
      return readNumber(text, kind.isWhole);
    case "list":
      return text
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
    case "map":
      return readPairs(text) ?? text;
    case "mix":
      return kind.names.includes(text) ? text : (readPairs(text) ?? text);
    case "object":
      return readObject(kind, text);
    case "variants":
      return readVariant(kind, text);
    default:
      return text;
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["false", false],
  ["no", false],
]);

/** People write 1 000 000, 1,000,000 and 5 %. */
export function readNumber(text: string, isWhole: boolean): number | string {
  const grouped = /^-?\d{1,3}([\s,_]\d{3})+$/.test(text) || (isWhole && /^[\d\s,_]+$/.test(text));
  const digits = grouped ? text.replaceAll(/[\s,_]/g, "") : text;
  if (/^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(digits) && Number.isFinite(Number(digits)))
    return Number(digits);
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  return percent === undefined || isWhole ? text : Number((Number(percent) / 100).toPrecision(12));
}

/** Names may hold commas ("Saint Helena, Ascension and Tristan da Cunha"): a pair ends at the comma after its number. */
function readPairs(text: string): Record<string, number | string> | null {
  const pairs: [string, number | string][] = [];
  let rest = text.trim();
  while (rest !== "") {
    const [whole, name, number] = /^([^=]+?)\s*=\s*([^,=]*?)\s*(?:,\s*|$)/.exec(rest) ?? [];
    if (whole === undefined || name === undefined || number === undefined) return null;
    pairs.push([name, readNumber(number, false)]);
    rest = rest.slice(whole.length);
  }
  return pairs.length === 0 ? null : Object.fromEntries(pairs);
}

type Kind<Name extends OptionKind["kind"]> = Extract<OptionKind, { kind: Name }>;

function readObject(kind: Kind<"object">, text: string): unknown {
  const [, from, to] = isRange(kind) ? (/^(.*?)\.\.(.*)$/.exec(text) ?? []) : [];
  if (from === undefined || to === undefined) return readMembers(kind.members, text.split(",")) ?? text;
  return Object.fromEntries(
    Object.entries({ from: from.trim(), to: to.trim() }).filter(([, part]) => part !== ""),
  );
}

function readVariant({ variants }: Kind<"variants">, text: string): unknown {
  const [name = "", ...parts] = text.split(",").map((part) => part.trim());
  const members = variants.get(name);
  const read = members === undefined ? null : readMembers(members, parts);
  return read === null ? text : { kind: name, ...read };
}

/** `from=10`, `seconds=60` as an object; null where a part is no such pair. */
function readMembers(
  members: Kind<"object">["members"],
  parts: readonly string[],
): Record<string, unknown> | null {
  const pairs = parts.map((part) => /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(part));
  if (pairs.includes(null)) return null;
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = "", value = ""] = pair ?? [];
      const member = members.get(name);
      return [name, member === undefined ? value : readText(optionKind(member), value)];
    }),
  );
}

const rangeMembers: readonly string[] = ["from", "to"];

/** A span of time may be written as such. */
const isRange = ({ members }: Kind<"object">): boolean => rangeMembers.every((name) => members.has(name));
