/** The entry to this folder: `parseDefinitions(text)` gives a file's definitions, or all that is wrong with them. */

import type { ChoiceNode, Definition, Node, ObjectNode } from "../../generate/shapes/nodes.ts";
import { countSchemas, type Schema } from "../../generate/shapes/walk-schema.ts";
import { buildTree } from "./build-tree.ts";
import { type FileBudget, TooMuchWork } from "./builder.ts";
import { checkSchema, withoutFaulty } from "./check-schema.ts";
import { isRefusal, type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";
import { plainSchema } from "./plain-schema.ts";
import type { Fault, Problem } from "./problem.ts";
import { readSources, type Source } from "./read-source.ts";
import { refuseTooLarge } from "./refuse-too-large.ts";
import { checkChanges } from "./settle-changes.ts";
import { checkFieldNames, type Record, settleRecord } from "./settle-record.ts";
import { upgradeSchema } from "./upgrade-schema.ts";

export interface ParseOptions {
  /** The version that a definition of this name gets; 1 by default. */
  readonly versionOf?: (name: string) => number;
  /** The version in which what stands at a place last changed: it names the place's streams. The definition's own by default. */
  readonly streamVersionOf?: (name: string, place: string) => number;
  /** What else is to be asked of a definition with which nothing is wrong so far, in so much time. */
  readonly inspect?: (definition: Definition, maxMs: number) => readonly Fault[];
}

export interface Parsed {
  /** Those with which nothing is wrong, in the file's order. */
  readonly definitions: readonly Definition[];
  /** Where each of them stands. */
  readonly sources: readonly Source[];
  /** In the file's order. */
  readonly problems: readonly Problem[];
}

/** For what else is asked of a file's definitions, all of them together. */
export const inspectionMs = 1_000;

/** A schema costs about as much as so many steps. */
const stepsOfSchema = 25;

/** Parses a file, YAML or JSON. Never throws for what is in it. */
export function parseDefinitions(text: string, options: ParseOptions = {}): Parsed {
  const { sources, problems: unreadable } = readSources(text);
  const problems: Problem[] = [...unreadable];
  const definitions: Definition[] = [];
  const right: Source[] = [];
  const taken = new Set<string>();
  const file: FileBudget = { left: limits.fileSteps };
  const maxMs = inspectionMs / Math.max(1, sources.length);
  for (const [index, source] of sources.entries()) {
    const { definition, faults } = parseDefinition(source, { ...options, file, maxMs });
    const clashes = definition === null ? [] : claimNames(definition, taken);
    for (const { pointer, message } of [...faults, ...clashes])
      problems.push({ definition: index, pointer, line: source.lineOf(pointer), message });
    if (definition === null || clashes.length > 0) continue;
    definitions.push(definition);
    right.push(source);
  }
  problems.sort((a, b) => a.definition - b.definition || (a.line ?? 0) - (b.line ?? 0));
  return { definitions, sources: right, problems };
}

function parseDefinition(
  { value }: Source,
  options: ParseOptions & { readonly file: FileBudget; readonly maxMs: number },
): { definition: Definition | null; faults: readonly Fault[] } {
  const { file, maxMs } = options;
  if (file.left <= 0) {
    const message =
      "was not read: the definitions before it take all that is checked at once; split the file";
    return { definition: null, faults: [{ pointer: "", message }] };
  }
  const schema = upgradeSchema(value);
  file.left -= stepsOfSchema * countSchemas(schema);
  const formal = checkSchema(schema);
  if (formal.some(({ pointer }) => pointer === "")) return { definition: null, faults: formal };
  if (formal.length > limits.faults) {
    const more = `has ${formal.length - limits.faults} more faults like these, and was not read any further`;
    return { definition: null, faults: [...formal.slice(0, limits.faults), { pointer: "", message: more }] };
  }
  const rest = formal.length === 0 ? schema : withoutFaulty(schema, formal);
  const record = settleRecord(rest);
  if ("message" in record) return { definition: null, faults: [...formal, record] };
  const version = options.versionOf?.(record.name) ?? 1;
  const streamOf = (place: string): string =>
    `${record.name}@${options.streamVersionOf?.(record.name, place) ?? version}${place}`;
  const root = buildRoot(rest, record, streamOf, file);
  if (isRefusal(root)) return { definition: null, faults: merge(formal, root.faults) };
  const faults = [...formal, ...checkFieldNames(record, root), ...checkChanges(record, root)];
  if (faults.length > 0) return { definition: null, faults };
  const definition: Definition = { ...record, version, schema: plainSchema(schema), root };
  const further = options.inspect?.(definition, maxMs) ?? [];
  return { definition: further.length > 0 ? null : definition, faults: further };
}

/** What the schema's form forbids is not told a second time where its meaning suffers. */
const merge = (formal: readonly Fault[], others: readonly Fault[]): readonly Fault[] => [
  ...formal,
  ...others.filter(
    ({ pointer }, index) =>
      !formal.some((each) => each.pointer === pointer) &&
      others.findIndex((each) => each.pointer === pointer) === index,
  ),
];

function buildRoot(
  schema: Schema,
  record: Record,
  streamOf: (place: string) => string,
  file: FileBudget,
): ObjectNode | ChoiceNode | Refusal {
  const root = buildWithRecursion({
    schema,
    record,
    keyFields: record.key,
    count: record.count,
    streamOf,
    file,
  });
  if (isRefusal(root)) return root;
  if (isRecord(root)) return refuseTooLarge(root) ?? root;
  return refuse("", `describes ${nounOf(root)}; a record is an object with at least one property`);
}

const nounOf = (node: Node): string =>
  node.kind === "scalar"
    ? `a ${node.type}`
    : node.kind === "object"
      ? "an object without properties"
      : `a ${node.kind}`;

const isRecord = (node: Node): node is ObjectNode | ChoiceNode =>
  (node.kind === "object" && node.fields.length + node.extras.length > 0) ||
  (node.kind === "choice" && node.branches.every(isRecord));

/** What contains itself is unrolled once more where that does not make too much of it. */
function buildWithRecursion(request: Omit<Parameters<typeof buildTree>[0], "maxRecursion">): Node | Refusal {
  let refusal = refuse("", "cannot be built");
  for (const maxRecursion of [1, 0]) {
    try {
      return buildTree({ ...request, maxRecursion });
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      refusal = refuse(error.pointer, error.message);
    }
  }
  return refusal;
}

/** Within a file two types have neither a name nor a topic nor a table in common. */
function claimNames({ name, topic, table, changes }: Definition, taken: Set<string>): readonly Fault[] {
  const claims = [
    { pointer: "/x-record/name", what: "name", value: name },
    { pointer: "/x-record/topic", what: "topic", value: topic },
    ...(table === null ? [] : [{ pointer: "/x-record/table", what: "table", value: table }]),
    ...(changes?.state == null
      ? []
      : [{ pointer: "/x-record/changes/state", what: "table", value: changes.state }]),
  ];
  return claims.flatMap(({ pointer, what, value }) => {
    const claim = `${what} ${value}`;
    if (taken.has(claim))
      return [{ pointer, message: `the ${claim} is that of another definition in this file` }];
    taken.add(claim);
    return [];
  });
}
