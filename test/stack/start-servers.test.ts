import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { Redis } from "ioredis";
import pg from "pg";
import { installServerTools } from "../../stack/install/tools.ts";
import { type Servers, startServers } from "../../stack/start-servers.ts";

describe("startServers", () => {
  let directory: string;
  let servers: Servers;

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "servers-"));
    servers = await startServers({ directory });
  });

  after(async () => {
    await servers.stop();
    await rm(directory, { recursive: true });
  });

  it("runs a PostgreSQL whose owner may make databases, but is no superuser", async () => {
    const rows = await query("SELECT rolcreatedb, rolsuper FROM pg_roles WHERE rolname = CURRENT_USER");
    expect(rows).to.deep.equal([{ rolcreatedb: true, rolsuper: false }]);
  });

  it("keeps what is committed when PostgreSQL is killed and started again", async () => {
    await query("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (7)");
    const before = servers.postgres.pid;
    await servers.postgres.kill();
    await servers.postgres.restart();
    expect(servers.postgres.pid).not.to.equal(before);
    expect(await query("SELECT n FROM kept")).to.deep.equal([{ n: 7 }]);
  });

  it("gives Redis no leave to evict keys", async () => {
    const redis = new Redis(servers.redisUrl);
    try {
      expect(await redis.config("GET", "maxmemory-policy")).to.deep.equal(["maxmemory-policy", "noeviction"]);
    } finally {
      redis.disconnect();
    }
  });

  it("has Kafka begin with its classes as they were archived", async () => {
    const { kafkaClasses } = await installServerTools();
    expect(readFileSync(`/proc/${servers.kafka.pid}/maps`, "utf8")).to.include(kafkaClasses);
  });

  async function query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: servers.migrationDatabaseUrl });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
});
