import { expect } from "chai";
import { Redis } from "ioredis";
import { findRedisFaults } from "../../queues/redis-settings.ts";
import { startRedis } from "../setup/redis-server.ts";
import { servers } from "../setup/servers.ts";

describe("Redis's settings", () => {
  async function findFaults(url: string): Promise<string[]> {
    const redis = new Redis(url, { lazyConnect: true });
    try {
      await redis.connect();
      return (await findRedisFaults(redis)).map(({ kind, message }) => `${kind}: ${message}`);
    } finally {
      redis.disconnect();
    }
  }

  async function findFaultsWith(...settings: readonly string[]): Promise<string[]> {
    const redis = await startRedis(settings);
    try {
      return await findFaults(redis.url);
    } finally {
      await redis.stop();
    }
  }

  it("are all right in the stack's Redis", async () => {
    expect(await findFaults(servers.redisUrl)).to.deep.equal([]);
  });

  it("lose jobs where keys may be evicted", async () => {
    const [found = "", ...more] = await findFaultsWith("--maxmemory-policy", "allkeys-lru");
    expect(found)
      .to.match(/^loss: Redis has maxmemory-policy=allkeys-lru/)
      .and.to.contain("redis-cli CONFIG SET maxmemory-policy noeviction");
    expect(more).to.deep.equal([]);
  });

  it("are a risk without an append-only file", async () => {
    const [found = "", ...more] = await findFaultsWith("--appendonly", "no");
    expect(found)
      .to.match(/^risk: Redis has appendonly=no/)
      .and.to.contain("redis-cli CONFIG SET appendonly yes");
    expect(more).to.deep.equal([]);
  });

  it("are a risk, in words, where Redis does not tell them", async () => {
    const [found = "", ...more] = await findFaultsWith("--rename-command", "CONFIG", "");
    expect(found).to.match(/^risk: Redis does not tell its settings/);
    expect(more).to.deep.equal([]);
  });
});
