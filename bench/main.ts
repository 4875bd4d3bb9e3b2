import { type Result, readBaseline, saveBaseline } from "./baselines.ts";
import { type BenchStack, withBenchStack } from "./bench-stack.ts";
import { compareMeasurements } from "./compare.ts";
import { describeMachine } from "./machine.ts";
import type { Measurement } from "./measure.ts";
import { type BenchOptions, parseBenchOptions, type StageName, usage } from "./options.ts";
import { describeComparisons, describeMeasurements } from "./report.ts";
import { benchAggregate } from "./stages/aggregate.ts";
import { benchDrift } from "./stages/drift.ts";
import { benchEndToEnd, benchOwnEndToEnd } from "./stages/end-to-end.ts";
import { benchGeneration } from "./stages/generation.ts";
import { benchIdle } from "./stages/idle.ts";
import { benchLatency } from "./stages/latency.ts";
import { benchMemory } from "./stages/memory.ts";
import { benchOtherTools } from "./stages/other-tools.ts";
import { benchOwnTypes } from "./stages/own-types.ts";
import { benchProduce } from "./stages/produce.ts";
import { benchRelations } from "./stages/relations.ts";
import { benchScaling } from "./stages/scaling.ts";
import { benchShop } from "./stages/shop.ts";
import { benchStore } from "./stages/store.ts";

type Stage =
  /** Measures on a stack that it shares with others. */
  | {
      readonly shared: true;
      readonly bench: (stack: BenchStack, options: BenchOptions) => Promise<Measurement[]>;
    }
  | { readonly shared: false; readonly bench: () => Promise<Measurement[]> };

const benches: Readonly<Record<StageName, Stage>> = {
  generation: { shared: false, bench: benchGeneration },
  "own-types": { shared: false, bench: benchOwnTypes },
  relations: { shared: false, bench: benchRelations },
  produce: { shared: true, bench: benchProduce },
  store: { shared: true, bench: benchStore },
  "end-to-end": { shared: true, bench: benchEndToEnd },
  "own-end-to-end": { shared: true, bench: benchOwnEndToEnd },
  shop: { shared: true, bench: benchShop },
  latency: { shared: true, bench: benchLatency },
  idle: { shared: false, bench: benchIdle },
  "other-tools": { shared: false, bench: benchOtherTools },
  scaling: { shared: false, bench: benchScaling },
  memory: { shared: false, bench: benchMemory },
  aggregate: { shared: false, bench: benchAggregate },
  drift: { shared: false, bench: benchDrift },
};

const options = parseBenchOptions(process.argv.slice(2));
if (options.help) console.log(usage);
else {
  // Read first: a file that is not there is better known before all is measured.
  const baseline = options.compare === null ? null : await readBaseline(options.compare);
  const machine = await describeMachine();
  const result: Result = { ...machine, measurements: await measure(options.stages) };
  report(result, baseline);
  if (options.save) console.error(`\nWritten to ${await saveBaseline(result)}`);
}

async function measure(wanted: readonly StageName[]): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const run = async (name: StageName, bench: () => Promise<Measurement[]>): Promise<void> => {
    console.error(`Measuring ${name} …`);
    measurements.push(...(await bench()));
  };
  // The order is the stages' own: those that share a stack follow one another.
  for (const name of wanted) {
    const { shared, bench } = benches[name];
    if (!shared) await run(name, bench);
    else if (name === wanted.find((each) => benches[each].shared)) {
      await withBenchStack({ processes: 1 }, async (stack) => {
        for (const each of wanted) {
          const stage = benches[each];
          if (stage.shared) await run(each, () => stage.bench(stack, options));
        }
      });
    }
  }
  return measurements;
}

/** The table is for people: on standard error, unless JSON would fill the terminal that it is read on. */
function report(result: Result, baseline: Awaited<ReturnType<typeof readBaseline>> | null): void {
  const { commit, dirty, cpu, cores, loadBefore, measurements } = result;
  const loaded = loadBefore > 0.2 ? `; not quiet: load ${loadBefore.toFixed(1)} before` : "";
  const lines = ["", `${commit}${dirty ? " (changed)" : ""} on ${cores} cores, ${cpu}${loaded}`, ""];
  lines.push(describeMeasurements(measurements));
  if (baseline !== null) {
    const compared = compareMeasurements(baseline.result.measurements, measurements);
    lines.push("", `Beside ${baseline.file}, load ${baseline.result.loadBefore.toFixed(1)} before:`);
    lines.push("", describeComparisons(compared));
  }
  console.error(lines.join("\n"));
  if (!process.stdout.isTTY) console.log(JSON.stringify(result, null, 2));
}
