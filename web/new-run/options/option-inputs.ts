import { isSchema, type Members, type OptionKind, optionKind, type Schema } from "./option-kind.ts";
import { readText, writeText } from "./option-text.ts";

/** What stands in a form or a query string: the texts of each input, as they were typed. */
export type InputTexts = ReadonlyMap<string, readonly string[]>;

export const firstText = (texts: InputTexts, input: string): string => texts.get(input)?.[0]?.trim() ?? "";

/** The members that have an input each, `PROPERTY.MEMBER`; null where the property has one input alone. */
export function inputMembers(kind: OptionKind): Members | null {
  if (kind.kind === "map" || kind.kind === "object") return kind.members;
  if (kind.kind !== "variants") return null;
  const kinds: Schema = { title: "Kind", enum: [...kind.variants.keys()] };
  return new Map([["kind", kinds], ...[...kind.variants.values()].flatMap((members) => [...members])]);
}

/** A property's value out of its inputs; undefined where all of them are empty. The schema has yet to judge it. */
export function readInputs(name: string, schema: Schema, texts: InputTexts): unknown {
  const kind = optionKind(schema);
  if (kind.kind === "list") {
    const values = (texts.get(name) ?? []).flatMap((text) => readList(kind, text));
    return values.length > 0 ? values : undefined;
  }
  const whole = firstText(texts, name);
  if (whole !== "") return readText(kind, whole);
  const members = [...(inputMembers(kind) ?? [])].flatMap(([member, memberSchema]) => {
    const text = firstText(texts, `${name}.${member}`);
    return text === "" ? [] : [[member, readText(optionKind(memberSchema), text)] as const];
  });
  if (members.length === 0) return undefined;
  return kind.kind === "variants" ? ofOneVariant(kind.variants, members) : Object.fromEntries(members);
}

/** The inputs and texts that `readInputs` reads as this value. */
export function writeInputs(name: string, schema: Schema, value: unknown): [input: string, text: string][] {
  const kind = optionKind(schema);
  if (Array.isArray(value)) return value.map((one) => [name, String(one)]);
  const members = inputMembers(kind);
  if (members === null || !isSchema(value)) return [[name, writeText(value)]];
  return Object.entries(value).map(([member, part]) => [`${name}.${member}`, writeText(part)]);
}

function readList(kind: OptionKind, text: string): string[] {
  const read = readText(kind, text);
  return Array.isArray(read) ? read : [];
}

/** Without script the inputs of every variant are there: only those of the chosen one count. */
function ofOneVariant(
  variants: ReadonlyMap<string, Members>,
  members: readonly (readonly [string, unknown])[],
): unknown {
  const chosen = variants.get(String(new Map(members).get("kind")));
  if (chosen === undefined) return Object.fromEntries(members);
  return Object.fromEntries(members.filter(([member]) => member === "kind" || chosen.has(member)));
}
