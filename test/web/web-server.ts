import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Pool } from "../../ledger/database/database.ts";
import { type Config, readConfig } from "../../service/config.ts";
import { userType } from "../../types/user/user.ts";
import { createApp } from "../../web/app.ts";
import type { WebDependencies } from "../../web/dependencies.ts";
import { listen, stopServer } from "../../web/http/listen.ts";
import { type FieldError, type ProblemKind, problemKinds, problemType } from "../../web/http/problem.ts";
import { openDependencies } from "../../web/open-dependencies.ts";
import type { RunJson } from "../../web/runs/request/run-schema.ts";
import { createTestDatabase, type TestDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { silentLog } from "../setup/log.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

export const allFields = userType.fields.map((field) => field.name);

/** The web service on a port of its own. */
export interface TestWeb {
  readonly url: string;
  readonly config: Config;
  readonly deps: WebDependencies;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Posts a value as JSON, or a text as it is. */
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The same as a PATCH. */
  patch(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Sends a run and expects it to be accepted. */
  startRun(request: Readonly<Record<string, unknown>>): Promise<RunJson>;
  close(): Promise<void>;
}

/** Starts the web service with the environment of the test servers, changed as wished. */
export async function startWeb(environment: Readonly<Record<string, string>>, port = 0): Promise<TestWeb> {
  const config = readConfig({
    REDIS_URL: servers.redisUrl,
    KAFKA_BROKERS: servers.kafkaBrokers.join(","),
    KAFKA_TOPIC: unique("topic"),
    KAFKA_GROUP: unique("group"),
    KAFKA_PARTITIONS: "3",
    QUEUE_PREFIX: unique("test"),
    ...environment,
  });
  const closers: (() => unknown)[] = [];
  const deps = openDependencies(config, silentLog, (_name, close) => closers.push(close));
  const server = await listen(createApp(deps), { host: "127.0.0.1", port });
  closers.push(
    () => stopServer(server, 2_000),
    () => deps.runFeed.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const answers: Response[] = [];
  const request = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(url + path, { redirect: "manual", ...init });
    answers.push(answer);
    return answer;
  };
  const sender =
    (method: string): TestWeb["post"] =>
    (path, body, headers = {}) =>
      request(path, {
        method,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
  const post = sender("POST");
  return {
    url,
    config,
    deps,
    post,
    patch: sender("PATCH"),
    get: (path, headers = {}) => request(path, { headers }),
    async startRun(request) {
      const response = await post("/api/runs", request);
      expect(response.status).to.equal(202);
      return readRun(response);
    },
    async close() {
      // The connection of a body that no test has read stays open until the garbage is collected.
      for (const { body } of answers) if (body !== null && !body.locked) await body.cancel();
      for (const close of closers.reverse()) await close();
    },
  };
}

export interface SuiteWeb extends TestWeb, Pick<TestDatabase, "asOwner"> {
  readonly pool: Pool;
}

/** The web service with a database, a topic and queues of its own for the calling suite. */
export function webForSuite(environment: Readonly<Record<string, string>> = {}): () => SuiteWeb {
  let database: TestDatabase;
  let web: SuiteWeb;
  before(async () => {
    database = await createTestDatabase();
    const started = await startWeb({ DATABASE_URL: database.url, ...environment });
    web = { ...started, pool: database.pool, asOwner: database.asOwner };
    await eventually(() => expect(started.deps.isRedisReady()).to.equal(true));
  });
  after(async () => {
    await web.close();
    await database.drop();
  });
  return () => web;
}

export async function readRun(response: Response): Promise<RunJson> {
  return (await response.json()) as RunJson;
}

export interface ProblemJson {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly FieldError[];
  readonly dependency?: string;
  readonly runStatus?: string;
}

/** Expects problem details of this kind and returns them. */
export async function expectProblem(response: Response, kind: ProblemKind): Promise<ProblemJson> {
  expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
  const problem = (await response.json()) as ProblemJson;
  expect(problem.type).to.equal(problemType(kind));
  expect(problem.status).to.equal(problemKinds[kind].status);
  expect(response.status).to.equal(problem.status);
  expect(problem.title).to.equal(problemKinds[kind].title);
  expect(problem.instance).to.match(/^urn:uuid:/);
  return problem;
}

/** The fields that a problem names, in order of their names. */
export const badFields = (problem: ProblemJson): string[] =>
  (problem.errors ?? []).map((error) => error.field).sort();
