import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Related } from "../generate/related.ts";
import type { WriteRecord } from "../generate/write-record.ts";
import { planDataset } from "../records/plan-dataset.ts";
import type { RecordType, RunOfRecords } from "../records/record-type.ts";
import { usualRuns } from "../records/relate-alone.ts";
import { relate } from "../records/related-records.ts";
import { projectRoot } from "../stack/settings.ts";
import { createOwnType } from "../types/compile/own-type.ts";
import { parseDefinitions } from "../types/definition/parse-definitions.ts";
import { userType } from "../types/user/user.ts";
import { benchOptions } from "./records.ts";

/** A dataset whose records are made here, without services. */
export interface OpenDataset {
  /** Parents before their children. */
  readonly members: readonly Member[];
  readonly memberOf: (type: string) => Member;
  readonly related: Related;
}

export interface Member {
  readonly type: RecordType;
  readonly count: number;
  readonly run: RunOfRecords;
  readonly write: WriteRecord;
}

export const readDatasetFile = (name: "shop" | "sensors"): Promise<string> =>
  readFile(path.join(projectRoot, "types", "datasets", `${name}.yaml`), "utf8");

/** Opens one of the files of types/datasets/ with these counts; the others follow. */
export async function openDataset(
  file: "shop" | "sensors",
  counts: Readonly<Record<string, number>>,
): Promise<OpenDataset> {
  const { definitions } = parseDefinitions(await readDatasetFile(file));
  const types = new Map<string, RecordType>([
    [userType.name, userType],
    ...definitions.map((each): [string, RecordType] => [each.name, createOwnType(each)]),
  ]);
  const { seed, referenceDate } = benchOptions;
  const plan = await planDataset(
    async (name) => types.get(name) ?? null,
    [
      ...Object.entries(counts).map(([name, count]) => ({ name, count })),
      ...definitions.flatMap(({ name }) => (name in counts ? [] : [{ name, count: null }])),
    ],
    { seed, scale: 1 },
  );
  if (plan.kind === "refused") throw new Error(plan.problems.map(({ message }) => message).join("; "));
  const runs = usualRuns(plan.types);
  const related = relate(types, { seed, referenceDate }, runs);
  const members = plan.types.map(({ type, count }): Member => {
    const fields = type.fields.map(({ name }) => name);
    const options = runs[type.name]?.options ?? {};
    const run = { recordType: type, seed, referenceDate, fields, options, related };
    const maker = type.openRun(run);
    if (maker === null) throw new Error(`${type.name} makes the records of its own version`);
    if (count === null) throw new Error(`${type.name} has no end`);
    return { type, count, run, write: maker.write };
  });
  const byName = new Map(members.map((member) => [member.type.name, member]));
  return {
    members,
    related,
    memberOf(name) {
      const member = byName.get(name);
      if (member === undefined) throw new Error(`${file} has no ${name}`);
      return member;
    },
  };
}
