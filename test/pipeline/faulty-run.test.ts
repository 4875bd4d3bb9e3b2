import path from "node:path";
import { expect } from "chai";
import type { Kafka } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { faultKinds } from "../../records/faults/fault-kinds.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment } from "../../stack/settings.ts";
import { everyFault, sendingsOf } from "../setup/faulty-runs.ts";
import { silentLog } from "../setup/log.ts";
import { topic, untilAllIsRead, withAdmin } from "./kafka-faults.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

interface Audit {
  readonly holds: boolean;
  readonly checks: readonly { readonly name: string; readonly violations: readonly unknown[] }[];
  readonly faults: {
    readonly counts: readonly { readonly fault: string; readonly stored: number }[];
    readonly precision: number | null;
    readonly recall: number | null;
  };
}

describe("a run with every kind of fault", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let kafka: Kafka;
  let first: Run;

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1 });
    kafka = createKafka({ brokers: stack.urls.KAFKA_BROKERS.split(","), clientId: "test", log: silentLog });
  });
  after(() => stack.stop());

  async function ledgerOf({ id }: ApiRun): Promise<Run> {
    const run = await findRun(stack.pool, id);
    if (run === null) throw new Error(`there is no run ${id}`);
    return run;
  }
  function audit(id: string, flag: "--json" | "--labels"): Promise<{ code: number | null; output: string }> {
    const program = path.join(import.meta.dirname, "../../stack/bootstrap.mjs");
    return runToEnd(process.execPath, [program, "audit", id, flag], {
      environment: { ...childEnvironment(), DATABASE_URL: stack.urls.DATABASE_URL },
    });
  }
  async function auditOf(id: string): Promise<Audit & { readonly code: number | null }> {
    const { code, output } = await audit(id, "--json");
    return { ...(JSON.parse(output) as Audit), code };
  }
  const failing = ({ checks }: Audit): string[] =>
    checks.filter(({ violations }) => violations.length > 0).map(({ name }) => name);

  /** What the run's options alone say of it. */
  function dueOf(run: Run): { stored: number; flagged: number; deadLettered: number } {
    const bySeq = new Map(sendingsOf(run).map(({ seq, fault }) => [seq, fault]));
    const scopes = [...bySeq.values()].map((fault) =>
      fault === null ? "clean" : faultKinds[fault.kind].scope,
    );
    const deadLettered = scopes.filter((scope) => scope === "message").length;
    const flagged = scopes.filter((scope) => scope === "field").length;
    return { stored: (run.requested ?? 0) - deadLettered, flagged, deadLettered };
  }

  async function expectAsDue(run: ApiRun, timeoutMs: number): Promise<void> {
    const completed = await stack.untilRun(run.id, "completed", isCompleted, timeoutMs);
    expect(completed).to.include(dueOf(await ledgerOf(run)));
    const { holds, faults, checks } = await auditOf(run.id);
    expect(checks.filter(({ violations }) => violations.length > 0)).to.deep.equal([]);
    expect({ holds, precision: faults.precision, recall: faults.recall }).to.deep.equal({
      holds: true,
      precision: 1,
      recall: 1,
    });
  }

  it("gives each record the outcome that is due to it, and takes duplicates for one", async () => {
    const run = await stack.startRun({ count: 8_000, chunkSize: 1_000, seed: 5, faults: everyFault });
    await expectAsDue(run, 60_000);
    first = await ledgerOf(run);
    expect(first).to.include({ produced: 8_000 });
    await untilAllIsRead(stack, kafka);
    const ends = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
    const sent = [];
    for (let seq = 0; seq < 8_000; seq += 1_000) sent.push(...sendingsOf(first, seq, seq + 1_000));
    expect(sent.length).to.be.above(8_400);
    expect(ends.reduce((sum, { high }) => sum + Number(high), 0)).to.equal(sent.length);
    const { rows } = await stack.pool.query(
      "SELECT count(*) AS letters FROM dead_letters WHERE NOT accounted",
    );
    expect(rows).to.deep.equal([{ letters: 0 }]);
  });

  it("keeps the label of a dead letter where SQL finds it", async () => {
    const { rows } = await stack.pool.query<{ reason: string; fault: string }>(
      `SELECT DISTINCT reason, convert_from(decode(headers->'fault'->>0, 'base64'), 'UTF8') AS fault
         FROM dead_letters WHERE run_id = $1`,
      [first.id],
    );
    expect(rows).to.have.length(7);
    for (const { reason, fault } of rows) expect(fault).to.equal(reason);
  });

  it("has its labels listed, for whoever measures another validator", async () => {
    const { code, output } = await audit(first.id, "--labels");
    expect(code).to.equal(0);
    const labels = new Map(sendingsOf(first).map(({ seq, fault }) => [seq, fault]));
    const lines = [...labels]
      .filter(([, fault]) => fault !== null)
      .sort(([a], [b]) => a - b)
      .map(([seq, fault]) => `${seq},${fault?.kind},${fault?.field?.name ?? ""}`);
    expect(output.trim().split("\n")).to.deep.equal(["seq,fault,field", ...lines]);
  });

  it("is none the worse for a worker and a consumer that are killed in its midst", async () => {
    const run = await stack.startRun({ count: 30_000, chunkSize: 1_000, seed: 6, faults: everyFault });
    const accounted = ({ stored, deadLettered }: ApiRun): number => stored + deadLettered;
    await stack.untilRun(run.id, "under way", (now) => accounted(now) >= 4_000);
    stack.signal("worker", "SIGKILL");
    await stack.untilRun(run.id, "further", (now) => accounted(now) >= 10_000);
    stack.signal("consumer", "SIGKILL");
    await expectAsDue(run, 120_000);
  });

  it("holds after its dead letters have been mended and sent again", async () => {
    const reasons = ["nul_character", "lone_surrogate", "not_utf8", "not_json"];
    for (const reason of reasons) {
      await stack.post("/api/dead-letters/replay", { runId: first.id, all: true, reason, patch: true });
    }
    await untilAllIsRead(stack, kafka);
    const replayed = await stack.getRun(first.id);
    expect(replayed.stored).to.be.above(first.stored + 1_000);
    expect(failing(await auditOf(first.id))).to.deep.equal([]);
  });

  it("fails its audit where a clean record is flagged, and where a faulty one is not", async () => {
    const clean = sendingsOf(first).find(({ fault }) => fault === null);
    const dirty = sendingsOf(first).find(({ fault }) => fault?.kind === "too_long");
    const update = "UPDATE users_raw SET error = $3 WHERE run_id = $1 AND seq = $2";
    await stack.pool.query(update, [first.id, clean?.seq, "name: missing"]);
    await stack.pool.query(update, [first.id, dirty?.seq, null]);
    const found = await auditOf(first.id);
    expect(found.code).to.equal(1);
    expect(failing(found)).to.deep.equal(["rows-equal-records", "faults-are-told-from-clean"]);
    expect(found.faults.precision).to.be.below(1);
    expect(found.faults.recall).to.be.below(1);
  });
});
