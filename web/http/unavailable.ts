import { type Queryable, sqlState } from "../../ledger/database/database.ts";
import { withDeadline } from "./deadline.ts";
import { Problem } from "./problem.ts";

export type Dependency = "PostgreSQL" | "Redis" | "Kafka";

const retryAfterSeconds = 5;

/** A dependency cannot do its part now: 503 with the time after which asking again makes sense. */
export function unavailable(dependency: Dependency, cause: unknown, detail?: string): Problem {
  return new Problem("unavailable", detail ?? `${dependency} does not answer. Please try again.`, {
    headers: { "Retry-After": String(retryAfterSeconds) },
    extensions: { dependency },
    cause,
  });
}

/**
 * SQLSTATEs that say something about the server, not about the statement: connection exceptions (class 08), too few
 * resources (53), operator intervention and shutdown (57), a timeout of ours (25P04, 57014), a database without its
 * tables because the migrations are still to come (42P01). https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const outage = /^(08|53|57|25P04|42P01|3D000|28)/;

/**
 * Bounds work in the database in time on this side too: a server that is frozen ends none itself. Failures that are
 * not the statements' own become `unavailable`.
 */
export async function boundWork<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  try {
    return await withDeadline(work, timeoutMs, "PostgreSQL's answer");
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    const state = sqlState(error);
    if (state !== null && !outage.test(state)) throw error;
    throw unavailable("PostgreSQL", error);
  }
}

/** Bounds every statement. */
export function boundQueries(db: Queryable, timeoutMs: number): Queryable {
  return { query: (text, values) => boundWork(db.query(text, values), timeoutMs) };
}
