import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { withField } from "../types/definitions.ts";

const definition = `
title: anything
type: object
required: [a, b, c, d, e, f, g, h]
properties:
  a: { type: string, x-generate: { faker: date.birthdate } }
  b: { type: string, format: date, x-generate: { faker: date.between, args: { from: 2026-01-01, to: "2026-02-01T00:00:00+05:30" } } }
  c: { type: string, x-generate: { faker: finance.amount, args: { min: 1000, max: 999999 } } }
  d: { type: string, x-generate: { faker: git.commitEntry } }
  e: { type: string, format: date-time, x-generate: { between: P365D, rhythm: daily_and_weekly, growth: 2 } }
  f: { type: string, format: date, x-generate: { after: e, within: P9D } }
  g: { type: number, minimum: 0, maximum: 1000000, multipleOf: 0.001 }
  h: { type: string, x-generate: { faker: commerce.price, args: { min: 1000, max: 99999 }, locale: de } }
`;

/** Prints records as a machine in this time zone, of this language, makes them. */
const program = `
import { compileSampler } from "./generate/compile-sampler.ts";
import { parseDefinitions } from "./types/definition/parse-definitions.ts";
const { definitions } = parseDefinitions(process.env.DEFINITION);
const sampler = compileSampler(definitions[0], { seed: 3, referenceDate: new Date("2026-07-01T12:34:56Z") });
console.log(JSON.stringify(Array.from({ length: 50 }, (_, seq) => sampler.value(seq))));
`;

async function recordsOn(machine: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    {
      cwd: new URL("../../", import.meta.url),
      env: { PATH: process.env.PATH, DEFINITION: definition, ...machine },
    },
  );
  return stdout;
}

describe("a record", () => {
  it("is the same on every machine, whatever its time zone and language", async () => {
    const here = await recordsOn({ TZ: "UTC", LC_ALL: "C" });
    expect(JSON.parse(here)).to.have.length(50);
    expect(await recordsOn({ TZ: "Asia/Kolkata", LC_ALL: "de_DE.UTF-8", LANG: "de_DE.UTF-8" })).to.equal(
      here,
    );
    expect(await recordsOn({ TZ: "America/St_Johns", LC_ALL: "ar_EG.UTF-8" })).to.equal(here);
  });

  for (const [schema, message] of [
    ['{ faker: date.between, args: { from: "2026-01-01T00:00:00", to: 2026-02-01 } }', /machine's zone/],
    ["{ faker: date.past, args: { refDate: 'Jan 1 2026' } }", /machine's zone/],
    ["{ faker: finance.amount, args: { autoFormat: true } }", /machine's locale/],
  ] as const) {
    it(`asks Faker for nothing that follows the machine's: ${schema}`, () => {
      const { problems } = parseDefinitions(withField(`{ type: string, x-generate: ${schema} }`));
      expect(problems.map(({ pointer }) => pointer)).to.deep.equal(["/properties/x/x-generate/args"]);
      expect(problems[0]?.message).to.match(message);
    });
  }
});
