import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "yaml";
import type { RecordSampler } from "../generate/compile-sampler.ts";
import type { Related } from "../generate/related.ts";
import { CannotSample } from "../generate/sampler.ts";
import type { Definition } from "../generate/shapes/nodes.ts";
import { Utf8Writer } from "../generate/utf8-writer.ts";
import { isRelated } from "../records/record-type.ts";
import type { FindType } from "../records/record-types.ts";
import { relateAlone } from "../records/relate-alone.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { builtInType } from "../types/built-in.ts";
import { compileMessages } from "../types/changes/changing-type.ts";
import { checkFile } from "../types/check-file.ts";
import { relationsOf } from "../types/compile/describe-field.ts";
import { createOwnType } from "../types/compile/own-type.ts";
import { explicit } from "../types/definition/explicit.ts";
import { parseDefinitions } from "../types/definition/parse-definitions.ts";
import type { Fault, Problem } from "../types/definition/problem.ts";
import { parseWholeNumber } from "./parse-options.ts";
import { readText } from "./read-text.ts";
import { reportProblems } from "./report-problems.ts";
import { wrongUsage } from "./types-usage.ts";

/** What `npm run types` does with files alone. Each returns the command's exit code. */

interface Options {
  readonly type?: string | undefined;
  readonly count?: string | undefined;
  readonly seed?: string | undefined;
  readonly "reference-date"?: string | undefined;
}

/** Written at once. */
const batchBytes = 65_536;

export async function checkFiles(files: readonly string[]): Promise<number> {
  let isRight = true;
  for (const file of files) {
    const { definitions, problems } = await checkFile(readText(file), findBuiltIn);
    reportProblems(file, problems);
    isRight &&= problems.length === 0;
    if (problems.length === 0)
      console.log(`${file}: ${definitions.map(({ name }) => name).join(", ")}: nothing is wrong`);
  }
  return isRight ? 0 : 1;
}

export async function printExplicit(file: string, values: Options): Promise<number> {
  const { definitions, problems } = await checkFile(readText(file), findBuiltIn);
  if (isWrong(file, definitions, problems, values)) return 1;
  console.log(
    choose(file, definitions, values, false)
      .map((each) => stringify(explicit(each)))
      .join("---\n")
      .trimEnd(),
  );
  return 0;
}

export async function printRecords(file: string, values: Options): Promise<number> {
  const text = readText(file);
  const { definitions, problems } = parseDefinitions(text);
  if (isWrong(file, definitions, problems, values)) return 1;
  const definition = choose(file, definitions, values, true)[0] as Definition;
  try {
    await sample(definition, definitions, values);
    return 0;
  } catch (error) {
    if (!(error instanceof CannotSample)) throw error;
    // Only the file knows the line.
    const inspect = ({ name }: Definition): readonly Fault[] => (name === definition.name ? [error] : []);
    const told = parseDefinitions(text, { inspect });
    reportProblems(
      file,
      told.problems.filter(({ pointer, message }) => pointer === error.pointer && message === error.message),
    );
    return 1;
  }
}

/** Reports what is wrong with the file; what is wrong with another type than the chosen one does not matter. */
function isWrong(
  file: string,
  definitions: readonly Definition[],
  problems: readonly Problem[],
  { type }: Options,
): boolean {
  if (problems.length === 0 || definitions.some(({ name }) => name === type)) return false;
  reportProblems(file, problems);
  return true;
}

async function sample(
  definition: Definition,
  definitions: readonly Definition[],
  values: Options,
): Promise<void> {
  const run = {
    seed: parseWholeNumber("seed", values.seed ?? "0", { lowest: 0 }),
    referenceDate: readReferenceDate(values["reference-date"]),
  };
  const related = isRelated(relationsOf(definition)) ? await relateTo(definition, definitions, run) : null;
  const count = parseWholeNumber("count", values.count ?? "10");
  const most = definition.changes === null ? (related?.countOf(definition.name) ?? count) : count;
  if (count > most)
    throw new ExplainedError(
      `A dataset of ${definition.name} has ${most} of its records, fewer than --count ${count}.`,
    );
  const sampler = compileMessages(definition, related === null ? run : { ...run, related });
  if (count > sampler.capacity)
    throw new ExplainedError(
      `${definition.name} has unique values for ${sampler.capacity} records, fewer than --count ${count}.`,
    );
  try {
    await pipeline(Readable.from(writeLines(sampler, count)), process.stdout, { end: false });
  } catch (error) {
    // Who reads has seen enough, as `head` does.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

/** The types that a file's definitions name: those of the file and the built-in one. */
async function relateTo(
  { name }: Definition,
  definitions: readonly Definition[],
  run: { readonly seed: number; readonly referenceDate: Date },
): Promise<Related> {
  const own = new Map(definitions.map((each) => [each.name, each]));
  const findType: FindType = async (each) => {
    const definition = own.get(each);
    return definition === undefined ? findBuiltIn(each) : createOwnType(definition);
  };
  const alone = await relateAlone(findType, [name], run);
  if (alone.kind === "related") return alone.related;
  throw new ExplainedError(alone.problems.map(({ type, message }) => `${type}: ${message}`).join("\n"));
}

const findBuiltIn: FindType = async (name) => (name === builtInType.name ? builtInType : null);

/** Batches of records, one a line. */
function* writeLines({ write }: Pick<RecordSampler, "write">, count: number): Generator<string> {
  const out = new Utf8Writer();
  for (let seq = 0; seq < count; seq++) {
    const before = out.size;
    write(seq, out);
    out.reserve(5);
    // A tombstone.
    if (out.size === before) out.bytes(Buffer.from("null"));
    out.byte(0x0a);
    if (out.size < batchBytes && seq < count - 1) continue;
    yield out.toString();
    out.clear();
  }
}

function choose(
  file: string,
  definitions: readonly Definition[],
  values: Options,
  isOne: boolean,
): readonly Definition[] {
  const names = definitions.map(({ name }) => name).join(", ");
  if (values.type === undefined) {
    if (!isOne || definitions.length === 1) return definitions;
    throw wrongUsage(`${file} defines ${names}; say which by --type.`);
  }
  const chosen = definitions.filter(({ name }) => name === values.type);
  if (chosen.length === 0) throw wrongUsage(`${file} defines ${names}, not "${values.type}".`);
  return chosen;
}

function readReferenceDate(text: string | undefined): Date {
  if (text === undefined) return new Date(new Date().toISOString().slice(0, 10));
  const date = new Date(text);
  const [, day] = /^(\d{4}-\d\d-\d\d)(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  // Date takes 30 February for 2 March.
  const isDay = day !== undefined && new Date(day).toJSON()?.startsWith(day);
  if (isDay && !Number.isNaN(date.getTime())) return date;
  throw wrongUsage(`--reference-date must be such as 2026-11-24 or 2026-11-24T12:00:00Z, not "${text}".`);
}
