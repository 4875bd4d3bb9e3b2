import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Pool } from "../ledger/database/database.ts";
import type { BenchStack } from "./bench-stack.ts";

/** Bytes that a stack has written, by what they are. */
export interface DiskUsage {
  readonly wal: number;
  readonly table: number;
  readonly indexes: number;
  readonly kafka: number;
}

/** Where the records of a type are. */
export interface RecordPlaces {
  readonly table: string;
  readonly topic: string;
}

export async function readDiskUsage(
  { directory }: BenchStack,
  pool: Pool,
  { table, topic }: RecordPlaces,
): Promise<DiskUsage> {
  const { rows } = await pool.query<{ wal: string; table: number; indexes: number }>(
    `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal,
            pg_table_size($1::regclass) AS "table", pg_indexes_size($1::regclass) AS indexes`,
    [table],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("PostgreSQL says nothing of its sizes");
  const kafka = await bytesOfLogs(path.join(directory, "kafka", "data"), topic);
  return { wal: Number(row.wal), table: row.table, indexes: row.indexes, kafka };
}

/** What each record took between two readings, as figures of a measurement. */
export function diskFigures(before: DiskUsage, after: DiskUsage, records: number): Record<string, number> {
  const bytes = (key: keyof DiskUsage): number => Math.round((after[key] - before[key]) / records);
  return {
    tableBytesPerRecord: bytes("table"),
    indexBytesPerRecord: bytes("indexes"),
    walBytesPerRecord: bytes("wal"),
    kafkaBytesPerRecord: bytes("kafka"),
  };
}

/** The partitions' logs of a topic in Kafka's data folder. */
async function bytesOfLogs(directory: string, topic: string): Promise<number> {
  const partitions = (await readdir(directory)).filter((name) => name.startsWith(`${topic}-`));
  const files = await Promise.all(
    partitions.map(async (partition) => {
      const names = (await readdir(path.join(directory, partition))).filter((name) => name.endsWith(".log"));
      return names.map((name) => path.join(directory, partition, name));
    }),
  );
  const sizes = await Promise.all(files.flat().map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
