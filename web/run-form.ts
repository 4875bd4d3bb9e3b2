import type { FieldError } from "./problem.ts";

/** What stands in the form, as the person typed it. */
export interface RunFormValues {
  readonly count: string;
  readonly fields: readonly string[];
  readonly seed: string;
  readonly referenceDate: string;
  readonly chunkSize: string;
}

/** Reads the form's values from a posted body or, to fill the form in beforehand, from a query string. */
export function readRunForm(source: Readonly<Record<string, unknown>>): RunFormValues {
  return {
    count: firstText(source.count),
    fields: texts(source.fields),
    seed: firstText(source.seed),
    referenceDate: firstText(source.referenceDate),
    chunkSize: firstText(source.chunkSize),
  };
}

/** The values as a request, which its schema has yet to judge; what is left empty is left out. */
export function runFormRequest(values: RunFormValues): Record<string, unknown> {
  const request = {
    count: wholeNumber(values.count),
    fields: values.fields.length > 0 ? values.fields : undefined,
    seed: wholeNumber(values.seed),
    referenceDate: values.referenceDate === "" ? undefined : values.referenceDate,
    chunkSize: wholeNumber(values.chunkSize),
  };
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}

/** The values as a query string that fills the form in. */
export function runFormQuery(values: RunFormValues): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(runFormRequest(values))) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.toString();
}

/** Input -> its first error; a part of a value, such as `fields[2]`, belongs to the whole. */
export function errorsByInput(errors: readonly FieldError[]): ReadonlyMap<string, string> {
  const byInput = new Map<string, string>();
  for (const { field, message } of errors) {
    const input = field.replace(/\[.*$/, "");
    if (!byInput.has(input)) byInput.set(input, message);
  }
  return byInput;
}

/** People write 1 000 000 and 1,000,000; anything else is left for the schema to name. */
function wholeNumber(text: string): number | string | undefined {
  if (text === "") return undefined;
  const digits = text.replaceAll(/[\s,_]/g, "");
  return /^\d+$/.test(digits) ? Number(digits) : text;
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === "string");

const firstText = (value: unknown): string => texts(value)[0]?.trim() ?? "";
