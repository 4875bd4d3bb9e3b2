// Written by UPDATE_API_TYPES=1 npm test -- test/cli/api-types.test.ts from what the web service serves as
// /api/openapi.json; not to be changed by hand.

export interface paths {
  "/api/runs": { post: operations["createRun"]; get: operations["listRuns"] };
  "/api/runs/{id}": { get: operations["getRun"] };
  "/api/runs/{id}/events": { get: operations["watchRun"] };
  "/api/runs/{id}/cancel": { post: operations["cancelRun"] };
  "/api/runs/{id}/pause": { post: operations["pauseRun"] };
  "/api/runs/{id}/resume": { post: operations["resumeRun"] };
  "/api/generate": { post: operations["generateRecords"] };
  "/produce": { post: operations["produceRecords"] };
  "/api/dead-letters": { get: operations["listDeadLetters"] };
  "/api/dead-letters/replay": { post: operations["replayDeadLetters"] };
  "/healthz": { get: operations["getHealth"] };
  "/readyz": { get: operations["getReadiness"] };
  "/metrics": { get: operations["getMetrics"] };
  "/api/openapi.json": { get: operations["getOpenApi"] };
}

export interface components {
  schemas: {
    Run: {
      readonly id: string;
      /** `completed`, `cancelled` and `failed` are final */
      readonly status: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
      /** Records that were asked for */
      readonly requested: number;
      /** Records that Kafka has acknowledged */
      readonly produced: number;
      /** Records that are rows */
      readonly stored: number;
      /** Those of `stored` in which something was repaired */
      readonly flagged: number;
      /** Records that cannot become rows */
      readonly deadLettered: number;
      readonly fields: readonly string[];
      readonly seed: number;
      /** The run's pinned now, from which dates are drawn */
      readonly referenceDate: string;
      /** Records that one job makes */
      readonly chunkSize: number;
      /** When the run was asked for */
      readonly createdAt: string;
      /** When its first chunk was planned */
      readonly startedAt: string | null;
      /** When its status became final */
      readonly finishedAt: string | null;
      /** Why the run failed */
      readonly error: string | null;
    };
    Problem: {
      /** Where the kind of problem is explained */
      readonly type: string;
      /** The kind in words */
      readonly title: string;
      readonly status: number;
      /** What is wrong this time */
      readonly detail: string;
      /** This occurrence, as the service's log names it */
      readonly instance: string;
      /** Every bad field of the request */
      readonly errors?: readonly {
        readonly field: string;
        readonly message: string;
      }[];
      /** What is not available */
      readonly dependency?: "PostgreSQL" | "Redis" | "Kafka";
      /** The status that forbids the command */
      readonly runStatus?: string;
    };
    RunRequest: {
      /** How many records */
      readonly count: number;
      /** Fields of each record; all of them by default. Their order does not matter. */
      readonly fields?: readonly (
        | "name"
        | "email"
        | "date"
        | "password_hash"
        | "country"
        | "city"
        | "phone_number"
        | "job"
        | "company"
        | "ipv4"
      )[];
      /** The same seed gives the same records; random by default */
      readonly seed?: number;
      /** The pinned now, from which dates are drawn; the last midnight in UTC by default */
      readonly referenceDate?: string;
      /** Records that one job makes */
      readonly chunkSize?: number;
    };
    ProduceRequest: {
      /** Any JSON values; each becomes one message as it is */
      readonly records: readonly unknown[];
    };
    DeadLetter: {
      readonly id: number;
      /** Why the message could not become a row, as a name */
      readonly reason: string;
      /** The same for a person */
      readonly detail: string;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      /** The run that its headers name */
      readonly runId: string | null;
      /** The sequence number that its headers name */
      readonly seq: number | null;
      /** The message's key in base64 */
      readonly key: string | null;
      /** The message's value in base64; null for a tombstone */
      readonly payload: string | null;
      /** The value's first 500 characters, where it is UTF-8 */
      readonly text: string | null;
      /** Header -> values, each in base64 */
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly createdAt: string;
      /** How often it was sent again without success */
      readonly replays: number;
      /** When a replay became a row */
      readonly resolvedAt: string | null;
    };
    ReplayRequest: {
      readonly ids?: readonly number[];
      /** Only those with this reason */
      readonly reason?: string;
      readonly runId?: string;
      /** Needed where no filter is given */
      readonly all?: boolean;
      /** At most so many; 1,000 by default */
      readonly limit?: number;
      /** Mend each by the rule of its reason, and leave out those that none mends */
      readonly patch?: boolean;
      /** Only say which would be sent */
      readonly dryRun?: boolean;
    };
    Readiness: {
      readonly status: "ready" | "not_ready";
      /** Of `postgres`, `redis`, `kafka`, `workers` and `consumers` */
      readonly checks: Readonly<
        Record<
          string,
          {
            readonly status: "up" | "down";
            /** What was found, or why it is down */
            readonly detail?: string;
          }
        >
      >;
    };
  };
}

export interface operations {
  createRun: {
    parameters: {
      query?: never;
      header?: { readonly "Idempotency-Key"?: string };
      path?: never;
      cookie?: never;
    };
    requestBody: { content: { "application/json": components["schemas"]["RunRequest"] } };
    responses: {
      202: {
        headers: { readonly Location: string };
        content: { "application/json": components["schemas"]["Run"] };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listRuns: {
    parameters: {
      query?: {
        readonly limit?: number;
        readonly before?: string;
        readonly status?: "queued" | "running" | "paused" | "completed" | "cancelled" | "failed";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: { readonly Link: string };
        content: {
          "application/json": {
            readonly runs: readonly components["schemas"]["Run"][];
            /** Where the next page is; null on the last one */
            readonly next: string | null;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  watchRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "text/event-stream": {
            readonly event?: "run" | "end";
            /** The run as JSON, or of `end` its status as JSON */
            readonly data?: string;
            /** Milliseconds to wait before connecting again */
            readonly retry?: number;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  cancelRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  pauseRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  resumeRun: {
    parameters: { query?: never; header?: never; path: { readonly id: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "application/json": components["schemas"]["Run"] } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      404: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      409: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  generateRecords: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody: {
      content: {
        "application/json": {
          /** How many records */
          readonly count: number;
          /** Fields of each record; all of them by default. Their order does not matter. */
          readonly fields?: readonly (
            | "name"
            | "email"
            | "date"
            | "password_hash"
            | "country"
            | "city"
            | "phone_number"
            | "job"
            | "company"
            | "ipv4"
          )[];
          /** The same seed gives the same records; random by default */
          readonly seed?: number;
          /** The pinned now, from which dates are drawn; the last midnight in UTC by default */
          readonly referenceDate?: string;
        };
      };
    };
    responses: {
      200: {
        headers: { readonly "Synthetic-Seed": string; readonly "Synthetic-Reference-Date": string };
        content: {
          "application/json": readonly {
            /** Full name */
            readonly name?: string | null;
            /** Address on a reserved example domain */
            readonly email?: string | null;
            /** When the user signed up: an RFC 3339 date or date-time, from the year before the reference date */
            readonly date?: string | null;
            /** 64 hexadecimal digits, the look of a SHA-256 digest */
            readonly password_hash?: string | null;
            /** Country's English name */
            readonly country?: string | null;
            /** City */
            readonly city?: string | null;
            /** Telephone number as a person would write it */
            readonly phone_number?: string | null;
            /** Job title */
            readonly job?: string | null;
            /** Employer */
            readonly company?: string | null;
            /** Address in dotted decimal notation */
            readonly ipv4?: string | null;
          }[];
          "application/x-ndjson": string;
          "text/csv": string;
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      406: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  produceRecords: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["ProduceRequest"] } };
    responses: {
      202: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            /** Messages that Kafka has acknowledged */
            readonly accepted: number;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  listDeadLetters: {
    parameters: {
      query?: {
        readonly reason?: string;
        readonly runId?: string;
        readonly resolved?: boolean;
        readonly limit?: number;
        readonly before?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly deadLetters: readonly components["schemas"]["DeadLetter"][];
            /** How many there are of each reason, on all pages */
            readonly counts: readonly {
              readonly reason: string;
              readonly count: number;
            }[];
            /** Where the next page is; null on the last one */
            readonly next: string | null;
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  replayDeadLetters: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody: { content: { "application/json": components["schemas"]["ReplayRequest"] } };
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            /** Unresolved dead letters that the filters let through */
            readonly matched: number;
            /** Messages that Kafka has acknowledged */
            readonly replayed: number;
            readonly dryRun: boolean;
            /** Dead letters that were sent again, or would be */
            readonly ids: readonly number[];
            /** Dead letters that were to be patched and that no rule mends */
            readonly skippedIds: readonly number[];
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      403: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      413: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      415: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getHealth: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: {
          "application/json": {
            readonly status: "alive";
          };
        };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getReadiness: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Readiness"]; "text/html": string };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      503: {
        headers: Record<string, never>;
        content: { "application/json": components["schemas"]["Readiness"]; "text/html": string };
      };
    };
  };
  getMetrics: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: { headers: Record<string, never>; content: { "text/plain": string } };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
  getOpenApi: {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: Record<string, never>;
        content: { "application/json": Readonly<Record<string, unknown>> };
      };
      400: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      401: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      408: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      421: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      429: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      431: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
      500: {
        headers: Record<string, never>;
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
}
