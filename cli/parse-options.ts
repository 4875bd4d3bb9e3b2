import { type ParseArgsConfig, parseArgs } from "node:util";
import { ExplainedError } from "../stack/explained-error.ts";

/** Reads a command's options. What cannot be read ends the command with exit code 2, and its usage. */
export function parseOptions<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
  usage: string,
): ReturnType<typeof parseArgs<{ options: T }>>["values"] {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ExplainedError(`${error.message}\n\n${usage}`, { exitCode: 2 });
  }
}

/** The value of an option that must be a whole number; 100_000 may be written for 100000. */
export function parseWholeNumber(
  option: string,
  text: string,
  {
    lowest = 1,
    highest = Number.MAX_SAFE_INTEGER,
  }: { readonly lowest?: number; readonly highest?: number } = {},
): number {
  const number = Number(text.replaceAll("_", ""));
  if (/^\d[\d_]*$/.test(text) && number >= lowest && number <= highest) return number;
  throw new ExplainedError(
    `--${option} must be a whole number from ${lowest} to ${highest}, not "${text}".`,
    {
      exitCode: 2,
    },
  );
}

/** The value of an option that names some of `known`, separated by commas. */
export function parseNames<Name extends string>(
  option: string,
  text: string,
  known: readonly Name[],
): readonly Name[] {
  const wanted = text.split(",").filter((name) => name !== "");
  const unknown = wanted.find((name) => !known.some((each) => each === name));
  if (unknown === undefined) return known.filter((name) => wanted.includes(name));
  throw new ExplainedError(`--${option} takes ${known.join(", ")}, not "${unknown}".`, { exitCode: 2 });
}
