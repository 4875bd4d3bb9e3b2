import { expect } from "chai";
import { badFields, expectProblem, readRun, webForSuite } from "./web-server.ts";

type Command = "cancel" | "pause" | "resume";

describe("POST /api/runs/:id/{cancel,pause,resume}", () => {
  const web = webForSuite();

  const runIn = async (status: string): Promise<string> => {
    const { id } = await web().startRun({ count: 10 });
    const finished = ["completed", "cancelled", "failed"].includes(status);
    await web().pool.query(
      `UPDATE runs SET status = $2, stored = CASE WHEN $2 = 'completed' THEN requested ELSE 0 END,
              finished_at = CASE WHEN $3 THEN now() END WHERE id = $1`,
      [id, status, finished],
    );
    return id;
  };

  const outcomes: readonly (readonly [from: string, command: Command, to: string | null])[] = [
    ["queued", "cancel", "cancelled"],
    ["queued", "pause", "paused"],
    ["queued", "resume", "queued"],
    ["running", "cancel", "cancelled"],
    ["running", "pause", "paused"],
    ["running", "resume", "running"],
    ["paused", "cancel", "cancelled"],
    ["paused", "pause", "paused"],
    ["paused", "resume", "running"],
    ["completed", "cancel", null],
    ["completed", "pause", null],
    ["completed", "resume", null],
    ["cancelled", "cancel", "cancelled"],
    ["cancelled", "pause", null],
    ["cancelled", "resume", null],
    ["failed", "cancel", null],
    ["failed", "pause", null],
    ["failed", "resume", null],
  ];
  for (const [from, command, to] of outcomes) {
    it(`${command} ${to === null ? `is refused while a run is ${from}` : `leads from ${from} to ${to}`}`, async () => {
      const id = await runIn(from);
      const response = await web().post(`/api/runs/${id}/${command}`);
      if (to === null) {
        const problem = await expectProblem(response, "run-state");
        expect(problem.runStatus).to.equal(from);
        expect(problem.detail).to.include(from);
      } else {
        expect(response.status).to.equal(200);
        expect((await readRun(response)).status).to.equal(to);
      }
      expect((await readRun(await web().get(`/api/runs/${id}`))).status).to.equal(to ?? from);
    });
  }

  it("gives a resumed run its job again", async () => {
    const id = await runIn("paused");
    const { runs } = web().deps.queues;
    await runs.remove(id);
    await web().post(`/api/runs/${id}/resume`);
    expect(await runs.getJob(id)).to.not.equal(undefined);
  });

  for (const command of ["cancel", "pause", "resume"]) {
    it(`${command} of a run that is not there is a 404`, async () => {
      const path = `/api/runs/01a20c75-e067-7000-8000-000000000000/${command}`;
      await expectProblem(await web().post(path), "not-found");
      await expectProblem(await web().post(`/api/runs/nonsense/${command}`), "not-found");
    });
  }

  it("is no matter of GET", async () => {
    const id = await runIn("running");
    const response = await web().get(`/api/runs/${id}/cancel`);
    await expectProblem(response, "method-not-allowed");
    expect(response.headers.get("allow")).to.equal("POST");
  });
});

describe("PATCH /api/runs/:id", () => {
  const web = webForSuite({ MAX_ENDLESS_RUNS: "2" });
  const endless = { count: null, rate: 10 };

  beforeEach(async () => {
    await web().pool.query("DELETE FROM runs");
  });

  it("changes a run's rate", async () => {
    const { id, requested, rate, shape } = await web().startRun(endless);
    expect({ requested, rate, shape }).to.deep.equal({
      requested: null,
      rate: 10,
      shape: { kind: "constant" },
    });
    const response = await web().patch(`/api/runs/${id}`, { rate: 25.5 });
    expect(response.status).to.equal(200);
    expect(await readRun(response)).to.deep.include({ id, rate: 25.5, shape: { kind: "constant" } });
    const ramp = { kind: "ramp", from: 1, seconds: 60 };
    expect(await readRun(await web().patch(`/api/runs/${id}`, { shape: ramp }))).to.deep.include({
      rate: 25.5,
      shape: ramp,
    });
  });

  it("makes a run with a count go as fast as can be", async () => {
    const { id } = await web().startRun({ count: 100, rate: 10 });
    const run = await readRun(await web().patch(`/api/runs/${id}`, { rate: null }));
    expect(run).to.include({ rate: null, shape: null });
  });

  const burst = { kind: "burst", everySeconds: 5, burstSeconds: 6, factor: 2 };
  const refused: readonly (readonly [
    what: string,
    run: Readonly<Record<string, unknown>>,
    change: unknown,
    fields: readonly string[],
  ])[] = [
    ["nothing", endless, {}, ["body"]],
    ["a rate of 0", endless, { rate: 0 }, ["rate"]],
    ["a rate as text", endless, { rate: "5" }, ["rate"]],
    ["another count", endless, { count: 5 }, ["count"]],
    ["no rate of an endless run", endless, { rate: null }, ["rate"]],
    ["a shape of a run without a rate", { count: 5 }, { shape: { kind: "constant" } }, ["rate"]],
    ["a burst without an end", endless, { shape: burst }, ["shape.burstSeconds"]],
  ];
  for (const [what, request, change, fields] of refused) {
    it(`refuses ${what} and names ${fields.join(", ")}`, async () => {
      const { id } = await web().startRun(request);
      const problem = await expectProblem(await web().patch(`/api/runs/${id}`, change), "invalid-request");
      expect(badFields(problem)).to.deep.equal([...fields]);
      expect(problem.errors?.[0]?.message).to.match(/^(is|must)/);
    });
  }

  it("is refused of a run that has ended", async () => {
    const { id } = await web().startRun(endless);
    await web().post(`/api/runs/${id}/cancel`);
    const problem = await expectProblem(await web().patch(`/api/runs/${id}`, { rate: 5 }), "run-state");
    expect(problem.runStatus).to.equal("cancelled");
  });

  it("is refused where another site asks for it", async () => {
    const { id } = await web().startRun(endless);
    const headers = { "Sec-Fetch-Site": "cross-site" };
    await expectProblem(await web().patch(`/api/runs/${id}`, { rate: 5 }, headers), "cross-site");
  });

  it("knows the path's methods", async () => {
    const { id } = await web().startRun(endless);
    const response = await web().post(`/api/runs/${id}`);
    expect(response.headers.get("allow")).to.equal("GET, HEAD, PATCH");
    await expectProblem(response, "method-not-allowed");
  });

  it("leaves room for no more endless runs than there may be, until one is cancelled", async () => {
    const [first] = [await web().startRun(endless), await web().startRun(endless)];
    const problem = await expectProblem(await web().post("/api/runs", endless), "endless-runs");
    expect(problem.detail).to.include("2 runs without an end");
    await web().startRun({ count: 5, rate: 1 });
    await web().post(`/api/runs/${first?.id}/cancel`);
    await web().startRun(endless);
  });
});

describe("POST /runs/:id/rate", () => {
  const web = webForSuite();
  const html = { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" };

  it("shows the page of a run that has ended meanwhile, with the reason", async () => {
    const { id } = await web().startRun({ count: 10, rate: 5 });
    await web().post(`/api/runs/${id}/cancel`);
    const response = await web().post(`/runs/${id}/rate`, "rate=7", html);
    expect(response.status).to.equal(409);
    expect(await response.text()).to.include("The run is cancelled, its rate cannot be changed any more.");
  });

  it("refuses what the API refuses, a program in the API's words", async () => {
    const { id } = await web().startRun({ count: 10, rate: 5 });
    for (const body of ["rate=0", "rate=", "", "rate=9999999", "rate=%3Cb%3E"]) {
      const page = await web().post(`/runs/${id}/rate`, body, html);
      expect(page.status, body).to.equal(400);
      expect(await page.text(), body).to.include("Must be a number from 0.01");
      const program = { ...html, Accept: "application/json" };
      const problem = await expectProblem(
        await web().post(`/runs/${id}/rate`, body, program),
        "invalid-request",
      );
      expect(badFields(problem)).to.deep.equal(["rate"]);
    }
    expect((await readRun(await web().get(`/api/runs/${id}`))).rate).to.equal(5);
    const nowhere = "/runs/01a20c75-e067-7000-8000-000000000000/rate";
    expect((await web().post(nowhere, "rate=7", html)).status).to.equal(404);
    expect((await web().post(nowhere, "rate=x", html)).status).to.equal(404);
  });
});
