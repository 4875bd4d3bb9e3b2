import { isDeepStrictEqual } from "node:util";
import { presets } from "../../generate/people/model-schema.ts";
import type { RecordType, TypeOptions } from "../../records/record-type.ts";
import { type DataOptions, type OptionsRequest, optionProperties, settleOptions } from "./options.ts";
import type { TextDefinition } from "./text-definition.ts";
import { optionsOfVersion } from "./versions.ts";

/** What can be asked of runs of a type of texts. */
export function createTextOptions(type: TextDefinition & Pick<RecordType, "fieldFaults">): TypeOptions {
  const settle = (request: object): DataOptions => settleOptions(type, request as OptionsRequest);
  return {
    areFieldsChosen: true,
    properties: () => optionProperties(type),
    settle,
    /** `coherent` decides which preset holds. */
    defaultsOf(sent) {
      const preset = presets.find((name) => name === sent.preset);
      const coherent = typeof sent.coherent === "boolean" ? { coherent: sent.coherent } : {};
      return { ...settle({ ...coherent, ...(preset === undefined ? {} : { preset }) }) };
    },
    /** One option after the other in the order in which they are settled, since an earlier one decides what a later one is by default. */
    shorten(run) {
      const wanted: Readonly<Record<string, unknown>> = { ...(optionsOfVersion(type, run) ?? run.options) };
      const said: Record<string, unknown> = {};
      const settleSaid = (): Readonly<Record<string, unknown>> => ({
        ...settle({ count: run.requested, fields: run.fields, ...said }),
      });
      let settled = settleSaid();
      for (const name of Object.keys(settled)) {
        const value = wanted[name];
        if (value === undefined || value === null || isSameJson(settled[name] ?? null, value)) continue;
        said[name] = value;
        settled = settleSaid();
      }
      return said;
    },
    toOneSpelling: (options) => oneSpelling(options as DataOptions),
  };
}

const isSameJson = (one: unknown, other: unknown): boolean => isDeepStrictEqual(asJson(one), asJson(other));

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function oneSpelling(options: DataOptions): DataOptions {
  const { countries, locale, nulls, unique } = options;
  return {
    ...options,
    countries: typeof countries === "string" ? countries : withoutZeros(countries),
    locale: locale === null ? null : withoutZeros(locale),
    nulls: withoutZeros(nulls),
    unique: [...unique].sort(),
  };
}

const withoutZeros = (weights: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0));
