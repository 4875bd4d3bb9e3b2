import { expect } from "chai";
import { browserForSuite } from "../setup/browser.ts";
import { readRun, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const definition = `$id: ticket
x-record: { table: tickets }
required: [id, seat]
properties:
  id: { type: string, format: uuid }
  seat: { type: integer, minimum: 1, maximum: 50, x-generate: { unique: true } }
`;

describe("The form of a run of an own type", () => {
  const web = webForSuite();
  const open = browserForSuite();

  before(async () => {
    const answer = await web().post("/api/types", definition, { "Content-Type": "application/yaml" });
    expect(answer.status).to.equal(201);
  });

  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const submit = (fields: Readonly<Record<string, string>>): Promise<Response> =>
    web().post("/generate", new URLSearchParams({ formKey: "key", ...fields }).toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
      ...html,
    });

  it("asks for what such a run can be asked for, and for nothing of users", async () => {
    const text = await page("/?type=ticket&count=10");
    const faults = ["faults.not_json", "faults.missing_field", "faults.too_large", "faults.invalid_format"];
    for (const name of ["count", "seed", "rate", "chunkSize", "referenceDate", ...faults])
      expect(text, name).to.include(`name="${name}"`);
    for (const name of ["preset", "fields", "locale", "countries", "unique", "faults.invalid_date"])
      expect(text, name).to.not.include(`name="${name}"`);
    const user = await page("/");
    expect(user).to.include('name="preset"').and.to.include('<option value="ticket">');
  });

  it("shows the run's records, and the commands that ask for it", async () => {
    const text = await page("/?type=ticket&count=3&seed=5");
    const made = (await (
      await web().post("/api/generate", { type: "ticket", count: 3, seed: 5 })
    ).json()) as {
      id: string;
    }[];
    for (const { id } of made) expect(text).to.include(`<bdi>${id}</bdi>`);
    expect(text).to.include("npm run generate -- --type ticket --count 3 --seed 5");
  });

  it("starts the run that it shows, once however often it is sent", async () => {
    const sent = {
      type: "ticket",
      count: "7",
      seed: "5",
      chunkSize: "3",
      rate: "100",
      referenceDate: "2026-07-01",
    };
    const [first, second] = await Promise.all([submit(sent), submit(sent)]);
    expect(first?.status).to.equal(303);
    expect(second?.headers.get("location")).to.equal(first?.headers.get("location"));
    const run = await readRun(await web().get(`/api${first?.headers.get("location")}`));
    expect(run).to.include({ type: "ticket", requested: 7, seed: 5, chunkSize: 3, rate: 100 });
  });

  it("takes a count for records where these change, and says that there are more messages", async () => {
    const changing = `$id: account\nx-record: { key: id, changes: { updates: 1.5 } }\nrequired: [id, sum]\nproperties: { id: { type: string, format: uuid }, sum: { type: integer } }\n`;
    const registered = await web().post("/api/types", changing, { "Content-Type": "application/yaml" });
    expect(registered.status).to.equal(201);
    const sent = { type: "account", count: "40", seed: "5", referenceDate: "2026-07-01" };
    const location = (await submit({ ...sent, formKey: "changes" })).headers.get("location");
    const run = await readRun(await web().get(`/api${location}`));
    expect(run).to.include({ type: "account", requested: 100 });
    const shown = await page(String(location));
    expect(shown).to.include("40, each change of which is a message");
    expect(shown).to.include("/?type=account&amp;count=40&amp;");
    // Of one record only its own messages are shown.
    const one = await page("/?type=account&count=1&seed=5");
    const before = [...one.matchAll(/<th scope="row" class="seq">/g)].length;
    const { requested } = await web().startRun({ type: "account", count: 1, seed: 5 });
    expect(before).to.be.at.most(requested ?? 0);
  });

  it("refuses what the API refuses, at the input", async () => {
    const answer = await submit({ type: "ticket", count: "51" });
    expect(answer.status).to.equal(400);
    expect(await answer.text()).to.match(
      /id="count-error">Must be at most 50: unique fields have no more values/,
    );
    expect((await web().get("/?type=nobody", html)).status).to.equal(400);
  });

  it("the run's page and the list name its type, and lead to it and to the same run again", async () => {
    const run = await web().startRun({ type: "ticket", count: 5, seed: 9 });
    await web().startRun({ count: 5 });
    const text = await page(`/runs/${run.id}`);
    expect(text).to.include("5 records of ticket").and.to.include('href="/types/ticket@1"');
    expect(text).to.include(`href="/?type=ticket&amp;count=5&amp;seed=9`);
    const own = await page("/runs?type=ticket");
    expect(own).to.include(run.id).and.to.not.include('<span class="of-type">user</span>');
    expect(await page("/runs")).to.include('<span class="of-type">user</span>');
    const { runs } = (await (await web().get("/api/runs?type=ticket")).json()) as {
      runs: { type: string }[];
    };
    expect(new Set(runs.map(({ type }) => type))).to.deep.equal(new Set(["ticket"]));
  });

  it("shows faults of single fields where they are, and refuses those that no field can have", async () => {
    const text = await page("/?type=ticket&count=5&seed=5&faults.too_large=1");
    expect(text)
      .to.include("Too large")
      .and.to.match(/A number above its highest; flagged/);
    const asked = { type: "ticket", count: 5, seed: 5, faults: { too_large: 1 } };
    const answer = await web().post("/api/generate", asked, { Accept: "application/x-ndjson" });
    const seats = (await answer.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).seat as number);
    expect(seats.every((seat) => seat > 50)).to.equal(true);
    for (const seat of seats) expect(text).to.include(`${seat}</`);
    const refused = await web().post("/api/runs", { ...asked, faults: { too_long: 0.1 } });
    expect(refused.status).to.equal(400);
    const { errors } = (await refused.json()) as { errors: { field: string; message: string }[] };
    expect(errors).to.have.length(1);
    expect(errors[0]?.field).to.equal("faults.too_long");
    expect(errors[0]?.message).to.match(/^is not possible: no field of ticket .* possible are .*too_large/);
  });

  it("begins with as many records as the definition says, which a request may leave open", async () => {
    const text = "$id: lap\nx-record: { count: 50 }\nproperties: { x: { type: boolean } }\n";
    await web().post("/api/types", text, { "Content-Type": "application/yaml" });
    expect(await page("/?type=lap")).to.match(/name="count"[^>]* value="50"/);
    expect(await page("/?type=lap&count=3")).to.match(/name="count"[^>]* value="3"/);
    expect(await page("/?type=ticket")).to.match(/name="count"[^>]* value="1000"/);
    const request = { type: "lap", seed: 5 };
    const headers = { "Idempotency-Key": "as the definition says" };
    const run = await readRun(await web().post("/api/runs", request, headers));
    expect(run.requested).to.equal(50);
    expect((await readRun(await web().post("/api/runs", request, headers))).id).to.equal(run.id);
    expect((await readRun(await web().post("/api/runs", { ...request, count: 5 }))).requested).to.equal(5);
    const generated = await web().post("/api/generate", request, { Accept: "application/x-ndjson" });
    expect((await generated.text()).trim().split("\n")).to.have.length(50);
    for (const path of ["/api/runs", "/api/generate"]) {
      const refused = await web().post(path, { type: "ticket" });
      expect(refused.status).to.equal(400);
      expect(JSON.stringify(await refused.json())).to.include(
        "is required: the definition of ticket says none",
      );
    }
  });

  it("starts runs without an end, but not where values have to be unique", async () => {
    await web().post("/api/types", "$id: beat\nproperties: { x: { type: boolean } }\n", {
      "Content-Type": "application/yaml",
    });
    const endless = { count: null, rate: 2 };
    const run = await readRun(await web().post("/api/runs", { type: "beat", ...endless }));
    expect(run).to.include({ type: "beat", requested: null, rate: 2 });
    const refused = await web().post("/api/runs", { type: "ticket", ...endless });
    expect(refused.status).to.equal(400);
    expect(await refused.text()).to.include("must be at most 50: unique fields have no more values");
  });

  it("refuses a count of the definition's that is more than may be asked for", async () => {
    const text = "$id: flood\nx-record: { count: 20000000000 }\nproperties: { x: { type: boolean } }\n";
    await web().post("/api/types", text, { "Content-Type": "application/yaml" });
    const refused = await web().post("/api/runs", { type: "flood" });
    expect(refused.status).to.equal(400);
    expect(JSON.stringify(await refused.json())).to.match(
      /is 20,000,000,000 by the definition of flood, and must be at most/,
    );
    expect((await web().post("/api/runs", { type: "flood", count: 10 })).status).to.equal(202);
  });

  it("in a browser, another type brings its own form and keeps count and seed", async () => {
    const { page: shown, complaints } = await open(`${web().url}/?seed=5`);
    await shown.getByLabel("Records", { exact: true }).fill("12");
    await shown.getByLabel("Type", { exact: true }).selectOption("ticket");
    await shown.waitForURL("**/?type=ticket*");
    expect(await shown.getByLabel("Records", { exact: true }).inputValue()).to.equal("12");
    await shown.getByText("The first 10 records of seed 5").waitFor();
    await shown.getByLabel("Records", { exact: true }).fill("60");
    await shown.locator("#count-error", { hasText: "at most 50" }).waitFor();
    await shown.getByLabel("Records", { exact: true }).fill("12");
    await shown.locator("#outlook", { hasText: /second|measured|estimate/i }).waitFor();
    await shown.getByRole("button", { name: "Start the run" }).click();
    await shown.waitForURL("**/runs/*");
    await shown.getByRole("heading", { name: "12 records of ticket" }).waitFor();
    expect(complaints).to.deep.equal([]);
  });
});
