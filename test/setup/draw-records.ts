import type { ModelRequest } from "../../generate/people/model.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import type { Words } from "../../generate/words.ts";
import type { GenerateRecord } from "../../generate/write-record.ts";
import { createGenerator } from "../../types/user/generate.ts";
import { settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";

export const allFields = userType.fields.map((field) => field.name);
export const referenceDate = new Date("2026-07-01T12:34:56Z");

const out = new Utf8Writer();

/** The text that is written. */
export function writtenBy(write: (out: Utf8Writer) => void): string {
  out.clear();
  write(out);
  return out.toString();
}

export function listTexts(words: Words): readonly string[] {
  return Array.from({ length: words.size }, (_, index) => writtenBy((out) => out.word(words, index)));
}

/** A generator of these options, seed 42 unless said otherwise. */
export function generatorOf(
  request: ModelRequest,
  fields: readonly string[] = allFields,
  seed = 42,
): GenerateRecord {
  return createGenerator(userType, {
    seed,
    fields,
    referenceDate,
    options: settleOptions(userType, request),
  });
}

export type UserRecord = Readonly<Record<string, string | null>>;

/** The first records of these options. */
export function drawRecords(
  request: ModelRequest,
  fields: readonly string[],
  count: number,
  seed = 42,
): readonly UserRecord[] {
  const generate = generatorOf(request, fields, seed);
  // Parsed at once: one by one takes longer than to make them.
  return JSON.parse(`[${Array.from({ length: count }, (_, seq) => generate(seq))}]`);
}

/** One field of the first records, where it is not null. */
export function drawValues(
  request: ModelRequest,
  field: string,
  count: number,
  seed = 42,
): readonly string[] {
  return drawRecords(request, [field], count, seed).map((record) => record[field] ?? "");
}
