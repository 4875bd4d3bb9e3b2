import type { Run } from "../../ledger/runs/run.ts";
import type { FieldError } from "../http/problem.ts";
import { runRequestOf } from "../runs/request/run-request.ts";
import {
  firstText,
  type InputTexts,
  inputMembers,
  readInputs,
  writeInputs,
} from "./options/option-inputs.ts";
import { isNullable, isSchema, optionKind, type Schema } from "./options/option-kind.ts";
import { writeText } from "./options/option-text.ts";

/** A request's properties by name, as the form asks for them. */
export type RequestProperties = Readonly<Record<string, Schema>>;

/** Stands for null, beside the input of what may be null: a count without an end. */
export const nullInput = (name: string): string => `${name}.none`;

/** What stands beside that box. */
export const nullLabel = "Endless, at a rate";

/** The seed that the page has drawn: a run without a seed of its own gets it, so that the preview shows that very run. */
export const drawnSeedInput = "drawnSeed";

/** Reads the texts of a posted form or, to fill the form in beforehand, of a query string. */
export function readTexts(source: unknown): InputTexts {
  if (!isSchema(source)) return new Map();
  const texts = Object.entries(source).map(
    ([input, value]) => [input, (Array.isArray(value) ? value : [value]).filter(isText)] as const,
  );
  return new Map(texts.filter(([, values]) => values.some((text) => text.trim() !== "")));
}

/** The properties of a request's schema. */
export function requestProperties(schema: { readonly properties: object }): RequestProperties {
  const entries: [string, unknown][] = Object.entries(schema.properties);
  return Object.fromEntries(entries.filter((entry): entry is [string, Schema] => isSchema(entry[1])));
}

const isText = (value: unknown): value is string => typeof value === "string";

/** What the form asks for, which the request's schema has yet to judge; what is left empty is left out. */
export function formRequest(properties: RequestProperties, texts: InputTexts): Record<string, unknown> {
  const request = Object.entries(properties).flatMap(([name, schema]) => {
    const value = readProperty(name, schema, texts);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(request);
}

function readProperty(name: string, schema: Schema, texts: InputTexts): unknown {
  if (isNullable(schema) && texts.has(nullInput(name))) return null;
  const value = readInputs(name, schema, texts);
  return value === undefined && name === "seed" ? readDrawnSeed(texts) : value;
}

/** The seed that the page has drawn; undefined where no page has. */
export function readDrawnSeed(texts: InputTexts): number | undefined {
  const text = firstText(texts, drawnSeedInput);
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * The texts with which the form shows a request: an object that came as one text is spread over its inputs. One with a part
 * that has no input stays as it is, for the schema to name that part.
 */
export function spreadTexts(properties: RequestProperties, texts: InputTexts): InputTexts {
  const spread = new Map(texts);
  for (const [name, schema] of Object.entries(properties)) {
    const members = inputMembers(optionKind(schema));
    const value = texts.has(name) && members !== null ? readInputs(name, schema, texts) : undefined;
    if (members === null || !isSchema(value)) continue;
    const inputs = writeInputs(name, schema, value);
    const fit =
      Object.keys(value).every((member) => members.has(member)) && inputs.every(([, text]) => text !== "");
    if (!fit) continue;
    for (const input of [name, ...[...members.keys()].map((member) => `${name}.${member}`)])
      spread.delete(input);
    for (const [input, text] of inputs) spread.set(input, [text]);
  }
  return spread;
}

/** The address of the form filled in with what a run was asked for, its seed included unless it is to be a new one. */
export function runFormQuery(run: Run, { withSeed = true }: { readonly withSeed?: boolean } = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(runRequestOf(run))) {
    if (name === "seed" && !withSeed) continue;
    if (value === null) query.append(nullInput(name), "true");
    else for (const one of Array.isArray(value) ? value : [value]) query.append(name, writeText(one));
  }
  return query.toString();
}

/**
 * Input -> its first error. An error's place is the input itself, a part of what stands in it (`countries.Atlantis`,
 * which the message then names) or all inputs of a property (`period`).
 */
export function errorsByInput(
  properties: RequestProperties,
  errors: readonly FieldError[],
): ReadonlyMap<string, string> {
  const byInput = new Map<string, string>();
  for (const { field, message } of errors) {
    const input = inputOf(properties, field);
    const part = field.slice(input.length).replace(/^\./, "");
    const text = part === "" || part.startsWith("[") ? message : `${part} ${message}`;
    if (!byInput.has(input)) byInput.set(input, inFormWords(properties[input], text));
  }
  return byInput;
}

/** What is null in a request has a box of its own on the form, and so has the end of what the schema says. */
const inFormWords = (schema: Schema | undefined, message: string): string =>
  schema !== undefined && isNullable(schema)
    ? message.replace(/, or null\b.*$/, `, or tick “${nullLabel}”`)
    : message;

function inputOf(properties: RequestProperties, field: string): string {
  const [, name = field, member] = /^(\w+)(?:\.(\w+))?/.exec(field) ?? [];
  const schema = properties[name];
  if (schema === undefined || member === undefined) return name;
  return inputMembers(optionKind(schema))?.has(member) ? `${name}.${member}` : name;
}
