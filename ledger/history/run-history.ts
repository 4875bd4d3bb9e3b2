import type { Queryable } from "../database/database.ts";
import type { Run } from "../runs/run.ts";

/** What happened to a run's records in one stretch of time. */
export interface RunMoment {
  /** Milliseconds since the run's start at which the stretch begins. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Records of the chunks that Kafka acknowledged in the stretch. */
  readonly producedPerSecond: number;
  /** Records of the chunks that were closed in it, as far as they became rows. */
  readonly storedPerSecond: number;
  /** Records in Kafka that had no outcome yet, at the end of the stretch: the consumers' lag on this run. */
  readonly waiting: number;
}

export interface RunHistory {
  /** One after the other, without gaps; empty before the first chunk is produced. */
  readonly moments: readonly RunMoment[];
  /** True where only some of the chunks were looked at, evenly spread: the figures are estimates then. */
  readonly isSampled: boolean;
}

/** Widths of a stretch while a run is under way: one that followed from the time would redraw the past at each look. */
const widthsMs = [
  100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000,
];
/** Stretches that a run has while nothing unexpected is stored after its end. */
const wantedMoments = 90;
const mostMoments = 200;
/** Some fifty a stretch, so that what is left out changes its figure by a fiftieth. */
const mostChunks = 5_000;
const chunksPerMoment = 3;

/**
 * A run's throughput and backlog over time, from when each of its chunks was produced and closed: the ledger knows its own
 * history, and nothing is written for it. A record counts when its whole chunk has come so far. Of a run of a hundred
 * thousand chunks every twentieth is looked at, so that the time this takes is bounded; chunks beside each other are nearly
 * of one size.
 */
export async function readRunHistory(db: Queryable, run: Run, nowMs: number): Promise<RunHistory> {
  if (run.startedAt === null) return { moments: [], isSampled: false };
  const startMs = run.startedAt.getTime();
  const endMs = Math.max(startMs + 1, run.finishedAt?.getTime() ?? nowMs);
  const widthMs = momentWidthMs(run, await countDoneChunks(db, run), endMs - startMs);
  const { rows } = await db.query<{
    moment: number;
    step: number;
    produced: number;
    stored: number;
    closed: number;
  }>(
    `WITH spread AS (
       SELECT planned_chunks, greatest(1, ceil(planned_chunks / $5::numeric)::integer) AS step FROM runs WHERE id = $1),
     looked_at AS (
       SELECT step, least(c.produced_at, c.closed_at) AS produced_at, c.closed_at, c.end_seq - c.first_seq AS records, c.stored
         FROM spread, generate_series(0, planned_chunks - 1, step) AS sampled
         JOIN chunks c ON c.run_id = $1 AND c.index = sampled)
     SELECT least(greatest(floor(extract(epoch FROM at - $2::timestamptz)::float8 * 1000 / $3::float8), 0), $4)::integer AS moment,
            max(step) AS step,
            sum(event.produced * step)::bigint AS produced,
            sum(event.stored * step)::bigint AS stored,
            sum(event.closed * step)::bigint AS closed
       FROM looked_at,
            LATERAL (VALUES (produced_at, records, 0, 0::bigint), (closed_at, 0, looked_at.stored, records))
                 AS event (at, produced, stored, closed)
      WHERE at IS NOT NULL
      GROUP BY 1 ORDER BY 1`,
    [run.id, run.startedAt, widthMs, mostMoments - 1, mostChunks],
  );
  const counted = new Map(rows.map((row) => [row.moment, row]));
  const isOver = run.finishedAt !== null;
  // While the run is under way its last stretch is not over, and would look like a fall.
  const nominal = isOver ? Math.round((endMs - startMs) / widthMs) : Math.floor((endMs - startMs) / widthMs);
  const last = isOver ? Math.max(nominal - 1, rows.at(-1)?.moment ?? 0) : nominal - 1;
  const moments: RunMoment[] = [];
  let waiting = 0;
  for (let moment = 0; moment <= Math.min(last, mostMoments - 1) && rows.length > 0; moment++) {
    const { produced = 0, stored = 0, closed = 0 } = counted.get(moment) ?? {};
    waiting += produced - closed;
    moments.push({
      fromMs: moment * widthMs,
      toMs: (moment + 1) * widthMs,
      producedPerSecond: (produced / widthMs) * 1000,
      storedPerSecond: (stored / widthMs) * 1000,
      waiting: Math.max(0, waiting),
    });
  }
  return { moments, isSampled: rows.some(({ step }) => step > 1) };
}

/** About: of a run with a rate they are smaller than its chunk size, which bounds them. */
async function countDoneChunks(db: Queryable, { id, planned, produced }: Run): Promise<number> {
  const { rows } = await db.query<{ planned_chunks: number }>(
    "SELECT planned_chunks FROM runs WHERE id = $1",
    [id],
  );
  return Math.max(1, Math.ceil(((rows[0]?.planned_chunks ?? 0) * produced) / Math.max(1, planned)));
}

/**
 * Wide enough that there are not too many stretches, and that the chunks of each are some: of a run of ten chunks there is
 * nothing to say by the tenth of a second. A finished run is divided evenly.
 */
function momentWidthMs(run: Run, doneChunks: number, spanMs: number): number {
  const count = Math.max(1, Math.min(wantedMoments, Math.floor(doneChunks / chunksPerMoment)));
  if (run.finishedAt !== null) return spanMs / count;
  return widthsMs.find((width) => spanMs / width <= count) ?? spanMs / wantedMoments;
}
