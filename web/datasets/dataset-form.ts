import { firstText, type InputTexts } from "../new-run/options/option-inputs.ts";
import { realtime } from "./type-request.ts";

/** Inputs of a type: how many records, and what else is asked of it, which no input shows. */
export const countInput = (type: string): string => `count.${type}`;
export const optionsInput = (type: string): string => `options.${type}`;
/** Of a time series: whether its readings keep their instants, and whether they have no end. */
export const realtimeInput = (type: string): string => `realtime.${type}`;
export const endlessInput = (type: string): string => `endless.${type}`;

/** The types that a form names: those that are chosen, and those of which it says something. */
export function typesOf(texts: InputTexts): readonly string[] {
  const counted = [...texts.keys()].flatMap(
    (input) => /^(?:count|realtime|endless)\.(.+)$/.exec(input)?.[1] ?? [],
  );
  return [...new Set([...(texts.get("type") ?? []), ...counted])];
}

/** What the form asks for, which the request's schema has yet to judge; what is left empty is left out. */
export function datasetRequest(texts: InputTexts): Readonly<Record<string, unknown>> {
  const own = ["seed", "scale", "referenceDate", "chunkSize"].flatMap((name) => {
    const text = firstText(texts, name);
    return text === "" ? [] : [[name, name === "referenceDate" ? text : numberOrText(text)]];
  });
  const types = typesOf(texts).map((type) => {
    const count = firstText(texts, countInput(type));
    const options = optionsOf(firstText(texts, optionsInput(type)));
    const isEndless = texts.has(endlessInput(type));
    return [
      type,
      {
        ...options,
        ...(isEndless ? { count: null } : count === "" ? {} : { count: numberOrText(count) }),
        ...(texts.has(realtimeInput(type)) ? { rate: realtime } : {}),
      },
    ];
  });
  return { types: Object.fromEntries(types), ...Object.fromEntries(own) };
}

/** A number may be typed with spaces or commas; what is none, the schema names. */
function numberOrText(text: string): number | string {
  const digits = text.replaceAll(/[\s,_]/g, "");
  return /^-?\d+(\.\d+)?$/.test(digits) ? Number(digits) : text;
}

function optionsOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
