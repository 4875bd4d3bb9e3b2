import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { type MainProcess, startMain, untilAlive } from "./main-process.ts";

describe("On SIGTERM the web service", () => {
  let database: TestDatabase;
  let web: MainProcess;
  before(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    web = await startMain("web/main", {
      DATABASE_URL: database.url,
      REDIS_URL: servers.redisUrl,
      KAFKA_BROKERS: servers.kafkaBrokers.join(","),
      QUEUE_PREFIX: unique("test"),
      SHUTDOWN_TIMEOUT_MS: "6000",
    });
    await untilAlive(web);
  });
  afterEach(() => web.child.kill("SIGKILL"));
  after(() => database.drop());

  const open = () => {
    const socket = connect(Number(new URL(web.url).port), "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      answer += text;
    });
    // A service that ends may reset a connection: what counts is what it answered before.
    socket.on("error", () => undefined);
    return { socket, answer: () => answer };
  };
  const isRefused = async (): Promise<boolean> => {
    const { socket } = open();
    try {
      await once(socket, "connect");
      return false;
    } catch {
      return true;
    } finally {
      socket.destroy();
    }
  };

  it("finishes the request that is under way, takes no other, and ends with 0", async () => {
    const { socket, answer } = open();
    const body = JSON.stringify({ count: 5 });
    socket.write(
      `POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    await eventually(() => expect(answer()).to.match(/^HTTP\/1\.1 100 /));
    web.child.kill("SIGTERM");
    await eventually(async () => expect(await isRefused()).to.equal(true));
    socket.write(body);
    await once(socket, "close");
    expect(answer()).to.match(/HTTP\/1\.1 202 /);
    expect(await web.exited).to.equal(0);
    const { rows } = await database.pool.query("SELECT requested FROM runs WHERE requested = 5");
    expect(rows).to.have.length(1);
  });

  it("ends event streams at once and does not wait for idle connections", async () => {
    const run = (await (
      await fetch(`${web.url}/api/runs`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ count: 3 }),
      })
    ).json()) as { id: string };
    const stream = await fetch(`${web.url}/api/runs/${run.id}/events`);
    const startedMs = performance.now();
    web.child.kill("SIGTERM");
    expect(await stream.text()).to.include("event: run");
    expect(await web.exited).to.equal(0);
    expect(performance.now() - startedMs).to.be.below(3_000);
  });

  it("cuts off what would never end, in time", async () => {
    const { socket, answer } = open();
    socket.write(
      "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    );
    await eventually(() => expect(answer()).to.match(/^HTTP\/1\.1 100 /));
    web.child.kill("SIGTERM");
    expect(await web.exited).to.equal(0);
  });
});
