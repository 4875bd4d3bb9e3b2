import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { compileSampler, type RecordSampler } from "../generate/compile-sampler.ts";
import { CannotSample } from "../generate/sampler.ts";
import type { Definition } from "../generate/shapes/nodes.ts";
import { Utf8Writer } from "../records/utf8-writer.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { explicit } from "../types/definition/explicit.ts";
import { parseDefinitions } from "../types/definition/parse-definitions.ts";
import type { Fault } from "../types/definition/problem.ts";
import { inspectDefinition } from "../types/inspect-definition.ts";
import { parseWholeNumber } from "./parse-options.ts";
import { addTypes, listTypes, removeType, showType } from "./registered-types.ts";
import { reportProblems } from "./report-problems.ts";

const usage = `Usage: npm run types -- check FILE…
       npm run types -- sample FILE [--type NAME] [--count 10] [--seed 0] [--reference-date DATE]
       npm run types -- explicit FILE [--type NAME]
       npm run types -- add FILE… [--dry-run] [--json] [--url URL]
       npm run types -- list [--json] [--url URL]
       npm run types -- show NAME[@VERSION] [--json] [--url URL]
       npm run types -- remove NAME [--json] [--url URL]

Record types of your own, defined as JSON Schema in YAML or JSON; FILE may be - for standard input. The first three need no stack, the others ask a running one.

check     says what is wrong, a problem a line as FILE:LINE: POINTER MESSAGE, and makes 1,000 records of each type to see that they are valid
sample    prints records, one JSON object a line; the same ones at every call with the same seed and reference date
explicit  prints the definitions with all that was chosen for what they leave open, as YAML
add       registers the types of each file, all of a file's or none: each gets its topic and its table
list      prints the registered types
show      prints a type's definition as it came; with --json all that is known of it
remove    takes a type with all its versions off the list, so that it takes no more runs; its table, rows and topic stay. Refused while runs of it are under way

--type NAME            Of a file with several definitions, this one
--count N              How many records
--seed N               From 0 to 2^53 - 1; another one gives other records
--reference-date DATE  The "now" from which dates are drawn, such as 2026-11-24 or 2026-11-24T12:00:00Z; today by default, so that dates differ tomorrow
--dry-run              Registers nothing, and says what would be or what is wrong
--json                 Prints JSON
--url URL              Address of the web service; the running stack's by default

Exit code 0: done, and nothing is wrong. 1: something is wrong with a definition, or the stack refuses it: it is printed. 2: wrong usage.`;

/** Which options each of them takes: one that would say nothing is refused. */
const optionsOf = {
  check: [],
  sample: ["type", "count", "seed", "reference-date"],
  explicit: ["type"],
  add: ["dry-run", "json", "url"],
  list: ["json", "url"],
  show: ["json", "url"],
  remove: ["json", "url"],
} as const satisfies Record<string, readonly string[]>;

/** Those that ask about a registered type, not about a file. */
const namesType: ReadonlySet<string> = new Set(["show", "remove"]);

const isAction = (name: string | undefined): name is keyof typeof optionsOf =>
  name !== undefined && Object.hasOwn(optionsOf, name);

/** Written at once. */
const batchBytes = 65_536;

const { values, positionals } = readArguments(process.argv.slice(2));
if (values.help === true) console.log(usage);
else process.exitCode = await run();

async function run(): Promise<number> {
  const [action, ...files] = positionals;
  if (!isAction(action))
    throw wrongUsage(action === undefined ? "Say what to do." : `There is no "${action}".`);
  for (const option of Object.keys(values))
    if (!optionsOf[action].some((each) => each === option))
      throw wrongUsage(`${action} takes no --${option}.`);
  const [file, ...others] = files;
  if (action === "list" && file !== undefined) throw wrongUsage(`Unexpected argument "${file}".`);
  if (action === "list") return listTypes(values);
  if (file === undefined) throw wrongUsage(`${namesType.has(action) ? "NAME" : "FILE"} is missing.`);
  if (files.filter((each) => each === "-").length > 1) throw wrongUsage("Standard input is there once.");
  if (action === "check") return check(files);
  if (action === "add")
    return addTypes(
      files.map((each) => [each, readText(each)]),
      values,
    );
  if (others.length > 0) throw wrongUsage(`Unexpected argument "${others[0]}".`);
  if (action === "show") return showType(file, values);
  if (action === "remove") return removeType(file, values);
  const text = readText(file);
  const { definitions, problems } = parseDefinitions(
    text,
    action === "explicit" ? { inspect: inspectDefinition } : {},
  );
  // What is wrong with another type of the file does not matter here.
  const named = definitions.filter(({ name }) => name === values.type);
  if (problems.length > 0 && named.length === 0) {
    reportProblems(file, problems);
    return 1;
  }
  if (action === "sample")
    return sampleOrReport(file, text, choose(file, definitions, true)[0] as Definition);
  console.log(
    choose(file, definitions, false)
      .map((each) => stringify(explicit(each)))
      .join("---\n")
      .trimEnd(),
  );
  return 0;
}

async function sampleOrReport(file: string, text: string, definition: Definition): Promise<number> {
  try {
    await sample(definition);
    return 0;
  } catch (error) {
    if (!(error instanceof CannotSample)) throw error;
    // Only the file knows the line.
    const inspect = ({ name }: Definition): readonly Fault[] => (name === definition.name ? [error] : []);
    const { problems } = parseDefinitions(text, { inspect });
    reportProblems(
      file,
      problems.filter(({ pointer, message }) => pointer === error.pointer && message === error.message),
    );
    return 1;
  }
}

function check(files: readonly string[]): number {
  let isRight = true;
  for (const file of files) {
    const { definitions, problems } = parseDefinitions(readText(file), { inspect: inspectDefinition });
    reportProblems(file, problems);
    isRight &&= problems.length === 0;
    if (problems.length === 0)
      console.log(`${file}: ${definitions.map(({ name }) => name).join(", ")}: nothing is wrong`);
  }
  return isRight ? 0 : 1;
}

async function sample(definition: Definition): Promise<void> {
  const sampler = compileSampler(definition, {
    seed: parseWholeNumber("seed", values.seed ?? "0", { lowest: 0 }),
    referenceDate: readReferenceDate(values["reference-date"]),
  });
  const count = parseWholeNumber("count", values.count ?? "10");
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

/** Batches of records, one a line. */
function* writeLines({ write }: RecordSampler, count: number): Generator<string> {
  const out = new Utf8Writer();
  for (let seq = 0; seq < count; seq++) {
    write(seq, out);
    out.reserve(1);
    out.byte(0x0a);
    if (out.size < batchBytes && seq < count - 1) continue;
    yield out.toString();
    out.clear();
  }
}

function choose(file: string, definitions: readonly Definition[], isOne: boolean): readonly Definition[] {
  const names = definitions.map(({ name }) => name).join(", ");
  if (values.type === undefined) {
    if (!isOne || definitions.length === 1) return definitions;
    throw wrongUsage(`${file} defines ${names}; say which by --type.`);
  }
  const chosen = definitions.filter(({ name }) => name === values.type);
  if (chosen.length === 0) throw wrongUsage(`${file} defines ${names}, not "${values.type}".`);
  return chosen;
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? process.stdin.fd : file);
  } catch (error) {
    throw new ExplainedError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  if (!isUtf8(bytes)) throw new ExplainedError(`${file} is not UTF-8; save it as such.`);
  return bytes.toString();
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

function wrongUsage(message: string): ExplainedError {
  return new ExplainedError(`${message}\n\n${usage}`, { exitCode: 2 });
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        type: { type: "string" },
        count: { type: "string" },
        seed: { type: "string" },
        "reference-date": { type: "string" },
        "dry-run": { type: "boolean" },
        json: { type: "boolean" },
        url: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrongUsage(error.message);
  }
}
