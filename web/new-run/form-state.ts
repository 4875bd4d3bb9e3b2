import { firstText, type InputTexts } from "./options/option-inputs.ts";
import { isSchema } from "./options/option-kind.ts";
import { writeText } from "./options/option-text.ts";
import type { RequestProperties } from "./run-form.ts";

/** What the form's inputs show. */
export interface FormState {
  readonly properties: RequestProperties;
  /** What was typed, input by input. */
  readonly texts: InputTexts;
  /** Input -> what is wrong with it. */
  readonly errors: ReadonlyMap<string, string>;
  /** What holds where nothing is typed, by property. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Names of fields, as a person reads them. */
  readonly labels: ReadonlyMap<string, string>;
}

/** What holds where an input is left empty; an empty text where the definition does not say. */
export function defaultText({ defaults }: FormState, name: string, member?: string): string {
  const whole = defaults[name];
  const value = member === undefined ? whole : isSchema(whole) ? whole[member] : undefined;
  return value === undefined || value === null ? "" : writeText(value);
}

/** The inputs in which something is typed, of one property. */
export const typedInputs = ({ texts }: FormState, name: string): string[] =>
  [...texts.keys()].filter((input) => isInputOf(name, input) && firstText(texts, input) !== "");

/** What is wrong with one property's inputs. */
export const errorsOf = ({ errors }: FormState, name: string): string[] =>
  [...errors.keys()].filter((input) => isInputOf(name, input));

const isInputOf = (name: string, input: string): boolean => input === name || input.startsWith(`${name}.`);
