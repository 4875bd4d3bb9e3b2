import Type from "typebox";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { listRuns } from "../../ledger/runs/list-runs.ts";
import { builtInType } from "../../types/built-in.ts";
import type { WebDependencies } from "../dependencies.ts";
import { type Endpoint, type Operation, oneOfThese } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { listingUrl, runFilterOf, runListProperties, runOrderOf } from "./list/run-listing.ts";
import { createRequestReader } from "./request/read-request.ts";
import {
  type AskedType,
  anyRegistered,
  askedType,
  exampleFields,
  type RunRequest,
  runRequestSchema,
  withBuiltInType,
  withOwnType,
} from "./request/request-schema.ts";
import { runJson, runParams, runSchema } from "./request/run-schema.ts";
import { createSubmitRun } from "./request/submit-run.ts";
import { runIdOf, runNotFound } from "./run-id.ts";

const listQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 500, description: "Runs a page; 50 by default" }),
    ),
    ...runListProperties,
  },
  { additionalProperties: false },
);

export const keyHeader = "Idempotency-Key";
export const createHeaders = Type.Object({
  [keyHeader]: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: "^[ -~]*$",
      description:
        "Makes the request safe to repeat: the same key and request give the same run. Requests are compared by what they " +
        "ask for: neither the order of fields, unique fields and weights matters, nor how a number or date is written, nor " +
        "whether a default is spelled out. A seed or reference date that is left open stays open",
      "x-message": "must be 1 to 255 printable ASCII characters",
    }),
  ),
});

const listResponse = Type.Object(
  {
    runs: Type.Array(runSchema),
    next: Type.Unsafe<string | null>({
      type: ["string", "null"],
      description: "Where the next page is; null on the last one",
    }),
  },
  { additionalProperties: false },
);

const listOperation: Operation = {
  id: "listRuns",
  method: "get",
  path: "/api/runs",
  tag: "Runs",
  summary: "List runs",
  description:
    "Those that all filters let through, a page at a time, the newest first unless `sort` says otherwise.",
  query: listQuery,
  responses: {
    200: {
      description: "A page of runs",
      content: { "application/json": listResponse },
      headers: { Link: "The next page, rel=next, where there is one" },
    },
  },
  problems: ["invalid-request", "unavailable"],
};

const getOperation: Operation = {
  id: "getRun",
  method: "get",
  path: "/api/runs/:id",
  tag: "Runs",
  summary: "Look at a run",
  params: runParams,
  responses: { 200: { description: "The run", content: { "application/json": runSchema } } },
  problems: ["not-found", "unavailable"],
};

/** Asking for runs and looking at them. */
export function runEndpoints(deps: WebDependencies): Endpoint[] {
  const { config, db } = deps;
  const schemaOf = (type: AskedType) => runRequestSchema(type, config.limits.maxRecordsPerRun);
  const readRequest = createRequestReader<RunRequest>(deps.types, schemaOf);
  const parseHeaders = requestParser("headers", createHeaders);
  const parseQuery = requestParser("query", listQuery);
  const createBody = withBuiltInType(schemaOf(askedType(builtInType)), "RunRequest");
  const submitRun = createSubmitRun({ ...deps, limits: config.limits });

  const createOperation: Operation = {
    id: "createRun",
    method: "post",
    path: "/api/runs",
    tag: "Runs",
    summary: "Start a run",
    description:
      "Once this is answered the run is committed: every record will be stored or named as a dead letter, exactly " +
      "once. The same seed, fields and reference date give the same records. A run of a registered type can be asked for by " +
      "`type`, `count`, `seed`, `referenceDate`, `rate`, `shape`, `chunkSize` and those of the `faults` that its fields " +
      "allow; the OpenAPI document has a schema for each type.",
    headers: createHeaders,
    body: createBody,
    bodyExample: { count: 100_000, fields: exampleFields, seed: 42 },
    responses: {
      202: {
        description: "The run, new or the one that the key stands for",
        content: { "application/json": runSchema },
        headers: { Location: "The run" },
        links: ["getRun", "watchRun", "changeRun", "pauseRun", "resumeRun", "cancelRun"],
      },
    },
    problems: [
      "invalid-request",
      "malformed-body",
      "idempotency-key-reused",
      "queue-full",
      "endless-runs",
      "too-large",
      "unsupported-media-type",
      "unavailable",
    ],
  };

  return [
    {
      operation: createOperation,
      forTypes: (registered) => ({
        ...createOperation,
        body: oneOfThese(
          createBody,
          registered.map(({ name, options }) =>
            withOwnType(name, schemaOf({ ...anyRegistered, options }), "RunRequest"),
          ),
        ),
      }),
      handle: async (req, res) => {
        const { [keyHeader]: key } = parseHeaders({ [keyHeader]: req.get(keyHeader) });
        const run = await submitRun(await readRequest(req.body), key ?? null);
        res.status(202).location(`/api/runs/${run.id}`).json(runJson(run));
      },
    },
    {
      operation: listOperation,
      handle: async (req, res) => {
        const query = parseQuery(req.query);
        const { limit = 50, before = null } = query;
        const page = await listRuns(db, {
          ...runFilterOf(query),
          order: runOrderOf(query),
          limit,
          before,
        });
        const next =
          page.nextBefore === null ? null : listingUrl("/api/runs", query, { before: page.nextBefore });
        if (next !== null) res.links({ next });
        res.json({ runs: page.runs.map(runJson), next });
      },
    },
    {
      operation: getOperation,
      handle: async (req, res) => {
        const run = await findRun(db, runIdOf(req));
        if (run === null) throw runNotFound();
        res.json(runJson(run));
      },
    },
  ];
}
