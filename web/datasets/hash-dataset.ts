import type { NewDataset } from "../../ledger/datasets/create-dataset.ts";
import type { RecordType } from "../../records/record-type.ts";
import { pinRecords } from "../runs/request/record-options.ts";
import { requestHash } from "../runs/request/request-hash.ts";
import { hashMeaning } from "../runs/request/request-meaning.ts";
import type { DatasetRequest } from "./parse-dataset-request.ts";
import type { TypeRequest } from "./type-request.ts";

/** A type that a request names: what it says of it, and the run that it was settled as. */
interface AskedRun {
  readonly type: RecordType;
  readonly said: TypeRequest;
  readonly run: NewDataset["runs"][number];
}

/**
 * Tells requests for datasets that ask for the same from others, as `hashMeaning` does it: what is drawn or read off the clock
 * stays open, and so do types and counts that nobody has named.
 */
export function hashDataset(
  request: DatasetRequest,
  asked: readonly AskedRun[],
  defaultChunkSize: number,
): string {
  const { seed, referenceDate, scale = 1, chunkSize = defaultChunkSize } = request;
  return requestHash({
    types: Object.fromEntries(asked.map((each) => [each.type.name, hashType(each, chunkSize)])),
    scale,
    ...(seed === undefined ? {} : { seed }),
    ...(referenceDate === undefined ? {} : { referenceDate: pinRecords(request).referenceDate }),
    ...(chunkSize === defaultChunkSize ? {} : { chunkSize }),
  });
}

function hashType({ type, said, run }: AskedRun, chunkSize: number): string {
  const { related: _, ...options } = run.options;
  const count = run.count === null ? null : said.count;
  return hashMeaning(type, {
    request: count === undefined ? {} : { count },
    settled: { ...run, options, count: count ?? null },
    defaultChunkSize: chunkSize,
  });
}
