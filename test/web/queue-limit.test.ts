import { expect } from "chai";
import { expectProblem, readRun, startWeb, webForSuite } from "./web-server.ts";

describe("The bound on waiting records", () => {
  const web = webForSuite({ MAX_QUEUED_RECORDS: "1000" });

  beforeEach(async () => {
    await web().pool.query(
      "UPDATE runs SET status = 'cancelled', finished_at = now() WHERE finished_at IS NULL",
    );
  });

  it("refuses a run that is one too many until others have come further", async () => {
    const run = await web().startRun({ count: 700 });
    const refused = await web().post("/api/runs", { count: 301 });
    expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
    expect((await expectProblem(refused, "queue-full")).detail)
      .to.include("700")
      .and.to.include("1,000");
    await web().startRun({ count: 300 });
    await web().pool.query("UPDATE runs SET stored = 90, dead_lettered = 10, produced = 100 WHERE id = $1", [
      run.id,
    ]);
    await expectProblem(await web().post("/api/runs", { count: 101 }), "queue-full");
    await web().startRun({ count: 100 });
    await web().post(`/api/runs/${run.id}/cancel`);
    await web().startRun({ count: 600 });
  });

  it("is exact, however many ask at once of however many processes", async () => {
    const second = await startWeb({ DATABASE_URL: web().config.databaseUrl, MAX_QUEUED_RECORDS: "1000" });
    try {
      const responses = await Promise.all(
        Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? web() : second).post("/api/runs", { count: 99 })),
      );
      const statuses = responses.map((response) => response.status);
      expect(statuses.filter((status) => status === 202)).to.have.length(10);
      expect(statuses.filter((status) => status === 429)).to.have.length(20);
    } finally {
      await second.close();
    }
  });

  it("does not stand in the way of repeating a request that was accepted", async () => {
    const key = { "Idempotency-Key": "full" };
    const first = await readRun(await web().post("/api/runs", { count: 1000 }, key));
    await expectProblem(await web().post("/api/runs", { count: 1 }), "queue-full");
    const again = await web().post("/api/runs", { count: 1000 }, key);
    expect(again.status).to.equal(202);
    expect((await readRun(again)).id).to.equal(first.id);
    await expectProblem(await web().post("/api/runs", { count: 999 }, key), "idempotency-key-reused");
  });

  it("does not keep the key of a run that it refused", async () => {
    await web().startRun({ count: 1000 });
    const key = { "Idempotency-Key": "later" };
    await expectProblem(await web().post("/api/runs", { count: 5 }, key), "queue-full");
    await web().pool.query(
      "UPDATE runs SET status = 'cancelled', finished_at = now() WHERE finished_at IS NULL",
    );
    expect((await web().post("/api/runs", { count: 6 }, key)).status).to.equal(202);
  });

  it("is an error of the request where waiting would not help", async () => {
    const problem = await expectProblem(await web().post("/api/runs", { count: 1001 }), "invalid-request");
    expect(problem.errors?.[0]).to.include({ field: "count" });
  });
});
