import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect } from "chai";
import type { Queryable } from "../../ledger/database/database.ts";
import { listenToRunChanges, notifyRunChanged } from "../../ledger/runs/run-changes.ts";
import { createApp } from "../../web/app.ts";
import { listen, stopServer } from "../../web/http/listen.ts";
import type { RunJson } from "../../web/runs/request/run-schema.ts";
import { createRunFeed, type RunFeed } from "../../web/runs/run-feed.ts";
import { eventually } from "../setup/eventually.ts";
import { rejection } from "../setup/rejection.ts";
import { expectProblem, startWeb, webForSuite } from "./web-server.ts";

interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Reads a stream of server-sent events; the text that came is kept. */
async function openStream(url: string) {
  const aborter = new AbortController();
  const response = await fetch(url, { signal: aborter.signal, headers: { Accept: "text/event-stream" } });
  const stream = { response, text: "", ended: false, close: () => aborter.abort() };
  const decoder = new TextDecoder();
  void (async () => {
    try {
      for await (const part of response.body ?? []) stream.text += decoder.decode(part, { stream: true });
      stream.ended = true;
    } catch {
      // Closed by the test.
    }
  })();
  return stream;
}

function eventsIn(text: string): ServerEvent[] {
  return text.split("\n\n").flatMap((block) => {
    const found = /^event: (.*)\ndata: (.*)$/.exec(block);
    return found === null ? [] : [{ event: String(found[1]), data: String(found[2]) }];
  });
}

const runsIn = (text: string): RunJson[] =>
  eventsIn(text)
    .filter(({ event }) => event === "run")
    .map(({ data }) => JSON.parse(data) as RunJson);

describe("GET /api/runs/:id/events", () => {
  const web = webForSuite();

  const change = async (id: string, assignments: string): Promise<void> => {
    await web().pool.query(`UPDATE runs SET ${assignments} WHERE id = $1`, [id]);
    await notifyRunChanged(web().pool, [id], assignments.startsWith("status") ? "command" : "progress");
  };

  /** The service on a port of its own, and how many streams it has open. */
  async function serveCounting() {
    const { runFeed } = web().deps;
    let streams = 0;
    const counting: RunFeed = {
      ...runFeed,
      subscribe: (...args) => {
        const unsubscribe = runFeed.subscribe(...args);
        streams += 1;
        return () => {
          unsubscribe();
          streams -= 1;
        };
      },
    };
    const app = createApp({ ...web().deps, runFeed: counting });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    return { server, port: (server.address() as AddressInfo).port, streams: () => streams };
  }

  it("sends the run at once, with headers that no proxy may buffer", async () => {
    const run = await web().startRun({ count: 10 });
    const stream = await openStream(`${web().url}/api/runs/${run.id}/events`);
    await eventually(() => expect(runsIn(stream.text)).to.deep.equal([run]));
    expect(stream.response.headers.get("content-type")).to.equal("text/event-stream; charset=utf-8");
    expect(stream.response.headers.get("cache-control")).to.include("no-cache");
    expect(stream.response.headers.get("x-accel-buffering")).to.equal("no");
    expect(stream.text).to.match(/^retry: \d+\n\n/);
    stream.close();
  });

  it("sends each change and ends after the terminal state", async () => {
    const { id } = await web().startRun({ count: 10 });
    const stream = await openStream(`${web().url}/api/runs/${id}/events`);
    await eventually(() => expect(runsIn(stream.text)).to.have.length(1));
    await change(id, "status = 'running', started_at = now(), stored = 4");
    await eventually(() => expect(runsIn(stream.text).at(-1)?.stored).to.equal(4));
    await change(id, "status = 'completed', stored = 10, finished_at = now()");
    await eventually(() => expect(stream.ended).to.equal(true));
    expect(runsIn(stream.text).at(-1)).to.include({ status: "completed", stored: 10 });
    expect(eventsIn(stream.text).at(-1)).to.deep.equal({ event: "end", data: '"completed"' });
  });

  it("ends at once where the run has ended", async () => {
    const { id } = await web().startRun({ count: 10 });
    await web().post(`/api/runs/${id}/cancel`);
    const stream = await openStream(`${web().url}/api/runs/${id}/events`);
    await eventually(() => expect(stream.ended).to.equal(true));
    expect(eventsIn(stream.text).map(({ event }) => event)).to.deep.equal(["run", "end"]);
  });

  it("sends at most about five states a second, and the last one", async () => {
    const { id } = await web().startRun({ count: 1000 });
    const stream = await openStream(`${web().url}/api/runs/${id}/events`);
    const startedMs = Date.now();
    for (let stored = 1; stored <= 100; stored++) await change(id, `stored = ${stored}`);
    await eventually(() => expect(runsIn(stream.text).at(-1)?.stored).to.equal(100));
    const seconds = (Date.now() - startedMs) / 1000;
    expect(runsIn(stream.text).length).to.be.at.most(3 + seconds * 5);
    stream.close();
  });

  it("notices a change of which nobody told", async () => {
    const { id } = await web().startRun({ count: 10 });
    const stream = await openStream(`${web().url}/api/runs/${id}/events`);
    await eventually(() => expect(runsIn(stream.text)).to.have.length(1));
    await web().pool.query("UPDATE runs SET stored = 7 WHERE id = $1", [id]);
    await eventually(() => expect(runsIn(stream.text).at(-1)?.stored).to.equal(7));
    stream.close();
  });

  it("answers 404 for a run that is not there", async () => {
    await expectProblem(await web().get("/api/runs/nonsense/events"), "not-found");
  });

  it("begins no stream for a reader who leaves while the run is looked for", async () => {
    const { id } = await web().startRun({ count: 10 });
    const served = await serveCounting();
    const url = `http://127.0.0.1:${served.port}/api/runs/${id}/events`;
    const locking = await web().pool.connect();
    try {
      await locking.query("BEGIN; LOCK TABLE runs");
      const countWaiting = async (): Promise<number | null> => {
        const { rowCount } = await locking.query(
          "SELECT FROM pg_locks WHERE relation = 'runs'::regclass AND NOT granted",
        );
        return rowCount;
      };
      const requested = once(served.server, "request");
      const leaving = new AbortController();
      const answer = rejection(fetch(url, { signal: leaving.signal }));
      const [, response] = (await requested) as [unknown, ServerResponse];
      await eventually(async () => expect(await countWaiting()).to.equal(1));
      const left = once(response, "close");
      leaving.abort();
      await Promise.all([left, answer]);
      await locking.query("ROLLBACK");
      await eventually(async () => expect(await countWaiting()).to.equal(0));

      // By the time that another has its stream, the first one would have had it.
      const stream = await openStream(url);
      await eventually(() => expect(runsIn(stream.text)).to.have.length(1));
      expect(served.streams()).to.equal(1);
      stream.close();
    } finally {
      locking.release();
      await stopServer(served.server, 2_000);
    }
  });

  it("ends the streams of a reader who asks for several at once and leaves before they begin", async () => {
    const { id } = await web().startRun({ count: 10 });
    const served = await serveCounting();
    try {
      const reader = connect(served.port, "127.0.0.1");
      reader.write(`GET /api/runs/${id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(3));
      await eventually(() => expect(served.streams()).to.equal(3));
      reader.destroy();
      await eventually(() => expect(served.streams()).to.equal(0));
    } finally {
      await stopServer(served.server, 2_000);
    }
  });

  it("lets the service stop while somebody looks on", async () => {
    const other = await startWeb({ DATABASE_URL: web().config.databaseUrl });
    const { id } = await web().startRun({ count: 10 });
    const stream = await openStream(`${other.url}/api/runs/${id}/events`);
    await eventually(() => expect(runsIn(stream.text)).to.have.length(1));
    await other.close();
    await eventually(() => expect(stream.ended).to.equal(true));
  });
});

describe("The feed of runs", () => {
  const web = webForSuite();

  it("tells progress at once where it has not looked for a while, and a change of status in any case", async () => {
    const run = await web().startRun({ count: 10 });
    const changes = listenToRunChanges(web().config.databaseUrl, () => undefined);
    const looks: number[] = [];
    const timed: Queryable = {
      query: (text, values) => {
        looks.push(performance.now());
        return web().pool.query(text, values === undefined ? undefined : [...values]);
      },
    };
    const lastLookMs = () => looks.at(-1) ?? Number.POSITIVE_INFINITY;
    const minIntervalMs = 2_000;
    const feed = createRunFeed(timed, changes, { minIntervalMs, pollMs: 60_000, onError: () => undefined });
    /** Milliseconds from the notification to the look that follows it. */
    const reaction = async (change: "progress" | "command"): Promise<number> => {
      const before = looks.length;
      const toldMs = performance.now();
      await notifyRunChanged(web().pool, [run.id], change);
      await eventually(() => expect(looks).to.have.length(before + 1));
      return lastLookMs() - toldMs;
    };
    try {
      feed.subscribe(run.id, () => undefined);
      // Looks once, and perhaps again as the listener's connection comes up.
      await eventually(() => expect(performance.now() - lastLookMs()).to.be.above(minIntervalMs));
      expect(await reaction("progress")).to.be.below(minIntervalMs / 2);
      expect(await reaction("command")).to.be.below(minIntervalMs / 2);
      const restedFrom = lastLookMs();
      await reaction("progress");
      expect(lastLookMs() - restedFrom).to.be.at.least(minIntervalMs - 5);
    } finally {
      await feed.close();
      await changes.close();
    }
  });

  it("asks once a change, however many look on, and not at all once nobody does", async () => {
    const run = await web().startRun({ count: 10 });
    let queries = 0;
    const counting: Queryable = {
      query: (text, values) => {
        queries += 1;
        return web().pool.query(text, values === undefined ? undefined : [...values]);
      },
    };
    const changes = listenToRunChanges(web().config.databaseUrl, () => undefined);
    const feed = createRunFeed(counting, changes, {
      minIntervalMs: 10,
      pollMs: 60_000,
      onError: () => undefined,
    });
    try {
      const told: number[] = [];
      const ends = Array.from({ length: 20 }, () =>
        feed.subscribe(run.id, ({ stored }) => told.push(stored)),
      );
      await eventually(() => expect(told).to.have.length(20));
      const before = queries;
      await web().pool.query("UPDATE runs SET stored = 3 WHERE id = $1", [run.id]);
      await notifyRunChanged(web().pool, [run.id]);
      await eventually(() => expect(told.filter((stored) => stored === 3)).to.have.length(20));
      // The listener's connection may have come up in between, which is a reason to look as well.
      expect(queries - before).to.be.at.most(2);
      for (const end of ends) end();
      const after = queries;
      await notifyRunChanged(web().pool, [run.id]);
      await feed.close();
      expect(queries).to.equal(after);
    } finally {
      await feed.close();
      await changes.close();
    }
  });
});
