import Type from "typebox";
import type { CheckedRelation } from "../../ledger/audit/check-relations.ts";
import { findDataset } from "../../ledger/datasets/find-datasets.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { datasetIdOf, datasetNotFound } from "./dataset-id.ts";
import { datasetParams } from "./dataset-schema.ts";

const count = (description: string, example: number) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description, examples: [example] });

const relationSchema = Type.Object(
  {
    name: Type.String({ examples: ["order.total adds up"] }),
    sentence: Type.String({ examples: ["every total of order is the sum of its rows of order_line"] }),
    run: Type.String({ format: "uuid", description: "Whose rows were looked at" }),
    checked: count("Clean rows of that run", 5_000),
    holds: Type.Boolean(),
    violations: Type.Array(
      Type.Unsafe<{ readonly seq: number; readonly [column: string]: unknown }>({
        type: "object",
        required: ["seq"],
        properties: { seq: { type: "integer", minimum: 0, description: "The record's sequence number" } },
        description: "A row for which it does not hold, and what stands in it",
        examples: [{ seq: 17, said: "99.90", told: "89.90" }],
      }),
      { description: "The first few" },
    ),
    explained: count("Rows that rest on a record which is faulty on purpose", 0),
    orphans: count("Rows that lead nowhere on purpose, as their labels say", 0),
  },
  { title: "DatasetRelation", additionalProperties: false },
);

const auditSchema = Type.Object(
  {
    dataset: Type.String({ format: "uuid" }),
    holds: Type.Boolean({ description: "Whether all of them hold" }),
    relations: Type.Array(relationSchema, {
      description:
        "Each reference, parent, sum, count, least and greatest; none where the types are not related",
    }),
  },
  { title: "DatasetAudit", additionalProperties: false },
);

const auditOperation: Operation = {
  id: "auditDataset",
  method: "get",
  path: "/api/datasets/:id/audit",
  tag: "Datasets",
  summary: "Compare a dataset's rows with one another",
  description:
    "Asks PostgreSQL whether the rows of a completed dataset hang together: each reference and each parent is there, each sum is that " +
    "of the children's rows. One dataset at a time, for at most 20 seconds; `npm run audit -- ID` takes as long as it needs, and " +
    "audits each run as well.",
  params: datasetParams,
  responses: {
    200: { description: "What holds and what does not", content: { "application/json": auditSchema } },
  },
  problems: ["not-found", "run-state", "takes-too-long", "busy", "unavailable"],
};

/** Whether a dataset's rows hang together. */
export function datasetAuditEndpoints({ db, auditDataset }: WebDependencies): Endpoint[] {
  return [
    {
      operation: auditOperation,
      handle: async (req, res) => {
        const dataset = await findDataset(db, datasetIdOf(req));
        if (dataset === null) throw datasetNotFound();
        const checks = await auditDataset(dataset);
        res.json({
          dataset: dataset.id,
          holds: checks.every(({ violations }) => violations.length === 0),
          relations: checks.map(relationJson),
        });
      },
    },
  ];
}

const relationJson = ({
  name,
  sentence,
  runId,
  checked,
  violations,
  explained,
  orphans,
}: CheckedRelation) => ({
  ...{ name, sentence, run: runId, checked },
  ...{ holds: violations.length === 0, violations, explained, orphans },
});
