import { expect } from "chai";
import fc from "fast-check";
import { gridBetween, toDecimal, toJsonNumber } from "../../generate/shapes/decimal.ts";
import type { Grid } from "../../generate/shapes/nodes.ts";
import { scalarOf } from "./definitions.ts";

const gridOf = (schema: string, name?: string): Grid | null => scalarOf(schema, name).grid;

describe("numbers of a definition", () => {
  const grids: Readonly<Record<string, Grid>> = {
    "{ type: integer, exclusiveMinimum: 1, maximum: 9, multipleOf: 2 }": {
      decimals: 0,
      lowest: 2n,
      highest: 8n,
      step: 2n,
    },
    "{ type: number, minimum: 0.1, maximum: 0.7, multipleOf: 0.1 }": {
      decimals: 1,
      lowest: 1n,
      highest: 7n,
      step: 1n,
    },
    "{ type: number, exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.01 }": {
      decimals: 2,
      lowest: 1n,
      highest: 99n,
      step: 1n,
    },
    "{ type: number, minimum: -1, maximum: 1, multipleOf: 0.25, x-generate: { decimals: 1 } }": {
      decimals: 1,
      lowest: -10n,
      highest: 10n,
      step: 5n,
    },
    "{ type: integer, minimum: 9007199254740993, maximum: 18446744073709551615 }": {
      decimals: 0,
      lowest: 9007199254740993n,
      highest: 18446744073709551615n,
      step: 1n,
    },
    "{ type: integer, multipleOf: 2, allOf: [{ multipleOf: 3 }], minimum: 0, maximum: 20 }": {
      decimals: 0,
      lowest: 0n,
      highest: 18n,
      step: 6n,
    },
    "{ type: integer, format: int32, minimum: -1.0e20, maximum: 1.0e20 }": {
      decimals: 0,
      lowest: -(2n ** 31n),
      highest: 2n ** 31n - 1n,
      step: 1n,
    },
    "{ type: number, x-generate: { product: [other, 0.25] } }": {
      decimals: 2,
      lowest: 25n,
      highest: 75n,
      step: 1n,
    },
    "{ type: number, x-generate: { add: [other, -0.5] } }": {
      decimals: 1,
      lowest: 5n,
      highest: 25n,
      step: 1n,
    },
  };
  for (const [schema, grid] of Object.entries(grids)) {
    it(`are those of the grid that bounds, multipleOf and decimals leave: ${schema}`, () => {
      expect(gridOf(schema)).to.deep.equal(grid);
    });
  }

  it("lie between their bounds and are multiples, exactly", () => {
    const decimal = fc.record({ units: fc.bigInt(-(10n ** 12n), 10n ** 12n), decimals: fc.nat(6) });
    const step = fc.record({ units: fc.bigInt(1n, 1_000n), decimals: fc.nat(6) });
    fc.assert(
      fc.property(decimal, decimal, step, (low, high, multiple) => {
        const decimals = 8;
        const scaled = ({ units, decimals: own }: typeof low): bigint =>
          units * 10n ** BigInt(decimals - own);
        const grid = gridBetween(
          { value: low, isExclusive: true },
          { value: high, isExclusive: false },
          multiple,
          decimals,
        );
        const [from, to, by] = [low, high, multiple].map(scaled) as [bigint, bigint, bigint];
        const first = (from / by + (from < 0n && from % by !== 0n ? 0n : 1n)) * by;
        if (grid === null) expect(first > to).to.equal(true);
        else {
          expect(grid.lowest).to.equal(first);
          expect(grid.highest <= to && grid.highest + by > to && grid.highest % by === 0n).to.equal(true);
        }
      }),
    );
  });

  it("are read as they are written, however small or large", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }), (value) => {
        expect(Number(toJsonNumber(toDecimal(value)))).to.equal(value === 0 ? 0 : value);
      }),
    );
  });
});
