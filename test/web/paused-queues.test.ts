import { Worker } from "bullmq";
import { expect } from "chai";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { openRedis } from "../../queues/connection.ts";
import type { Queues } from "../../queues/queues.ts";
import type { Readiness } from "../../web/health/readiness.ts";
import type { PipelineState } from "../../web/pipeline/pipeline-state.ts";
import type { RunJson } from "../../web/runs/request/run-schema.ts";
import { eventually } from "../setup/eventually.ts";
import { produceAll } from "../setup/paced-runs.ts";
import { servers } from "../setup/servers.ts";
import { webForSuite } from "./web-server.ts";

describe("A queue that is paused in Bull Board", () => {
  const web = webForSuite();
  const queues = (): Queues => web().deps.queues;
  const workerRedis = openRedis(servers.redisUrl, "worker", () => undefined);
  after(() => workerRedis.disconnect());
  afterEach(async () => {
    for (const queue of queues().all) await queue.resume();
  });

  const page = async (path: string): Promise<string> =>
    (await web().get(path, { Accept: "text/html" })).text();
  const noticesOf = async ({ id }: RunJson): Promise<string> =>
    /data-part="paused-queues">(.*?)<\/div>/s.exec(await page(`/runs/${id}`))?.[1] ?? "no part";

  /** A run of which two chunks are planned. */
  async function runningRun(request: Readonly<Record<string, unknown>> = {}): Promise<RunJson> {
    const run = await web().startRun({ count: 200, chunkSize: 100, ...request });
    await planWindow(web().pool, run.id, 1_000);
    return run;
  }
  /** Takes the next job of the runs, as the worker that conducts it. */
  async function conductNext(): Promise<void> {
    const { prefix } = web().config.redis;
    const worker = new Worker("runs", null, { connection: workerRedis, prefix });
    await worker.getNextJob("token", { block: false });
    await worker.close();
  }

  it("is named on the page of a run that waits for it, with the way there", async () => {
    const run = await web().startRun({ count: 10 });
    expect(await noticesOf(run)).to.equal("");
    await queues().runs.pause();
    expect(await noticesOf(run))
      .to.include("The queue of runs is paused in Bull Board: no run is taken up until it is resumed.")
      .and.to.include('<a href="/queues/queue/conducting.runs">');
    await queues().runs.resume();
    expect(await noticesOf(run)).to.equal("");
  });

  it("is named where a run's chunks wait for it, and not where they are in the other one or made", async () => {
    const run = await runningRun();
    const paced = await runningRun({ rate: 10 });
    await queues().chunks.pause();
    expect(await noticesOf(run))
      .to.include("The queue of chunks is paused in Bull Board: nothing is generated until it is resumed.")
      .and.to.include('<a href="/queues/queue/generating.chunks">');
    expect(await noticesOf(paced)).to.equal("");
    await queues().pacedChunks.pause();
    expect(await noticesOf(paced)).to.include("The queue of paced chunks is paused in Bull Board");
    await produceAll(web().pool, run.id);
    expect(await noticesOf(run)).to.equal("");
  });

  it("is not named on the page of a run that is conducted, is paused itself or has ended", async () => {
    await queues().runs.obliterate({ force: true });
    const run = await runningRun();
    await conductNext();
    for (const queue of queues().all) await queue.pause();
    const notices = await noticesOf(run);
    expect(notices).to.include("The queue of chunks");
    expect(notices).to.not.include("The queue of runs");
    await web().post(`/api/runs/${run.id}/pause`);
    expect(await noticesOf(run)).to.equal("");
    await web().post(`/api/runs/${run.id}/cancel`);
    expect(await noticesOf(run)).to.equal("");
  });

  it("is told of with the pipeline, for all three, on its page, to programs and as a metric", async () => {
    await queues().pacedChunks.pause();
    await eventually(async () => {
      const state = (await (await web().get("/api/pipeline")).json()) as PipelineState;
      if (state.queues.status === "down") throw new Error(state.queues.error);
      expect(state.queues.found.map(({ name, paused }) => [name, paused])).to.deep.equal([
        ["runs", false],
        ["chunks", false],
        ["paced-chunks", true],
      ]);
      expect(state.troubles.map(({ what }) => what)).to.include(
        "The queue of paced chunks is paused in Bull Board: runs with a rate generate nothing until it is resumed.",
      );
    });
    const text = await page("/pipeline");
    expect(text).to.include('Resume it in Bull Board: <a href="/queues/queue/generating.paced-chunks">');
    expect(text).to.match(/data-queue="paced-chunks">.*?data-status="paused"/s);
    const metrics = await (await web().get("/metrics")).text();
    expect(metrics).to.include('synthetic_queue_paused{queue="paced-chunks"} 1');
    expect(metrics).to.include('synthetic_queue_paused{queue="chunks"} 0');
  });

  it("does not make the service unready, which says so all the same", async () => {
    const { prefix } = web().config.redis;
    const workers = queues().all.map(
      ({ name }) => new Worker(name, async () => null, { connection: workerRedis, prefix }),
    );
    await queues().chunks.pause();
    await eventually(async () => {
      const { checks } = (await (await web().get("/readyz")).json()) as Readiness;
      expect(checks.workers).to.deep.equal({
        status: "up",
        detail: "1 for runs, 1 for chunks (paused in Bull Board), 1 for paced-chunks",
      });
    });
    await Promise.all(workers.map((worker) => worker.close()));
  });
});
