import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { runToEnd } from "../../stack/run-to-end.ts";
import { projectRoot } from "../../stack/settings.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { temporaryDirectory } from "../stack/fake-service.ts";

const right = path.join(projectRoot, "test", "types", "schemas", "order.yaml");

describe("npm run types", () => {
  const directory = temporaryDirectory();

  const types = (...args: readonly string[]) =>
    runToEnd(process.execPath, [path.join(projectRoot, "stack", "bootstrap.mjs"), "types", ...args]);

  function write(text: string | Uint8Array): string {
    const file = path.join(directory(), "types.yaml");
    writeFileSync(file, text);
    return file;
  }

  it("check finds nothing wrong with what is right", async () => {
    expect(await types("check", right)).to.deep.equal({
      code: 0,
      output: `${right}: order: nothing is wrong\n`,
    });
  });

  it("check prints each problem behind its file and line, and ends with code 1", async () => {
    const file = write(
      "$id: a\nproperties:\n  x: { type: strin }\n  y: { type: integer, minimum: 3, maximum: 1 }\n",
    );
    const { code, output } = await types("check", right, file);
    expect(output)
      .to.contain(`${file}:3: /properties/x/type: must be one of`)
      .and.to.contain(`${file}:4: /properties/y/maximum: leaves no number`);
    expect(code).to.equal(1);
  });

  it("sample prints the same records at every call, and others of another seed", async () => {
    const args = ["sample", right, "--count", "3", "--reference-date", "2026-11-24"];
    const [first, second, other] = await Promise.all([
      types(...args),
      types(...args),
      types(...args, "--seed", "1"),
    ]);
    expect(first?.code).to.equal(0);
    expect(second).to.deep.equal(first);
    const records = (first?.output ?? "")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: number });
    expect(records.map(({ id }) => id)).to.deep.equal([1, 2, 3]);
    expect(other?.output).not.to.equal(first?.output);
  });

  it("sample ends quietly with code 0 once nobody reads on", async () => {
    const args = ["types", "sample", right, "--count", "20_000_000"];
    const child = spawn(process.execPath, [path.join(projectRoot, "stack", "bootstrap.mjs"), ...args], {
      timeout: 30_000,
    });
    let complaints = "";
    child.stderr.on("data", (text) => {
      complaints += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await once(child, "close")).to.deep.equal([0, null]);
    expect(complaints).to.equal("");
  });

  it("sample takes one of several types by its name, whatever is wrong with the others", async () => {
    const file = write(
      "$id: a\nproperties: { x: { const: 1 } }\n---\n$id: b\nproperties: { y: { $ref: nowhere } }\n",
    );
    expect(await types("sample", file, "--type", "a", "--count", "1")).to.deep.equal({
      code: 0,
      output: '{"x":1}\n',
    });
    expect((await types("sample", file)).code).to.equal(1);
  });

  it("sample and explicit say as check does what only drawing can tell", async () => {
    const file = write(
      "$id: a\nproperties: { x: {} }\n---\n$id: b\nproperties:\n  y: { type: number, x-generate: { normal: [5, 1], unique: true } }\n",
    );
    const told = await Promise.all(
      ["sample", "explicit"].map((action) => types(action, file, "--type", "b")),
    );
    for (const { code, output } of told) {
      expect(output).to.match(/types\.yaml:6: \/properties\/y: must not be unique: [^\n]+\n$/);
      expect(output.startsWith(file)).to.equal(true);
      expect(code).to.equal(1);
    }
  });

  it("explicit prints a definition of the same type", async () => {
    const { code, output } = await types("explicit", right);
    expect(code).to.equal(0);
    const { definitions, problems } = parseDefinitions(output);
    expect(problems).to.deep.equal([]);
    expect(definitions.map(({ name }) => name)).to.deep.equal(["order"]);
  });

  for (const encoding of ["latin1", "utf16le"] as const) {
    it(`refuses a file that is not UTF-8: ${encoding}`, async () => {
      const text = "\uFEFF$id: a\nproperties: { x: { const: Zürich } }\n".slice(
        encoding === "latin1" ? 1 : 0,
      );
      const file = write(Buffer.from(text, encoding));
      for (const action of ["check", "sample", "explicit"])
        expect(await types(action, file), action).to.deep.equal({
          code: 1,
          output: `${file} is not UTF-8; save it as such.\n`,
        });
    });
  }

  it("says that records depend on the reference date", async () => {
    expect((await types("--help")).output).to.contain("with the same seed and reference date");
    for (const date of ["2024-02-29", "2026-12-31T23:30:00-05:00"])
      expect((await types("sample", right, "--reference-date", date)).code, date).to.equal(0);
  });

  const wrongCalls: readonly (readonly [args: readonly string[], complaint: string])[] = [
    [[], "Say what to do."],
    [["frobnicate"], 'There is no "frobnicate".'],
    [["sample"], "FILE is missing."],
    [["sample", right, "--count", "none"], "--count must be a whole number"],
    [["sample", right, "--type", "nothing"], 'defines order, not "nothing"'],
    [["sample", right, "--reference-date", "yesterday"], "--reference-date must be such as 2026-11-24"],
    [["sample", right, "--reference-date", "2026-02-30"], "--reference-date must be such as 2026-11-24"],
    [
      ["sample", right, "--reference-date", "2026-02-29T23:00:00-05:00"],
      "--reference-date must be such as 2026-11-24",
    ],
    [["sample", right, "--cuont", "1"], "Unknown option '--cuont'"],
  ];
  for (const [args, complaint] of wrongCalls) {
    it(`ends with code 2 and a reason: ${args.map((arg) => path.basename(arg)).join(" ")}`, async () => {
      const { code, output } = await types(...args);
      expect(output)
        .to.contain(complaint)
        .and.to.contain(args.includes("none") ? "" : "Usage: npm run types")
        .and.not.to.contain("    at ");
      expect(code).to.equal(2);
    });
  }
});
