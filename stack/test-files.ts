import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "./settings.ts";

/** How the paths of those begin that take longest: begun first, they are not waited for at the end. */
const longest = [
  "test/pipeline/topic-faults",
  "test/pipeline/named-points",
  "test/pipeline/faults",
  "test/pipeline/",
  "test/stack/native-stack",
  "test/types/hostile",
  "test/types/user/golden-bytes",
  "test/generate/unique",
  "test/workers/keep-subscribed",
  "test/web/",
  "test/stack/",
];

/** Those that hold the product to a time or a rate, which it keeps only on a machine that has nothing else to do. */
const quiet: readonly string[] = [
  // Spans that are not sent within three seconds are dropped.
  "test/observability/traces.test.ts",
  "test/pipeline/fairness.test.ts",
  // A new type's run is stored within seconds.
  "test/pipeline/own-types.test.ts",
  "test/pipeline/pacing.test.ts",
  "test/pipeline/runs.test.ts",
  // What Redis reads is counted, whoever sends it.
  "test/queues/enqueue-run.test.ts",
];

/** What brings a server or a program into a test: the addresses of `npm test`'s servers, and ways to start others. */
const outside: ReadonlySet<string> = new Set([
  "test/setup/servers.ts",
  "node:child_process",
  "playwright-core",
]);

/** All of them, by their paths in the project. */
export function testFiles(): string[] {
  const rank = (file: string): number => {
    const index = longest.findIndex((start) => file.startsWith(start));
    return index === -1 ? longest.length : index;
  };
  return readdirSync(path.join(projectRoot, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.join("test", name))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Those beside which nothing else may run. */
export function quietTestFiles(): string[] {
  return testFiles().filter((file) => quiet.includes(file));
}

/** Those whose imports, and the imports of these, lead to nothing outside their own process. */
export function unitTestFiles(): string[] {
  return testFiles().filter((file) => !leadsOutside(file, new Set()));
}

function leadsOutside(module: string, seen: Set<string>): boolean {
  if (outside.has(module)) return true;
  if (seen.has(module)) return false;
  seen.add(module);
  return importsOf(module).some((each) => leadsOutside(each, seen));
}

const known = new Map<string, readonly string[]>();

/** Of a file of the project; a package is taken as it is. */
function importsOf(module: string): readonly string[] {
  let imports = known.get(module);
  if (imports === undefined) {
    const file = path.join(projectRoot, module);
    const isCode = /\.m?tsx?$/.test(module) && existsSync(file);
    imports = isCode ? readImports(readFileSync(file, "utf8"), path.dirname(module)) : [];
    known.set(module, imports);
  }
  return imports;
}

/** @param folder of the file with this source; its relative imports become paths in the project */
export function readImports(source: string, folder: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\b(?! type\b)[^;"]*"([^"]+)"/gm);
  const calls = source.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [...statements, ...calls].map(([, name = ""]) =>
    name.startsWith(".") ? path.join(folder, name) : name,
  );
}
