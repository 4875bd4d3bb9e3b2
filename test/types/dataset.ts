import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Related } from "../../generate/related.ts";
import { generateText } from "../../generate/write-record.ts";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import type { SpoilRecord } from "../../records/faults/spoiled-record.ts";
import { type PlannedType, planDataset } from "../../records/plan-dataset.ts";
import type { RecordMaker, RecordType } from "../../records/record-type.ts";
import { usualRuns } from "../../records/relate-alone.ts";
import { relate } from "../../records/related-records.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { linkTypes } from "../../types/link-types.ts";
import { userType } from "../../types/user/user.ts";

export const referenceDate = new Date("2026-11-27T00:00:00Z");

export const datasetFile = (name: string): string =>
  readFileSync(new URL(`../../types/datasets/${name}.yaml`, import.meta.url), "utf8");

export const findBuiltIn = async (name: string): Promise<RecordType | null> =>
  name === userType.name ? userType : null;

/** What is wrong with a file's definitions when they are linked, as `TYPE POINTER message`. */
export async function linkFaults(text: string): Promise<readonly string[]> {
  const { definitions, problems } = parseDefinitions(text);
  expect(problems).to.deep.equal([]);
  const faults = await linkTypes(definitions, findBuiltIn, 500);
  return [...faults].flatMap(([name, found]) =>
    found.map(({ pointer, message }) => `${name} ${pointer} ${message}`),
  );
}

export interface MadeDataset {
  readonly types: readonly PlannedType[];
  readonly related: Related;
  readonly countOf: (type: string) => number;
  /** A generator of a type's records, with samplers of its own. */
  readonly open: (type: string) => (seq: number) => string;
  /** The same with faults. */
  readonly openSpoiled: (type: string, faults: FaultRates) => SpoilRecord;
}

/** A dataset of all of a file's types, made without services. */
export async function makeDataset(
  text: string,
  {
    seed = 42,
    scale = 1,
    counts = {},
  }: { seed?: number; scale?: number; counts?: Record<string, number | "endless"> } = {},
): Promise<MadeDataset> {
  const { definitions } = parseDefinitions(text);
  const types = new Map<string, RecordType>([
    [userType.name, userType],
    ...definitions.map((each): [string, RecordType] => [each.name, createOwnType(each)]),
  ]);
  const asked = new Map<string, number | "endless" | null>([
    ...definitions.map(({ name }): [string, null] => [name, null]),
    ...Object.entries(counts),
  ]);
  const plan = await planDataset(
    async (name) => types.get(name) ?? null,
    [...asked].map(([name, count]) => ({ name, count })),
    { seed, scale },
  );
  if (plan.kind === "refused") throw new Error(plan.problems.map(({ message }) => message).join("; "));
  const runs = usualRuns(plan.types);
  const related = (): Related => relate(types, { seed, referenceDate }, runs);
  const openRun = (name: string, faults: FaultRates): RecordMaker => {
    const type = types.get(name) as RecordType;
    const maker = type.openRun({
      recordType: type,
      seed,
      referenceDate,
      fields: type.fields.map((field) => field.name),
      options: { ...runs[name]?.options, faults },
      related: related(),
    });
    if (maker === null) throw new Error(`${name} is not made`);
    return maker;
  };
  return {
    types: plan.types,
    related: related(),
    countOf: (name) => runs[name]?.count as number,
    open: (name) => generateText(openRun(name, {}).write),
    openSpoiled(name, faults) {
      const { spoil } = openRun(name, faults);
      if (spoil === null) throw new Error(`${name} has no faults`);
      return spoil;
    },
  };
}
