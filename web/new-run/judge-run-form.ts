import { presets } from "../../generate/people/model-schema.ts";
import { keepGenerators } from "../../records/keep-generators.ts";
import { settleOptions } from "../../types/user/options.ts";
import type { TextType } from "../../types/user/text-type.ts";
import { requestParser } from "../http/parse.ts";
import { type FieldError, Problem } from "../http/problem.ts";
import { completeOptions } from "../runs/request/record-options.ts";
import {
  type OwnRunRequest,
  type RunRequest,
  recordRequestSchema,
  runRequestSchema,
} from "../runs/request/run-schema.ts";
import { type RunLimits, settleRun } from "../runs/request/settle-run.ts";
import type { InputTexts } from "./options/option-inputs.ts";
import { type Preview, previewRecords } from "./preview.ts";
import { formRequest, type RequestProperties, requestProperties } from "./run-form.ts";

/** What is to be said of a filled-in form: the request itself, or what is wrong with it. */
export interface JudgedForm {
  /** As it would be sent; what is wrong in it is there too. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** Null where it is not valid. */
  readonly request: RunRequest | OwnRunRequest | null;
  readonly errors: readonly FieldError[];
  /** The run's first records, whatever is wrong with its count or its pace; null where they cannot be made. */
  readonly preview: Preview | null;
}

export type JudgeRunForm = (texts: InputTexts, isOurForm: boolean) => JudgedForm;

export const previewedRecords = 10;

/** Judges forms as the API judges requests: by its schemas and its settling of options. */
export function createRunFormJudge(
  recordType: TextType,
  limits: RunLimits & { readonly maxRecordsPerRun: number },
): { readonly judge: JudgeRunForm; readonly properties: RequestProperties } {
  const schema = runRequestSchema(recordType, limits.maxRecordsPerRun);
  const properties = requestProperties(schema);
  const parse = requestParser("body", schema);
  const recordSchema = recordRequestSchema(recordType, limits.maxRecordsPerRun);
  const parseRecords = requestParser("body", recordSchema);
  const recordProperties = Object.keys(recordSchema.properties);
  // Most of what is typed changes nothing of how the records are drawn.
  const openGenerator = keepGenerators();

  /** What /api/generate would answer to the same options. */
  const preview = (sent: Readonly<Record<string, unknown>>, request: RunRequest | null): Preview | null =>
    ifValid(() => {
      const asked = Object.fromEntries(recordProperties.map((name) => [name, sent[name]]));
      const count = Math.min(request?.count ?? previewedRecords, previewedRecords);
      const options = completeOptions(recordType, parseRecords(withoutOpen({ ...asked, count })));
      const runCount = request === null ? count : request.count;
      const maker = openGenerator(recordType, { ...options, recordType });
      if (maker === null) throw new Error("a type makes the records of its own version");
      return previewRecords(options, count, runCount, maker);
    }).value;

  const judge: JudgeRunForm = (texts, isOurForm) => {
    const sent = { ...formRequest(properties, texts) };
    const fields = texts.get("fields") ?? [];
    // Our form says by its silence that no field is chosen; a client that does not know it means all of them.
    if (isOurForm && fields.length === 0) sent.fields = [];
    if (recordType.fields.every(({ name }) => fields.includes(name))) delete sent.fields;
    const { value, errors } = ifValid(() => {
      const request = parse(sent);
      settleRun(recordType, limits, request);
      return request;
    });
    return { sent, request: value, errors, preview: preview(sent, value) };
  };
  return { judge, properties };
}

/** What holds where a request leaves it open, by property; `coherent` decides which preset that is. */
export function optionDefaults(
  type: TextType,
  sent: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const preset = presets.find((name) => name === sent.preset);
  const coherent = typeof sent.coherent === "boolean" ? { coherent: sent.coherent } : {};
  return { ...settleOptions(type, { ...coherent, ...(preset === undefined ? {} : { preset }) }) };
}

export function ifValid<T>(work: () => T): {
  readonly value: T | null;
  readonly errors: readonly FieldError[];
} {
  try {
    return { value: work(), errors: [] };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "invalid-request") throw error;
    return { value: null, errors: error.errors };
  }
}

export const withoutOpen = (request: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
