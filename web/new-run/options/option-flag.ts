import { isNullable, optionKind, type Schema } from "./option-kind.ts";
import { writeText } from "./option-text.ts";

/** `referenceDate` as reference-date, the flag without its dashes. */
export const flagName = (property: string): string =>
  property.replaceAll(/[A-Z_]/g, (letter) => (letter === "_" ? "-" : `-${letter.toLowerCase()}`));

/** The flag that stands for null: a count without an end. */
export const endlessFlag = "endless";

/** A request as the words of a command line: `--count 10 --no-coherent --nulls company=0.2`. */
export function writeFlags(
  properties: Readonly<Record<string, Schema>>,
  request: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(request).flatMap(([name, value]) => {
    const schema = properties[name];
    if (value === null && schema !== undefined && isNullable(schema)) return [`--${endlessFlag}`];
    if (schema !== undefined && optionKind(schema).kind === "boolean") {
      return [value === false ? `--no-${flagName(name)}` : `--${flagName(name)}`];
    }
    return [`--${flagName(name)}`, writeText(value)];
  });
}
