import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { isOver, type Run } from "../../cli/run.ts";
import { webClient } from "../../cli/web-client.ts";
import { notifyRunChanged } from "../../ledger/runs/run-changes.ts";
import { createTestDatabase, type TestDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { type MainProcess, startMain, untilAlive } from "../web/main-process.ts";

const patience = {
  outageMs: 60_000,
  reconnectMs: 50,
  firstEventMs: 20_000,
  silenceMs: 20_000,
  pollMs: 50,
};

/** What a proxy does with the answers on their way to the client. */
type Treatment = (answer: IncomingMessage, response: ServerResponse, path: string) => void;

const passOn: Treatment = (answer, response) => {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.flushHeaders();
  answer.pipe(response);
};

describe("watching a run from the command line", () => {
  let database: TestDatabase;
  let environment: Readonly<Record<string, string>>;
  let web: MainProcess;
  let proxy: Server;
  /** Paths that were asked for. */
  let asked: string[];
  let treat: Treatment;
  const stop = new AbortController();

  before(async () => {
    database = await createTestDatabase();
    environment = {
      DATABASE_URL: database.url,
      REDIS_URL: servers.redisUrl,
      KAFKA_BROKERS: servers.kafkaBrokers.join(","),
      QUEUE_PREFIX: unique("test"),
    };
    web = await startMain("web/main", environment);
    await untilAlive(web);
    proxy = createServer((incoming, response) => {
      const path = incoming.url ?? "";
      asked.push(path);
      const passed = request(
        web.url + path,
        { method: incoming.method, headers: { ...incoming.headers, host: new URL(web.url).host } },
        (answer) => {
          answer.on("error", () => response.destroy());
          treat(answer, response, path);
        },
      );
      passed.on("error", () => response.destroy());
      response.on("close", () => passed.destroy());
      incoming.pipe(passed);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    asked = [];
    treat = passOn;
  });
  after(async () => {
    stop.abort();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    web.child.kill("SIGTERM");
    await web.exited;
    await database.drop();
  });

  const client = () => webClient(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);

  async function change(id: string, assignments: string): Promise<void> {
    await database.pool.query(`UPDATE runs SET ${assignments} WHERE id = $1`, [id]);
    await notifyRunChanged(database.pool, [id]);
  }
  const complete = (id: string) =>
    change(id, "status = 'completed', started_at = now(), stored = 10, produced = 10, finished_at = now()");

  /** Watches in the background. */
  async function watch(times: Partial<typeof patience> = {}) {
    const run = await client().requestRun({ count: 10 });
    asked = [];
    const seen: Run[] = [];
    const watching = (async () => {
      const states = client().watchRun(run, isOver, stop.signal, { ...patience, ...times });
      for await (const state of states) seen.push(state);
    })();
    watching.catch(() => undefined);
    return { id: run.id, events: `/api/runs/${run.id}/events`, seen, ended: watching };
  }
  const seesStored = (seen: readonly Run[], stored: number) =>
    eventually(() => expect(seen.at(-1)?.stored).to.equal(stored));

  it("is told each change over one connection and asks for nothing", async () => {
    const { id, events, seen, ended } = await watch();
    for (const stored of [1, 2, 3]) {
      await change(id, `stored = ${stored}`);
      await seesStored(seen, stored);
    }
    await complete(id);
    await ended;
    expect(seen.at(-1)).to.include({ status: "completed", stored: 10 });
    expect(asked).to.deep.equal([events]);
  });

  it("goes on after a restart of the web service, with what has happened meanwhile", async () => {
    const { id, events, seen, ended } = await watch();
    await change(id, "stored = 4");
    await seesStored(seen, 4);
    web.child.kill("SIGTERM");
    await web.exited;
    await complete(id);
    const port = new URL(web.url).port;
    web = { ...(await startMain("web/main", { ...environment, PORT: port })), url: web.url };
    await ended;
    expect(seen.at(-1)).to.include({ status: "completed", stored: 10 });
    expect(asked.length).to.be.greaterThan(1);
    expect(asked.filter((path) => path !== events)).to.deep.equal([]);
  });

  it("opens the connection again where it has fallen silent", async () => {
    treat = (answer, response, path) => {
      if (!path.endsWith("/events")) return passOn(answer, response, path);
      // The first events pass, and then nothing more, as of a connection that was cut somewhere on its way.
      answer.once("data", (part: Buffer) => {
        response.writeHead(200, answer.headers);
        response.write(part);
      });
      treat = passOn;
    };
    const { id, events, seen, ended } = await watch({ silenceMs: 500 });
    await eventually(() => expect(asked).to.deep.equal([events, events]));
    await complete(id);
    await ended;
    expect(seen.at(-1)?.stored).to.equal(10);
    expect(asked.every((path) => path === events)).to.equal(true);
  });

  it("asks again and again where a proxy holds the events back", async () => {
    treat = (answer, response, path) => {
      if (!path.endsWith("/events")) return passOn(answer, response, path);
      response.writeHead(200, answer.headers);
      response.flushHeaders();
    };
    const { id, events, seen, ended } = await watch({ firstEventMs: 300 });
    await eventually(() => expect(asked).to.include(`/api/runs/${id}`));
    await complete(id);
    await ended;
    expect(seen.at(-1)?.stored).to.equal(10);
    expect(asked.filter((path) => path === events)).to.have.length(1);
  });

  it("asks again and again where what answers is no stream of events", async () => {
    treat = (answer, response, path) => {
      if (!path.endsWith("/events")) return passOn(answer, response, path);
      answer.destroy();
      response.writeHead(200, { "content-type": "text/html" }).end("<p>Welcome");
    };
    const { id, seen, ended } = await watch();
    await eventually(() => expect(asked).to.include(`/api/runs/${id}`));
    await complete(id);
    await ended;
    expect(seen.at(-1)?.stored).to.equal(10);
  });

  it("ends at an interrupt, however quiet the run is", async () => {
    const run = await client().requestRun({ count: 10 });
    const interrupt = new AbortController();
    let states = 0;
    const watching = (async () => {
      for await (const _ of client().watchRun(run, isOver, interrupt.signal, patience)) states += 1;
    })().then(
      () => undefined,
      (error: unknown) => error,
    );
    await eventually(() => expect(states).to.equal(2));
    interrupt.abort(new Error("enough"));
    expect(await watching).to.have.property("message", "enough");
  });

  it("gives up once the web service has been away for too long", async () => {
    const { ended } = await watch({ outageMs: 300 });
    treat = (answer, response) => {
      answer.destroy();
      response.writeHead(503).end();
    };
    proxy.closeAllConnections();
    const message = await ended.then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message).to.equal("The web service answers with status 503");
  });
});
