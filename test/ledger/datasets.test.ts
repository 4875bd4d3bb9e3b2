import { expect } from "chai";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import { inTransaction } from "../../ledger/database/database.ts";
import { controlDataset } from "../../ledger/datasets/control-dataset.ts";
import { type AdmittedDataset, admitDataset, type NewDataset } from "../../ledger/datasets/create-dataset.ts";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import { findDataset, listDatasets } from "../../ledger/datasets/find-datasets.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { admitRun } from "../../ledger/runs/admit-run.ts";
import { failRun } from "../../ledger/runs/control-run.ts";
import { listUnfinishedRunIds } from "../../ledger/runs/find-runs.ts";
import { listRuns } from "../../ledger/runs/list-runs.ts";
import { type RunStatus, runStatuses } from "../../ledger/runs/run.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { newRun } from "../setup/runs.ts";

const nobody = "00000000-0000-7000-8000-000000000000";
const limits = { maxQueuedRecords: 100, maxEndlessRuns: 1 };

describe("a dataset's status", () => {
  /** In words of what is asked for, not of how it is computed. */
  function expected(statuses: readonly RunStatus[]): RunStatus {
    const some = new Set(statuses);
    for (const status of ["failed", "cancelled"] as const) if (some.has(status)) return status;
    some.delete("completed");
    if (some.size === 0) return "completed";
    if (some.has("paused")) return "paused";
    return some.has("running") || statuses.includes("completed") ? "running" : "queued";
  }

  it("follows from its runs', whichever these are and in whatever order", () => {
    const seen = new Set<RunStatus>();
    for (const one of runStatuses) {
      expect(statusOf([{ status: one }])).to.equal(one);
      for (const two of runStatuses) {
        for (const three of runStatuses) {
          const statuses = [one, two, three];
          const status = statusOf(statuses.map((each) => ({ status: each })));
          expect(status, statuses.join(", ")).to.equal(expected(statuses));
          seen.add(status);
        }
      }
    }
    expect([...seen]).to.have.members([...runStatuses]);
  });

  it("is running while one run has ended and another waits", () => {
    expect(statusOf([{ status: "completed" }, { status: "queued" }])).to.equal("running");
  });
});

describe("datasets", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  function newDataset(counts: readonly number[], wishes: Partial<NewDataset> = {}): NewDataset {
    const { idempotency: _, ...run } = newRun();
    return {
      seed: 7,
      referenceDate: new Date("2026-07-01T00:00:00Z"),
      types: { user: { count: 10 } },
      runs: counts.map((count) => ({ ...run, count })),
      idempotency: null,
      ...wishes,
    };
  }
  const admit = (dataset: NewDataset): Promise<AdmittedDataset> => admitDataset(pool(), dataset, limits);
  async function created(counts: readonly number[]): Promise<Dataset> {
    const admitted = await admit(newDataset(counts));
    return admitted.kind === "created" ? admitted.dataset : expect.fail(admitted.kind);
  }
  const statusesOf = ({ runs }: Dataset): RunStatus[] => runs.map(({ status }) => status);
  const countOf = async (table: "runs" | "datasets"): Promise<number | null> =>
    (await pool().query(table === "runs" ? "SELECT FROM runs" : "SELECT FROM datasets")).rowCount;

  it("give back what was asked for, their runs in its order", async () => {
    const dataset = await created([5, 3, 4]);
    expect(dataset.runs.map(({ requested }) => requested)).to.deep.equal([5, 3, 4]);
    expect(dataset.runs.map(({ datasetId }) => datasetId)).to.deep.equal(Array(3).fill(dataset.id));
    expect(dataset).to.deep.include({ seed: 7, types: { user: { count: 10 } } });
    expect(await findDataset(pool(), dataset.id)).to.deep.equal(dataset);
    expect(await findDataset(pool(), nobody)).to.equal(null);
    expect(await findDataset(pool(), "no id")).to.equal(null);
  });

  it("have their runs found by their id", async () => {
    const [one, other] = [await created([1, 2]), await created([3])];
    const runs = async (dataset: string) =>
      (
        await listRuns(pool(), {
          type: null,
          status: null,
          search: null,
          dataset,
          order: "oldest",
          limit: 10,
          before: null,
        })
      ).runs;
    expect(await runs(one.id)).to.deep.equal(one.runs);
    expect(await runs(other.id)).to.deep.equal(other.runs);
    expect(await runs(nobody)).to.deep.equal([]);
  });

  it("are listed a page at a time, the newest first", async () => {
    const all: Dataset[] = [];
    for (let n = 1; n <= 5; n++) all.unshift(await created([n]));
    const first = await listDatasets(pool(), { limit: 3, before: null });
    const rest = await listDatasets(pool(), { limit: 3, before: first.nextBefore });
    expect([...first.datasets, ...rest.datasets]).to.deep.equal(all);
    expect([first.nextBefore, rest.nextBefore]).to.deep.equal([all[2]?.id, null]);
  });

  it("are committed as a whole or not at all where too many records would wait", async () => {
    expect(await admit(newDataset([60, 41]))).to.deep.equal({ kind: "queue_full", queuedRecords: 0 });
    expect([await countOf("runs"), await countOf("datasets")]).to.deep.equal([0, 0]);
    await created([60, 40]);
    expect(await admit(newDataset([1]))).to.deep.equal({ kind: "queue_full", queuedRecords: 100 });
    expect(await admitRun(pool(), newRun({ count: 1 }), limits)).to.include({ kind: "queue_full" });
  });

  it("are admitted in turns: of many at once no more than there is room for", async () => {
    const admitted = await Promise.all(Array.from({ length: 8 }, () => admit(newDataset([20, 10]))));
    expect(admitted.filter(({ kind }) => kind === "created")).to.have.length(3);
    expect(await countOf("runs")).to.equal(6);
  });

  it("name a type that nobody has registered, and leave nothing behind", async () => {
    const [run] = newDataset([1]).runs;
    if (run === undefined) return expect.fail("there is a run");
    const runs = [run, { ...run, recordType: { name: "order", version: 1 } }];
    expect(await admit(newDataset([], { runs }))).to.deep.equal({ kind: "unknown_type", type: "order" });
    expect([await countOf("runs"), await countOf("datasets")]).to.deep.equal([0, 0]);
  });

  it("with the same key and request are the same, with another request are refused", async () => {
    const keyed = (requestHash: string) => newDataset([2, 3], { idempotency: { key: "k", requestHash } });
    const admitted = await Promise.all(Array.from({ length: 10 }, () => admit(keyed("h"))));
    const ids = admitted.map((each) => ("dataset" in each ? each.dataset.id : each.kind));
    expect(new Set(ids).size).to.equal(1);
    expect(admitted.filter(({ kind }) => kind === "created")).to.have.length(1);
    expect(await countOf("runs")).to.equal(2);
    expect(await admit(keyed("other"))).to.deep.equal({ kind: "key_reused" });
  });

  it("complete a run of no records with its commit, and keep the ledger's invariants", async () => {
    const dataset = await created([5, 0]);
    expect(statusesOf(dataset)).to.deep.equal(["queued", "completed"]);
    const [, none] = dataset.runs;
    expect(none).to.include({ requested: 0, stored: 0 });
    expect(none?.finishedAt).to.be.instanceOf(Date);
    const unfinished = await listUnfinishedRunIds(pool(), 10);
    expect(unfinished).to.deep.equal([dataset.runs[0]?.id]);
    expect(await planWindow(pool(), none?.id ?? "", 1_000)).to.include({ kind: "idle", status: "completed" });
    for (const invariant of invariantsOf([])) {
      const { examples } = await checkInvariant(pool(), invariant, null);
      expect(examples, invariant.name).to.deep.equal([]);
    }
    expect(statusOf((await created([0, 0])).runs)).to.equal("completed");
  });

  it("alone may have runs of no records", async () => {
    const alone = inTransaction(pool(), (client) =>
      client.query("UPDATE runs SET dataset_id = NULL WHERE requested = 0"),
    );
    await alone;
    await created([0]);
    const refused = await pool()
      .query("UPDATE runs SET dataset_id = NULL WHERE requested = 0")
      .catch((error: Error) => error);
    expect(refused).to.be.instanceOf(Error).with.property("message").that.includes("runs_requested_check");
  });

  describe("under a command", () => {
    const command = async (id: string, ...commands: ("pause" | "resume" | "cancel")[]) => {
      const controlled = [];
      for (const each of commands) controlled.push(await controlDataset(pool(), id, each));
      return controlled.map((each) =>
        each.kind === "not_found" ? each.kind : [each.kind, statusesOf(each.dataset)],
      );
    };

    it("pause, resume and cancel all runs that have not ended", async () => {
      const { id } = await created([5, 0, 3]);
      expect(await command(id, "pause", "pause", "resume", "cancel", "cancel")).to.deep.equal([
        ["done", ["paused", "completed", "paused"]],
        ["done", ["paused", "completed", "paused"]],
        ["done", ["running", "completed", "running"]],
        ["done", ["cancelled", "completed", "cancelled"]],
        ["done", ["cancelled", "completed", "cancelled"]],
      ]);
    });

    it("tell which runs they made a difference to", async () => {
      const dataset = await created([5, 3]);
      await controlDataset(pool(), dataset.id, "pause");
      await pool().query("UPDATE runs SET status = 'running' WHERE id = $1", [dataset.runs[0]?.id]);
      const resumed = await controlDataset(pool(), dataset.id, "resume");
      expect("changed" in resumed && resumed.changed.map(({ id }) => id)).to.deep.equal([
        dataset.runs[1]?.id,
      ]);
    });

    it("leave other datasets alone", async () => {
      const [one, other] = [await created([5]), await created([3])];
      await controlDataset(pool(), one.id, "cancel");
      expect(await findDataset(pool(), other.id)).to.deep.equal(other);
    });

    it("are refused where no run can follow, and where there is no dataset", async () => {
      const { id } = await created([0]);
      expect(await command(id, "pause", "resume", "cancel")).to.deep.equal([
        ["refused", ["completed"]],
        ["refused", ["completed"]],
        ["refused", ["completed"]],
      ]);
      expect(await command(nobody, "cancel")).to.deep.equal(["not_found"]);
    });

    it("still cancel what goes on beside a run that has failed", async () => {
      const dataset = await created([5, 3]);
      await failRun(pool(), dataset.runs[0]?.id ?? "", "no reason");
      expect(await command(dataset.id, "cancel")).to.deep.equal([["done", ["failed", "cancelled"]]]);
    });
  });
});
