import type { Related } from "../generate/related.ts";
import { type DatasetProblem, type PlannedType, planDataset } from "./plan-dataset.ts";
import type { RelatedRun, RunOfRecords } from "./record-type.ts";
import type { FindType } from "./record-types.ts";
import { relate } from "./related-records.ts";

export type RelatedAlone =
  | { readonly kind: "related"; readonly related: Related }
  | { readonly kind: "refused"; readonly problems: readonly DatasetProblem[] };

/** What records of types are made beside where nobody says it: those of a dataset that asks for these types alone. */
export async function relateAlone(
  findType: FindType,
  names: readonly string[],
  run: Pick<RunOfRecords, "seed" | "referenceDate">,
): Promise<RelatedAlone> {
  const plan = await planDataset(
    findType,
    names.map((name) => ({ name, count: null })),
    { seed: run.seed, scale: 1 },
  );
  if (plan.kind === "refused") return plan;
  const found = new Map(plan.types.map(({ type }) => [type.name, type]));
  return { kind: "related", related: relate(found, run, usualRuns(plan.types)) };
}

/** A run of each type, of which no more is asked than that records can be found by its fields. */
export const usualRuns = (planned: readonly PlannedType[]): Readonly<Record<string, RelatedRun>> =>
  Object.fromEntries(
    planned.map(({ type, count, uniqueOnRequest }) => [
      type.name,
      {
        version: type.version,
        count,
        options: type.options.settle(uniqueOnRequest.length > 0 ? { unique: uniqueOnRequest } : {}),
      },
    ]),
  );
