import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Type, { type TSchema } from "typebox";
import { generateText } from "../../generate/write-record.ts";
import type { RecordType, RunOfRecords } from "../../records/record-type.ts";
import { recordSchema } from "../../types/user/text-definition.ts";
import type { WebDependencies } from "../dependencies.ts";
import { type Endpoint, type Operation, oneOfThese, type ResponseDocument } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { type FieldError, invalidRequest, Problem } from "../http/problem.ts";
import { recordComponent } from "../openapi/describe-types.ts";
import { completeOptions } from "../runs/request/record-options.ts";
import {
  ownRecordRequestSchema,
  recordRequestSchema,
  withBuiltInType,
  withOwnType,
} from "../runs/request/run-schema.ts";
import { completeOwnRecords, countOf } from "../runs/request/settle-own-run.ts";
import { unknownType } from "../runs/request/submit-run.ts";
import { splitType } from "../types/split-type.ts";
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

interface AskedRecords {
  readonly type: RecordType;
  readonly count: number;
  readonly records: RunOfRecords;
}

/** Records at once, without Kafka: the same as a run makes of the same seed, fields and reference date. */
export function generateEndpoints({ config, recordType, types, log }: WebDependencies): Endpoint[] {
  const body = recordRequestSchema(recordType, config.limits.maxRecordsPerRun);
  const parseBody = requestParser("body", body);
  const createBody = withBuiltInType(recordType, body, "RecordsRequest");
  const ownBody = ownRecordRequestSchema(config.limits.maxRecordsPerRun);
  const parseOwnBody = requestParser("body", ownBody);

  async function settle(sent: unknown): Promise<AskedRecords> {
    const { type: name, rest } = splitType(sent);
    if (name === undefined || name === recordType.name) {
      const request = parseBody(rest);
      const options = completeOptions(recordType, request);
      return { type: recordType, count: request.count, records: { ...options, recordType } };
    }
    const request = parseOwnBody(sent);
    const found = await types.findNewest(request.type);
    if (found === null) throw unknownType(request.type);
    const count = countOf(found.type, request, config.limits.maxRecordsPerRun);
    const errors: FieldError[] = [];
    const records = completeOwnRecords(found.type, { ...request, count }, errors);
    if (errors.length > 0) throw invalidRequest(errors);
    return { type: found.type, count, records };
  }

  const parseQuery = requestParser("query", query);
  const record = Type.Unsafe<unknown>({
    ...recordSchema(recordType),
    title: recordComponent(recordType.name),
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
      "send it; that is to be had as application/x-ndjson only.",
    query,
    body: createBody,
    bodyExample: { count: 3, fields: ["name", "email"], seed: 42 },
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
          registered.map(({ name, faults }) =>
            withOwnType(
              name,
              ownRecordRequestSchema(config.limits.maxRecordsPerRun, faults),
              "RecordsRequest",
            ),
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
        const { type, count, records } = await settle(req.body);
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
            ? format.write(records.fields, count, generateText(write))
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
