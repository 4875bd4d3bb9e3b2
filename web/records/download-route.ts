import { once } from "node:events";
import type { Response } from "express";
import Type from "typebox";
import {
  findRowsEnd,
  type RowFormat,
  rowColumns,
  rowFormats,
  rowsPerSlice,
} from "../../ledger/history/run-rows.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import type { Run } from "../../ledger/runs/run.ts";
import type { StoredType } from "../../records/record-type.ts";
import { isBuiltIn } from "../../types/built-in.ts";
import type { WebDependencies } from "../dependencies.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { Problem } from "../http/problem.ts";
import { whenOver } from "../http/when-over.ts";
import { runParams } from "../runs/request/run-schema.ts";
import { runIdOf, runNotFound } from "../runs/run-id.ts";
import { storedTypeOf } from "../runs/type-of-run.ts";
import { csvLine } from "./record-formats.ts";
import { safeProperty } from "./spreadsheet-safe.ts";

const contentTypes: Readonly<Record<RowFormat, string>> = {
  ndjson: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
};
/** By media type; the first is meant where the request leaves the choice. */
const formatsByType: Readonly<Record<string, RowFormat>> = {
  "application/x-ndjson": "ndjson",
  "text/csv": "csv",
};

const query = Type.Object(
  {
    format: Type.Optional(Type.Enum([...rowFormats], { description: "Instead of Accept, for a link" })),
    ...safeProperty,
  },
  { additionalProperties: false },
);

const operation: Operation = {
  id: "downloadRun",
  method: "get",
  path: "/api/runs/:id/records",
  tag: "Runs",
  summary: "Download a run's rows",
  description:
    "The rows that the run has in PostgreSQL, in the order of their sequence numbers, as one JSON object a line or as CSV " +
    "(RFC 4180 with a header row, lines ending in LF). Any number is streamed in constant memory. Each has `seq`, the run's " +
    "fields under the names of their columns, and `error`, which says what was repaired. Cells are as they are, also those " +
    "that a spreadsheet would take for formulas, unless `safe` asks otherwise. Of a run that is under way those that are " +
    "stored so far; dead letters are not among them. An answer that is cut short was not all of it.",
  params: runParams,
  query,
  responses: {
    200: {
      description: "The rows",
      content: { "application/x-ndjson": Type.String(), "text/csv": Type.String() },
      headers: { "Content-Disposition": "A name for the file" },
    },
  },
  problems: ["invalid-request", "not-found", "not-acceptable", "unavailable"],
};

/** A run's rows as a file. */
export function runRecordsEndpoints({ db, copyRunRows, types, log }: WebDependencies): Endpoint[] {
  const parseQuery = requestParser("query", query);

  /** The file in pieces, each read when the reader has taken the one before. */
  async function* pieces(
    type: StoredType,
    run: Run,
    format: RowFormat,
    isDisarmed: boolean,
  ): AsyncGenerator<string | Buffer> {
    if (format === "csv") yield csvHead(rowColumns(type, run.fields));
    const end = await findRowsEnd(db, type.table, run.id);
    const rows = rowsPerSlice(type);
    for (let firstSeq = 0; firstSeq < end; firstSeq += rows) {
      const endSeq = Math.min(firstSeq + rows, end);
      yield copyRunRows(type, { run, format, isDisarmed, firstSeq, endSeq });
    }
  }

  return [
    {
      operation,
      handle: async (req, res) => {
        const { format: wanted, safe } = parseQuery(req.query);
        const run = await findRun(db, runIdOf(req));
        if (run === null) throw runNotFound();
        const type = await storedTypeOf(types, run);
        if (type === null) throw noRows(run);
        const accepted = req.accepts(Object.keys(formatsByType));
        const format = wanted ?? (accepted === false ? undefined : formatsByType[accepted]);
        if (format === undefined) {
          throw new Problem("not-acceptable", `Rows come as ${Object.keys(formatsByType).join(", ")}.`);
        }
        res.set({
          "Content-Type": contentTypes[format],
          "Content-Disposition": `attachment; filename="${fileName(run)}.${format}"`,
          "Cache-Control": "no-store",
          Vary: "Accept",
        });
        if (req.method === "HEAD") return void res.end();
        try {
          await send(res, pieces(type, run, format, safe !== undefined && format === "csv"));
        } catch (error) {
          // What is sent cannot be taken back; cutting it short is the only way left to say that it is not whole.
          if (!res.headersSent) throw error;
          log.warn({ err: error, runId: run.id }, "rows not sent to the end");
          res.destroy();
        }
      },
    },
  ];
}

/** Of an own type it says which: a folder of downloads is to be read. */
const fileName = (run: Run): string => `${isBuiltIn(run) ? "" : `${run.recordType.name}-`}run-${run.id}`;

const noRows = ({ recordType }: Run): Problem =>
  new Problem("not-found", `Records of the type ${recordType.name} have no table: they are in Kafka only.`);

const csvHead = (columns: readonly string[]): string => csvLine(columns).replace("\r\n", "\n");

/** Sends the pieces at the reader's pace, and stops where the reader hangs up. Nothing is sent before the first is there. */
async function send(res: Response, pieces: AsyncGenerator<string | Buffer>): Promise<void> {
  const gone = new AbortController();
  whenOver(res, () => gone.abort());
  try {
    for await (const piece of pieces) {
      if (gone.signal.aborted) return;
      if (!res.write(piece)) await once(res, "drain", { signal: gone.signal });
    }
    res.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}
