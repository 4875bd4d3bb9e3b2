import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect } from "chai";
import { inTransaction } from "../../ledger/database/database.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import { listenToRunChanges, notifyRunChanged, type RunChanges } from "../../ledger/runs/run-changes.ts";
import { recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForSuite } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { createdRun, plannedRun } from "../setup/runs.ts";

describe("changes of runs", () => {
  const database = databaseForSuite();
  const pool = () => database().pool;
  let changes: RunChanges;
  let heard: (string | null)[];

  beforeEach(async () => {
    heard = [];
    changes = listenToRunChanges(database().url, () => undefined);
    changes.subscribe((runId) => heard.push(runId));
    await eventually(() => expect(heard).to.deep.equal([null]));
  });
  afterEach(() => changes.close());

  it("are told of every step of a run", async () => {
    const { run } = await plannedRun(pool(), { count: 1 });
    await controlRun(pool(), run.id, "pause");
    await controlRun(pool(), run.id, "resume");
    await storeNext(pool(), recordsOf(run, [0]));
    await eventually(() => expect(heard.filter((id) => id === run.id)).to.have.length(5));
  });

  it("are told at commit, not before, and not at all after a rollback", async () => {
    const { id } = await createdRun(pool());
    await eventually(() => expect(heard).to.deep.equal([null, id]));
    const rolledBack = inTransaction(pool(), async (client) => {
      await notifyRunChanged(client, ["rolled back"]);
      throw new Error("no");
    });
    await rolledBack.catch(() => undefined);
    await inTransaction(pool(), async (client) => {
      await notifyRunChanged(client, ["committed"]);
      await notifyRunChanged(pool(), ["outside"]);
      await eventually(() => expect(heard).to.deep.equal([null, id, "outside"]));
    });
    await eventually(() => expect(heard).to.deep.equal([null, id, "outside", "committed"]));
  });

  it("are told no more after the subscription has ended", async () => {
    const others: (string | null)[] = [];
    const unsubscribe = changes.subscribe((runId) => others.push(runId));
    unsubscribe();
    await notifyRunChanged(pool(), ["a"]);
    await eventually(() => expect(heard).to.deep.equal([null, "a"]));
    expect(others).to.deep.equal([]);
  });

  it("are told again after the connection was cut, with a word that some may have been missed", async () => {
    await pool().query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'run-changes' AND datname = current_database()`,
    );
    await eventually(() => expect(heard).to.deep.equal([null, null]));
    await notifyRunChanged(pool(), ["after"]);
    await eventually(() => expect(heard.at(-1)).to.equal("after"));
  });

  describe("waiting for the next one of a run", () => {
    const never = 600_000;

    it("ends with it, and not with another run's", async () => {
      const ended: string[] = [];
      const one = changes.next("one", never).then(() => ended.push("one"));
      const other = changes.next("other", never).then(() => ended.push("other"));
      await notifyRunChanged(pool(), ["other"]);
      await other;
      await notifyRunChanged(pool(), ["one"]);
      await one;
      expect(ended).to.deep.equal(["other", "one"]);
    });

    it("ends after its time", async () => {
      await changes.next("one", 1);
    });

    it("ends where the signal is aborted, during the wait or before it", async () => {
      const controller = new AbortController();
      const waiting = changes.next("one", never, controller.signal);
      controller.abort();
      await waiting;
      await changes.next("one", never, controller.signal);
    });

    it("ends where the listening ends, during the wait or before it", async () => {
      const waiting = changes.next("one", never);
      await changes.close();
      await waiting;
      await changes.next("one", never);
    });
  });
});

describe("listening for changes of runs", () => {
  it("goes on trying where nobody answers", async () => {
    const errors: Error[] = [];
    const changes = listenToRunChanges("postgres://nobody@127.0.0.1:1/none", (error) => errors.push(error));
    await eventually(() => expect(errors.length).to.be.at.least(2));
    await changes.close();
  });

  it("goes on trying where the connection is lost before it listens, and throws nothing at the process", async () => {
    const errors: Error[] = [];
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const { url, close } = await breakingPostgres();
    const changes = listenToRunChanges(url, (error) => errors.push(error));
    await eventually(() => expect(errors.length).to.be.at.least(3));
    await changes.close();
    await close();
    process.off("unhandledRejection", note);
    expect(unhandled).to.deep.equal([]);
  });
});

/** Lets everybody in, as PostgreSQL's protocol has it, and breaks the connection at the first query. */
async function breakingPostgres(): Promise<{ url: string; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      const authenticationOk = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
      const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
      socket.write(Buffer.concat([authenticationOk, readyForQuery]));
      socket.once("data", () => socket.resetAndDestroy());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
