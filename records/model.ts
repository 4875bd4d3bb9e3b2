import type { RecordType } from "./record-type.ts";

/** How a run's records are drawn, settled: nothing is left to a default. */
export type Model = Readonly<Record<string, unknown>>;

/** What a request may say about the model: one schema a property. */
export function modelProperties(_type: RecordType) {
  return {};
}

/** Fills in what a request leaves open. */
export function settleModel(_type: RecordType, request: object): Model {
  return Object.fromEntries(
    Object.keys(modelProperties(_type)).map((name) => [name, request[name as never]]),
  );
}
