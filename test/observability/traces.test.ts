import { expect } from "chai";
import { eventually } from "../setup/eventually.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./otlp-receiver.ts";
import { type Processes, startProcesses } from "./processes.ts";

interface RunJson {
  readonly id: string;
  readonly status: string;
  readonly stored: number;
  readonly deadLettered: number;
}

describe("traces, where OTEL_EXPORTER_OTLP_ENDPOINT is set", function () {
  this.timeout(240_000);
  let receiver: OtlpReceiver;
  let processes: Processes;

  before(async () => {
    receiver = await startOtlpReceiver();
    processes = await startProcesses({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.endpoint}/`,
      OTEL_BSP_SCHEDULE_DELAY: "100",
    });
  });
  after(async () => {
    await processes?.stop();
    await receiver.close();
  });

  const spansOf = (traceId: string): ReceivedSpan[] =>
    receiver.spans.filter((span) => span.traceId === traceId);

  async function completeRun(traceId: string): Promise<RunJson> {
    const response = await fetch(`${processes.url}/api/runs`, {
      method: "POST",
      headers: { "Content-Type": "application/json", traceparent: `00-${traceId}-00000000000000aa-01` },
      body: JSON.stringify({ count: 1_200, chunkSize: 400, seed: 3 }),
    });
    expect(response.status).to.equal(202);
    const { id } = (await response.json()) as RunJson;
    return eventually(async () => {
      const run = (await (await fetch(`${processes.url}/api/runs/${id}`)).json()) as RunJson;
      expect(run.status).to.equal("completed");
      return run;
    }, 40_000);
  }

  it("lead from the request through BullMQ and Kafka to the transaction, in one trace", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const run = await completeRun(traceId);
    // Identity is kept although the messages have a third header.
    expect(run).to.include({ stored: 1_200, deadLettered: 0 });
    await eventually(() => {
      const stored = spansOf(traceId).reduce(
        (sum, { attributes }) => sum + Number(attributes["synthetic.records.stored"] ?? 0),
        0,
      );
      expect(stored).to.equal(1_200);
      expect(spansOf(traceId).map(({ name }) => name)).to.include("POST /api/runs");
      // It ends last.
      expect(
        spansOf(traceId).some(({ service, name }) => service === "worker" && /runs/.test(name)),
      ).to.equal(true);
    }, 40_000);
    const byId = new Map(spansOf(traceId).map((span) => [span.spanId, span]));
    const ancestors = (span: ReceivedSpan | undefined): string[] => {
      const parent = byId.get(span?.parentId ?? "");
      return parent === undefined ? [] : [`${parent.service}: ${parent.name}`, ...ancestors(parent)];
    };
    const transaction = spansOf(traceId).find(({ name }) => name === "COPY users_raw");
    const path = ancestors(transaction);
    expect(path[0]).to.match(/^consumer: process topic/);
    expect(path.at(-1)).to.equal("web: POST /api/runs");
    expect(path.map((step) => step.split(":")[0])).to.deep.equal([
      "consumer",
      ...path.slice(1, -2).map(() => "worker"),
      "web",
      "web",
    ]);
    expect(
      byId.get([...byId.values()].find(({ name }) => name === "POST /api/runs")?.spanId ?? "")?.parentId,
    ).to.equal("00000000000000aa");
    // Nothing of it hangs in the air.
    const orphans = spansOf(traceId).filter(
      ({ parentId, name }) => !byId.has(parentId) && name !== "POST /api/runs",
    );
    expect(orphans.map(({ name }) => name)).to.deep.equal([]);
  });

  it("are of runs and requests alone, under names of which there are few", async () => {
    // A worker has looked for stalled jobs when it began.
    const names = await eventually(() => {
      const found = new Set(receiver.spans.map(({ name }) => name));
      expect([...found]).to.include.members(["add runs", "addBulk chunks", "process runs", "process chunks"]);
      return found;
    });
    expect(
      [...names].filter((name) => /Stalled|Lock|\d{3}/i.test(name.replace(/ topic.*/, ""))),
    ).to.deep.equal([]);
  });

  it("link a batch to every chunk whose messages it holds, and tell of each send", async () => {
    const traceId = "1af7651916cd43dd8448eb211c80319c";
    await completeRun(traceId);
    await eventually(() => {
      const spans = spansOf(traceId);
      const linked = new Set(
        receiver.spans
          .filter(({ name }) => name.startsWith("process topic"))
          .flatMap(({ links }) => links)
          .filter((link) => link.traceId === traceId)
          .map(({ spanId }) => spanId),
      );
      expect(linked.size).to.equal(3);
      const sent = spans.filter(({ name }) => name.startsWith("send topic"));
      expect(sent).to.have.length(3);
      expect(new Set(sent.map(({ parentId }) => parentId))).to.deep.equal(linked);
      for (const { attributes } of sent) expect(attributes["messaging.batch.message_count"]).to.equal(400);
    }, 40_000);
  });
});
