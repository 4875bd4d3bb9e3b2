import Type from "typebox";
import { findDataset, listDatasets } from "../../ledger/datasets/find-datasets.ts";
import { builtInType } from "../../types/built-in.ts";
import { limits as definitionLimits } from "../../types/definition/limits.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { exampleFields } from "../runs/request/request-schema.ts";
import { createHeaders, keyHeader } from "../runs/runs-routes.ts";
import { definition } from "../types/types-routes.ts";
import { datasetIdOf, datasetNotFound } from "./dataset-id.ts";
import {
  datasetJson,
  datasetParams,
  datasetQuery,
  datasetRequestSchema,
  datasetSchema,
  listQuery,
} from "./dataset-schema.ts";
import { createReadDatasetRequest } from "./read-dataset-request.ts";
import { createSubmitDataset } from "./submit-dataset.ts";

const listOperation: Operation = {
  id: "listDatasets",
  method: "get",
  path: "/api/datasets",
  tag: "Datasets",
  summary: "List datasets",
  description: "A page at a time, the newest first.",
  query: listQuery,
  responses: {
    200: {
      description: "A page of datasets",
      content: {
        "application/json": Type.Object(
          {
            datasets: Type.Array(datasetSchema),
            next: Type.Unsafe<string | null>({
              type: ["string", "null"],
              description: "Where the next page is; null on the last one",
            }),
          },
          { additionalProperties: false },
        ),
      },
      headers: { Link: "The next page, rel=next, where there is one" },
    },
  },
  problems: ["invalid-request", "unavailable"],
};

const getOperation: Operation = {
  id: "getDataset",
  method: "get",
  path: "/api/datasets/:id",
  tag: "Datasets",
  summary: "Look at a dataset",
  params: datasetParams,
  responses: { 200: { description: "The dataset", content: { "application/json": datasetSchema } } },
  problems: ["not-found", "unavailable"],
};

const yamlExample = `$id: customer
x-record: { topic: customers, table: customers, key: id, count: 1000 }
type: object
required: [id, name]
properties:
  id: { type: string, format: uuid }
  name: { type: string, x-generate: { person: name } }
`;

const createOperation: Operation = {
  id: "createDataset",
  method: "post",
  path: "/api/datasets",
  tag: "Datasets",
  summary: "Start a dataset",
  description:
    "Records of several types that belong together: one request, one seed, one run a type, committed together or not at all. " +
    "How many records a type has that belongs to another follows from that one; types to which others refer come along.\n\n" +
    "In place of a request a file of definitions may be sent, as to `POST /api/types`: its types are registered, which stays " +
    "so even where the dataset is refused, and asked for with their own counts; `scale`, `seed`, `referenceDate` and " +
    "`chunkSize` then stand in the address, which also holds for what a request does not say. A body is a request where it has `types`.",
  query: datasetQuery,
  headers: createHeaders,
  body: Type.Unsafe<unknown>({
    anyOf: [datasetRequestSchema, definition, { type: "array", items: definition, minItems: 1 }],
  }),
  bodyExample: { types: { [builtInType.name]: { count: 1_000, fields: exampleFields } }, seed: 42 },
  definitionsExample: yamlExample,
  maxBodyBytes: definitionLimits.bytes,
  responses: {
    202: {
      description: "The dataset, new or the one that the key stands for",
      content: { "application/json": datasetSchema },
      headers: { Location: "The dataset" },
      links: ["getDataset", "pauseDataset", "resumeDataset", "cancelDataset"],
    },
  },
  problems: [
    "invalid-request",
    "invalid-definition",
    "malformed-body",
    "idempotency-key-reused",
    "type-conflict",
    "queue-full",
    "too-large",
    "unsupported-media-type",
    "busy",
    "unavailable",
  ],
};

/** Asking for datasets and looking at them. */
export function datasetEndpoints(deps: WebDependencies): Endpoint[] {
  const { config, db, registry } = deps;
  const parseHeaders = requestParser("headers", createHeaders);
  const parseQuery = requestParser("query", listQuery);
  const readRequest = createReadDatasetRequest(registry);
  const submitDataset = createSubmitDataset({ ...deps, limits: config.limits });

  return [
    {
      operation: createOperation,
      handle: async (req, res) => {
        const { [keyHeader]: key } = parseHeaders({ [keyHeader]: req.get(keyHeader) });
        const dataset = await submitDataset(await readRequest(req), key ?? null);
        res.status(202).location(`/api/datasets/${dataset.id}`).json(datasetJson(dataset));
      },
    },
    {
      operation: listOperation,
      handle: async (req, res) => {
        const { limit, before = null } = parseQuery(req.query);
        const { datasets, nextBefore } = await listDatasets(db, { limit: limit ?? 20, before });
        const size = limit === undefined ? "" : `&limit=${limit}`;
        const next = nextBefore === null ? null : `/api/datasets?before=${nextBefore}${size}`;
        if (next !== null) res.links({ next });
        res.json({ datasets: datasets.map(datasetJson), next });
      },
    },
    {
      operation: getOperation,
      handle: async (req, res) => {
        const dataset = await findDataset(db, datasetIdOf(req));
        if (dataset === null) throw datasetNotFound();
        res.json(datasetJson(dataset));
      },
    },
  ];
}
