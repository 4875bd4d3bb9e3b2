import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Type, { type TSchema } from "typebox";
import { type GenerateRecord, generateText } from "../../generate/write-record.ts";
import { builtInType } from "../../types/built-in.ts";
import type { WebDependencies } from "../dependencies.ts";
import { type Endpoint, type Operation, oneOfThese, type ResponseDocument } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { invalidRequest, Problem } from "../http/problem.ts";
import { recordComponent } from "../openapi/describe-types.ts";
import { createRequestReader } from "../runs/request/read-request.ts";
import {
  type AskedType,
  type AtOnceRequest,
  anyRegistered,
  askedType,
  exampleFields,
  recordRequestSchema,
  withBuiltInType,
  withOwnType,
} from "../runs/request/request-schema.ts";
import { completeAlone } from "./complete-alone.ts";
import { faultyLines } from "./faulty-lines.ts";
import { recordFormats, spreadsheetCsv } from "./record-formats.ts";
import { safeProperty } from "./spreadsheet-safe.ts";

const query = Type.Object(safeProperty, { additionalProperties: false });
const csvType = "text/csv";
const mediaTypes = Object.keys(recordFormats);
const linesType = "application/x-ndjson";
const needsLines = {
  field: "faults",
  message: `must be asked for with Accept: ${linesType}, a message a line: faulty ones need not be JSON, let alone have columns`,
};

/** Records at once, without Kafka: the same as a run makes of the same seed, fields and reference date. */
export function generateEndpoints({ config, types, log }: WebDependencies): Endpoint[] {
  const { maxRecordsPerRun } = config.limits;
  const schemaOf = (type: AskedType) => recordRequestSchema(type, maxRecordsPerRun);
  const readRequest = createRequestReader<AtOnceRequest>(types, schemaOf);
  const createBody = withBuiltInType(schemaOf(askedType(builtInType)), "RecordsRequest");

  const parseQuery = requestParser("query", query);
  const record = Type.Unsafe<unknown>({
    ...builtInType.schema,
    title: recordComponent(builtInType.name),
  });
  const operation: Operation = {
    id: "generateRecords",
    method: "post",
    path: "/api/generate",
    tag: "Records",
    summary: "Make records at once",
    description:
      "Nothing is stored. Any count is streamed in constant memory, in the format that Accept names: a JSON array, " +
      "one JSON object a line, or CSV (RFC 4180, with a header row; `safe` for spreadsheets). The values are those of a " +
      "run with the same seed, fields and reference date. With `faults` each line is the value of a message, as and when a run would " +
      "send it; that is to be had as application/x-ndjson only. Records of a type that is related to others are the first of a " +
      "dataset of this type.",
    query,
    body: createBody,
    bodyExample: { count: 3, fields: exampleFields, seed: 42 },
    responses: { 200: answerOf(record, []) },
    problems: ["invalid-request", "malformed-body", "not-acceptable", "too-large", "unsupported-media-type"],
  };

  return [
    {
      operation,
      forTypes: (registered) => ({
        ...operation,
        body: oneOfThese(
          createBody,
          registered.map(({ name, options }) =>
            withOwnType(name, schemaOf({ ...anyRegistered, options }), "RecordsRequest"),
          ),
        ),
        responses: {
          200: answerOf(
            record,
            registered.map((type) => type.record),
          ),
        },
      }),
      handle: async (req, res) => {
        const accepted = req.accepts(mediaTypes);
        const asked = accepted === false ? undefined : recordFormats[accepted];
        if (asked === undefined) {
          throw new Problem("not-acceptable", `Records come as ${mediaTypes.join(", ")}.`);
        }
        const { safe } = parseQuery(req.query);
        const format = safe !== undefined && accepted === csvType ? spreadsheetCsv : asked;
        const { type, request } = await readRequest(req.body);
        const { count, records } = await completeAlone(types, type, request, maxRecordsPerRun);
        const maker = type.openRun(records);
        if (maker === null) throw new Error("a type makes the records of its own version");
        const { write, spoil } = maker;
        if (spoil !== null && accepted !== linesType) throw invalidRequest([needsLines]);
        res.set({
          "Content-Type": format.contentType,
          "Cache-Control": "no-store",
          "Synthetic-Seed": String(records.seed),
          "Synthetic-Reference-Date": records.referenceDate.toISOString(),
          Vary: "Accept",
        });
        const text =
          spoil === null
            ? format.write(records.fields, count, textOrNull(generateText(write)))
            : faultyLines(count, config.limits.chunkSize, spoil);
        try {
          await pipeline(Readable.from(text, { objectMode: false }), res);
        } catch (error) {
          // A reader that has enough hangs up; a head that is sent cannot be taken back in any case.
          if (!res.headersSent) throw error;
          log.debug({ err: error }, "records not read to the end");
        }
      },
    },
  ];
}

/** A tombstone is written as null. */
const textOrNull =
  (generate: GenerateRecord): GenerateRecord =>
  (seq) =>
    generate(seq) || "null";

const answerOf = (builtIn: TSchema, registered: readonly TSchema[]): ResponseDocument => ({
  description: "The records, by sequence number from 0",
  content: {
    "application/json": oneOfThese(
      Type.Array(builtIn),
      registered.map((record) => Type.Array(record)),
    ),
    [linesType]: Type.String(),
    [csvType]: Type.String(),
  },
  headers: {
    "Synthetic-Seed": "The seed, to make the same records again",
    "Synthetic-Reference-Date": "The reference date",
  },
});
