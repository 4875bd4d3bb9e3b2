import { randomInt } from "node:crypto";
import { parseOptions, parseWholeNumber } from "../../cli/parse-options.ts";
import { createDraws } from "../../generate/draws.ts";
import { createKafka } from "../../kafka/client.ts";
import { createLogger } from "../../service/log.ts";
import { ExplainedError } from "../../stack/explained-error.ts";
import { catchInterrupt } from "../../stack/interrupt.ts";
import type { DiskMegabytes } from "../pipeline/small-disks.ts";
import { isCompleted } from "../pipeline/test-stack.ts";
import { chooseFaults } from "./choose-faults.ts";
import type { Fault, Target } from "./fault.ts";
import { diskFaults } from "./faults/disks.ts";
import { kafkaFaults } from "./faults/kafka.ts";
import { kafkaClusterFaults } from "./faults/kafka-cluster.ts";
import { networkFaults } from "./faults/network.ts";
import { pointFaults } from "./faults/points.ts";
import { postgresFaults } from "./faults/postgres.ts";
import { processFaults } from "./faults/processes.ts";
import { redisFaults } from "./faults/redis.ts";
import { openHostileStream } from "./hostile-stream.ts";
import { keepCounting } from "./keep-counting.ts";
import { watchProgress } from "./progress.ts";
import { startProxiedStack } from "./proxied-stack.ts";
import { printReport, type Recovery } from "./report.ts";
import { reachVerdict } from "./verdict.ts";
import { startWorkload, type Workload } from "./workload.ts";

const faults: readonly Fault[] = [
  ...processFaults,
  ...redisFaults,
  ...postgresFaults,
  ...kafkaFaults,
  ...diskFaults,
  ...kafkaClusterFaults,
  ...pointFaults,
  ...networkFaults,
];

/** How long the system may take after the fault's end. */
const recoveryLimitMs = 60_000;

const usage = `Usage: npm run chaos -- [--minutes M] [--seed S] [--fault NAME] [--brokers N] [--json]

Breaks a stack of its own while runs are under way, and checks that nothing was lost or doubled.

  --minutes M   how long (default 5); what is under way at the end is waited for
  --seed S      the same seed gives the same order of faults (default: random, printed)
  --fault NAME  only this fault, again and again
  --brokers N   Kafka's brokers: 1 (default), or 3 for the faults that are marked with *
  --json        the report as JSON on standard output

Faults:
${faults.map(({ name, sentence, needs }) => `  ${(needs === "cluster" ? `${name} *` : name).padEnd(38)}${sentence}`).join("\n")}

For full disks each store gets a file system in memory, which this account must be allowed to mount; else they are
left out of the order, and refused by --fault.

Exit code 0: everything held. 1: something did not, it is printed. 2: wrong usage.`;

const options = parseOptions(
  process.argv.slice(2),
  {
    minutes: { type: "string", default: "5" },
    seed: { type: "string" },
    fault: { type: "string" },
    brokers: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
  usage,
);

if (options.help) console.log(usage);
else process.exitCode = await wreak();

async function wreak(): Promise<number> {
  const minutes = parseWholeNumber("minutes", options.minutes, { highest: 24 * 60 });
  const seed =
    options.seed === undefined ? randomInt(2 ** 47) : parseWholeNumber("seed", options.seed, { lowest: 0 });
  const brokers = parseWholeNumber("brokers", options.brokers);
  if (brokers !== 1 && brokers !== 3) throw new ExplainedError("--brokers must be 1 or 3.", { exitCode: 2 });
  const { chosen, leftOut } = await chooseFaults(faults, { name: options.fault, brokers });
  say(`Seed ${seed}, ${minutes} minutes.`);
  for (const line of leftOut) say(`Left out: ${line}`);
  // At once: what runs and what is mounted goes by the listeners of this process's end.
  catchInterrupt(() => process.exit(130));
  const stack = await startProxiedStack({
    workers: 2,
    consumers: 2,
    brokers,
    ...(chosen.some(({ needs }) => needs === "small disks") ? { diskMegabytes: roomFor(minutes) } : {}),
  });
  try {
    const kafka = createKafka({
      brokers: stack.urls.KAFKA_BROKERS.split(","),
      clientId: "chaos",
      log: createLogger("chaos", "silent"),
    });
    const draws = createDraws(seed, "faults");
    const target: Target = { stack, kafka, topic: "synthetic_users", group: "synthetic-consumer", draws };
    const progress = watchProgress(stack.pool);
    const hostile = openHostileStream(target, seed);
    const counting = keepCounting(stack.pool);
    const workload = startWorkload(stack, createDraws(seed, "workload"), hostile, minutes * 40_000);
    try {
      const { recoveries, lossesMs } = await breakThings(
        target,
        chosen,
        workload,
        Date.now() + minutes * 60_000,
      );
      say("Waiting for what is under way …");
      await workload.settle();
      const verdict = await reachVerdict(stack, workload, lossesMs, async () => [
        ...(await progress.finish(kafka, target.topic)),
        ...(await counting.finish()),
      ]);
      return printReport(
        {
          seed,
          minutes,
          brokers,
          leftOut,
          runs: workload.runIds.length,
          datasets: workload.datasetIds.length,
          recoveries,
          verdict,
        },
        options.json,
      );
    } finally {
      workload.stop();
      counting.stop();
      await hostile.close();
    }
  } finally {
    await stack.stop();
  }
}

/** More than is ever stored, in megabytes; only what is stored takes memory. */
function roomFor(minutes: number): DiskMegabytes {
  return {
    postgres: 1_024 + 256 * minutes,
    redis: 256 + 16 * minutes,
    kafka: 512 + 128 * minutes,
  };
}

async function breakThings(
  target: Target,
  chosen: readonly Fault[],
  workload: Workload,
  deadlineMs: number,
): Promise<{ recoveries: Recovery[]; lossesMs: number[] }> {
  const recoveries: Recovery[] = [];
  const lossesMs: number[] = [];
  for (let round = 0; Date.now() < deadlineMs; round++) {
    for (const fault of shuffle(target, chosen, round)) {
      if (Date.now() >= deadlineMs) break;
      say(`${fault.name}: ${fault.sentence}`);
      await fault.inject(target);
      if (fault.losesMessages === true) lossesMs.push(Date.now());
      const seconds = await measureRecovery(target, workload);
      say(seconds === null ? "  not back within 60 s" : `  back after ${seconds.toFixed(1)} s`);
      recoveries.push({ fault: fault.name, sentence: fault.sentence, seconds });
    }
  }
  return { recoveries, lossesMs };
}

/** Back is a system that carries a new run from its request to its completion. @returns seconds, null where it is not */
async function measureRecovery({ stack }: Target, workload: Workload): Promise<number | null> {
  const startedMs = Date.now();
  const id = await workload.sendRun({ count: 200, chunkSize: 100 });
  const left = Math.max(1_000, recoveryLimitMs - (Date.now() - startedMs));
  try {
    await stack.untilRun(id, "completed", isCompleted, left);
    return (Date.now() - startedMs) / 1000;
  } catch {
    return null;
  }
}

/** Each round has every fault once, in an order that follows from the seed. */
function shuffle({ draws }: Target, chosen: readonly Fault[], round: number): Fault[] {
  draws.open(round);
  return chosen
    .map((fault) => ({ fault, at: draws.bits() }))
    .sort((a, b) => a.at - b.at)
    .map(({ fault }) => fault);
}

function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
