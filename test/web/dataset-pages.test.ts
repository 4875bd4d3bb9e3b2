import { expect } from "chai";
import { browserForSuite } from "../setup/browser.ts";
import { badFields, expectProblem, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const definitions = `$id: author
x-record: { count: 20, key: id }
required: [id]
properties: { id: { type: string, format: uuid }, name: { type: string } }
---
$id: book
x-record: { count: 100 }
required: [author_id, pages]
properties:
  author_id: { type: string, format: uuid, x-generate: { ref: author.id } }
  pages: { type: integer, minimum: 10, maximum: 900 }
---
$id: chapter
x-record: { childOf: book, count: { fixed: 3 } }
required: [number]
properties: { number: { type: integer, x-generate: ordinal } }
---
$id: sales_figure
x-record: { seriesOf: book, every: PT10S, jitter: PT2S }
required: [sold]
properties: { sold: { type: integer, minimum: 0, maximum: 9 } }
`;

describe("The pages of datasets", () => {
  const web = webForSuite();
  const open = browserForSuite();

  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const textOf = (source: string): string => source.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  async function start(
    body: unknown,
  ): Promise<{ readonly id: string; readonly runs: { readonly id: string }[] }> {
    const response = await web().post("/api/datasets", body);
    expect(response.status).to.equal(202);
    return response.json() as never;
  }

  it("say that there is none yet, and lead to the form", async () => {
    const text = await page("/datasets");
    expect(text).to.include("No dataset has been asked for yet.").and.to.include('href="/new-dataset"');
  });

  it("start one by the form: the types, their counts, and what follows from these", async () => {
    await web().post("/api/types", definitions, { "Content-Type": "application/yaml" });
    const { page: shown, complaints } = await open(`${web().url}/new-dataset`);
    await shown.getByLabel("chapter").check();
    await shown.getByRole("button", { name: "Go on" }).click();
    // What chapters belong to comes along, and what books refer to.
    expect(await shown.getByLabel("book").getAttribute("placeholder")).to.equal("100");
    expect(await shown.getByLabel("author").getAttribute("placeholder")).to.equal("20");
    await shown.getByLabel("book").fill("7");
    await shown.getByLabel("Seed").fill("42");
    await shown.getByRole("button", { name: "Count again" }).click();
    expect(await shown.locator("output").textContent()).to.equal("21");
    await shown.getByRole("button", { name: "Start the dataset" }).click();
    await shown.waitForURL(/\/datasets\/[0-9a-f-]{36}$/);
    const id = new URL(shown.url()).pathname.split("/")[2] ?? "";
    const { rows } = await web().pool.query(
      "SELECT record_type AS type, requested, seed FROM runs WHERE dataset_id = $1 ORDER BY id",
      [id],
    );
    expect(rows).to.deep.equal([
      { type: "author", requested: 20, seed: 42 },
      { type: "book", requested: 7, seed: 42 },
      { type: "chapter", requested: 21, seed: 42 },
    ]);
    expect(complaints).to.deep.equal([]);
  });

  it("say what is wrong at the input in which it is, and keep what was typed", async () => {
    const { page: shown } = await open(`${web().url}/new-dataset?type=author&type=user`);
    await shown.getByLabel("author").fill("many");
    await shown.getByLabel("Scale").fill("0");
    await shown.getByRole("button", { name: "Start the dataset" }).click();
    await shown.getByText("The dataset was not started:").waitFor();
    expect(await shown.getByLabel("author").inputValue()).to.equal("many");
    expect(await shown.getByLabel("author").getAttribute("aria-invalid")).to.equal("true");
    await shown.getByRole("link", { name: "scale" }).click();
    expect(await shown.evaluate("document.activeElement.id")).to.equal("scale");
  });

  it("start a time series in real time and without an end, and repeat it", async () => {
    const { page: shown, complaints } = await open(`${web().url}/new-dataset?type=sales_figure`);
    await shown.getByLabel("Without an end").check();
    await shown.getByRole("button", { name: "Count again" }).click();
    const mistake = "Rate is required of an endless run: without one it would fill the disk";
    await shown.getByText(mistake, { exact: true }).waitFor();
    expect(await shown.getByLabel("Without an end").isChecked()).to.equal(true);
    await shown.getByLabel("In real time").check();
    await shown.getByRole("button", { name: "Count again" }).click();
    await shown
      .getByText("120 records altogether, and sales_figure until the dataset is cancelled.")
      .waitFor();
    expect(await shown.getByText('"count":null,"rate":"realtime"').count()).to.equal(1);
    await shown.getByRole("button", { name: "Start the dataset" }).click();
    await shown.waitForURL(/\/datasets\/[0-9a-f-]{36}$/);
    expect(await shown.locator("h1").textContent()).to.include("Endless dataset");
    const id = new URL(shown.url()).pathname.split("/")[2] ?? "";
    const find = async () =>
      (await web().pool.query("SELECT id, types, reference_date FROM datasets ORDER BY id DESC LIMIT 1"))
        .rows[0];
    const first = await find();
    expect(first).to.deep.include({
      id,
      types: { ...first.types, sales_figure: { count: null, rate: "realtime" } },
    });
    for (const seed of ["this", "a new"]) {
      await shown.goto(`${web().url}/datasets/${id}`);
      await shown.getByRole("link", { name: `Again with ${seed} seed` }).click();
      // With another seed it begins anew; with the same one it is the same.
      const isSame = seed === "this";
      expect((await shown.getByLabel("Reference date").inputValue()) !== "").to.equal(isSame);
      await shown.getByRole("button", { name: "Start the dataset" }).click();
      await shown.waitForURL(/\/datasets\/[0-9a-f-]{36}$/);
      const again = await find();
      expect(again.types).to.deep.equal(first.types);
      if (isSame) expect(again.reference_date).to.deep.equal(first.reference_date);
    }
    expect(textOf(await page("/datasets"))).to.match(/sales_figure queued endless 0 0 0/);
    const { rows } = await web().pool.query("SELECT id FROM runs WHERE record_type = 'sales_figure' LIMIT 1");
    const run = await page(`/runs/${rows[0]?.id}`);
    expect(textOf(run)).to.include("in real time: 100 every 10 s").and.to.not.include("Change the rate");
    expect(complaints).to.deep.equal([]);
  });

  it("give a program problem details in place of the form", async () => {
    const sent = await fetch(`${web().url}/new-dataset`, {
      method: "POST",
      body: new URLSearchParams({ type: "nothing" }),
    });
    expect(badFields(await expectProblem(sent, "invalid-request"))).to.deep.equal(["types.nothing"]);
  });

  it("make a form that is sent twice one dataset", async () => {
    const send = async (count: string) =>
      (
        await web().post(
          "/new-dataset",
          new URLSearchParams({ formKey: "k", type: "author", "count.author": count }).toString(),
          {
            "Content-Type": "application/x-www-form-urlencoded",
          },
        )
      ).headers.get("location");
    const first = await send("3");
    expect(first).to.match(/^\/datasets\//);
    expect(await send("3")).to.equal(first);
    expect(await send("4")).not.to.equal(first);
  });

  it("show each run with its status, and the commands that make sense", async () => {
    const { id, runs } = await start({ types: { author: {}, book: { count: 0 } }, seed: 5 });
    const text = await page(`/datasets/${id}`);
    for (const run of runs) expect(text).to.include(`href="/runs/${run.id}"`);
    expect(textOf(text)).to.match(/author queued .* book completed /);
    expect(text).to.match(/data-command="pause"(?! hidden)/);
    expect(text).to.match(/data-command="resume" hidden/);
    expect(text).to.include(`npm run audit -- ${id}`);
    const listed = textOf(await page("/datasets"));
    expect(listed).to.match(/author, book running 20 0 0 0/);
  });

  it("pause, resume and cancel it, without JavaScript", async () => {
    const { id } = await start({ types: { author: {}, book: {} } });
    const { page: shown } = await open(`${web().url}/datasets/${id}`, { javaScriptEnabled: false });
    const badges = () => shown.locator("#dataset .badge").allTextContents();
    await shown.getByRole("button", { name: "Pause" }).click();
    expect(await badges()).to.deep.equal(["paused", "paused", "paused"]);
    await shown.getByRole("button", { name: "Resume" }).click();
    expect(await badges()).to.deep.equal(["running", "running", "running"]);
    await shown.getByText("Cancel…").click();
    await shown.getByRole("button", { name: "Cancel this dataset" }).click();
    expect(await badges()).to.deep.equal(["cancelled", "cancelled", "cancelled"]);
    const refused = await web().post(`/datasets/${id}/pause`, "", html);
    expect(refused.status).to.equal(409);
    expect(await refused.text()).to.include("none of its runs can be paused");
  });

  it("repeat a dataset from its page, with all that it was asked for", async () => {
    const { id } = await start({
      types: { user: { count: 3, fields: ["name"] }, author: { count: 4 } },
      seed: 8,
    });
    const href = /href="(\/new-dataset\?[^"]*)"[^>]*>\s*Again with this seed/.exec(
      await page(`/datasets/${id}`),
    )?.[1];
    const { page: shown } = await open(web().url + (href ?? "").replaceAll("&amp;", "&"));
    await shown.getByRole("button", { name: "Start the dataset" }).click();
    await shown.waitForURL(/\/datasets\/[0-9a-f-]{36}$/);
    const again = new URL(shown.url()).pathname.split("/")[2];
    const { rows } = await web().pool.query(
      "SELECT types, seed, reference_date FROM datasets WHERE id = ANY ($1::uuid[])",
      [[id, again]],
    );
    expect(rows).to.have.length(2);
    expect(rows[1]).to.deep.equal(rows[0]);
  });

  it("are where the form of a related type's run leads, and its page", async () => {
    const form = await web().get("/?type=chapter", html);
    expect([form.status, form.headers.get("location")]).to.deep.equal([303, "/new-dataset?type=chapter"]);
    const text = await page("/types/chapter");
    expect(text).to.include("New dataset").and.to.not.include("New run</a> <a");
    expect(text).to.include("/api/datasets");
    expect(text).to.match(/data-records.*<td/s);
  });

  it("are named on a run's page, which does not offer the run alone", async () => {
    const { id, runs } = await start({ types: { book: {} } });
    const text = await page(`/runs/${runs[0]?.id}`);
    expect(text).to.include(`href="/datasets/${id}"`).and.to.not.include("Run again");
  });

  it("are told from a list by pages", async () => {
    const text = await page("/datasets?limit=1");
    const next = /href="(\/datasets\?before=[^"]+)"/.exec(text)?.[1] ?? expect.fail("there is a next page");
    expect(await page(next)).to.include("← Newest");
    expect(await page("/datasets?before=00000000-0000-7000-8000-000000000000")).to.include(
      "There are no further datasets.",
    );
  });
});

describe("A type that is related to others", () => {
  const web = webForSuite();

  before(async () => {
    await web().post("/api/types", definitions, { "Content-Type": "application/yaml" });
  });

  it("is refused as a run by itself, with what to ask for", async () => {
    for (const type of ["book", "chapter"]) {
      const problem = await expectProblem(
        await web().post("/api/runs", { type, count: 5 }),
        "invalid-request",
      );
      expect(problem.detail).to.include(`POST /api/datasets {"types": {"${type}": {}}}`);
    }
  });

  it("gives its first records at once, as a dataset of it would have them", async () => {
    const request = { type: "book", count: 3, seed: 4, referenceDate: "2026-07-01" };
    const books = (await (await web().post("/api/generate", request)).json()) as { author_id: string }[];
    const authors = await (
      await web().post("/api/generate", { ...request, type: "author", count: 20 })
    ).json();
    const ids = new Set((authors as { id: string }[]).map(({ id }) => id));
    expect(books).to.have.length(3);
    expect(books.every(({ author_id }) => ids.has(author_id))).to.equal(true);
    const all = (await (await web().post("/api/generate", { type: "chapter", seed: 4 })).json()) as unknown[];
    expect(all).to.have.length(300);
    const tooMany = await web().post("/api/generate", { ...request, count: 101 });
    expect(badFields(await expectProblem(tooMany, "invalid-request"))).to.deep.equal(["count"]);
  });

  it("comes with those to which it is related, whose count is multiplied too", async () => {
    const response = await web().post("/api/datasets", { types: { chapter: {} }, scale: 2 });
    const { runs } = (await response.json()) as { runs: { type: string; requested: number }[] };
    expect(runs.map(({ type, requested }) => [type, requested])).to.deep.equal([
      ["author", 40],
      ["book", 200],
      ["chapter", 600],
    ]);
  });

  it("has no records where there are none to refer to, and is refused where it should have some", async () => {
    const start = (count: number) =>
      web().post("/api/datasets", { types: { author: { count: 0 }, book: { count } } });
    expect((await start(0)).status).to.equal(202);
    const problem = await expectProblem(await start(5), "invalid-request");
    expect(badFields(problem)).to.deep.equal(["types.book.count"]);
  });

  it("has no count of its own where it belongs to others", async () => {
    const response = await web().post("/api/datasets", { types: { chapter: { count: 5 } } });
    expect(badFields(await expectProblem(response, "invalid-request"))).to.deep.equal([
      "types.chapter.count",
    ]);
  });

  it("needs the users to whom it refers to have what it refers to", async () => {
    const definition = {
      $id: "visit",
      "x-record": { count: 5 },
      required: ["email"],
      properties: { email: { type: "string", "x-generate": { ref: "user.email" } } },
    };
    await web().post("/api/types", definition);
    const start = (user: object) =>
      web().post("/api/datasets", { types: { visit: {}, user: { count: 3, ...user } } });
    const { runs } = (await (await start({})).json()) as { runs: { options: { unique?: string[] } }[] };
    expect(runs[0]?.options.unique).to.deep.equal(["email"]);
    const without = await expectProblem(await start({ fields: ["name"] }), "invalid-request");
    expect(badFields(without)).to.deep.equal(["types.user.fields"]);
    const empty = await expectProblem(await start({ nulls: { email: 0.1 } }), "invalid-request");
    expect(badFields(empty)).to.deep.equal(["types.user.nulls.email"]);
  });
});
