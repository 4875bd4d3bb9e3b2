import { expect } from "chai";
import { addChunkJobs } from "../../queues/chunk-jobs.ts";
import { chunkJobPath, runJobPath } from "../../web/pipeline/bull-board-url.ts";
import { webForSuite } from "./web-server.ts";

interface BoardQueue {
  readonly name: string;
  readonly delimiter: string;
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

    const runs = await readQueue("conducting.runs");
    expect(runs.description).to.include("run");
    const [runJob] = runs.jobs;
    expect(runJob?.name).to.equal(`run ${short}: 1,234 users`);
    expect(runJob?.externalUrl?.href).to.equal(`/runs/${run.id}`);
    expect(runJobPath(run.id)).to.equal(`/queues/queue/conducting.runs/${runJob?.id}`);

    const [chunkJob] = (await readQueue("generating.chunks")).jobs;
    expect(chunkJob?.name).to.equal(`run ${short}: chunk 1 of 2, records 0–999`);
    expect(chunkJob?.externalUrl?.href).to.equal(`/runs/${run.id}`);
    expect(chunkJobPath(chunk)).to.equal(`/queues/queue/generating.chunks/${chunkJob?.id}`);

    for (const path of [runJobPath(run.id), chunkJobPath(chunk)]) {
      expect((await web().get(path)).status, path).to.equal(200);
    }
  });

  it("shows jobs whose data are anything, and leads from them nowhere but to runs", async () => {
    const { queues } = web().deps;
    const data = [null, 7, [], { runId: "../../api/docs" }, { runId: null }];
    for (const group of ["conducting.runs", "generating.chunks", "generating.paced-chunks"]) {
      for (const each of data) {
        const answer = await web().post(`/queues/api/queues/${group}/add`, { name: "by hand", data: each });
        expect(answer.status).to.equal(200);
      }
      const shown = (await readQueue(group)).jobs.filter(({ name }) => name === "by hand");
      expect(shown.map(({ externalUrl }) => externalUrl?.href)).to.deep.equal(data.map(() => "/runs"));
    }
    for (const queue of queues.all) await queue.obliterate({ force: true });
  });

  it("groups queues by what they are for, whatever Redis calls them", async () => {
    const answer = await web().get("/queues/api/queues");
    const { queues } = (await answer.json()) as { readonly queues: readonly BoardQueue[] };
    expect(queues.map(({ name, delimiter }) => name.split(delimiter))).to.deep.equal([
      ["conducting", "runs"],
      ["generating", "chunks"],
      ["generating", "paced-chunks"],
    ]);
    const { runs, chunks, pacedChunks } = web().deps.queues;
    expect([runs, chunks, pacedChunks].map(({ name }) => name)).to.deep.equal([
      "runs",
      "chunks",
      "paced-chunks",
    ]);
  });

  it("is found by the name that a queue has in Redis too", async () => {
    for (const [asked, group] of [
      ["/queues/queue/runs", "/queues/queue/conducting.runs"],
      ["/queues/queue/paced-chunks?status=failed", "/queues/queue/generating.paced-chunks?status=failed"],
      ["/queues/queue/chunks/a-0-0", "/queues/queue/generating.chunks/a-0-0"],
    ] as const) {
      const answer = await web().get(asked);
      expect(answer.status, asked).to.equal(302);
      expect(answer.headers.get("location")).to.equal(group);
      expect((await web().get(group)).status, group).to.equal(200);
    }
    expect((await web().get("/queues/queue/unknown")).status).to.equal(200);
  });
});
