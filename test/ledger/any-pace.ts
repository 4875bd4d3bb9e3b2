import fc from "fast-check";
import type { Pace, Shape } from "../../ledger/runs/pace.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const seconds = number(0.1, 3_600);

const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant<Shape>({ kind: "constant" }),
  fc.record({ kind: fc.constant("ramp" as const), from: number(0, 10_000), seconds }),
  fc
    .record({
      kind: fc.constant("burst" as const),
      everySeconds: seconds,
      part: number(0.01, 0.99),
      factor: number(0, 100),
    })
    .map(({ part, ...burst }) => ({ ...burst, burstSeconds: burst.everySeconds * part })),
);
/** Any pace that a request may ask for, and some more. */
export const anyPace: fc.Arbitrary<Pace> = fc.record({ rate: number(0.01, 100_000), shape });
