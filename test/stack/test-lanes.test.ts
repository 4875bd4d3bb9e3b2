import { expect } from "chai";
import { quietTestFiles, testFiles } from "../../stack/test-files.ts";
import { testLanes } from "../../stack/test-lanes.ts";

const filesOf = (lane: readonly string[] = []): string[] => lane.filter((arg) => arg.endsWith(".test.ts"));
const optionsOf = (lane: readonly string[] = []): string[] => lane.filter((arg) => !arg.endsWith(".test.ts"));

describe("the lanes of npm test", () => {
  it("hold every file once, first those that need the machine for themselves, one after the other", () => {
    const [first, second, ...further] = testLanes([], 2);
    expect(further).to.deep.equal([]);
    expect(first).to.deep.equal(quietTestFiles());
    expect(first).to.include("test/pipeline/pacing.test.ts");
    expect(filesOf(second)).to.have.members(testFiles().filter((file) => !first?.includes(file)));
    expect(optionsOf(second)).to.deep.equal(["--parallel", "--jobs", "3"]);
  });

  it("are one for a choice of tests, whose files run one after the other", () => {
    expect(testLanes(["test/web", "-g", "once"], 2)).to.deep.equal([["test/web/**/*.test.ts", "-g", "once"]]);
    expect(testLanes(["-g", "once"], 2)).to.deep.equal([["-g", "once", ...testFiles()]]);
    expect(testLanes(["--grep=once"], 2)).to.deep.equal([["--grep=once", ...testFiles()]]);
  });

  it("have files that are named run side by side where that is asked for", () => {
    const file = "test/web/runs.test.ts";
    expect(testLanes(["--parallel", file], 2)).to.deep.equal([["--jobs", "3", "--parallel", file]]);
  });

  it("run as many files side by side as is asked for", () => {
    for (const jobs of [["--jobs", "1"], ["--jobs=1"], ["-j", "1"]]) {
      expect(optionsOf(testLanes(jobs, 2)[1])).to.deep.equal([...jobs, "--parallel"]);
    }
  });
});
