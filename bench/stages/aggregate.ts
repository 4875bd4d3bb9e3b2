import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openPool, type Pool } from "../../ledger/database/database.ts";
import { projectRoot } from "../../stack/settings.ts";
import { timeBareCopy } from "../bare-copy.ts";
import { withBenchStack } from "../bench-stack.ts";
import { type Measurement, rateOf, round, timed } from "../measure.ts";

const records = 10_000_000;
const seedRecords = 100_000;
const further = 100_000;

/** Airflow's own statements: over everything that has come, and then over one more run. */
export async function benchAggregate(): Promise<Measurement[]> {
  const sql = await readFile(path.join(projectRoot, "airflow", "sql", "aggregate_users_stats.sql"), "utf8");
  return withBenchStack({ processes: 1 }, async ({ ownerDatabaseUrl: url }) => {
    const options = { url, applicationName: "bench", maxConnections: 1, transactionTimeoutMs: 0 };
    const pool = openPool(options, () => undefined);
    try {
      await fillTable(pool);
      const first = await timed(() => pool.query(sql));
      await timeBareCopy(pool, further, randomUUID());
      const next = await timed(() => pool.query(sql));
      const again = await timed(() => pool.query(sql));
      const figures = {
        next100kSeconds: round(next),
        nothingNewSeconds: round(again),
        firstSeconds: round(first),
      };
      return [
        rateOf("aggregate", "users_stats of 10,000,000 rows", { records, seconds: first }, [], figures),
      ];
    } finally {
      await pool.end();
    }
  });
}

/** A hundred thousand records by COPY, and each of them a hundred times, of other runs, by PostgreSQL itself. */
async function fillTable(pool: Pool): Promise<void> {
  await timeBareCopy(pool, seedRecords, randomUUID());
  const copies = records / seedRecords - 1;
  await pool.query(
    `INSERT INTO users_raw (name, email, event_time, password_hash, country, city, phone_number, job, company, ipv4,
                            raw_payload, run_id, seq, kafka_partition, kafka_offset)
     SELECT name, email, event_time, password_hash, country, city, phone_number, job, company, ipv4,
            raw_payload, runs.id, seq, kafka_partition, kafka_offset
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS runs CROSS JOIN users_raw`,
    [copies],
  );
  await pool.query("VACUUM (ANALYZE) users_raw");
}
