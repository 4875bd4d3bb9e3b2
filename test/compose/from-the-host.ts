import { Redis } from "ioredis";
import { Kafka, logLevel } from "kafkajs";
import pg from "pg";
import { createKafkaInspector, type KafkaInspector } from "../../kafka/inspect.ts";

/** Runs a query that counts something, through PostgreSQL's published port. */
export async function countInPostgres(url: string, sql: string, values: readonly unknown[]): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>(sql, [...values]);
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

/** What Redis answers to PING through its published port. */
export async function pingRedis(port: number): Promise<string> {
  const redis = new Redis({ port, lazyConnect: true, retryStrategy: () => null });
  try {
    await redis.connect();
    return await redis.ping();
  } finally {
    redis.disconnect();
  }
}

/** Looks at Kafka through its published port. */
export async function lookAtKafka<T>(port: number, look: (kafka: KafkaInspector) => Promise<T>): Promise<T> {
  const brokers = [`127.0.0.1:${port}`];
  const kafka = createKafkaInspector(new Kafka({ brokers, logLevel: logLevel.NOTHING }));
  try {
    return await look(kafka);
  } finally {
    await kafka.close();
  }
}
