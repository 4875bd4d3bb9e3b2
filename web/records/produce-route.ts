import Type from "typebox";
import type { RecordType } from "../../records/record-type.ts";
import type { ServedType } from "../../records/record-types.ts";
import { builtInType } from "../../types/built-in.ts";
import type { WebDependencies } from "../dependencies.ts";
import { bodyBytes } from "../http/json-body.ts";
import { findElements } from "../http/json-elements.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { invalidRequest } from "../http/problem.ts";
import { unknownType } from "../runs/request/read-request.ts";
import { typeNameSchema } from "../runs/request/request-schema.ts";
import { createSpreadMessages, maxMessageBytes } from "./distribute-messages.ts";

const body = Type.Object(
  {
    records: Type.Array(Type.Unknown(), {
      minItems: 1,
      maxItems: 10_000,
      description: "Any JSON values; the text of each, byte for byte, becomes one message",
    }),
  },
  { title: "ProduceRequest", additionalProperties: false },
);

const query = Type.Object({ type: Type.Optional(typeNameSchema) }, { additionalProperties: false });

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
    "Each record becomes one Kafka message, which belongs to no run. Its value is the record's own text as it stands in " +
    "the body: numbers keep their digits, names that stand twice do so, and white space within the record stays. Its key is that of the type's `messageKey`. What " +
    "cannot become a row becomes a dead letter. After a 503 some of the records may have arrived.",
  query,
  body,
  bodyExample: { records: [{ name: "Thea Abbott", email: "thea@example.org" }] },
  maxBodyBytes: 10 * 1024 * 1024,
  responses: {
    202: { description: "Kafka has all of them", content: { "application/json": response } },
  },
  problems: ["invalid-request", "malformed-body", "too-large", "unsupported-media-type", "unavailable"],
};

/** Records from anyone. */
export function produceEndpoints({ config, producer, types }: WebDependencies): Endpoint[] {
  const parseBody = requestParser("body", body);
  const parseQuery = requestParser("query", query);
  const spreadMessages = createSpreadMessages(producer);

  async function targetOf(
    name: string | undefined,
  ): Promise<Pick<ServedType, "topic"> & Pick<RecordType, "readKey">> {
    if (name === undefined) return { topic: config.kafka.topic, readKey: builtInType.readKey };
    const found = await types.findNewest(name);
    if (found === null) throw unknownType(name);
    return { topic: found.topic, readKey: found.type.readKey };
  }

  return [
    {
      operation,
      forTypes: (registered) => {
        const names = [builtInType.name, ...registered.map(({ name }) => name)];
        const type = Type.Enum(names, { description: "A type of records; the built-in one by default" });
        return { ...operation, query: Type.Object({ type: Type.Optional(type) }) };
      },
      handle: async (req, res) => {
        const { type } = parseQuery(req.query);
        parseBody(req.body);
        const values = recordsOf(bodyBytes(req));
        refuseLargeValues(values);
        const { topic, readKey } = await targetOf(type);
        await spreadMessages(topic, values, (partition, value) => ({
          partition,
          key: readKey === null ? null : readKey(value),
          value,
        }));
        res.status(202).json({ accepted: values.length });
      },
    },
  ];
}

/** The text of each record, of a body that has them. */
function recordsOf(json: Buffer): readonly Buffer[] {
  const found = findElements(json, "records");
  if (found.kind === "doubled") throw invalidRequest([{ field: "records", message: "must stand once" }]);
  if (found.kind === "missing") throw new Error("a body has been accepted that has no records");
  return found.elements;
}

function refuseLargeValues(values: readonly Buffer[]): void {
  const errors = values.flatMap((value, index) =>
    value.length > maxMessageBytes
      ? [{ field: `records[${index}]`, message: `must have at most ${maxMessageBytes} bytes as JSON` }]
      : [],
  );
  if (errors.length > 0) throw invalidRequest(errors);
}
