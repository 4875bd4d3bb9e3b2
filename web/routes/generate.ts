import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Type from "typebox";
import { createSpoiler } from "../../records/faults/spoil-records.ts";
import { createGenerator } from "../../records/generate.ts";
import { recordSchema } from "../../records/text-definition.ts";
import type { WebDependencies } from "../dependencies.ts";
import { faultyLines } from "../faulty-lines.ts";
import type { Endpoint, Operation } from "../operation.ts";
import { invalidRequest, Problem } from "../problem.ts";
import { recordFormats, spreadsheetCsv } from "../record-formats.ts";
import { completeOptions } from "../record-options.ts";
import { requestParser } from "../schemas/parse.ts";
import { recordRequestSchema } from "../schemas/run.ts";
import { safeProperty } from "../spreadsheet-safe.ts";

const query = Type.Object(safeProperty, { additionalProperties: false });
const csvType = "text/csv";
const mediaTypes = Object.keys(recordFormats);
const linesType = "application/x-ndjson";
const needsLines = {
  field: "faults",
  message: `must be asked for with Accept: ${linesType}, a message a line: faulty ones need not be JSON, let alone have columns`,
};

/** Records at once, without Kafka: the same as a run makes of the same seed, fields and reference date. */
export function generateEndpoints({ config, recordType, log }: WebDependencies): Endpoint[] {
  const body = recordRequestSchema(recordType, config.limits.maxRecordsPerRun);
  const parseBody = requestParser("body", body);
  const parseQuery = requestParser("query", query);
  const record = Type.Unsafe(recordSchema(recordType));
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
    body,
    bodyExample: { count: 3, fields: ["name", "email"], seed: 42 },
    responses: {
      200: {
        description: "The records, by sequence number from 0",
        content: {
          "application/json": Type.Array(record),
          [linesType]: Type.String(),
          [csvType]: Type.String(),
        },
        headers: {
          "Synthetic-Seed": "The seed, to make the same records again",
          "Synthetic-Reference-Date": "The reference date",
        },
      },
    },
    problems: ["invalid-request", "malformed-body", "not-acceptable", "too-large", "unsupported-media-type"],
  };

  return [
    {
      operation,
      handle: async (req, res) => {
        const accepted = req.accepts(mediaTypes);
        const asked = accepted === false ? undefined : recordFormats[accepted];
        if (asked === undefined) {
          throw new Problem("not-acceptable", `Records come as ${mediaTypes.join(", ")}.`);
        }
        const { safe } = parseQuery(req.query);
        const format = safe !== undefined && accepted === csvType ? spreadsheetCsv : asked;
        const request = parseBody(req.body);
        const options = completeOptions(recordType, request);
        const generate = createGenerator(recordType, options);
        const spoil = createSpoiler(recordType, options, generate);
        if (spoil !== null && accepted !== linesType) throw invalidRequest([needsLines]);
        res.set({
          "Content-Type": format.contentType,
          "Cache-Control": "no-store",
          "Synthetic-Seed": String(options.seed),
          "Synthetic-Reference-Date": options.referenceDate.toISOString(),
          Vary: "Accept",
        });
        const text =
          spoil === null
            ? format.write(options.fields, request.count, generate)
            : faultyLines(request.count, config.limits.chunkSize, spoil);
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
