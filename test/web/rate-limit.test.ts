import { expect } from "chai";
import fc from "fast-check";
import { clientKey } from "../../web/access/client-key.ts";
import { eventually } from "../setup/eventually.ts";
import { expectProblem, startWeb, webForSuite } from "./web-server.ts";

describe("The rate limit", () => {
  const web = webForSuite({ RATE_LIMIT_PER_MINUTE: "5" });

  it("says how far a client has come, and refuses what is beyond, for all web processes together", async () => {
    const { config } = web();
    const second = await startWeb({
      DATABASE_URL: config.databaseUrl,
      QUEUE_PREFIX: config.redis.prefix,
      RATE_LIMIT_PER_MINUTE: "5",
    });
    try {
      await eventually(() => expect(second.deps.isRedisReady()).to.equal(true));
      const remaining: (string | null)[] = [];
      for (let i = 0; i < 5; i++) {
        const response = await (i % 2 === 0 ? web() : second).post("/api/generate", { count: 1 });
        expect(response.status).to.equal(200);
        expect(response.headers.get("ratelimit-policy")).to.equal('"writes";q=5;w=60');
        expect(response.headers.get("ratelimit")).to.match(/^"writes";r=\d;t=\d+$/);
        remaining.push(response.headers.get("ratelimit-remaining"));
      }
      expect(remaining).to.deep.equal(["4", "3", "2", "1", "0"]);
      for (const path of ["/api/generate", "/api/runs", "/produce", "/generate"]) {
        const refused = await second.post(path, { count: 1 });
        await expectProblem(refused, "too-many-requests");
        expect(Number(refused.headers.get("retry-after"))).to.be.within(1, 60);
      }
    } finally {
      await second.close();
    }
  });

  it("is not for those who only look", async () => {
    for (let i = 0; i < 10; i++) {
      const response = await web().get("/api/runs");
      expect(response.status).to.equal(200);
      expect(response.headers.get("ratelimit")).to.equal(null);
    }
  });

  it("is kept by each process for itself where Redis is away, and refuses nobody for that", async () => {
    const cut = await startWeb({
      DATABASE_URL: web().config.databaseUrl,
      REDIS_URL: "redis://127.0.0.1:9",
      RATE_LIMIT_PER_MINUTE: "3",
    });
    try {
      for (const status of [202, 202, 202, 429]) {
        expect((await cut.post("/api/runs", { count: 1 })).status).to.equal(status);
      }
    } finally {
      await cut.close();
    }
  });

  it("may be none", async () => {
    const free = await startWeb({ DATABASE_URL: web().config.databaseUrl, RATE_LIMIT_PER_MINUTE: "0" });
    try {
      const response = await free.post("/api/generate", { count: 1 });
      expect(response.headers.get("ratelimit")).to.equal(null);
    } finally {
      await free.close();
    }
  });
});

describe("A client", () => {
  it("is its IPv4 address, however that is written", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(clientKey(`::ffff:${address}`))
          .to.equal(clientKey(address))
          .and.to.equal(address);
      }),
    );
  });

  it("is its network where it has IPv6, since it can choose the rest", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const written = groups.map((group) => group.toString(16));
        const network = written.slice(0, 4).join(":");
        expect(clientKey(written.join(":"))).to.equal(`${network}::/64`);
        expect(clientKey(`${network}::1`)).to.equal(`${network}::/64`);
      }),
    );
    expect(clientKey("::1")).to.equal("0:0:0:0::/64");
    expect(clientKey("FE80::1%eth0")).to.equal("fe80:0:0:0::/64");
    expect(clientKey("2001:0db8::")).to.equal("2001:db8:0:0::/64");
    expect(clientKey("64:ff9b::192.0.2.1")).to.equal("64:ff9b:0:0::/64");
  });
});
