import Type from "typebox";
import type { Pace, Shape } from "./pace.ts";

const highestRate = 1_000_000;
const day = 86_400;

const seconds = (title: string, description: string) =>
  Type.Number({ minimum: 0.1, maximum: day, title, description });

const constant = Type.Object(
  { kind: Type.Literal("constant") },
  { description: "The rate, all the time", additionalProperties: false },
);
const ramp = Type.Object(
  {
    kind: Type.Literal("ramp"),
    from: Type.Number({
      minimum: 0,
      maximum: highestRate,
      title: "From",
      description: "Records a second at its beginning; may be above the rate",
    }),
    seconds: seconds("Seconds", "How long it takes to come to the rate"),
  },
  {
    description: "Evenly from one rate to `rate`, which it then keeps",
    additionalProperties: false,
  },
);
const burst = Type.Object(
  {
    kind: Type.Literal("burst"),
    everySeconds: seconds("Every (seconds)", "From the end of one burst to the end of the next"),
    burstSeconds: seconds("Burst (seconds)", "How long a burst lasts; less than `everySeconds`"),
    factor: Type.Number({
      minimum: 0,
      maximum: 1_000,
      title: "Factor",
      description: "By which the rate is multiplied in a burst; 0 makes it a silence",
    }),
  },
  {
    description: "The rate, with a burst at the end of every period",
    additionalProperties: false,
  },
);

const shapeExamples: readonly Shape[] = [
  { kind: "constant" },
  { kind: "ramp", from: 10, seconds: 60 },
  { kind: "burst", everySeconds: 60, burstSeconds: 5, factor: 10 },
];

export const shapeSchema = Type.Unsafe<Shape>({
  type: "object",
  title: "Shape",
  description: "How the rate varies with time; constant by default",
  discriminator: { propertyName: "kind" },
  oneOf: [constant, ramp, burst],
  examples: shapeExamples,
  "x-message": `must be one of ${shapeExamples.map((shape) => JSON.stringify(shape)).join(", ")}, with values of your own`,
});

/** What a rate must be, for people. */
export const rateInWords = `a number from 0.01 to ${highestRate.toLocaleString("en")} (records a second)`;

export const rateSchema = Type.Number({
  minimum: 0.01,
  maximum: highestRate,
  title: "Rate",
  description:
    "Records a second for the whole run, however many workers there are; as fast as can be by default",
  examples: [500],
  "x-message": `must be ${rateInWords}`,
});

/** What a request for a run may say about its pace: one schema a property. */
export const paceProperties = { rate: Type.Optional(rateSchema), shape: Type.Optional(shapeSchema) };

/** Of a run without an end too, which has null there. */
export function runCountSchema(maxCount: number, otherwise = "") {
  return Type.Unsafe<number | null>({
    type: ["integer", "null"],
    minimum: 1,
    maximum: maxCount,
    title: "Records",
    description: `How many records; null for a run that goes on, at its \`rate\`, until it is cancelled${otherwise}`,
    "x-message": `must be a whole number from 1 to ${maxCount.toLocaleString("en")}, or null for an endless run`,
  });
}

export interface PaceRequest {
  readonly rate?: number | undefined;
  readonly shape?: Shape | undefined;
}

interface PaceFault {
  readonly field: string;
  readonly message: string;
}

/**
 * What a schema cannot say of a request's pace.
 * @param chunkMultiple all chunks end at multiples of so many records
 * @returns a line for each field that is wrong
 */
export function findPaceFaults(
  request: PaceRequest & { readonly count?: number | null | undefined },
  chunkMultiple = 1,
): PaceFault[] {
  const { count, rate, shape } = request;
  if (rate === undefined && count === null) {
    const message = "is required of an endless run: without one it would fill the disk";
    return [{ field: "rate", message }];
  }
  if (rate === undefined && shape !== undefined) {
    return [{ field: "rate", message: "is required where there is a shape: the shape is how it varies" }];
  }
  return [...findShapeFaults(shape), ...findChunkFaults({ rate, shape }, chunkMultiple)];
}

/** So long at most a chunk of a run with a rate takes. */
const longestChunkSeconds = 60;

/** One worker sends a chunk: where that has to have so many records, they come at one rate, and not too slowly. */
export function findChunkFaults({ rate, shape }: PaceRequest, chunkMultiple: number): PaceFault[] {
  if (chunkMultiple === 1) return [];
  if (shape !== undefined && shape.kind !== "constant")
    return [{ field: "shape", message: "must be left out: changes of records come at one rate" }];
  const least = chunkMultiple / longestChunkSeconds;
  if (rate === undefined || rate >= least) return [];
  const message = `must be at least ${Math.ceil(least * 100) / 100}: ${chunkMultiple} changes belong together, and are sent within a minute`;
  return [{ field: "rate", message }];
}

/** What a schema cannot say of a shape. */
export function findShapeFaults(shape: Shape | undefined): PaceFault[] {
  if (shape?.kind !== "burst" || shape.burstSeconds < shape.everySeconds) return [];
  const message = `must be less than everySeconds, which is ${shape.everySeconds}`;
  return [{ field: "shape.burstSeconds", message }];
}

/** Fills in what a request leaves open; null: as fast as can be. */
export function settlePace({ rate, shape }: PaceRequest): Pace | null {
  return rate === undefined ? null : { rate, shape: shape ?? { kind: "constant" } };
}
