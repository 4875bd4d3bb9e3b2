import { expect } from "chai";
import { ensureTopic } from "../../kafka/topic.ts";
import { draftOf, foreign, recordsOf, storeNext } from "../setup/batches.ts";
import { testKafka } from "../setup/kafka.ts";
import { plannedRun } from "../setup/runs.ts";
import { webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("The pages of dead letters", () => {
  const web = webForSuite({ KAFKA_UI_URL: "http://kafka-ui.test/" });
  let runId: string;
  before(() =>
    ensureTopic(testKafka(), { topic: web().config.kafka.topic, partitions: 1, replicationFactor: 1 }),
  );
  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const press = (form: Record<string, string> | [string, string][]): Promise<Response> =>
    web().post("/dead-letters/replay", new URLSearchParams(form).toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
    });
  const idOf = async (reason: string): Promise<number> => {
    const { rows } = await web().pool.query<{ id: number }>(
      "SELECT max(id) AS id FROM dead_letters WHERE reason = $1",
      [reason],
    );
    return rows[0]?.id ?? 0;
  };

  it("say so where there is none", async () => {
    expect(await page("/dead-letters")).to.include("every message became a row");
    expect(await page("/dead-letters?reason=not_json")).to.include("None of this reason are left");
    expect(await page("/dead-letters/replay?all=true")).to.include("Nothing to send");
  });

  it("count them by reason, with what it means and what can be done", async () => {
    const { run } = await plannedRun(web().pool, { count: 10 });
    runId = run.id;
    await storeNext(web().pool, [
      foreign("<script>alert(1)</script>"),
      foreign('{"a":1,}'),
      foreign(Buffer.from([0xff, 0xfe])),
      foreign(null),
      draftOf(run.id, 3, "[1]"),
      ...recordsOf(run, [4]),
    ]);
    const text = await page("/dead-letters");
    expect(text).to.match(/data-reason="not_json".*?<td class="number"[^>]*>2</s);
    expect(text).to.include("Bytes in the value are no text in UTF-8");
    expect(text).to.include("its producer has to send an object");
    expect(text).to.include("Send all 5 again…");
    const ofRun = await page(`/dead-letters?runId=${runId}`);
    expect(ofRun).to.include("Not an object").and.to.not.include("Not JSON");
  });

  it("list those of a reason as they are, whatever is in them", async () => {
    const text = await page("/dead-letters?reason=not_json");
    expect(text).to.include("&lt;script>alert(1)&lt;/script>").and.to.not.include("<script>alert");
    expect(text).to.include('name="ids"');
    expect(await page("/dead-letters?reason=not_utf8")).to.include("the byte FF, which is no text in UTF-8");
    expect(await page("/dead-letters?reason=tombstone")).to.include("no value");
    expect(await page(`/dead-letters?reason=not_an_object&runId=${runId}`)).to.include("record 3");
  });

  it("lead to older ones", async () => {
    await storeNext(
      web().pool,
      Array.from({ length: 30 }, (_, n) => foreign(`"text ${n}"`)),
    );
    const first = await page("/dead-letters?reason=not_an_object");
    expect(first).to.include("text 29").and.to.not.include("text 1&quot;");
    const older = /href="([^"]*before=[^"]+)"/.exec(first)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await page(older);
    expect(second).to.include("text 0").and.to.include("← Newest");
    expect(second).to.not.include("text 29");
  });

  it("show one with its fault pointed at, its headers decoded and where it came from", async () => {
    const text = await page(`/dead-letters/${await idOf("not_json")}`);
    expect(text).to.include("<mark>}</mark>").and.to.include("Line 1, column 8");
    expect(text).to.include("a name in double quotes is expected here");
    expect(text).to.match(
      /href="http:\/\/kafka-ui\.test\/ui\/clusters\/synthetic-data\/all-topics\/topic\/messages\?mode=FROM_OFFSET&amp;offset=1&amp;partitions=0&amp;limit=100"/,
    );
    const headers = new Map([["run_id", [Buffer.from("\u202enonsense")]]]);
    await storeNext(web().pool, [
      { ...foreign("{}"), identity: { kind: "invalid", detail: "header run_id without seq" }, headers },
    ]);
    const invalid = await page(`/dead-letters/${await idOf("invalid_headers")}`);
    expect(invalid).to.include('data-faulty="true"').and.to.include("the invisible character U+202E");
    expect(invalid).to.include("header run_id without seq");
  });

  it("give the bytes as a file that no browser shows", async () => {
    const response = await web().get(`/dead-letters/${await idOf("not_utf8")}/value`, html);
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(Buffer.from([0xff, 0xfe]));
    expect(response.headers.get("content-disposition")).to.match(/^attachment/);
    expect(response.headers.get("content-type")).to.equal("application/octet-stream");
    expect(response.headers.get("x-content-type-options")).to.equal("nosniff");
    expect((await web().get(`/dead-letters/${await idOf("tombstone")}/value`, html)).status).to.equal(404);
  });

  it("say what sending again would do, before it is done", async () => {
    const unknownRun = "01900000-0000-7000-8000-000000000000";
    const headers = new Map([
      ["run_id", [Buffer.from(unknownRun)]],
      ["seq", [Buffer.from("1")]],
    ]);
    await storeNext(web().pool, [
      foreign('{"name":"A\\u0000"}'),
      foreign('{"name":"B\\u0000","date":"never"}'),
      { ...draftOf(unknownRun, 1, "{}"), headers },
    ]);
    const text = await page("/dead-letters/replay?reason=nul_character");
    expect(text).to.include("Send 2 dead letters again");
    expect(text).to.match(/data-way="as-it-came".*<strong>0<\/strong> would become rows.*data-way="mended"/s);
    expect(text).to.match(/data-way="mended".*<strong>2<\/strong> would become rows, 1 of them flagged/s);
    const unknown = await page("/dead-letters/replay?reason=unknown_run");
    expect(unknown).to.include("would be dead again: Unknown run").and.to.include("would become a row");
    expect(await page("/dead-letters/replay?reason=tombstone")).to.not.include('data-way="mended"');
    expect((await web().get("/dead-letters/replay", html)).status).to.equal(400);
  });

  it("take those that are ticked, and ask for a tick where there is none", async () => {
    const chosen = "/dead-letters/replay?chosen=true&reason=not_json";
    const ids = [await idOf("not_json"), await idOf("tombstone")];
    expect(await page(`${chosen}&ids=${ids[0]}`)).to.include("Send 1 dead letter again");
    expect(await page(`${chosen}&ids=${ids[0]}&ids=${ids[1]}`)).to.include("Send 1 dead letter again");
    const none = await web().get(chosen, html);
    expect(none.status).to.equal(303);
    expect(none.headers.get("location")).to.equal("/dead-letters?reason=not_json&noneChosen=true");
    expect(await page("/dead-letters?reason=not_json&noneChosen=true")).to.include("No letter was ticked");
  });

  it("send those again that they show", async () => {
    const response = await press({ reason: "not_json" });
    expect(response.status).to.equal(303);
    expect(response.headers.get("location")).to.equal("/dead-letters?reason=not_json&sent=2");
    expect(await page("/dead-letters?reason=not_json&sent=2")).to.include("2 sent again");
    const { headers } = await press({ reason: "tombstone", patch: "true" });
    expect(headers.get("location")).to.equal("/dead-letters?reason=tombstone&sent=0&skipped=1");
    expect(await page("/dead-letters?sent=0&skipped=1")).to.include("1 not sent, since no rule mends them");
  });

  it("lead back to a letter that was sent alone, and say that it is under way", async () => {
    const id = await idOf("nul_character");
    const response = await press([
      ["ids", String(id)],
      ["patch", "true"],
    ]);
    expect(response.headers.get("location")).to.equal(`/dead-letters/${id}?sent=0`);
    expect(await page(`/dead-letters/${id}?sent=0`))
      .to.include("No consumer has stored it yet")
      .and.to.include("data-live-seconds");
    await storeNext(web().pool, [{ ...foreign("no JSON"), replayOf: id }]);
    const failed = await page(`/dead-letters/${id}?sent=0`);
    expect(failed).to.include("could not become a row this time either");
    expect(failed).to.not.include("data-live-seconds");
    await storeNext(web().pool, [{ ...foreign("{}"), replayOf: id }]);
    expect(await page(`/dead-letters/${id}?sent=1`))
      .to.include("became a row")
      .and.to.not.include("Send it again");
  });

  it("refuse a choice that is none", async () => {
    expect((await press({ runId: "nonsense" })).status).to.equal(400);
    expect((await press({})).status).to.equal(400);
    expect((await press({ all: "true", patch: "yes" })).status).to.equal(400);
    expect((await press({ ids: "x" })).status).to.equal(400);
    expect((await web().post("/dead-letters/replay", { reason: "not_json" })).status).to.equal(400);
    expect((await web().get("/dead-letters?runId=nonsense", html)).status).to.equal(400);
    for (const id of ["0", "x", "999999", "1e3"]) {
      expect((await web().get(`/dead-letters/${id}`, html)).status, id).to.equal(404);
    }
  });
});
