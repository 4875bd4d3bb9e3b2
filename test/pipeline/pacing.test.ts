import { expect } from "chai";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

/** A chunk of a paced run; times in seconds of the run's clock. */
interface ProducedChunk {
  readonly records: number;
  readonly due: number;
  readonly last_due: number;
  readonly produced: number;
}

describe("a stack with two workers, and runs that have a rate", function () {
  this.timeout(240_000);
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack({ workers: 2, consumers: 1 });
  });
  after(() => stack.stop());

  const change = async (id: string, body: object): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const response = await stack.request(`/api/runs/${id}`, {
      method: "PATCH",
      headers,
      body: JSON.stringify(body),
    });
    expect(response.status).to.equal(200);
  };
  const untilFurther = (run: ApiRun, records: number): Promise<ApiRun> =>
    stack.untilRun(run.id, `${records} records further`, (now) => now.stored >= run.stored + records, 90_000);

  async function producedChunks(id: string): Promise<ProducedChunk[]> {
    const { rows } = await stack.pool.query<ProducedChunk>(
      `SELECT (c.end_seq - c.first_seq)::integer AS records, c.due_seconds AS due, c.last_due_seconds AS last_due,
              EXTRACT(EPOCH FROM c.produced_at - r.clock_from)::float8 AS produced
         FROM chunks c JOIN runs r ON r.id = c.run_id
        WHERE c.run_id = $1 AND c.produced_at IS NOT NULL ORDER BY c.index`,
      [id],
    );
    return rows;
  }

  /** None of the schedule's distances is shorter than the rate makes it. */
  function expectSchedule(chunks: readonly ProducedChunk[], rateOf: (chunk: ProducedChunk) => number): void {
    for (const [index, chunk] of chunks.entries()) {
      const next = chunks[index + 1];
      if (next === undefined || rateOf(next) !== rateOf(chunk)) continue;
      expect(next.due - chunk.due, `chunk ${index} lasts`).to.be.at.least(
        chunk.records / rateOf(chunk) - 1e-3,
      );
    }
  }

  /** Of a run that was never paused: a pause moves its clock. */
  function expectNoneEarly(chunks: readonly ProducedChunk[]): void {
    for (const { produced, last_due } of chunks) expect(produced).to.be.at.least(last_due - 0.01);
  }

  it("keep to it while it is changed and workers are killed, until one without an end is cancelled, balanced", async () => {
    let run = await stack.startRun({ count: null, rate: 1_000, fields: ["name"] });
    expect(run.requested).to.equal(null);
    run = await untilFurther(run, 4_000);
    const steady = (await producedChunks(run.id)).slice(0, 8);
    expectSchedule(steady, () => 1_000);
    expectNoneEarly(steady);
    expect(steady.map(({ records }) => records)).to.deep.equal(Array(8).fill(500));

    const small = await stack.startRun({ count: 1_000 });
    await stack.untilRun(small.id, "completed", isCompleted, 15_000);

    await change(run.id, { rate: 2_000 });
    run = await untilFurther(run, 6_000);
    // Whichever of the two conducts the run: once it is the one that dies.
    for (const worker of ["worker", "worker-2"]) {
      stack.signal(worker, "SIGKILL");
      run = await untilFurther(run, 8_000);
    }
    await stack.post(`/api/runs/${run.id}/cancel`, {});
    const settled = await stack.untilSettled(run.id);
    expect(settled).to.include({ status: "cancelled", requested: null });
    expect(settled.stored + settled.deadLettered).to.equal(settled.produced);
    await stack.audit(run.id);

    const chunks = await producedChunks(run.id);
    expectSchedule(chunks, ({ records }) => records * 2);
    expectNoneEarly(chunks);
    // What was late came in a burst of no more than the allowance, beside what was due.
    for (const { produced } of chunks) {
      const within = chunks.filter((other) => other.produced > produced - 1 && other.produced <= produced);
      const records = within.reduce((sum, chunk) => sum + chunk.records, 0);
      expect(records, `records in the second before ${produced}`).to.be.at.most(2_000 * (1 + 2 + 1));
    }
  });

  it("stand still while they are paused, and do not make up for it", async () => {
    let run = await stack.startRun({ count: 4_000, rate: 500, fields: ["country"] });
    run = await untilFurther(run, 1_000);
    await stack.post(`/api/runs/${run.id}/pause`, {});
    const paused = await stack.untilSettled(run.id);
    expect(paused.status).to.equal("paused");
    await stack.post(`/api/runs/${run.id}/resume`, {});
    run = await stack.untilRun(run.id, "completed", isCompleted, 90_000);
    expect(run).to.include({ stored: 4_000, deadLettered: 0 });
    expectSchedule(await producedChunks(run.id), () => 500);
    await stack.audit(run.id);
  });

  it("go as fast as can be once they have none any more", async () => {
    let run = await stack.startRun({ count: 20_000, rate: 1, fields: ["country"] });
    run = await untilFurther(run, 1);
    await change(run.id, { rate: null });
    await stack.untilRun(run.id, "completed", isCompleted, 60_000);
    await stack.audit(run.id);
  });
});
