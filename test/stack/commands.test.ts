import path from "node:path";
import { expect } from "chai";
import { runToEnd } from "../../stack/run-to-end.ts";
import { projectRoot } from "../../stack/settings.ts";
import { temporaryDirectory } from "./fake-service.ts";

describe("the commands", () => {
  const directory = temporaryDirectory();

  const wrongCalls: readonly (readonly [args: readonly string[], complaint: string])[] = [
    [["demo", "--count", "none"], '--count must be a whole number from 1 to 9007199254740991, not "none".'],
    [["demo", "--cuont", "5"], "Unknown option '--cuont'"],
    [["start", "--workers", "0"], '--workers must be a whole number from 1 to 64, not "0".'],
    [["start", "--with", "hive"], "--with takes airflow"],
    [["generate"], "--count is missing."],
    [["generate", "--count", "5", "--seed", "-1"], "--seed"],
    [["generate", "--count", "5", "--url", "nowhere"], '"nowhere" is no address of a web service'],
    [["frobnicate"], "Usage:"],
  ];
  for (const [args, complaint] of wrongCalls) {
    it(`end with code 2 and a reason: ${args.join(" ")}`, async () => {
      const { code, output } = await run(...args);
      expect(output).to.contain(complaint).and.not.to.contain("    at ");
      expect(code).to.equal(2);
    });
  }

  for (const command of ["generate", "migrate"]) {
    it(`say that no stack is running: ${command}`, async () => {
      const { code, output } = await run(
        command,
        ...(command === "generate" ? ["--count", "5"] : ["latest"]),
      );
      expect(output).to.contain(`No stack is running in ${directory()}; start one with npm start`);
      expect(code).to.equal(1);
    });
  }

  it("explain themselves without a stack: generate --help", async () => {
    const { code, output } = await run("generate", "--help");
    expect(output).to.match(/^Usage: npm run generate/);
    expect(code).to.equal(0);
  });

  it("name a database that cannot be reached, without its password: migrate", async () => {
    const { code, output } = await run("migrate", "latest", {
      DATABASE_URL: "postgres://me:secret@127.0.0.1:1/nothing",
    });
    expect(output)
      .to.contain("The database nothing at 127.0.0.1:1 cannot be reached")
      .and.not.to.contain("secret");
    expect(code).to.equal(1);
  });

  it("do not tell an address that is none: migrate", async () => {
    const { code, output } = await run("migrate", "latest", {
      MIGRATION_DATABASE_URL: "postgres://me:secret#word@127.0.0.1:1/nothing",
    });
    expect(output).to.contain("MIGRATION_DATABASE_URL").and.not.to.contain("secret");
    expect(code).to.equal(1);
  });

  it("have nothing to stop where nothing runs: stop", async () => {
    const { code, output } = await run("stop");
    expect(output.trim()).to.equal(`No stack is running in ${directory()}.`);
    expect(code).to.equal(0);
  });

  function run(...args: (string | NodeJS.ProcessEnv)[]) {
    const words = args.filter((arg) => typeof arg === "string");
    const [extra = {}] = args.filter((arg) => typeof arg !== "string");
    return runToEnd(process.execPath, [path.join(projectRoot, "stack", "bootstrap.mjs"), ...words], {
      environment: { PATH: process.env.PATH, HOME: process.env.HOME, STACK_DIR: directory(), ...extra },
    });
  }
});
