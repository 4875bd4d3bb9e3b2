import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { renderToString } from "preact-render-to-string";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { projectRoot } from "../../stack/settings.ts";
import { userType } from "../../types/user/user.ts";
import { OptionGroups } from "../../web/new-run/option-groups.tsx";
import type { RequestProperties } from "../../web/new-run/run-form.ts";
import { requestProperties, runFormQuery } from "../../web/new-run/run-form.ts";
import { askedType, runRequestSchema } from "../../web/runs/request/request-schema.ts";
import { runRequestOf } from "../../web/runs/request/run-request.ts";
import type { RunJson } from "../../web/runs/request/run-schema.ts";
import { badFields, expectProblem, readRun, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html" };
const run = promisify(execFile);

/** Every option at once, none of them as it is by default. */
const everything = {
  count: 40,
  fields: ["name", "email", "date", "country", "company"],
  seed: 7,
  referenceDate: "2026-07-01",
  preset: "uniform",
  locale: { de: 3, fr: 1 },
  countries: { Germany: 2, "Côte d'Ivoire": 1, France: 0.5 },
  period: { from: "2025-01-01", to: "2025-12-31" },
  growth: 2.5,
  rhythm: "weekly",
  spike: { day: 14, factor: 40, halfLifeDays: 2 },
  skew: { company: 1.2, city: 0 },
  unique: ["email"],
  nulls: { company: 0.25 },
  faults: { invalid_date: 0.2, not_json: 0.1 },
  rate: 500,
  shape: { kind: "ramp", from: 10, seconds: 60 },
  chunkSize: 20,
};

describe("Every option", () => {
  const web = webForSuite();

  /** What makes two runs the same but for their id and time. */
  const essence = ({ requested, fields, seed, referenceDate, options, rate, shape, chunkSize }: RunJson) => ({
    requested,
    fields,
    seed,
    referenceDate,
    options,
    rate,
    shape,
    chunkSize,
  });
  const runOf = async (id: string) => {
    const found = await findRun(web().pool, id);
    if (found === null) throw new Error("the run is not there");
    return found;
  };
  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const codeIn = (text: string, id: string): string => {
    const code = new RegExp(`<code id="${id}"[^>]*>([^<]*)</code>`).exec(text)?.[1] ?? "";
    return unescaped(code).trim();
  };

  it("is taken by POST /api/runs and kept with the run", async () => {
    const { options, ...rest } = await web().startRun(everything);
    expect(rest).to.deep.include({ rate: 500, shape: everything.shape, chunkSize: 20 });
    const { count, fields, seed, referenceDate, rate, shape, chunkSize, ...asked } = everything;
    expect(options).to.deep.include(asked);
  });

  it("but those of a run's pace is taken by POST /api/generate", async () => {
    const { rate, shape, chunkSize, ...request } = everything;
    const response = await web().post("/api/generate", request, { Accept: "application/x-ndjson" });
    expect(response.status).to.equal(200);
    expect((await response.text()).split("\n").length).to.be.above(30);
    const problem = await expectProblem(
      await web().post("/api/generate", { ...request, rate: 5, chunkSize: 1 }),
      "invalid-request",
    );
    expect(badFields(problem)).to.deep.equal(["chunkSize", "rate"]);
  });

  for (const path of ["/api/runs", "/api/generate"]) {
    it(`that is misspelt or does not know a name is named by ${path}`, async () => {
      const request = {
        count: 1,
        preste: "uniform",
        nulls: { shoe_size: 0.1 },
        faults: { typo: 0.1 },
        skew: { job: 1 },
        unique: ["company"],
        preset: "unreal",
        locale: "de_XX",
      };
      const problem = await expectProblem(await web().post(path, request), "invalid-request");
      expect(badFields(problem)).to.deep.equal([
        "faults.typo",
        "locale",
        "nulls.shoe_size",
        "preset",
        "preste",
        "skew.job",
        "unique[0]",
      ]);
    });
  }

  it("fills the form in by the run's address, from which the same run is started again", async () => {
    const first = await web().startRun(everything);
    const text = await page(`/?${runFormQuery(await runOf(first.id))}`);
    const again = await submit(text);
    expect(essence(again)).to.deep.equal(essence(first));
    expect(again.id).to.not.equal(first.id);
  });

  for (const [what, request] of [
    ["its default", { count: 5, seed: 1 }],
    ["a locale, from which the countries follow", { count: 5, seed: 1, locale: "de_AT" }],
    ["independent draws", { count: 5, seed: 1, coherent: false }],
    ["without an end", { count: null, seed: 1, rate: 3 }],
  ] as const) {
    it(`comes back from the shortest request of a run: ${what}`, async () => {
      const first = await web().startRun(request);
      const short = runRequestOf(await runOf(first.id));
      expect(essence(await web().startRun(short))).to.deep.equal(essence(first));
      for (const name of Object.keys(request)) expect(short).to.have.property(name);
      expect(Object.keys(short).length).to.be.below(9);
      await web().post(`/api/runs/${first.id}/cancel`);
    });
  }

  it("comes back from a run of before there were options, whose fields were drawn independently", async () => {
    const first = await web().startRun({ count: 5, seed: 1 });
    await web().pool.query("UPDATE runs SET record_type_version = 1, options = '{}' WHERE id = $1", [
      first.id,
    ]);
    const again = await web().startRun(runRequestOf(await runOf(first.id)));
    expect(again.options).to.include({ coherent: false, preset: "uniform" });
  });

  it("is in the curl command beside the form, which gives that run", async () => {
    const first = await web().startRun(everything);
    const text = await page(`/?${runFormQuery(await runOf(first.id))}`);
    const { stdout } = await run("sh", ["-c", `${codeIn(text, "command-curl")} --silent`]);
    expect(essence(JSON.parse(stdout))).to.deep.equal(essence(first));
  });

  it("is in the command line beside the form, which gives that run", async () => {
    const first = await web().startRun(everything);
    const text = await page(`/?${runFormQuery(await runOf(first.id))}`);
    const command = `${codeIn(text, "command-cli")} --no-wait --json`;
    const { stdout } = await run("sh", ["-c", command], { cwd: projectRoot });
    expect(essence(JSON.parse(stdout.slice(stdout.indexOf("{"))))).to.deep.equal(essence(first));
  });

  it("survives a form that is refused", async () => {
    const first = await web().startRun(everything);
    const text = await page(`/?${runFormQuery(await runOf(first.id))}`);
    const inputs = inputsIn(text);
    const wrong = inputs.map(([name, value]): [string, string] => [name, name === "count" ? "many" : value]);
    const response = await send(wrong);
    expect(response.status).to.equal(400);
    const kept = inputsIn(await response.text());
    const typed = (all: [string, string][]) => all.filter(([name]) => name !== "csrfToken");
    expect(typed(kept)).to.deep.equal(typed(wrong));
  });

  const send = (inputs: readonly (readonly [string, string])[]): Promise<Response> =>
    web().post("/generate", new URLSearchParams(inputs.map(([name, value]) => [name, value])).toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
      ...html,
    });

  async function submit(text: string): Promise<RunJson> {
    const response = await send(inputsIn(text));
    expect(response.status).to.equal(303);
    return readRun(await web().get(`/api${response.headers.get("location")}`));
  }
});

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");

/** What a browser would send of the form as it stands. */
function inputsIn(text: string): [string, string][] {
  const form = text.slice(text.indexOf('<form class="run-form"'), text.indexOf("</form>"));
  return [...form.matchAll(/<input [^>]*>|<select .*?<\/select>/gs)].flatMap(([tag]): [string, string][] => {
    const attribute = (name: string): string | undefined =>
      new RegExp(`^<[^>]*\\s${name}="([^"]*)"`).exec(tag)?.[1];
    const name = attribute("name") ?? "";
    if (tag.startsWith("<select")) {
      return [
        [
          name,
          /<option (?=[^>]*\bselected)[^>]*value="([^"]*)"|<option value="([^"]*)" selected/
            .exec(tag)
            ?.slice(1)
            .find((value) => value !== undefined) ?? "",
        ],
      ];
    }
    const isBox = /type="(checkbox|radio)"/.test(tag);
    return isBox && !/\schecked/.test(tag) ? [] : [[name, unescaped(attribute("value") ?? "")]];
  });
}

describe("The form's options", () => {
  const render = (properties: RequestProperties): string =>
    renderToString(
      OptionGroups({
        form: { properties, texts: new Map(), errors: new Map(), defaults: {}, labels: new Map() },
      }),
    );

  it("show a property that is added to the definition without being told of it", () => {
    const properties = {
      ...requestProperties(runRequestSchema(askedType(userType), 1000)),
      shoeSize: { type: "number", title: "Shoe size", description: "In `EU` sizes" },
      moods: { type: "array", title: "Moods", items: { enum: ["glad", "sad"] } },
    };
    const text = render(properties);
    expect(text).to.include('id="shoeSize"').and.to.include("Shoe size").and.to.include("<code>EU</code>");
    expect(text).to.include('name="moods" value="glad"');
    expect(text).to.match(/More.*Shoe size/s);
  });

  it("have an input for every property of a run's request", () => {
    const properties = requestProperties(runRequestSchema(askedType(userType), 1000));
    const text = render(properties);
    const missing = Object.keys(properties).filter((name) => !text.includes(`id="${name}"`));
    expect(missing).to.deep.equal(["count", "fields", "seed", "preset"]);
  });
});
