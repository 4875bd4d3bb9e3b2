import { createDeal, type Deal } from "../generate/deal.ts";
import type { Related } from "../generate/related.ts";
import type { Sampler } from "../generate/sampler.ts";
import type { Belonging } from "../generate/shapes/nodes.ts";
import type { RecordType, RelatedRun, RunOfRecords } from "./record-type.ts";
import type { RecordTypes } from "./record-types.ts";
import { createStrangers } from "./strangers.ts";

/** A run with the other types of its request, found by its options. A run that has none stays as it is. */
export async function openRelated<Run extends RunOfRecords>(types: RecordTypes, run: Run): Promise<Run> {
  const { related } = run.options;
  if (related === undefined) return run;
  const found = await Promise.all(
    Object.entries(related).map(async ([name, { version }]) => {
      const served = await types.find(name, version);
      if (served === null)
        throw new Error(`there is no type ${name}@${version}, to which the run's records are related`);
      return [name, served.type] as const;
    }),
  );
  return { ...run, related: relate(new Map(found), run, related) };
}

/** @param types of the same names as `runs` */
export function relate(
  types: ReadonlyMap<string, RecordType>,
  { seed, referenceDate }: Pick<RunOfRecords, "seed" | "referenceDate">,
  runs: Readonly<Record<string, RelatedRun>>,
): Related {
  const fields = new Map<string, Sampler>();
  const deals = new Map<string, Deal>();
  const typeOf = (name: string): RecordType => {
    const type = types.get(name);
    if (type === undefined) throw new Error(`the request has no records of ${name}`);
    return type;
  };
  const countOf = (name: string): number | null => runs[name]?.count ?? null;
  const runOf = (name: string): RunOfRecords => {
    const { version, options } = runs[name] as RelatedRun;
    const fields = typeOf(name).fields.map((field) => field.name);
    return { recordType: { name, version }, seed, referenceDate, fields, options, related };
  };
  const made: Omit<Related, "strangersOf"> = {
    countOf,
    fieldOf(name, path) {
      const key = `${name}/${path}`;
      const known = fields.get(key);
      if (known !== undefined) return known;
      const sampler = typeOf(name).openField(runOf(name), path);
      if (sampler === null) throw new Error(`this program does not make ${name}@${runs[name]?.version}`);
      fields.set(key, sampler);
      return sampler;
    },
    dealOf(name) {
      const known = deals.get(name);
      if (known !== undefined) return known;
      const { belongsTo } = typeOf(name).relations;
      const parents = belongsTo === null ? null : countOf(belongsTo.of);
      if (belongsTo?.kind !== "children" || parents === null) throw new Error(`${name} is nobody's child`);
      const deal = dealChildren(seed, name, belongsTo, parents);
      deals.set(name, deal);
      return deal;
    },
  };
  const related: Related = { ...made, strangersOf: createStrangers(types, runOf, made) };
  return related;
}

/** How the children of a type are dealt under a seed. */
export const dealChildren = (
  seed: number,
  name: string,
  { count }: Extract<Belonging, { kind: "children" }>,
  parents: number,
): Deal => createDeal(seed, `${name}#children`, count, parents);
