import Type from "typebox";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../operation.ts";
import { invalidRequest } from "../problem.ts";
import { requestParser } from "../schemas/parse.ts";
import { createSpreadMessages, maxMessageBytes } from "../spread-messages.ts";

const body = Type.Object(
  {
    records: Type.Array(Type.Unknown(), {
      minItems: 1,
      maxItems: 10_000,
      description: "Any JSON values; each becomes one message as it is",
    }),
  },
  { title: "ProduceRequest", additionalProperties: false },
);

const response = Type.Object(
  { accepted: Type.Integer({ minimum: 1, description: "Messages that Kafka has acknowledged" }) },
  { additionalProperties: false },
);

const operation: Operation = {
  id: "produceRecords",
  method: "post",
  path: "/produce",
  tag: "Records",
  summary: "Send records of your own",
  description:
    "Each record becomes one Kafka message, which belongs to no run. What cannot become a row becomes a dead letter. " +
    "After a 503 some of the records may have arrived.",
  body,
  bodyExample: { records: [{ name: "Thea Abbott", email: "thea@example.org" }] },
  maxBodyBytes: 10 * 1024 * 1024,
  responses: {
    202: { description: "Kafka has all of them", content: { "application/json": response } },
  },
  problems: ["invalid-request", "malformed-body", "too-large", "unsupported-media-type", "unavailable"],
};

/** Records from anyone. */
export function produceEndpoints({ producer }: WebDependencies): Endpoint[] {
  const parseBody = requestParser("body", body);
  const spreadMessages = createSpreadMessages(producer);
  return [
    {
      operation,
      handle: async (req, res) => {
        const values = parseBody(req.body).records.map((record) => JSON.stringify(record));
        refuseLargeValues(values);
        await spreadMessages(values, (partition, value) => ({ partition, value }));
        res.status(202).json({ accepted: values.length });
      },
    },
  ];
}

function refuseLargeValues(values: readonly string[]): void {
  const errors = values.flatMap((value, index) =>
    Buffer.byteLength(value) > maxMessageBytes
      ? [{ field: `records[${index}]`, message: `must have at most ${maxMessageBytes} bytes as JSON` }]
      : [],
  );
  if (errors.length > 0) throw invalidRequest(errors);
}
