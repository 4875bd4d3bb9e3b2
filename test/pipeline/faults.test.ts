import { expect } from "chai";
import { waitUntil } from "../../stack/wait-until.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

describe("a stack in which things break", function () {
  this.timeout(180_000);
  let stack: TestStack;
  let run: ApiRun;

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1 });
  });
  after(() => stack.stop());

  const startAndWaitFor = async (stored: number): Promise<void> => {
    run = await stack.startRun({ count: 30_000, chunkSize: 1_000 });
    await stack.untilRun(run.id, "under way", (now) => now.stored >= stored);
  };
  const expectCompletion = async (): Promise<void> => {
    const completed = await stack.untilRun(run.id, "completed", isCompleted, 90_000);
    expect(completed).to.include({ stored: 30_000, flagged: 0, deadLettered: 0 });
    await stack.audit(run.id);
  };

  it("loses and doubles nothing when a worker is killed in mid-run", async () => {
    await startAndWaitFor(5_000);
    stack.signal("worker", "SIGKILL");
    await expectCompletion();
  });

  it("loses and doubles nothing when a consumer is killed in mid-run", async () => {
    await startAndWaitFor(5_000);
    stack.signal("consumer", "SIGKILL");
    await expectCompletion();
  });

  it("loses and doubles nothing when Redis is wiped in mid-run", async () => {
    await startAndWaitFor(5_000);
    await stack.flushRedis();
    await expectCompletion();
  });

  for (const server of ["redis", "kafka", "postgres"]) {
    it(`loses and doubles nothing when ${server} is killed in mid-run`, async () => {
      await startAndWaitFor(5_000);
      stack.signal(server, "SIGKILL");
      await expectCompletion();
    });
  }

  it("accepts a run while Redis hangs, and carries it out when Redis is back", async () => {
    stack.signal("redis", "SIGSTOP");
    try {
      run = await stack.startRun({ count: 30_000, chunkSize: 5_000 });
      expect(run.status).to.equal("queued");
      expect(await notReady()).to.include("redis");
    } finally {
      stack.signal("redis", "SIGCONT");
    }
    await expectCompletion();
  });

  it("answers 503 to POST /produce while Kafka hangs, and carries out a run when Kafka is back", async () => {
    stack.signal("kafka", "SIGSTOP");
    try {
      const startedMs = Date.now();
      const response = await stack.post("/produce", { records: [{ name: "Ada" }] });
      expect(response.status).to.equal(503);
      expect(await response.json())
        .to.have.property("detail")
        .that.includes("Kafka");
      expect(Date.now() - startedMs, "milliseconds until the 503").to.be.lessThan(10_000);
      run = await stack.startRun({ count: 30_000, chunkSize: 5_000 });
      expect(await notReady()).to.include("kafka");
    } finally {
      stack.signal("kafka", "SIGCONT");
    }
    await expectCompletion();
  });

  it("refuses a run with 503 while PostgreSQL hangs, and is ready again when it is back", async () => {
    stack.signal("postgres", "SIGSTOP");
    try {
      const response = await stack.post("/api/runs", { count: 10 });
      expect(response.status).to.equal(503);
      expect(response.headers.get("retry-after")).to.match(/^\d+$/);
      expect(await notReady()).to.include("postgres");
    } finally {
      stack.signal("postgres", "SIGCONT");
    }
    await waitUntil(
      "the stack to be ready again",
      async () => expect((await stack.request("/readyz")).status).to.equal(200),
      { timeoutMs: 60_000 },
    );
  });

  /** Names of what /readyz says is down, as soon as it says so. */
  function notReady(): Promise<string[]> {
    return waitUntil(
      "/readyz to tell what is down",
      async () => {
        const response = await stack.request("/readyz");
        expect(response.status).to.equal(503);
        const { checks } = (await response.json()) as { checks: Record<string, { status: string }> };
        return Object.keys(checks).filter((name) => checks[name]?.status !== "up");
      },
      { timeoutMs: 15_000 },
    );
  }
});
