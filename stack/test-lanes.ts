import { statSync } from "node:fs";
import { quietTestFiles, testFiles } from "./test-files.ts";

const optionsWithValue =
  /^(-[gfjtsRrC]|--(f?grep|timeout|slow|reporter|retries|jobs|require|file|ignore|exclude))$/;
const choices = /^(-[gf]|--f?grep)(=|$)/;

/**
 * What mocha is called with, one call after the other. All of the tests run in two lanes: first the files that need the
 * machine for themselves, then the others side by side. A choice of them is one lane, one file after the other.
 */
export function testLanes(args: readonly string[], processors: number): string[][] {
  const jobs = args.some((arg) => /^(-j|--jobs(=|$))/.test(arg))
    ? []
    : ["--jobs", String(filesSideBySide(processors))];
  if (namesFiles(args)) return [[...(args.includes("--parallel") ? jobs : []), ...args.map(testsIn)]];
  if (args.some((arg) => choices.test(arg))) return [[...args, ...testFiles()]];
  const quiet = quietTestFiles();
  const others = testFiles().filter((file) => !quiet.includes(file));
  const alone = args.filter((arg) => arg !== "--parallel");
  return [
    [...alone, ...quiet],
    [...alone, "--parallel", ...jobs, ...others],
  ];
}

/** One more than there are processors: most of a test's time it waits. More would need more memory than time they save. */
function filesSideBySide(processors: number): number {
  return Math.min(4, processors + 1);
}

/** Whether the arguments say which test files to run. */
function namesFiles(args: readonly string[]): boolean {
  return args.some((arg, i) => !arg.startsWith("-") && !optionsWithValue.test(args[i - 1] ?? ""));
}

/** Of a folder mocha would load every file, helpers too. */
function testsIn(arg: string): string {
  return statSync(arg, { throwIfNoEntry: false })?.isDirectory() ? `${arg}/**/*.test.ts` : arg;
}
