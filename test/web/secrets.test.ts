import { expect } from "chai";
import { createLogger } from "../../service/log.ts";
import { createRedactor, passwordsIn } from "../../service/redact.ts";
import { createTestDatabase, type TestDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { servers } from "../setup/servers.ts";
import { type MainName, type MainProcess, startMain, untilAlive } from "./main-process.ts";

const password = 'pass"word of the operator';
const token = "token-of-the-operator";
const typed = "typed-by-mistake-into-the-form";
const redisPassword = "password-of-redis";
const databasePassword = "password-of-the-database";

/** As they are, and as JSON and URLs have them. */
const traces = [password, token, typed, redisPassword, databasePassword].flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
  Buffer.from(`operator:${secret}`).toString("base64"),
]);

const expectNoSecret = (text: string, where: string): void => {
  for (const trace of traces) expect(text.includes(trace), `${where} has ${trace}`).to.equal(false);
};

describe("A secret", () => {
  let database: TestDatabase;
  const started: MainProcess[] = [];
  before(async () => {
    database = await createTestDatabase();
  });
  after(async () => {
    for (const { child } of started) child.kill("SIGKILL");
    await database.drop();
  });

  const start = async (
    name: MainName,
    environment: Readonly<Record<string, string>>,
  ): Promise<MainProcess> => {
    const main = await startMain(name, {
      LOG_LEVEL: "trace",
      AUTH_USER: "operator",
      AUTH_PASSWORD: password,
      AUTH_TOKEN: token,
      KAFKA_BROKERS: servers.kafkaBrokers.join(","),
      ...environment,
    });
    started.push(main);
    return main;
  };

  it("is in no log line, answer, page or job of a web service that works", async () => {
    const web = await start("web/main", { DATABASE_URL: database.url, REDIS_URL: servers.redisUrl });
    await untilAlive(web);
    const basic = (secret: string) => ({
      Authorization: `Basic ${Buffer.from(`operator:${secret}`).toString("base64")}`,
    });
    const bearer = { Authorization: `Bearer ${token}` };
    const body = JSON.stringify({ count: 3 });
    const json = { "Content-Type": "application/json" };
    const requests: readonly (readonly [string, RequestInit])[] = [
      ["/", { headers: basic(password) }],
      ["/runs", { headers: bearer }],
      ["/runs", { headers: basic(typed) }],
      ["/nowhere", { headers: { ...bearer, Accept: "text/html" } }],
      ["/api/runs", { method: "POST", headers: { ...json, ...bearer }, body }],
      ["/api/runs", { method: "POST", headers: { ...json, ...bearer }, body: "{" }],
      ["/sign-in", { method: "POST", body: new URLSearchParams({ user: "operator", password: typed }) }],
      [
        "/sign-in",
        { method: "POST", body: new URLSearchParams({ user: "operator", password }), redirect: "manual" },
      ],
      [
        "/sign-in",
        { method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams({ password: typed }) },
      ],
      ["/queues/", { headers: bearer }],
      ["/queues/api/queues?activeQueue=conducting.runs&page=1&jobsPerPage=10", { headers: bearer }],
      ["/metrics", { headers: bearer }],
      ["/readyz", { headers: bearer }],
      ["/api/openapi.json", { headers: bearer }],
      ["/api/docs", { headers: bearer }],
    ];
    for (const [path, init] of requests) {
      const response = await fetch(web.url + path, init);
      const headers = JSON.stringify([...response.headers]);
      expectNoSecret(headers + (await response.text()), `${init.method ?? "GET"} ${path}`);
    }
    const jobs = await fetch(`${web.url}/queues/api/queues?activeQueue=conducting.runs`, { headers: bearer });
    expect(await jobs.text()).to.include('"count":3');
    web.child.kill("SIGTERM");
    expect(await web.exited).to.equal(0);
    expect(web.output()).to.include("/api/runs");
    expectNoSecret(web.output(), "the log");
  });

  for (const name of ["web/main", "workers/worker-main"] as const) {
    it(`is in no log line of ${name} that Redis and PostgreSQL turn away`, async () => {
      const redis = new URL(servers.redisUrl);
      redis.username = "nobody";
      redis.password = redisPassword;
      const postgres = new URL(servers.databaseUrl);
      postgres.username = "nobody";
      postgres.password = databasePassword;
      postgres.pathname = "/nowhere";
      const main = await start(name, { REDIS_URL: redis.href, DATABASE_URL: postgres.href });
      await eventually(() => expect(main.output()).to.include("WRONGPASS"), 20_000);
      if (name.startsWith("web")) {
        await untilAlive(main);
        const response = await fetch(`${main.url}/readyz`, { headers: { Authorization: `Bearer ${token}` } });
        expectNoSecret(await response.text(), "/readyz");
      }
      main.child.kill("SIGKILL");
      await main.exited;
      expectNoSecret(main.output(), "the log");
    });
  }

  it("is in no log line of workers/consumer-main that PostgreSQL turns away", async () => {
    const postgres = new URL(servers.databaseUrl);
    postgres.password = databasePassword;
    const main = await start("workers/consumer-main", {
      DATABASE_URL: postgres.href,
    });
    await eventually(() => expect(main.output()).to.include("password authentication failed"), 30_000);
    main.child.kill("SIGKILL");
    await main.exited;
    expectNoSecret(main.output(), "the log");
  });

  it("is not told by a process that refuses to start", async () => {
    const main = await start("web/main", {
      HOST: "0.0.0.0",
      AUTH_USER: "",
      DATABASE_URL: `mysql://${databasePassword}`,
    });
    expect(await main.exited).to.equal(1);
    expect(main.output()).to.include("DATABASE_URL");
    expectNoSecret(main.output(), "its last words");
  });
});

describe("A log line", () => {
  it("has no secret, in whatever field a library puts it, and keeps the rest", () => {
    let written = "";
    const log = createLogger("test", "info", [password], { write: (line: string) => (written += line) });
    const error = Object.assign(new Error(`cannot log in with ${password}`), {
      command: { name: "auth", args: [password] },
      url: `redis://:${encodeURIComponent(password)}@host`,
    });
    log.child({ password }).warn({ err: error }, "failed");
    expectNoSecret(written, "the line");
    expect(JSON.parse(written))
      .to.include({ msg: "failed", service: "test" })
      .and.to.have.nested.property("err.stack");
  });

  it("keeps words that are merely short", () => {
    expect(createRedactor(["admin"])("the admin")).to.equal("the admin");
    expect(passwordsIn("redis://:p%40ssword@host")).to.deep.equal(["p%40ssword", "p@ssword"]);
    expect(passwordsIn("redis://host")).to.deep.equal([]);
  });
});
