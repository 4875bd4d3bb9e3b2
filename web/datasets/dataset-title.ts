import type { Dataset } from "../../ledger/datasets/dataset.ts";

/** A dataset in a few words, by its types. */
export const datasetTitle = ({ runs }: Pick<Dataset, "runs">): string =>
  runs.map(({ recordType }) => recordType.name).join(", ");

/** Of all runs together. */
export const totalOf = (
  { runs }: Pick<Dataset, "runs">,
  count: "requested" | "stored" | "flagged" | "deadLettered",
): number => runs.reduce((sum, run) => sum + (run[count] ?? 0), 0);
