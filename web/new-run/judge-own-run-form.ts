import { CannotSample } from "../../generate/sampler.ts";
import { keepGenerators } from "../../records/keep-generators.ts";
import type { RecordType } from "../../records/record-type.ts";
import { requestParser } from "../http/parse.ts";
import { type FieldError, invalidRequest } from "../http/problem.ts";
import { ownRecordRequestSchema, ownRunRequestSchema } from "../runs/request/run-schema.ts";
import { completeOwnRecords, type OwnRunLimits, settleOwnRun } from "../runs/request/settle-own-run.ts";
import { ifValid, type JudgedForm, previewedRecords, withoutOpen } from "./judge-run-form.ts";
import type { InputTexts } from "./options/option-inputs.ts";
import { type Preview, previewRecords } from "./preview.ts";
import { formRequest, type RequestProperties, requestProperties } from "./run-form.ts";

/** The form of a type's runs. */
export interface OwnRunForm {
  readonly properties: RequestProperties;
  readonly judge: (texts: InputTexts) => JudgedForm;
}

/** Prepares forms that ask for runs of registered types and are judged as the API judges such requests. */
export function createOwnRunForms(limits: OwnRunLimits): (type: RecordType) => OwnRunForm {
  const schema = ownRunRequestSchema(limits.maxRecordsPerRun);
  const parse = requestParser("body", schema);
  const recordSchema = ownRecordRequestSchema(limits.maxRecordsPerRun);
  const parseRecords = requestParser("body", recordSchema);
  const openGenerator = keepGenerators();

  /** What /api/generate would answer to the same options. */
  const preview = (
    type: RecordType,
    sent: Readonly<Record<string, unknown>>,
    request: { readonly count: number | null } | null,
  ): Preview | null =>
    ifValid(() => {
      const asked = Object.keys(recordSchema.properties).map((name) => [name, sent[name]]);
      const count = Math.min(request?.count ?? previewedRecords, previewedRecords);
      const errors: FieldError[] = [];
      const parsed = parseRecords(withoutOpen({ ...Object.fromEntries(asked), count }));
      const records = completeOwnRecords(type, { ...parsed, count }, errors);
      if (errors.length > 0) throw invalidRequest(errors);
      const maker = openGenerator(type, records);
      if (maker === null) throw new Error("a type makes the records of its own version");
      return unlessRefused(() =>
        previewRecords(records, count, request === null ? count : request.count, maker),
      );
    }).value;

  return (type) => {
    const properties = requestProperties(ownRunRequestSchema(limits.maxRecordsPerRun, type.fieldFaults()));
    return {
      properties,
      judge(texts) {
        const sent = formRequest(properties, texts);
        const { value, errors } = ifValid(() => {
          const request = parse(sent);
          const { count } = settleOwnRun(type, limits, request);
          return { ...request, count };
        });
        return { sent, request: value, errors, preview: preview(type, sent, value) };
      },
    };
  };
}

/** Whatever is drawn again and again until it is valid may, of some seed, be refused. */
function unlessRefused<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CannotSample)) throw error;
    return null;
  }
}
