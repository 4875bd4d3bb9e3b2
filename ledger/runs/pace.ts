/** How a run's rate is asked to vary with time; `rate` is the pace's, in records a second. */
export type Shape =
  /** The rate, all the time. */
  | { readonly kind: "constant" }
  /** Evenly from `from` records a second to the rate within `seconds`, then the rate. */
  | { readonly kind: "ramp"; readonly from: number; readonly seconds: number }
  /** The rate, but `factor` times it in the last `burstSeconds` of every `everySeconds`. */
  | {
      readonly kind: "burst";
      readonly everySeconds: number;
      readonly burstSeconds: number;
      readonly factor: number;
    };

/**
 * The readings of a time series, those of each instant when it has come: one of each entity. Their jitter waits with them, since
 * they are sent in the order of their numbers: none before its time, and none later than the jitter can be.
 */
export interface Realtime {
  readonly kind: "realtime";
  readonly entities: number;
  /** From one instant to the next; 1 at least. */
  readonly everySeconds: number;
  readonly jitterSeconds: number;
}

/** How fast a run is to go, for the run as a whole. */
export interface Pace {
  /** Records a second; of `realtime` on the average. */
  readonly rate: number;
  readonly shape: Shape | Realtime;
}

/** So many readings at each instant, as often as their series says. */
export const realtimePace = (
  { everyMs, jitterMs }: { readonly everyMs: number; readonly jitterMs: number },
  entities: number,
): Pace => ({
  rate: (entities * 1_000) / everyMs,
  shape: { kind: "realtime", entities, everySeconds: everyMs / 1_000, jitterSeconds: jitterMs / 1_000 },
});

export const isRealtime = ({ shape }: Pace): boolean => shape.kind === "realtime";

/** How many records are due within `seconds` from the moment at which `clock` seconds of the shape have passed. */
export function recordsWithin(pace: Pace, clock: number, seconds: number): number {
  const { rate, shape } = pace;
  if (shape.kind === "ramp" && clock < shape.seconds) {
    const ramping = Math.min(seconds, shape.seconds - clock);
    const first = rampRate(rate, shape, clock);
    const last = rampRate(rate, shape, clock + ramping);
    return ((first + last) / 2) * ramping + rate * (seconds - ramping);
  }
  if (shape.kind === "burst") return burstRecords(rate, shape, clock, seconds);
  if (shape.kind === "realtime") return realtimeRecords(shape, clock, seconds);
  return rate * seconds;
}

/**
 * The inverse: the least number of seconds, from the moment at which `clock` seconds of the shape have passed, within
 * which so many records are due.
 */
export function secondsFor(pace: Pace, clock: number, records: number): number {
  const { rate, shape } = pace;
  if (shape.kind === "ramp" && clock < shape.seconds) return rampSeconds(rate, shape, clock, records);
  if (shape.kind === "burst") return burstSeconds(rate, shape, clock, records);
  if (shape.kind === "realtime") return realtimeSeconds(shape, clock, records);
  return records / rate;
}

type Ramp = Extract<Shape, { kind: "ramp" }>;
type Burst = Extract<Shape, { kind: "burst" }>;

const rampRate = (rate: number, { from, seconds }: Ramp, clock: number): number =>
  from + (rate - from) * Math.min(1, clock / seconds);

function rampSeconds(rate: number, shape: Ramp, clock: number, records: number): number {
  const left = shape.seconds - clock;
  const first = rampRate(rate, shape, clock);
  const ramped = ((first + rate) / 2) * left;
  if (records >= ramped) return left + (records - ramped) / rate;
  // first·t + gain·t²/2 = records, solved in the form that subtracts no nearly equal numbers and allows gain = 0.
  const gain = (rate - shape.from) / shape.seconds;
  const last = Math.sqrt(Math.max(0, first * first + 2 * gain * records));
  // Zero of no records, or of so few that the square of their rate is nothing.
  return first + last === 0 ? 0 : (2 * records) / (first + last);
}

function burstRecords(rate: number, shape: Burst, clock: number, seconds: number): number {
  const { everySeconds } = shape;
  const phase = clock % everySeconds;
  const end = phase + seconds;
  const periods = Math.floor(end / everySeconds);
  return (
    periods * sincePeriod(rate, shape, everySeconds) +
    sincePeriod(rate, shape, end - periods * everySeconds) -
    sincePeriod(rate, shape, phase)
  );
}

/** Records due since a period's beginning. */
function sincePeriod(rate: number, shape: Burst, phase: number): number {
  const calm = shape.everySeconds - shape.burstSeconds;
  return rate * (Math.min(phase, calm) + shape.factor * Math.max(0, phase - calm));
}

function burstSeconds(rate: number, shape: Burst, clock: number, records: number): number {
  const phase = clock % shape.everySeconds;
  const perPeriod = sincePeriod(rate, shape, shape.everySeconds);
  if (records <= 0) return 0;
  const total = records + sincePeriod(rate, shape, phase);
  // What is due exactly at the end of a period is due in it, not in the next.
  const periods = Math.max(0, Math.ceil(total / perPeriod) - 1);
  const rest = total - periods * perPeriod;
  const calm = shape.everySeconds - shape.burstSeconds;
  const burst = Math.max(0, rest - rate * calm);
  const within =
    burst === 0 ? rest / rate : calm + Math.min(shape.burstSeconds, burst / (rate * shape.factor));
  return Math.max(0, periods * shape.everySeconds + within - phase);
}

/** The readings of an instant are spread over so many seconds: less than there are from one instant to the next. */
const spreadSeconds = 0.5;

/** Readings of an instant that are due so many seconds after it. */
const sinceInstant = ({ entities }: Realtime, seconds: number): number =>
  entities * Math.min(1, seconds / spreadSeconds);

function realtimeRecords(shape: Realtime, clock: number, seconds: number): number {
  const { entities, everySeconds } = shape;
  const phase = clock % everySeconds;
  const end = phase + seconds;
  const instants = Math.floor(end / everySeconds);
  return (
    instants * entities + sinceInstant(shape, end - instants * everySeconds) - sinceInstant(shape, phase)
  );
}

/** Between two instants nothing is due: the first reading of the next comes with it, not as soon as the last of the one before is sent. */
function realtimeSeconds(shape: Realtime, clock: number, records: number): number {
  const { entities, everySeconds } = shape;
  const phase = clock % everySeconds;
  const total = records + sinceInstant(shape, phase);
  const instants = Math.floor(total / entities);
  const within = (total - instants * entities) / entities;
  return Math.max(0, instants * everySeconds + within * spreadSeconds - phase);
}
