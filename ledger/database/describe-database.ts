import type { Queryable } from "./database.ts";

/** The database as those see it who must keep it running. */
export interface DatabaseDescription {
  readonly version: string;
  readonly startedAt: Date;
  readonly bytes: number;
  readonly maxConnections: number;
  /** By the name that each program gives itself. */
  readonly connections: readonly { readonly name: string; readonly count: number; readonly oldestAt: Date }[];
  /** The eight largest, with what their indexes take. */
  readonly tables: readonly {
    readonly name: string;
    readonly bytes: number;
    /** About how many: counting them would take longer the more there are. */
    readonly estimatedRows: number;
  }[];
}

/** Costs the same however many rows there are: sizes and statistics, nothing is counted. */
export async function describeDatabase(db: Queryable): Promise<DatabaseDescription> {
  const [server, connections, tables] = await Promise.all([
    readServer(db),
    listConnections(db),
    listTables(db),
  ]);
  return { ...server, connections, tables };
}

async function readServer(
  db: Queryable,
): Promise<Pick<DatabaseDescription, "version" | "startedAt" | "bytes" | "maxConnections">> {
  const { rows } = await db.query<Awaited<ReturnType<typeof readServer>>>(
    `SELECT current_setting('server_version') AS version, pg_postmaster_start_time() AS "startedAt",
            pg_database_size(current_database()) AS bytes,
            current_setting('max_connections')::integer AS "maxConnections"`,
  );
  const [server] = rows;
  if (server === undefined) throw new Error("PostgreSQL did not describe itself");
  return server;
}

async function listConnections(db: Queryable): Promise<DatabaseDescription["connections"]> {
  const { rows } = await db.query<DatabaseDescription["connections"][number]>(
    `SELECT coalesce(nullif(application_name, ''), 'unnamed') AS name, count(*) AS count,
            min(backend_start) AS "oldestAt"
       FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend' AND backend_start IS NOT NULL
      GROUP BY 1 ORDER BY 2 DESC, 1`,
  );
  return rows;
}

/** Both are behind: one since the last VACUUM or ANALYZE, the other may begin anew after a crash. */
const estimatedRows = "greatest(c.reltuples::bigint, s.n_live_tup, 0)";

async function listTables(db: Queryable): Promise<DatabaseDescription["tables"]> {
  const { rows } = await db.query<DatabaseDescription["tables"][number]>(
    `SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes,
            ${estimatedRows} AS "estimatedRows"
       FROM pg_class c
       LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE 'knex%'
      ORDER BY bytes DESC, name LIMIT 8`,
  );
  return rows;
}

/** About how many rows these tables have together; those that are not there have none. */
export async function estimateRows(db: Queryable, tables: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ rows: number }>(
    `SELECT coalesce(sum(${estimatedRows}), 0)::float8 AS rows
       FROM pg_class c
       LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
      WHERE c.relname = ANY ($1) AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`,
    [tables],
  );
  return rows[0]?.rows ?? 0;
}
