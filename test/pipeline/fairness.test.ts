import { expect } from "chai";
import { pendingRecords } from "../setup/pending-records.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

/** The defaults of MAX_PENDING_RECORDS and RUN_CONCURRENCY. */
const maxPendingRecords = 100_000;
const runConcurrency = 50;

describe("a stack with one worker, whatever runs it has", function () {
  this.timeout(240_000);
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1 });
    const first = await stack.startRun({ count: 1_000 });
    await stack.untilRun(first.id, "completed", isCompleted);
  });
  after(() => stack.stop());

  let runs: ApiRun[] = [];
  async function startRuns(count: number, body: Readonly<Record<string, unknown>>): Promise<void> {
    for (let n = 0; n < count; n++) runs.push(await stack.startRun(body));
  }
  afterEach(async () => {
    const response = await stack.post("/api/runs/cancel", { ids: runs.map(({ id }) => id) });
    expect(response.status, await response.text()).to.equal(200);
    runs = [];
  });

  async function expectSmallRun(): Promise<void> {
    const small = await stack.startRun({ count: 1_000 });
    await stack.untilRun(small.id, "completed", isCompleted, 10_000);
  }
  const untilAll = async (status: string): Promise<void> => {
    for (const { id } of runs) await stack.untilRun(id, status, (run) => run.status === status);
  };

  it("completes a small run beside more slow runs than a worker has places", async () => {
    await startRuns(runConcurrency + 10, { count: 1_000, rate: 0.01 });
    await untilAll("running");
    await expectSmallRun();
  });

  it("goes on with every slow run at its rate, however many there are", async () => {
    await startRuns(runConcurrency + 10, { count: 1_000, rate: 2, fields: ["country"] });
    for (const { id } of runs) await stack.untilRun(id, "4 records far", ({ stored }) => stored >= 4);
    await expectSmallRun();
  });

  it("completes a small run beside 200 huge ones, of all of which no more is pending than may be", async () => {
    await startRuns(200, { count: 10_000_000 });
    let most = 0;
    const looking = setInterval(async () => {
      most = Math.max(most, await pendingRecords(stack.pool));
    }, 100);
    try {
      await expectSmallRun();
      await expectSmallRun();
      // Each has its turn, not only those that were there first.
      for (const { id } of runs) await stack.untilRun(id, "begun", ({ stored }) => stored > 0, 90_000);
    } finally {
      clearInterval(looking);
    }
    expect(most).to.be.within(maxPendingRecords / 2, maxPendingRecords);
  });

  it("completes a small run beside endless runs, huge ones, paused ones and resumed ones", async () => {
    await startRuns(20, { count: null, rate: 50, fields: ["country"] });
    await startRuns(runConcurrency, { count: 10_000_000 });
    for (const { id } of runs.slice(-30)) {
      expect((await stack.post(`/api/runs/${id}/pause`, {})).status).to.equal(200);
    }
    await expectSmallRun();
    for (const { id } of runs.slice(-30)) {
      expect((await stack.post(`/api/runs/${id}/resume`, {})).status).to.equal(200);
    }
    await expectSmallRun();
    expect(await pendingRecords(stack.pool)).to.be.at.most(maxPendingRecords);
  });

  it("has no more pending than may be while nobody reads what is produced, however many runs there are", async () => {
    stack.signal("consumer", "SIGSTOP");
    try {
      await startRuns(30, { count: 100_000 });
      for (const { id } of runs.slice(0, 10)) await stack.post(`/api/runs/${id}/pause`, {});
      await startRuns(20, { count: 100_000 });
      for (const { id } of runs.slice(0, 10)) await stack.post(`/api/runs/${id}/resume`, {});
      const produced = async (): Promise<number> => {
        const { rows } = await stack.pool.query(
          "SELECT coalesce(sum(produced), 0)::float8 AS produced FROM runs WHERE id = ANY ($1)",
          [runs.map(({ id }) => id)],
        );
        return rows[0].produced;
      };
      const deadline = Date.now() + 60_000;
      while ((await produced()) < maxPendingRecords * 0.7 && Date.now() < deadline) {
        expect(await pendingRecords(stack.pool)).to.be.at.most(maxPendingRecords);
      }
      expect(await pendingRecords(stack.pool)).to.be.within(maxPendingRecords * 0.7, maxPendingRecords);
    } finally {
      stack.signal("consumer", "SIGCONT");
    }
  });
});
