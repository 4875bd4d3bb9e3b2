import createClient from "openapi-fetch";
import { authorizationHeader, type Credentials } from "../stack/authorization.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { say } from "../stack/say.ts";
import { mediaTypeOf } from "../types/definition/media-type.ts";
import type { components, paths } from "./api-types.ts";
import type { Run } from "./run.ts";
import { type Patience, type RunEvents, Unreachable, watchRun } from "./watch-run.ts";

export type RecordType = components["schemas"]["RecordType"];
export type RecordTypeDetails = components["schemas"]["RecordTypeDetails"];
export type RegisteredRecordType = components["schemas"]["RegisteredRecordType"];

export type Dataset = components["schemas"]["Dataset"];
export type DatasetAudit = components["schemas"]["DatasetAudit"];
/** What a dataset of a file of definitions can be asked for. */
export type DatasetOptions = NonNullable<paths["/api/datasets"]["post"]["parameters"]["query"]>;

/** A mistake in a definition, as the web service names it. */
export interface Mistake {
  readonly pointer: string;
  readonly line: number | null;
  readonly message: string;
}

type RunBody = components["schemas"]["RunRequest"];

/** What a request for a run may hold; names are as the user typed them, and the web service validates them. */
export type RunRequest = Omit<RunBody, "type" | "count" | "fields" | "locale"> & {
  readonly type?: string;
  /** Left out where the type's definition says it. */
  readonly count?: number | null;
  readonly fields?: readonly string[];
  readonly locale?: string | Readonly<Record<string, number>>;
};

export type WebClient = {
  /** Address of the web service without a slash at the end. */
  readonly url: string;
  /** Asks for a run. The same idempotency key and request always mean the same run. */
  requestRun(request: RunRequest, idempotencyKey?: string): Promise<Run>;
  getRun(id: string): Promise<Run>;
  /** Registers all types of a file of definitions and asks for a dataset of them; or says what is wrong with the file. */
  requestDataset(
    text: string,
    options: DatasetOptions,
    idempotencyKey?: string,
  ): Promise<Dataset | { readonly problems: readonly Mistake[] }>;
  getDataset(id: string): Promise<Dataset>;
  /** Whether the rows of a completed dataset hang together. */
  auditDataset(id: string): Promise<DatasetAudit>;
  /** Yields the run's state at each change until `isLast` is true of one. */
  watchRun(
    run: Run,
    isLast: (run: Run) => boolean,
    signal?: AbortSignal,
    patience?: Patience,
  ): AsyncGenerator<Run, void>;
  /** Registers all types of a file of definitions, or none. */
  registerTypes(
    text: string,
    mediaType: string,
    isDryRun: boolean,
  ): Promise<{ readonly types: readonly RegisteredRecordType[] } | { readonly problems: readonly Mistake[] }>;
  listTypes(): Promise<readonly RecordType[]>;
  /** @param name with or without a version, `order@1` */
  getType(name: string): Promise<RecordTypeDetails>;
  /** Deletes a type with all its versions. */
  removeType(name: string): Promise<void>;
};

export function webClient(address: string, credentials?: Credentials): WebClient {
  const { url, authorization } = readAddress(address, credentials);
  const client = createClient<paths>({
    baseUrl: url,
    headers: { accept: "application/json", ...(authorization ? { authorization } : {}) },
  });

  /** What the web service answers with; a refusal or an outage is thrown, in words for a terminal. */
  async function take<T>(
    answering: Promise<{ data?: T | undefined; error?: unknown; response: Response }>,
  ): Promise<T> {
    const { data, error, response } = await answering.catch((cause: Error) => {
      throw new Unreachable(`The web service at ${url} cannot be reached: ${describeCause(cause)}`, {
        cause,
      });
    });
    if (response.ok && data !== undefined) return data;
    const message = describeProblem(response.status, error);
    throw response.status >= 500 ? new Unreachable(message) : new ExplainedError(message);
  }

  /** openapi-fetch's types take a readonly array for an object with an array's members. */
  async function takeAs<T>(
    answering: Promise<{ data?: unknown; error?: unknown; response: Response }>,
  ): Promise<T> {
    return (await take(answering)) as T;
  }

  /** The same, or what is wrong with the definitions that were sent. */
  async function takeOrMistakes<T>(
    answering: Promise<{ data?: unknown; error?: unknown; response: Response }>,
  ): Promise<T | { readonly problems: readonly Mistake[] }> {
    let problems: readonly Mistake[] = [];
    try {
      return await takeAs<T>(
        answering.then((answer) => {
          problems = readMistakes(answer.error);
          return answer;
        }),
      );
    } catch (error) {
      if (problems.length === 0) throw error;
      return { problems };
    }
  }

  function getRun(id: string): Promise<Run> {
    return take(client.GET("/api/runs/{id}", { params: { path: { id } } }));
  }

  async function openEvents(id: string, signal: AbortSignal): Promise<RunEvents> {
    let contentType = "";
    const answering = client.GET("/api/runs/{id}/events", {
      params: { path: { id } },
      headers: { accept: "text/event-stream, application/problem+json" },
      parseAs: "stream",
      signal,
    });
    const body = await take(
      answering.then((answer) => {
        contentType = answer.response.headers.get("content-type") ?? "";
        return { ...answer, data: answer.data ?? undefined };
      }),
    );
    return { contentType, body };
  }

  return {
    url,
    requestRun: (request, idempotencyKey) =>
      take(
        client.POST("/api/runs", {
          params: { header: idempotencyKey ? { "Idempotency-Key": idempotencyKey } : {} },
          // Of a field that there is not, the web service says which ones there are.
          body: request as RunBody,
        }),
      ),
    getRun,
    watchRun: (run, isLast, signal, patience) =>
      watchRun({ getRun, openEvents, onPolling: sayPolling }, run, isLast, signal, patience),
    registerTypes: (text, mediaType, isDryRun) =>
      takeOrMistakes<{ types: readonly RegisteredRecordType[] }>(
        client.POST("/api/types", {
          params: { query: { dryRun: isDryRun } },
          ...definitions(text, mediaType),
        }),
      ),
    requestDataset: (text, options, idempotencyKey) =>
      takeOrMistakes<Dataset>(
        client.POST("/api/datasets", {
          params: {
            query: options,
            header: idempotencyKey ? { "Idempotency-Key": idempotencyKey } : {},
          },
          ...definitions(text, mediaTypeOf(text)),
        }),
      ),
    getDataset: (id) => takeAs(client.GET("/api/datasets/{id}", { params: { path: { id } } })),
    auditDataset: (id) => takeAs(client.GET("/api/datasets/{id}/audit", { params: { path: { id } } })),
    async listTypes() {
      return (await takeAs<{ types: readonly RecordType[] }>(client.GET("/api/types", {}))).types;
    },
    async removeType(name) {
      const answering = client.DELETE("/api/types/{name}", { params: { path: { name } } });
      await take(answering.then(({ error, response }) => ({ data: {}, error, response })));
    },
    getType: (name) => takeAs(client.GET("/api/types/{name}", { params: { path: { name } } })),
  };
}

/** A file of definitions as a request's body. */
const definitions = (text: string, mediaType: string) => ({
  headers: { "content-type": mediaType },
  body: {},
  bodySerializer: () => text,
});

function sayPolling(reason: string): void {
  say(`The web service's events cannot be heard: ${reason}. It is asked every second instead.`);
}

/** Takes user and password out of an address: fetch() refuses them there. */
function readAddress(address: string, credentials?: Credentials): { url: string; authorization?: string } {
  if (!URL.canParse(address)) {
    throw new ExplainedError(
      `"${address}" is no address of a web service; http://127.0.0.1:8080 would be one.`,
      {
        exitCode: 2,
      },
    );
  }
  const { origin, pathname, username, password } = new URL(address);
  const url = (origin + pathname).replace(/\/+$/, "");
  const chosen = username
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : credentials;
  return chosen ? { url, authorization: authorizationHeader(chosen) } : { url };
}

/** An RFC 9457 problem as a text with a line for every bad field. */
function describeProblem(status: number, body: unknown): string {
  const { title, detail, errors } = readProblem(body);
  const head = [title ?? `The web service answers with status ${status}`, detail].filter(Boolean).join(": ");
  return [head, ...errors.map((error) => `  ${describeFieldError(error)}`)].join("\n");
}

type Problem = { readonly title?: unknown; readonly detail?: unknown; readonly errors: readonly unknown[] };

/** Something between us and the web service may have answered, with a page of its own. */
function readProblem(body: unknown): Problem {
  if (typeof body !== "object" || body === null) return { errors: [] };
  const { title, detail, errors } = body as Record<string, unknown>;
  return { title, detail, errors: Array.isArray(errors) ? errors : [] };
}

/** Those that are named by where they stand in a definition. */
const readMistakes = (body: unknown): readonly Mistake[] =>
  readProblem(body).errors.filter(
    (error): error is Mistake =>
      typeof error === "object" &&
      error !== null &&
      "pointer" in error &&
      "line" in error &&
      "message" in error,
  );

function describeFieldError(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { field, pointer, detail, message } = error as Record<string, unknown>;
  const place = field ?? pointer;
  const text = message ?? detail;
  return place !== undefined && text !== undefined ? `${place}: ${text}` : JSON.stringify(error);
}

/** fetch() says only "fetch failed"; the reason is its cause. */
function describeCause(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
