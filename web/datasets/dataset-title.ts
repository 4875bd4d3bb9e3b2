import type { Dataset } from "../../ledger/datasets/dataset.ts";

/** A dataset in a few words, by its types. */
export const datasetTitle = ({ runs }: Pick<Dataset, "runs">): string =>
  runs.map(({ recordType }) => recordType.name).join(", ");

/** How many records were asked for, of all runs together; null where one of them has no end. */
export const requestedOf = ({ runs }: Pick<Dataset, "runs">): number | null =>
  runs.reduce<number | null>(
    (sum, { requested }) => (sum === null || requested === null ? null : sum + requested),
    0,
  );

/** Of all runs together. */
export const totalOf = (
  { runs }: Pick<Dataset, "runs">,
  count: "stored" | "flagged" | "deadLettered",
): number => runs.reduce((sum, run) => sum + run[count], 0);
