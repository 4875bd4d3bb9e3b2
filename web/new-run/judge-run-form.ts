import Type from "typebox";
import { CannotSample } from "../../generate/sampler.ts";
import { openAlone, recordsOf } from "../../records/changing-runs.ts";
import { keepGenerators } from "../../records/keep-generators.ts";
import type { RecordType } from "../../records/record-type.ts";
import { builtInType } from "../../types/built-in.ts";
import { requestParser } from "../http/parse.ts";
import { type FieldError, Problem } from "../http/problem.ts";
import { completeOptions } from "../runs/request/record-options.ts";
import {
  type AskedType,
  anyRegistered,
  askedType,
  type RecordRequest,
  type RunRequest,
  recordRequestSchema,
  runRequestSchema,
} from "../runs/request/request-schema.ts";
import { type RunLimits, settleRun } from "../runs/request/settle-run.ts";
import type { InputTexts } from "./options/option-inputs.ts";
import { type Preview, previewRecords } from "./preview.ts";
import { formRequest, type RequestProperties, requestProperties } from "./run-form.ts";

/** What is to be said of a filled-in form: the request itself, or what is wrong with it. */
export interface JudgedForm {
  /** As it would be sent; what is wrong in it is there too. */
  readonly sent: Readonly<Record<string, unknown>>;
  /** Null where it is not valid. */
  readonly request: RunRequest | null;
  /** How many there will be: of records that change, more than are asked for; null where the run has no end or is not valid. */
  readonly messages: number | null;
  readonly errors: readonly FieldError[];
  /** The run's first records, whatever is wrong with its count or its pace; null where they cannot be made. */
  readonly preview: Preview | null;
}

/** The form of a type's runs. */
export interface RunForm {
  readonly properties: RequestProperties;
  readonly judge: (texts: InputTexts, isOurForm: boolean) => JudgedForm;
}

const previewedRecords = 10;

/** Prepares forms that are judged as the API judges requests: by its schemas and its settling of options. */
export function createRunForms(limits: RunLimits): (type: RecordType) => RunForm {
  const { maxRecordsPerRun } = limits;
  const parsersOf = (asked: AskedType) => {
    const records = recordRequestSchema(asked, maxRecordsPerRun);
    return {
      parse: requestParser("body", Type.Unsafe<RunRequest>(runRequestSchema(asked, maxRecordsPerRun))),
      parseRecords: requestParser("body", Type.Unsafe<RecordRequest>(records)),
      ofRecords: new Set(Object.keys(records.properties)),
    };
  };
  const builtIn = parsersOf(askedType(builtInType));
  const registered = parsersOf(anyRegistered);
  // Most of what is typed changes nothing of how the records are drawn.
  const openGenerator = keepGenerators();

  const openForm = (type: RecordType): RunForm => {
    const { parse, parseRecords, ofRecords } = type.name === builtInType.name ? builtIn : registered;
    const properties = requestProperties(runRequestSchema(askedType(type), maxRecordsPerRun));

    /** What /api/generate would answer to the same options. */
    const preview = (sent: Readonly<Record<string, unknown>>, request: RunRequest | null): Preview | null =>
      ifValid(() => {
        const count = Math.min(request?.count ?? previewedRecords, previewedRecords);
        const asked = Object.entries({ ...sent, count }).filter(
          ([name, value]) => ofRecords.has(name) && value !== undefined,
        );
        const completed = completeOptions(type, parseRecords(Object.fromEntries(asked)));
        const records = openAlone(type, completed, request?.count ?? null);
        const maker = openGenerator(type, records);
        if (maker === null) throw new Error("a type makes the records of its own version");
        const runCount = request?.count === undefined ? count : request.count;
        return unlessRefused(() => previewRecords(records, count, runCount, maker));
      }).value;

    return {
      properties,
      judge(texts, isOurForm) {
        const sent = formRequest(properties, texts);
        if (type.options.areFieldsChosen) chooseFields(sent, type, texts.get("fields") ?? [], isOurForm);
        const { value, errors } = ifValid(() => {
          const request = parse(sent);
          const { count: messages, ...settled } = settleRun(type, limits, request);
          const count = recordsOf({ ...settled, requested: messages });
          return { request: { ...request, count }, messages };
        });
        const { request = null, messages = null } = value ?? {};
        return { sent, request, messages, errors, preview: preview(sent, request) };
      },
    };
  };
  const forms = new WeakMap<RecordType, RunForm>();
  return (type) => {
    const form = forms.get(type) ?? openForm(type);
    forms.set(type, form);
    return form;
  };
}

/** What was chosen as a request says it: all of them go without saying. */
function chooseFields(
  sent: Record<string, unknown>,
  type: RecordType,
  chosen: readonly string[],
  isOurForm: boolean,
): void {
  // Our form says by its silence that no field is chosen; a client that does not know it means all of them.
  if (isOurForm && chosen.length === 0) sent.fields = [];
  if (type.fields.every(({ name }) => chosen.includes(name))) delete sent.fields;
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

function ifValid<T>(work: () => T): { readonly value: T | null; readonly errors: readonly FieldError[] } {
  try {
    return { value: work(), errors: [] };
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "invalid-request") throw error;
    return { value: null, errors: error.errors };
  }
}
