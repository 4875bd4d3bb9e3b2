import { expect } from "chai";
import { expectProblem, readRun, webForSuite } from "./web-server.ts";

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
