import type { ParseArgsConfig } from "node:util";
import Type, { type Static } from "typebox";
import { ExplainedError } from "../stack/explained-error.ts";
import { builtInType } from "../types/built-in.ts";
import { datasetProperties, datasetQuery } from "../web/datasets/dataset-schema.ts";
import { requestParser } from "../web/http/parse.ts";
import { type FieldError, Problem } from "../web/http/problem.ts";
import { endlessFlag, flagName } from "../web/new-run/options/option-flag.ts";
import { isNullable, type OptionKind, optionKind, type Schema } from "../web/new-run/options/option-kind.ts";
import { readText, writeText } from "../web/new-run/options/option-text.ts";
import { requestProperties } from "../web/new-run/run-form.ts";
import {
  type AskedType,
  anyRegistered,
  askedType,
  type RunRequest,
  runRequestSchema,
} from "../web/runs/request/request-schema.ts";
import { settleRun } from "../web/runs/request/settle-run.ts";

/** How much may be asked for at a time, only the service knows. */
const noLimits = {
  chunkSize: 1,
  maxQueuedRecords: Number.POSITIVE_INFINITY,
  maxRecordsPerRun: Number.MAX_SAFE_INTEGER,
};

function read(type: AskedType) {
  const schema = runRequestSchema(type, noLimits.maxRecordsPerRun);
  return {
    properties: requestProperties(schema),
    parse: requestParser("body", Type.Unsafe<RunRequest>(schema)),
  };
}
const { properties, parse } = read(askedType(builtInType));
const registered = read(anyRegistered);
const parseDataset = requestParser("body", datasetQuery);

export type FlagOptions = NonNullable<ParseArgsConfig["options"]>;
/** What `parseArgs` has read. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** A flag for every property of a request for a run, for `parseArgs`. */
export function runFlags(): FlagOptions {
  const flags = Object.entries(properties).flatMap(([name, property]): [string, FlagOptions[string]][] => {
    const flag = flagName(name);
    const { kind } = optionKind(property);
    if (kind === "boolean") return [flag, `no-${flag}`].map((each) => [each, { type: "boolean" }]);
    return [[flag, { type: "string", multiple: true }]];
  });
  return Object.fromEntries([...flags, [endlessFlag, { type: "boolean" }]]);
}

/**
 * The request that the flags stand for.
 * @param type whose records are wanted; the built-in one's where it is left out
 * @throws ExplainedError naming every flag that is wrong, and what would be right
 */
export function readRunRequest(values: FlagValues, type: string = builtInType.name): RunRequest {
  const request = Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      const value = readFlag(name, property, values);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  try {
    // What its definition has to say, only the service knows.
    if (type !== builtInType.name) return registered.parse(refuseForeign({ type, ...request }));
    const parsed = parse(request);
    // The service judges it once more; here a mistake is told as the flag that it is in.
    settleRun(builtInType, noLimits, parsed);
    return parsed;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw wrongUsage(error.errors.map(explain).join("\n"));
  }
}

/**
 * What the flags say of a dataset as a whole.
 * @param others flags that are read elsewhere
 * @throws ExplainedError naming every flag that is wrong
 */
export function readDatasetOptions(
  values: FlagValues,
  others: readonly string[],
): Static<typeof datasetQuery> {
  const known = new Set([...Object.keys(datasetProperties).map(flagName), ...others]);
  known.delete("type");
  const foreign = Object.keys(values).filter((flag) => !known.has(flag));
  if (foreign.length > 0)
    throw wrongUsage(`A dataset takes no ${foreign.map((flag) => `--${flag}`).join(", ")}.`);
  const options = Object.fromEntries(
    Object.entries(requestProperties(datasetQuery)).flatMap(([name, property]) => {
      const value = readFlag(name, property, values);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  try {
    return parseDataset(options);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw wrongUsage(error.errors.map(({ field, message }) => `--${flagName(field)} ${message}.`).join("\n"));
  }
}

function refuseForeign(request: Readonly<Record<string, unknown>>): typeof request {
  const foreign = Object.keys(request).filter((name) => !Object.hasOwn(registered.properties, name));
  if (foreign.length === 0) return request;
  throw wrongUsage(
    `${foreign.map((name) => `--${flagName(name)}`).join(", ")} only the built-in type ${builtInType.name} takes.`,
  );
}

function readFlag(name: string, property: Schema, values: FlagValues): unknown {
  const flag = flagName(name);
  const kind = optionKind(property);
  if (kind.kind === "boolean") return readSwitch(flag, values);
  const texts = textsOf(values[flag]);
  if (isNullable(property) && values[endlessFlag] === true) {
    if (texts.length === 0) return null;
    throw wrongUsage(`--${flag} and --${endlessFlag} exclude each other.`);
  }
  if (texts.length > 1 && kind.kind !== "list" && kind.kind !== "map" && kind.kind !== "mix") {
    throw wrongUsage(`--${flag} is given ${texts.length} times; once is right.`);
  }
  return texts.length === 0 ? undefined : readText(kind, texts.join(","));
}

function readSwitch(flag: string, values: FlagValues): boolean | undefined {
  const [yes, no] = [values[flag] === true, values[`no-${flag}`] === true];
  if (yes && no) throw wrongUsage(`--${flag} and --no-${flag} exclude each other.`);
  return yes ? true : no ? false : undefined;
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((text) => typeof text === "string");

/** `nulls.company must be …` as `--nulls company must be …`. */
function explain({ field, message }: FieldError): string {
  const [, name = field, rest = ""] = /^(\w+)(.*)$/.exec(field) ?? [];
  const property = properties[name];
  if (property === undefined) return `${field} ${message}`;
  const part = rest.replace(/^\./, " ").replace(/^\[\d+\]$/, "");
  if (message === "is required") return `--${flagName(name)}${part} is missing.`;
  const example = exampleOf(name, property);
  return `--${flagName(name)}${part} ${message}.${example === "" ? "" : ` For example ${example}`}`;
}

/** Values that are more than one word are written otherwise here than in JSON. */
function exampleOf(name: string, property: Schema): string {
  const { kind } = optionKind(property);
  const examples: unknown[] = Array.isArray(property.examples) ? property.examples : [];
  if (kind === "boolean" || kind === "number" || kind === "text" || kind === "choice") return "";
  return examples.map((example) => `--${flagName(name)} ${quoteSpaces(writeText(example))}`).join(" or ");
}

const quoteSpaces = (text: string): string => (/[\s"]/.test(text) ? JSON.stringify(text) : text);

const wrongUsage = (message: string): ExplainedError =>
  new ExplainedError(`${message}\n\nnpm run generate -- --help tells all options.`, { exitCode: 2 });

/** The flags with what they mean, a paragraph each, from the request's own definition. */
export function describeRunFlags(): string {
  return Object.entries(properties)
    .flatMap(([name, property]) => {
      const flag = flagName(name);
      const kind = optionKind(property);
      const lines = [describeFlag(headOf(flag, kind), textOf(name, property, kind))];
      if (isNullable(property)) {
        lines.push(
          describeFlag(
            `--${endlessFlag}`,
            "In place of a count: goes on, at its rate, until it is cancelled",
          ),
        );
      }
      return lines;
    })
    .join("\n");
}

function headOf(flag: string, kind: OptionKind): string {
  if (kind.kind === "boolean") return `--${flag}, --no-${flag}`;
  return `--${flag} ${placeholders[kind.kind]}`;
}

const placeholders: Readonly<Record<Exclude<OptionKind["kind"], "boolean">, string>> = {
  number: "N",
  text: "TEXT",
  choice: "NAME",
  list: "A,B,…",
  map: "NAME=N,…",
  mix: "NAME | NAME=N,…",
  object: "NAME=VALUE,…",
  variants: "KIND,NAME=VALUE,…",
};

function textOf(name: string, property: Schema, kind: OptionKind): string {
  const description =
    typeof property.description === "string" ? property.description.replaceAll("`", "") : "";
  const example = exampleOf(name, property);
  return [description, namesIn(kind), example === "" ? "" : `For example ${example}`]
    .filter((part) => part !== "")
    .map((part) => part.replace(/\.$/, ""))
    .join(". ");
}

function namesIn(kind: OptionKind): string {
  if (kind.kind === "choice") return `One of ${kind.values.join(", ")}`;
  if (kind.kind === "list") return `Of ${kind.values.join(", ")}`;
  return kind.kind === "map" && kind.names.length > 0 ? `Names: ${kind.names.join(", ")}` : "";
}

const indent = 24;
const width = 100;

/** A head and, beside or below it, its text, wrapped. */
export function describeFlag(head: string, text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length + 1 > width - indent) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  const body = lines.map((line) => `${" ".repeat(indent)}${line}`).join("\n");
  return head.length + 2 < indent - 1 ? `  ${head}${body.slice(head.length + 2)}` : `  ${head}\n${body}`;
}
