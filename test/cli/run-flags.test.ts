import { expect } from "chai";
import { parseOptions } from "../../cli/parse-options.ts";
import {
  describeRunFlags,
  type FlagOptions,
  readDatasetOptions,
  readRunRequest,
  runFlags,
} from "../../cli/run-flags.ts";
import { userType } from "../../types/user/user.ts";
import { flagName } from "../../web/new-run/options/option-flag.ts";
import { askedType, runRequestSchema } from "../../web/runs/request/request-schema.ts";

const read = (...args: string[]) => readRunRequest(parseOptions<FlagOptions>(args, runFlags(), "usage"));

function refusal(...args: string[]): string {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("nothing was refused");
}

describe("The flags of generate", () => {
  it("need no count of a type, whose definition may say it, and take the faults of any fields", () => {
    const flags = parseOptions<FlagOptions>(["--faults", "too_small=0.1,not_json=0.2"], runFlags(), "usage");
    expect(readRunRequest(flags, "order")).to.deep.equal({
      type: "order",
      faults: { too_small: 0.1, not_json: 0.2 },
    });
    expect(() => readRunRequest(flags, "order; drop")).to.throw();
    expect(refusal("--faults", "not_json=0.2")).to.include("--count is missing.");
  });

  for (const [line, request] of [
    ["--count 10 --fields name,email --seed 3", { count: 10, fields: ["name", "email"], seed: 3 }],
    ["--count 100_000 --preset launch_day", { count: 100_000, preset: "launch_day" }],
    ["--count 1 --locale de", { count: 1, locale: "de" }],
    ["--count 1 --locale de=3,fr=1", { count: 1, locale: { de: 3, fr: 1 } }],
    ["--count 1 --countries Portugal=2,Spain=8", { count: 1, countries: { Portugal: 2, Spain: 8 } }],
    ["--count 1 --nulls company=0.2 --nulls job=1%", { count: 1, nulls: { company: 0.2, job: 0.01 } }],
    ["--count 1 --faults not_json=0.001", { count: 1, faults: { not_json: 0.001 } }],
    ["--count 1 --unique email,phone_number", { count: 1, unique: ["email", "phone_number"] }],
    ["--count 1 --no-coherent", { count: 1, coherent: false }],
    ["--count 1 --coherent", { count: 1, coherent: true }],
    ["--endless --rate 500", { count: null, rate: 500 }],
    [
      "--count 1 --rate 5 --shape ramp,from=10,seconds=60",
      { count: 1, rate: 5, shape: { kind: "ramp", from: 10, seconds: 60 } },
    ],
    [
      "--count 1 --period 2025-01-01..2025-12-31",
      { count: 1, period: { from: "2025-01-01", to: "2025-12-31" } },
    ],
    [
      "--count 1 --reference-date 2026-07-01 --chunk-size 10",
      { count: 1, referenceDate: "2026-07-01", chunkSize: 10 },
    ],
  ] as const) {
    it(`${line} ask for ${JSON.stringify(request)}`, () => {
      expect(read(...line.split(" "))).to.deep.equal(request);
    });
  }

  it("take names with spaces and commas", () => {
    const countries = { "Bonaire, Sint Eustatius and Saba": 2, Spain: 1 };
    expect(
      read("--count", "1", "--countries", "Bonaire, Sint Eustatius and Saba=2, Spain=1"),
    ).to.deep.include({ countries });
  });

  for (const [line, message] of [
    ["--seed 1", "--count is missing."],
    ["--count none", "--count must be a whole number from 1"],
    [
      "--count 1 --nulls company=2",
      "--nulls company must be a share from 0 to 1. For example --nulls company=0.2",
    ],
    ["--count 1 --nulls shoe=0.2", "--nulls shoe is not known; known are name, email"],
    ["--count 1 --nulls company", "--nulls must be an object. For example --nulls company=0.2"],
    ["--count 1 --locale xx", "For example --locale de_AT or --locale de=3,fr=1"],
    ["--count 1 --preset unreal", "--preset must be one of realistic, uniform, launch_day"],
    ["--count 1 --fields name,shoe", "--fields must be one of"],
    ["--endless", "--rate is required of an endless run"],
    ["--endless --count 3", "--count and --endless exclude each other"],
    ["--count 1 --coherent --no-coherent", "--coherent and --no-coherent exclude each other"],
    ["--count 1 --count 2", "--count is given 2 times"],
    ["--count 1 --rate 1 --shape ramp,from=1", "--shape seconds is missing."],
    ["--count 1 --period 2025-12-31..2025-01-01", "--period to must not be before"],
    ["--count 1 --cuont 5", "Unknown option '--cuont'"],
  ] as const) {
    it(`${line} are refused, naming the flag and what would be right`, () => {
      expect(refusal(...line.split(" "))).to.include(message);
    });
  }

  it("name every mistake at once", () => {
    expect(
      refusal("--count", "0", "--seed", "x")
        .split("\n")
        .slice(0, 2)
        .map((line) => line.split(" ")[0]),
    ).to.have.members(["--count", "--seed"]);
  });

  it("are all explained by the request's definition", () => {
    const help = describeRunFlags();
    for (const [name, property] of Object.entries(runRequestSchema(askedType(userType), 1000).properties)) {
      expect(help).to.include(`--${flagName(name)}`);
      const [word = ""] = ("description" in property ? String(property.description) : "")
        .split(/[\s`]/)
        .filter(Boolean);
      expect(help).to.include(word);
    }
    expect(Math.max(...help.split("\n").map((line) => line.length))).to.be.below(121);
  });
});

describe("The flags of generate --dataset", () => {
  const own = {
    dataset: { type: "string" },
    scale: { type: "string" },
    realtime: { type: "boolean" },
  } satisfies FlagOptions;
  const readAll = (...args: string[]) =>
    readDatasetOptions(parseOptions<FlagOptions>(args, { ...runFlags(), ...own }, "usage"), Object.keys(own));

  it("say what holds for all types", () => {
    expect(readAll("--scale", "2.5", "--seed", "42", "--chunk-size", "7")).to.deep.equal({
      scale: 2.5,
      seed: 42,
      chunkSize: 7,
    });
    expect(readAll("--realtime", "--endless")).to.deep.equal({ realtime: true, endless: true });
    expect(readAll()).to.deep.equal({});
  });

  it("are refused where they are those of a single type's run, or wrong", () => {
    expect(() => readAll("--count", "5", "--unique", "email")).to.throw(
      "A dataset takes no --count, --unique.",
    );
    expect(() => readAll("--scale", "0", "--seed=-1")).to.throw(/--seed must be.*\n--scale must be/);
  });
});
