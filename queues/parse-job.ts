import { Ajv, type ErrorObject } from "ajv";
import { UnrecoverableError } from "bullmq";
import Type, { type Static, type TSchema } from "typebox";
import { isRunId } from "../ledger/runs/run.ts";
import { chunkJobId, runJobId } from "./queues.ts";

/**
 * A job as it comes out of Redis. Its data are whatever somebody has typed in Bull Board, where jobs are added, edited and copied;
 * its id is what it was added with, and no other job of its queue has the same.
 */
export interface UntrustedJob {
  readonly id?: string | undefined;
  readonly data: unknown;
}

/** A job that is not what the ledger would have added. It fails at once and for good: trying it again changes nothing. */
export class WrongJobError extends UnrecoverableError {}

/** What PostgreSQL's `integer` holds. */
const maxInteger = 2_147_483_647;
const count = (maximum: number) => Type.Integer({ minimum: 0, maximum });

const runJob = Type.Object({ runId: Type.String({ format: "run-id" }) });
const chunkJob = Type.Object({
  ...runJob.properties,
  index: count(maxInteger),
  firstSeq: count(Number.MAX_SAFE_INTEGER),
  endSeq: count(Number.MAX_SAFE_INTEGER),
  generation: count(maxInteger),
  paced: Type.Boolean(),
});

// Without `allErrors`: a reason stays short, however much is wrong.
const ajv = new Ajv({ formats: { "run-id": isRunId } });

/** The run that a job conducts. What else its data say is there to be read in Bull Board. @throws WrongJobError */
export const parseRunJob = jobParser("run", runJob, ({ runId }) => runJobId(runId));

/** The chunk that a job makes, by its data: what the ledger says of it is still to be asked. @throws WrongJobError */
export const parseChunkJob = jobParser("chunk", chunkJob, chunkJobId);

function jobParser<Schema extends TSchema>(
  purpose: string,
  schema: Schema,
  idOf: (data: Static<Schema>) => string,
): (job: UntrustedJob) => Static<Schema> {
  const isValid = ajv.compile<Static<Schema>>(schema);
  const refuse = (fault: string): never => {
    throw new WrongJobError(
      `This is no job of a ${purpose}: ${fault}. Jobs are added by themselves: ask for a run on the form, by POST /api/runs or by npm run generate.`,
    );
  };
  return ({ id, data }) => {
    if (!isValid(data)) return refuse(describe(isValid.errors?.[0]));
    // A copy, or one whose data were edited to name another: two jobs of one would get in each other's way.
    if (id !== idOf(data)) return refuse(`by its data its id would be ${idOf(data)}`);
    return data;
  };
}

function describe(error: ErrorObject | undefined): string {
  const path = error?.instancePath.slice(1);
  const fault = error?.keyword === "format" ? "must be a run's id" : (error?.message ?? "is not valid");
  return path ? `its ${path} ${fault}` : `its data ${fault}`;
}

const chunkJobIdPattern = /^(.{36})-(\d{1,10})-(\d{1,10})$/;

/** The chunk for which a job of this id was added, whatever has become of its data; null where it is no such id. */
export function chunkOfJobId(
  id: string | undefined,
): { readonly runId: string; readonly index: number; readonly generation: number } | null {
  const [, runId = "", index, generation] = chunkJobIdPattern.exec(id ?? "") ?? [];
  const chunk = { runId, index: Number(index), generation: Number(generation) };
  return isRunId(runId) && chunk.index <= maxInteger && chunk.generation <= maxInteger ? chunk : null;
}
