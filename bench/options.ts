import { parseOptions, parseWholeNumber } from "../cli/parse-options.ts";
import { ExplainedError } from "../stack/explained-error.ts";

/** Every stage, in the order in which they are measured, with what a person reads of it. */
export const stages = {
  generation: "records as JSON text on one core, beside Faker's own methods",
  "own-types": "records of an own type on one core, beside Faker's own methods and json-schema-faker",
  relations:
    "CPU time of references, children, sums and series, a value; memory of small and of huge datasets",
  produce: "messages into Kafka, beside a bare kafkajs loop and Kafka's own producer",
  store: "decoding and storing batches on one connection, beside one bare COPY of the same rows",
  "end-to-end": "a run through the whole stack, beside that COPY; CPU seconds of each process",
  "own-end-to-end": "the same of an own type of ten flat fields, beside a COPY of its rows",
  shop: "a dataset of users, orders and lines through the whole stack, beside COPYs of its rows",
  latency: "runs of 1,000 on an idle stack, from the request to their completion",
  idle: "CPU time of each process of a stack on which nothing happens (two minutes)",
  "other-tools":
    "the shop on one core, beside json-schema-faker and Snowfakery, which comes from PyPI (a minute)",
  scaling: "1, 2 and 4 workers and consumers (about 2 minutes)",
  memory: "each process at a million and ten million records; planning a hundred million (about 8 minutes)",
  aggregate: "users_stats at ten million rows (about 5 minutes)",
  drift: "the rate of each million of ten (about 6 minutes)",
} as const;

export type StageName = keyof typeof stages;

export const stageNames = Object.keys(stages) as readonly StageName[];

/** Those that are measured where none is named: about six minutes on a quiet machine. */
export const defaultStages: readonly StageName[] = [
  "generation",
  "own-types",
  "relations",
  "produce",
  "store",
  "end-to-end",
  "own-end-to-end",
  "shop",
  "latency",
];

const usualOrders = 100_000;
/** Some 3.7 million records. */
const mostOrders = 1_000_000;

export const usage = `Usage: npm run bench [-- OPTION …]

Measures each stage beside its limit in the same run, on servers of its own: JSON on standard output, a table on a
terminal. Quiet the machine first: what else runs on it is measured too.

  --stage NAME     this one alone; may be repeated. Without it: ${defaultStages.join(", ")}
  --orders N       of the stage shop: how many orders, ${mostOrders.toLocaleString("en")} at most; ${usualOrders.toLocaleString("en")} by default
  --compare FILE   compares with a result in this file; "newest" is the newest in bench/baselines/
  --save           writes the result to bench/baselines/DATE-COMMIT.json
  --help

${stageNames.map((name) => `  ${name.padEnd(12)} ${stages[name]}`).join("\n")}`;

export interface BenchOptions {
  readonly stages: readonly StageName[];
  /** Of the stage shop. */
  readonly orders: number;
  /** Path of a result to compare with, or "newest"; null: with nothing. */
  readonly compare: string | null;
  readonly save: boolean;
  readonly help: boolean;
}

/** @throws ExplainedError with exit code 2 for what is no option or no stage */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  // Without a file it means the newest; Node's parser knows no option that may have a value or not.
  const spelledOut = args.flatMap((arg, index) => {
    const next = args[index + 1];
    return arg === "--compare" && (next === undefined || next.startsWith("-")) ? ["--compare=newest"] : [arg];
  });
  const { stage, orders, compare, save, help } = parseOptions(
    spelledOut,
    {
      stage: { type: "string", multiple: true },
      orders: { type: "string", default: String(usualOrders) },
      compare: { type: "string" },
      save: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    usage,
  );
  const wanted = stage ?? [];
  const unknown = wanted.find((name) => !stageNames.some((known) => known === name));
  if (unknown !== undefined) {
    throw new ExplainedError(`There is no stage ${JSON.stringify(unknown)}.\n\n${usage}`, { exitCode: 2 });
  }
  return {
    stages: wanted.length === 0 ? defaultStages : stageNames.filter((name) => wanted.includes(name)),
    orders: parseWholeNumber("orders", orders, { highest: mostOrders }),
    compare: compare ?? null,
    save,
    help,
  };
}
