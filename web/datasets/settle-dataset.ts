import type { NewDataset } from "../../ledger/datasets/create-dataset.ts";
import { isRealtime, type Pace } from "../../ledger/runs/pace.ts";
import { chunkMultipleOf } from "../../records/changing-runs.ts";
import { type PlannedType, planDataset } from "../../records/plan-dataset.ts";
import { isRelated, type RelatedRun, type RunOptions } from "../../records/record-type.ts";
import { newestOf, type RecordTypes } from "../../records/record-types.ts";
import { relate } from "../../records/related-records.ts";
import { type FieldError, invalidRequest, refuseAny } from "../http/problem.ts";
import { endlessCount, pinRecords } from "../runs/request/record-options.ts";
import type { RunLimits } from "../runs/request/settle-run.ts";
import { collectErrors, withinType } from "./collect-errors.ts";
import {
  findBacklogFaults,
  findCountFaults,
  findEmptyTargets,
  findSwitchFaults,
  isSeries,
} from "./count-faults.ts";
import { hashDataset } from "./hash-dataset.ts";
import type { DatasetRequest } from "./parse-dataset-request.ts";
import { settleTypePace } from "./settle-pace.ts";
import { settleTypeOptions, spellTypeRequest } from "./settle-type.ts";
import { realtime, type TypeRequest } from "./type-request.ts";

/** A dataset as it goes to the ledger, but for the key under which it was asked for. */
export interface SettledDataset extends Omit<NewDataset, "idempotency"> {
  /** With what was planned of their types. */
  readonly planned: readonly PlannedType[];
  /** Tells requests that ask for the same from others. */
  readonly requestHash: string;
}

export type SettleDataset = (request: DatasetRequest, types: RecordTypes) => Promise<SettledDataset>;

/** What has been settled of one type. */
interface SettledType extends PlannedType {
  readonly request: TypeRequest;
  readonly fields: readonly string[];
  readonly options: RunOptions;
  readonly pace: Pace | null;
}

/**
 * Prepares the settling of requests for datasets: all types that are needed, how many records each has and with which options,
 * each as a run of that type would have them.
 * @returns a function that throws Problem `invalid-request`, naming every bad field as `types.order.count`
 */
export function createSettleDataset(limits: RunLimits): SettleDataset {
  return async (request, types) => {
    const { seed, referenceDate: usualDate } = pinRecords(request);
    const errors: FieldError[] = [];
    const asked = new Map(Object.entries(request.types));
    const plan = await planDataset(
      newestOf(types),
      [...asked].map(([name, { count }]) => ({
        name,
        count: count === null ? ("endless" as const) : (count ?? null),
      })),
      { seed, scale: request.scale ?? 1, endless: request.endless },
    );
    if (plan.kind === "refused") {
      throw invalidRequest(
        plan.problems.map(({ type, member, message }) => ({
          field: member === null ? `types.${type}` : `types.${type}.${member}`,
          message,
        })),
      );
    }
    errors.push(...findCountFaults(plan.types, limits), ...findSwitchFaults(request, plan.types));
    const countOf = (name: string): number => plan.types.find(({ type }) => type.name === name)?.count ?? 0;
    const settled: SettledType[] = [];
    for (const planned of plan.types) {
      const { type } = planned;
      const said = asked.get(type.name) ?? {};
      const typeRequest: TypeRequest =
        request.realtime === true && isSeries(type) && said.rate === undefined
          ? { ...said, rate: realtime }
          : said;
      const within = <T>(work: () => T): T | null => collectErrors(errors, work, withinType(type.name));
      const options = within(() => settleTypeOptions(planned, typeRequest));
      const paced = within(() => ({ pace: settleTypePace(planned, typeRequest, countOf) }));
      if (options !== null && paced !== null)
        settled.push({ ...planned, request: typeRequest, ...options, ...paced });
    }
    refuseAny(errors);
    const startsNow = request.referenceDate === undefined && settled.some(keepsInstants);
    const pinned = { seed, referenceDate: startsNow ? nextSecond() : usualDate };
    refuseAny(findBacklogFaults(settled, pinned.referenceDate, limits));

    const related: Record<string, RelatedRun> = Object.fromEntries(
      settled.map(({ type: { name, version }, count, options }) => [name, { version, count, options }]),
    );
    const relations = relate(new Map(settled.map(({ type }) => [type.name, type])), pinned, related);
    const belongTogether = settled.some(({ type }) => isRelated(type.relations) || type.changes !== null);
    const chunkSize = request.chunkSize ?? limits.chunkSize;
    const runs = settled.map(({ type, messages, fields, options, pace }) => ({
      recordType: { name: type.name, version: type.version },
      ...pinned,
      fields,
      options: belongTogether ? { ...options, related } : options,
      count: messages,
      chunkMultiple: chunkMultipleOf(type),
      pace,
      chunkSize,
    }));
    refuseAny(findEmptyTargets(settled));
    for (const [index, run] of runs.entries()) {
      const { type, count } = settled[index] as SettledType;
      if (count === 0) continue;
      const capacity = type.capacityOf({ ...run, related: relations });
      if ((count ?? endlessCount) <= capacity) continue;
      const asks = count === null ? "has no end" : `comes to ${text(count)}`;
      const message = `${asks}, and must be at most ${text(capacity)}: unique fields have no more values`;
      errors.push({ field: `types.${type.name}.count`, message });
    }
    refuseAny(errors);
    return {
      ...pinned,
      types: Object.fromEntries(
        runs.map((run, index) => [run.recordType.name, spellTypeRequest(settled[index] as SettledType, run)]),
      ),
      runs,
      planned: plan.types,
      requestHash: hashDataset(
        request,
        settled.flatMap(({ type, request: said }, index) =>
          asked.has(type.name) || runs[index]?.pace != null ? [{ type, said, run: runs[index] as Run }] : [],
        ),
        limits.chunkSize,
      ),
    };
  };
}

const keepsInstants = ({ pace }: SettledType): boolean => pace !== null && isRealtime(pace);

/** A time series that keeps its instants begins when it is asked for. */
const nextSecond = (): Date => new Date(Math.ceil(Date.now() / 1_000) * 1_000);

const text = (count: number): string => count.toLocaleString("en");

type Run = NewDataset["runs"][number];
