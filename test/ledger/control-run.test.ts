import { expect } from "chai";
import { controlRun, failRun, type RunCommand } from "../../ledger/runs/control-run.ts";
import { isTerminal, type RunStatus, runStatuses } from "../../ledger/runs/run.ts";
import { databaseForSuite } from "../setup/database.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

/** What a command makes of a run in each status; null where it is refused. */
const expected: Readonly<Record<RunCommand, Readonly<Record<RunStatus, RunStatus | null>>>> = {
  pause: {
    queued: "paused",
    running: "paused",
    paused: "paused",
    completed: null,
    cancelled: null,
    failed: null,
  },
  resume: {
    queued: "queued",
    running: "running",
    paused: "running",
    completed: null,
    cancelled: null,
    failed: null,
  },
  cancel: {
    queued: "cancelled",
    running: "cancelled",
    paused: "cancelled",
    completed: null,
    cancelled: "cancelled",
    failed: null,
  },
};
const commands = ["pause", "resume", "cancel"] as const;

describe("controlling a run", () => {
  const database = databaseForSuite();
  const pool = () => database().pool;

  async function runIn(status: RunStatus): Promise<string> {
    const { id } = await createdRun(pool());
    await pool().query(
      `UPDATE runs
          SET status = $2, finished_at = CASE WHEN $3 THEN now() END, stored = CASE WHEN $2 = 'completed' THEN requested ELSE 0 END
        WHERE id = $1`,
      [id, status, isTerminal(status)],
    );
    return id;
  }

  for (const command of commands) {
    for (const status of runStatuses) {
      const to = expected[command][status];
      const outcome = to === null ? "is refused" : to === status ? "changes nothing" : `makes it ${to}`;
      it(`${command} of a ${status} run ${outcome}`, async () => {
        const id = await runIn(status);
        const before = await currentRun(pool(), id);
        const controlled = await controlRun(pool(), id, command);
        const after = await currentRun(pool(), id);
        expect(controlled).to.deep.equal({ kind: to === null ? "refused" : "done", run: after });
        expect(after.status).to.equal(to ?? status);
        if (to === null || to === status) expect(after).to.deep.equal(before);
        expect(after.finishedAt !== null).to.equal(isTerminal(after.status));
      });
    }

    it(`${command} of a run that is not there says so`, async () => {
      const controlled = await controlRun(pool(), "00000000-0000-7000-8000-000000000000", command);
      expect(controlled).to.deep.equal({ kind: "not_found" });
    });
  }

  it("notes once when a run was started", async () => {
    const id = await runIn("paused");
    await controlRun(pool(), id, "resume");
    const { startedAt } = await currentRun(pool(), id);
    expect(startedAt).not.to.equal(null);
    await controlRun(pool(), id, "pause");
    await controlRun(pool(), id, "resume");
    expect((await currentRun(pool(), id)).startedAt).to.deep.equal(startedAt);
  });

  it("lets one of ten contradicting commands decide the end", async () => {
    const id = await runIn("running");
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => controlRun(pool(), id, commands[n % commands.length] ?? "cancel")),
    );
    expect((await currentRun(pool(), id)).status).to.equal("cancelled");
  });

  for (const status of runStatuses) {
    it(`failing a ${status} run ${isTerminal(status) ? "changes nothing" : "ends it with the reason"}`, async () => {
      const id = await runIn(status);
      const before = await currentRun(pool(), id);
      await failRun(pool(), id, "because");
      const after = await currentRun(pool(), id);
      if (isTerminal(status)) expect(after).to.deep.equal(before);
      else expect(after).to.include({ status: "failed", error: "because" });
    });
  }
});
