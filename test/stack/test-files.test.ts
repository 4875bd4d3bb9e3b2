import { expect } from "chai";
import { readImports, testFiles, unitTestFiles } from "../../stack/test-files.ts";

describe("the unit tests", () => {
  const units = unitTestFiles();

  it("are test files that need neither a server nor a program", () => {
    expect(testFiles()).to.include.members(units);
    expect(units).to.include.members([
      "test/types/user/generate.test.ts",
      "test/ledger/schedule.test.ts",
      "test/stack/test-files.test.ts",
    ]);
  });

  for (const [what, file] of [
    ["asks for the servers' addresses", "test/ledger/store-batch.test.ts"],
    ["has a helper that asks for them", "test/web/runs.test.ts"],
    ["starts a stack", "test/pipeline/runs.test.ts"],
    ["starts a command", "test/stack/commands.test.ts"],
    ["opens a browser", "test/web/accessibility.test.ts"],
  ] as const) {
    it(`have none among them that ${what}`, () => {
      expect(testFiles()).to.include(file);
      expect(units).not.to.include(file);
    });
  }
});

describe("the imports of a module", () => {
  const imports = (source: string): string[] => readImports(source, "test/web");

  it("are those of statements on one line or several, of exports and of calls", () => {
    expect(imports('import a from "./a.ts";\nimport {\n  b,\n  c,\n} from "../b.ts";')).to.deep.equal([
      "test/web/a.ts",
      "test/b.ts",
    ]);
    expect(imports('import "./a.ts";\nexport { b } from "../../b.ts";')).to.deep.equal([
      "test/web/a.ts",
      "b.ts",
    ]);
    expect(imports('const a = await import("./a.ts");')).to.deep.equal(["test/web/a.ts"]);
    expect(imports('import { type A, b } from "node:child_process";')).to.deep.equal(["node:child_process"]);
  });

  it("are not those of types alone, which are gone when the test runs", () => {
    expect(imports('import type { A } from "./a.ts";\nexport type { B } from "./b.ts";')).to.deep.equal([]);
  });
});
