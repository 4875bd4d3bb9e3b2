import { expect } from "chai";
import { addChunkJobs } from "../../queues/chunk-jobs.ts";
import { chunkJobPath, runJobPath } from "../../web/bull-board-url.ts";
import { webForSuite } from "./web-server.ts";

interface BoardQueue {
  readonly name: string;
  readonly description: string;
  readonly jobs: readonly {
    readonly id: string;
    readonly name: string;
    readonly externalUrl?: { readonly href: string };
  }[];
}

describe("Bull Board", () => {
  const web = webForSuite();

  const readQueue = async (name: string): Promise<BoardQueue> => {
    const answer = await web().get(`/queues/api/queues?activeQueue=${name}&page=1&jobsPerPage=10`);
    const { queues } = (await answer.json()) as { readonly queues: readonly BoardQueue[] };
    const queue = queues.find((each) => each.name === name);
    if (queue === undefined) throw new Error(`Bull Board has no queue ${name}`);
    return queue;
  };

  it("names jobs after runs and chunks, and leads to the run, which leads back", async () => {
    const run = await web().startRun({ count: 1_234 });
    const chunk = { runId: run.id, index: 0, firstSeq: 0, endSeq: 1_000, generation: 0, paced: false };
    await addChunkJobs(web().deps.queues, [chunk], run.requested);
    const short = run.id.slice(0, 13);

    const runs = await readQueue("runs");
    expect(runs.description).to.include("run");
    const [runJob] = runs.jobs;
    expect(runJob?.name).to.equal(`run ${short}: 1,234 users`);
    expect(runJob?.externalUrl?.href).to.equal(`/runs/${run.id}`);
    expect(runJobPath(run.id)).to.equal(`/queues/queue/runs/${runJob?.id}`);

    const [chunkJob] = (await readQueue("chunks")).jobs;
    expect(chunkJob?.name).to.equal(`run ${short}: chunk 1 of 2, records 0–999`);
    expect(chunkJob?.externalUrl?.href).to.equal(`/runs/${run.id}`);
    expect(chunkJobPath(chunk)).to.equal(`/queues/queue/chunks/${chunkJob?.id}`);

    for (const path of [runJobPath(run.id), chunkJobPath(chunk)]) {
      expect((await web().get(path)).status, path).to.equal(200);
    }
  });
});
