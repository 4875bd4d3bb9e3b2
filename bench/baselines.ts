import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExplainedError } from "../stack/explained-error.ts";
import type { Machine } from "./machine.ts";
import type { Measurement } from "./measure.ts";

/** What a benchmark prints and a file of bench/baselines/ holds. */
export interface Result extends Machine {
  readonly measurements: readonly Measurement[];
}

const directory = path.join(import.meta.dirname, "baselines");

/** @returns the file that was written */
export async function saveBaseline(result: Result): Promise<string> {
  const day = result.measuredAt.slice(0, 10);
  const file = path.join(directory, `${day}-${result.commit}${result.dirty ? "-dirty" : ""}.json`);
  await mkdir(directory, { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/**
 * @param name a file, or "newest" for the one of bench/baselines/ that was measured last
 * @throws ExplainedError where there is none
 */
export async function readBaseline(
  name: string,
): Promise<{ readonly file: string; readonly result: Result }> {
  if (name !== "newest") return read(name);
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith(".json"));
  const all = await Promise.all(files.map((file) => read(path.join(directory, file))));
  const newest = all.sort((a, b) => a.result.measuredAt.localeCompare(b.result.measuredAt)).at(-1);
  if (newest === undefined)
    throw new ExplainedError("There is no baseline in bench/baselines/ yet: --save writes one.");
  return newest;
}

async function read(file: string): Promise<{ file: string; result: Result }> {
  try {
    const result = JSON.parse(await readFile(file, "utf8")) as Result;
    if (!Array.isArray(result.measurements)) throw new Error("it has no measurements");
    return { file, result };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExplainedError(`${file} is no result of a benchmark: ${reason}`, { exitCode: 2 });
  }
}
