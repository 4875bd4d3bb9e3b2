import { messagesOf } from "./changing-runs.ts";
import type { RecordType } from "./record-type.ts";
import type { FindType } from "./record-types.ts";
import { dealChildren } from "./related-records.ts";

/** What a request for a dataset says of a type. */
export interface AskedType {
  readonly name: string;
  /** Null: its own count, or what follows from that of its parents. */
  readonly count: number | "endless" | null;
}

export interface PlannedType {
  readonly type: RecordType;
  /** Null: without an end. */
  readonly count: number | null;
  /** Of records that change there are more than records. */
  readonly messages: number | null;
  /** Its fields by which others find its records: what is unique only where a run asks for it has to be asked for. */
  readonly uniqueOnRequest: readonly string[];
  /** Its fields by which others find its records: each of its records must have them. */
  readonly referredTo: readonly string[];
  /** Whether nobody named it: others refer to it. */
  readonly isImplied: boolean;
}

export type PlannedDataset =
  /** Those to which others refer come first. */
  | { readonly kind: "planned"; readonly types: readonly PlannedType[] }
  | { readonly kind: "refused"; readonly problems: readonly DatasetProblem[] };

export interface DatasetProblem {
  /** The type that it is about. */
  readonly type: string;
  /** What of the type's request is wrong; null: that there is the type. */
  readonly member: "count" | null;
  readonly message: string;
}

export interface PlanOptions {
  readonly seed: number;
  /** Multiplies the counts of all types whose count does not follow from another's. */
  readonly scale: number;
  /** Lets time series of which nothing else follows, and of which no count is asked, go on without an end. */
  readonly endless?: boolean | undefined;
}

/** Records of a type that says nothing of it. */
const usualCount = 1_000;
/** Readings of each entity, of a type that says nothing of it. */
const usualReadings = 360;

/** Finds all types that a request needs, and how many records of each there will be. */
export async function planDataset(
  findType: FindType,
  asked: readonly AskedType[],
  options: PlanOptions,
): Promise<PlannedDataset> {
  const problems: DatasetProblem[] = [];
  const found = await findAll(findType, asked, problems);
  const counts = new Map<string, number | null>();
  const planned: PlannedType[] = [];
  const names = new Map(asked.map((each) => [each.name, each.count]));
  for (const type of inOrder(found)) {
    const count = settleCount(type, names.get(type.name) ?? null, counts, {
      ...options,
      follower: findFollower(type, found),
    });
    if (typeof count === "object" && count !== null) {
      problems.push({ type: type.name, member: "count", message: count.message });
      continue;
    }
    counts.set(type.name, count);
    planned.push({
      type,
      count,
      messages: messagesOf(type, options.seed, count),
      ...referencesTo(type, found),
      isImplied: !names.has(type.name),
    });
  }
  return problems.length > 0 ? { kind: "refused", problems } : { kind: "planned", types: planned };
}

/** The types that were asked for, and all to which they are related. */
async function findAll(
  findType: FindType,
  asked: readonly AskedType[],
  problems: DatasetProblem[],
): Promise<ReadonlyMap<string, RecordType>> {
  const found = new Map<string, RecordType>();
  const wanted = asked.map(({ name }) => ({ name, by: null as string | null }));
  for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
    const { name, by } = next;
    if (found.has(name)) continue;
    const type = await findType(name);
    if (type === null) {
      const whose = by === null ? "" : `, to which ${by} is related`;
      problems.push({
        type: by ?? name,
        member: null,
        message: `there is no type ${name}${whose}; register it first`,
      });
      continue;
    }
    found.set(name, type);
    for (const each of type.relations.types) wanted.push({ name: each, by: name });
  }
  return found;
}

/** Parents before their children; otherwise as they were found, those that others refer to first. */
function inOrder(types: ReadonlyMap<string, RecordType>): readonly RecordType[] {
  const ordered = new Set<RecordType>();
  const opened = new Set<string>();
  const visit = (name: string): void => {
    const found = types.get(name);
    if (found === undefined || opened.has(name)) return;
    opened.add(name);
    const { belongsTo, links } = found.relations;
    // References may go round in a circle, belonging never does.
    if (belongsTo !== null) visit(belongsTo.of);
    for (const { kind, type } of links) if (kind === "ref") visit(type);
    ordered.add(found);
  };
  for (const name of types.keys()) visit(name);
  return [...ordered];
}

/** @param follower what of another type follows from how many records there are */
function settleCount(
  { name, relations: { belongsTo }, defaultCount }: RecordType,
  asked: AskedType["count"],
  counts: ReadonlyMap<string, number | null>,
  { seed, scale, endless, follower }: PlanOptions & { readonly follower: string | null },
): number | null | { readonly message: string } {
  if (asked === "endless" && belongsTo?.kind !== "children")
    return follower === null ? null : { message: `must be a number: ${follower}` };
  if (belongsTo === null)
    return scaled(typeof asked === "number" ? asked : (defaultCount ?? usualCount), scale);
  const parents = counts.get(belongsTo.of) ?? null;
  if (parents === null) return { message: `follows from that of ${belongsTo.of}, which is not known` };
  if (belongsTo.kind === "series") {
    if (typeof asked === "number") return asked;
    return endless === true && follower === null ? null : parents * usualReadings;
  }
  if (asked !== null) return { message: `follows from that of ${belongsTo.of}; leave it out` };
  try {
    return dealChildren(seed, name, belongsTo, parents).children;
  } catch (error) {
    if (error instanceof RangeError) return { message: error.message };
    throw error;
  }
}

/** What of another type follows from how many records of this one there are; records of its own come before those that refer to them. */
function findFollower({ name }: RecordType, found: ReadonlyMap<string, RecordType>): string | null {
  for (const other of found.values()) {
    const { belongsTo, links } = other.relations;
    if (belongsTo?.of === name) return `how many records of ${other.name} there are follows from it`;
    const link = links.find(({ kind, type }) => kind === "ref" && type === name);
    if (link !== undefined && other.name !== name) return `${other.name}.${link.from} refers to its records`;
  }
  return null;
}

const scaled = (count: number, scale: number): number => Math.max(0, Math.round(count * scale));

function referencesTo(
  type: RecordType,
  found: ReadonlyMap<string, RecordType>,
): Pick<PlannedType, "uniqueOnRequest" | "referredTo"> {
  const paths = [...found.values()]
    .flatMap((each) => each.relations.links)
    .filter((link) => link.kind === "ref" && link.type === type.name)
    .map(({ path }) => path);
  const referredTo = [...new Set(paths)];
  return {
    referredTo,
    uniqueOnRequest: referredTo.filter((path) => type.describeField(path)?.uniqueness === "on_request"),
  };
}
