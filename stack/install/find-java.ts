import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { findProgram, isExecutable } from "./find-program.ts";

/** Kafka 4's broker needs it. */
const oldestVersion = 17;

/** Where Debian keeps every Java that is installed, whichever of them is the default. */
const installedJavas = "/usr/lib/jvm";

/** Path of a `java` that can run Kafka: the one on PATH, or else one that is not the default. */
export function findJava(): string | undefined {
  const others = existsSync(installedJavas)
    ? readdirSync(installedJavas).map((name) => path.join(installedJavas, name, "bin", "java"))
    : [];
  return [findProgram("java"), ...others].find(
    (java) => java !== undefined && isExecutable(java) && javaVersion(java) >= oldestVersion,
  );
}

/** The feature release, 8 for "1.8.0_412" and 17 for "17.0.15"; 0 where it cannot be told. */
function javaVersion(java: string): number {
  const { stderr } = spawnSync(java, ["-version"], { encoding: "utf8" });
  const match = /version "(?:1\.)?(\d+)/.exec(stderr ?? "");
  return Number(match?.[1] ?? 0);
}
