import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { ExplainedError } from "../explained-error.ts";
import { runToEnd } from "../run-to-end.ts";
import { say } from "../say.ts";
import { childEnvironment } from "../settings.ts";
import { findProgram } from "./find-program.ts";

/** Asked by Debian's packages whether a service may be started. */
const policyFile = "/usr/sbin/policy-rc.d";

/** Debian's package manager is there and may be used. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && findProgram("apt-get") !== undefined;
}

/**
 * Installs Debian packages.
 *
 * @param wishes one entry a program: the names of packages that bring it, the best first
 */
export async function installPackages(wishes: readonly (readonly string[])[]): Promise<void> {
  say("Fetching Debian's package lists …");
  await apt("update", "--quiet");
  const packages: string[] = [];
  for (const names of wishes) packages.push(await firstAvailable(names));
  say(`Installing ${packages.join(", ")} …`);
  // Slim images lack this folder, without which the set-up of Java's package fails.
  mkdirSync("/usr/share/man/man1", { recursive: true });
  await withoutStartingServices(() => apt("install", "--yes", "--no-install-recommends", ...packages));
}

async function firstAvailable(names: readonly string[]): Promise<string> {
  for (const name of names) {
    const { output } = await runToEnd("apt-cache", ["policy", name], { environment: environment() });
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  throw new ExplainedError(`Debian's lists have no package ${names.join(" or ")}.`);
}

/** The package redis-server would start a server of its own on port 6379, the one that the stack wants. */
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile)) return install();
  writeFileSync(policyFile, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await install();
  } finally {
    rmSync(policyFile, { force: true });
  }
}

async function apt(...args: string[]): Promise<void> {
  // Another apt-get (a system's own updates) may hold the lock for a while.
  const options = ["-o", "DPkg::Lock::Timeout=300"];
  const { code, output } = await runToEnd("apt-get", [...options, ...args], { environment: environment() });
  if (code !== 0) {
    throw new ExplainedError(
      `apt-get ${args.join(" ")} failed:\n${output.trim().split("\n").slice(-15).join("\n")}`,
    );
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...childEnvironment(), DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
}
