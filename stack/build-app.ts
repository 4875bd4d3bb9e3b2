import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExplainedError } from "./explained-error.ts";
import { withLock } from "./lock.mjs";
import { runToEnd } from "./run-to-end.ts";
import { say } from "./say.ts";
import { projectRoot } from "./settings.ts";

const dist = path.join(projectRoot, "dist");
/** On the same file system as dist/, and unknown to git. */
const workshop = path.join(projectRoot, ".stack");
const stamp = "source-hash";

/** Compiles the app into dist/, unless what is there was made from these very sources. */
export async function buildApp(): Promise<void> {
  const lock = path.join(workshop, "build.lock");
  const onWait = (holder: number) => say(`Waiting for another build in this folder (process ${holder}) …`);
  await withLock(lock, onWait, async () => {
    const hash = sourceHash();
    if (builtHash() !== hash) await compile(hash);
  });
}

/** Compiles in another place and swaps at the end, so that a stack that runs from dist/ never meets half a build. */
async function compile(hash: string): Promise<void> {
  say("Compiling the app …");
  const fresh = path.join(workshop, "dist.new");
  const old = path.join(workshop, "dist.old");
  const clean = () => Promise.all([fresh, old].map((folder) => rm(folder, { recursive: true, force: true })));
  await clean();
  try {
    const tsc = path.join(projectRoot, "node_modules", "typescript", "bin", "tsc");
    const project = path.join(projectRoot, "tsconfig.build.json");
    const { code, output } = await runToEnd(process.execPath, [tsc, "--project", project, "--outDir", fresh]);
    if (code !== 0) throw new ExplainedError(`The app does not compile:\n${output.trim()}`);
    await writeFile(path.join(fresh, stamp), hash);
    if (existsSync(dist)) await rename(dist, old);
    await rename(fresh, dist);
  } finally {
    await clean();
  }
}

function builtHash(): string | undefined {
  const file = path.join(dist, stamp);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Over the contents of all that the compiler reads; times of change say nothing after a git checkout. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "tsconfig.json", "tsconfig.build.json", ...sourceFiles()]) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(projectRoot, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function sourceFiles(): string[] {
  const { include }: { include: string[] } = JSON.parse(
    readFileSync(path.join(projectRoot, "tsconfig.build.json"), "utf8"),
  );
  return include
    .flatMap((folder) =>
      readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: "utf8" }).map((name) =>
        path.join(folder, name),
      ),
    )
    .filter((file) => /\.tsx?$/.test(file))
    .sort();
}
