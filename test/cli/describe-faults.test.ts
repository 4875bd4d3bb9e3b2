import { expect } from "chai";
import { describeFaults, measureValidator } from "../../cli/describe-faults.ts";
import type { OutcomeCount } from "../../ledger/audit/compare-records.ts";

const count = (fault: OutcomeCount["fault"], [stored, flagged, deadLettered]: number[]): OutcomeCount => ({
  ...{ fault, stored: stored ?? 0, flagged: flagged ?? 0, deadLettered: deadLettered ?? 0 },
});

describe("measuring the validator", () => {
  it("takes duplicates, late records and orphans for clean ones", () => {
    const counts = [
      count("none", [90, 0, 0]),
      count("late", [5, 0, 0]),
      count("duplicate", [4, 1, 0]),
      count("orphan", [7, 0, 0]),
    ];
    expect(measureValidator(counts)).to.deep.equal({
      ...{ dirty: 0, found: 0, falseAlarms: 1 },
      ...{ precision: 0, recall: null },
    });
  });

  it("gives the share of alarms that were right, and of dirt that was found", () => {
    const counts = [
      count("none", [95, 4, 1]),
      count("invalid_date", [2, 8, 0]),
      count("not_json", [0, 0, 7]),
    ];
    expect(measureValidator(counts)).to.deep.equal({
      ...{ dirty: 17, found: 15, falseAlarms: 5 },
      ...{ precision: 0.75, recall: 15 / 17 },
    });
  });

  it("knows neither of a clean run", () => {
    expect(measureValidator([count("none", [100, 0, 0])])).to.include({ precision: null, recall: null });
  });

  it("is a table with the numbers right-aligned, and a sentence", () => {
    expect(
      describeFaults([count("none", [12_345, 0, 0]), count("tombstone", [0, 0, 61])]).split("\n"),
    ).to.deep.equal([
      "fault      stored  flagged  dead letters",
      "none       12,345        -             -",
      "tombstone       -        -            61",
      "",
      "Precision 100 %, recall 100 %: of 61 dirty records 61 were flagged or dead-lettered, and 0 others.",
    ]);
  });
});
