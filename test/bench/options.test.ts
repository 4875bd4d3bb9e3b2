import { expect } from "chai";
import { defaultStages, parseBenchOptions, stageNames } from "../../bench/options.ts";

describe("the options of a benchmark", () => {
  it("are the stages that take minutes together, where none is named", () => {
    const options = parseBenchOptions([]);
    expect(options).to.deep.equal({
      stages: defaultStages,
      orders: 100_000,
      compare: null,
      save: false,
      help: false,
    });
    expect(stageNames).to.include.members([...defaultStages]);
  });

  it("name stages, which are measured once each, in their own order", () => {
    const { stages } = parseBenchOptions(["--stage", "drift", "--stage=store", "--stage", "store"]);
    expect(stages).to.deep.equal(["store", "drift"]);
  });

  it("name a file to compare with, or mean the newest", () => {
    expect(parseBenchOptions(["--compare", "a.json"]).compare).to.equal("a.json");
    expect(parseBenchOptions(["--compare=a.json", "--save"])).to.include({ compare: "a.json", save: true });
    expect(parseBenchOptions(["--compare"]).compare).to.equal("newest");
    expect(parseBenchOptions(["--compare", "--save"])).to.include({ compare: "newest", save: true });
    expect(parseBenchOptions(["--compare", "newest", "--stage", "store"]).stages).to.deep.equal(["store"]);
  });

  it("say how large the shop is", () => {
    expect(parseBenchOptions(["--stage", "shop", "--orders", "1_000_000"])).to.deep.include({
      stages: ["shop"],
      orders: 1_000_000,
    });
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      "a stage that there is not",
      ["--stage", "speed"],
      /^There is no stage "speed"\.[\s\S]*generation[\s\S]*drift/,
    ],
    ["a stage without a name", ["--stage"], /argument missing[\s\S]*Usage/],
    [
      "a shop that is too large",
      ["--orders", "1000001"],
      /--orders must be a whole number from 1 to 1000000/,
    ],
    ["an option that there is not", ["--fast"], /--fast[\s\S]*Usage/],
    ["a word that is no option", ["store"], /store[\s\S]*Usage/],
  ];
  for (const [what, args, message] of mistakes) {
    it(`cannot be ${what}: that ends it with the usage and exit code 2`, () => {
      expect(() => parseBenchOptions(args))
        .to.throw(message)
        .with.property("exitCode", 2);
    });
  }
});
