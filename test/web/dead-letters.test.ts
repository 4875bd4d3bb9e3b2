import { expect } from "chai";
import { draftOf, foreign, storeNext } from "../setup/batches.ts";
import { eventually } from "../setup/eventually.ts";
import { plannedRun } from "../setup/runs.ts";
import { readTopic } from "./topic-reader.ts";
import { badFields, expectProblem, webForSuite } from "./web-server.ts";

interface Letter {
  readonly id: number;
  readonly reason: string;
  readonly runId: string | null;
  readonly seq: number | null;
  readonly payload: string | null;
  readonly text: string | null;
  readonly resolvedAt: string | null;
}

interface Letters {
  readonly deadLetters: readonly Letter[];
  readonly counts: readonly { readonly reason: string; readonly count: number }[];
  readonly next: string | null;
}

interface Replayed {
  readonly matched: number;
  readonly replayed: number;
  readonly dryRun: boolean;
  readonly ids: readonly number[];
  readonly skippedIds: readonly number[];
  readonly nextBefore: number | null;
  readonly forecast: {
    readonly rows: number;
    readonly repaired: number;
    readonly uncertain: number;
    readonly dead: readonly { readonly reason: string; readonly count: number; readonly detail: string }[];
  } | null;
}

describe("Dead letters", () => {
  const web = webForSuite();
  let runId: string;

  before(async () => {
    const { run } = await plannedRun(web().pool);
    runId = run.id;
    await storeNext(web().pool, [
      foreign("not json"),
      foreign(Buffer.from([0xff, 0xfe])),
      foreign(null),
      draftOf(run.id, 3, "[1]"),
    ]);
  });

  const list = async (query = ""): Promise<Letters> => {
    const response = await web().get(`/api/dead-letters${query}`);
    expect(response.status).to.equal(200);
    return (await response.json()) as Letters;
  };
  const replay = async (body: unknown): Promise<Replayed> => {
    const response = await web().post("/api/dead-letters/replay", body);
    expect(response.status).to.equal(200);
    return (await response.json()) as Replayed;
  };
  const idsOf = (letters: Letters): number[] => letters.deadLetters.map(({ id }) => id);

  it("are listed, the newest first, with what they were and why", async () => {
    const { deadLetters, counts, next } = await list();
    expect(deadLetters.map(({ reason }) => reason)).to.deep.equal([
      "not_an_object",
      "tombstone",
      "not_utf8",
      "not_json",
    ]);
    expect(deadLetters.map(({ payload }) => payload)).to.deep.equal([
      Buffer.from("[1]").toString("base64"),
      null,
      "//4=",
      Buffer.from("not json").toString("base64"),
    ]);
    expect(deadLetters.map(({ text }) => text)).to.deep.equal(["[1]", null, null, "not json"]);
    expect(deadLetters[0]).to.include({ runId, seq: 3 });
    expect(counts).to.have.length(4);
    expect(next).to.equal(null);
  });

  it("are filtered by reason, run and whether they are resolved", async () => {
    expect((await list("?reason=tombstone")).deadLetters.map(({ reason }) => reason)).to.deep.equal([
      "tombstone",
    ]);
    expect((await list(`?runId=${runId}`)).deadLetters.map(({ seq }) => seq)).to.deep.equal([3]);
    expect(idsOf(await list("?resolved=true"))).to.deep.equal([]);
    expect(idsOf(await list("?resolved=false"))).to.have.length(4);
  });

  it("are paged", async () => {
    const first = await list("?limit=3&resolved=false");
    expect(first.next).to.be.a("string");
    const second = await list(String(first.next).slice("/api/dead-letters".length));
    expect([...idsOf(first), ...idsOf(second)]).to.deep.equal(idsOf(await list()));
    expect(second.next).to.equal(null);
  });

  for (const [query, field] of [
    ["limit=101", "limit"],
    ["before=x", "before"],
    ["resolved=perhaps", "resolved"],
    ["runId=1", "runId"],
    ["reasn=x", "reasn"],
  ] as const) {
    it(`refuse ?${query}`, async () => {
      const problem = await expectProblem(await web().get(`/api/dead-letters?${query}`), "invalid-request");
      expect(badFields(problem)).to.deep.equal([field]);
    });
  }

  it("are not sent again by a dry run, which says what would become of each", async () => {
    const { forecast, ...answer } = await replay({ all: true, dryRun: true });
    expect(answer).to.deep.equal({
      matched: 4,
      replayed: 0,
      dryRun: true,
      ids: idsOf(await list()),
      skippedIds: [],
      nextBefore: null,
    });
    expect(forecast).to.deep.include({ rows: 0, repaired: 0, uncertain: 0 });
    expect(forecast?.dead.map(({ reason, count }) => [reason, count])).to.have.deep.members([
      ["not_an_object", 1],
      ["tombstone", 1],
      ["not_utf8", 1],
      ["not_json", 1],
    ]);
  });

  it("are sent again as they were, with a mark, by every filter together", async () => {
    const [wanted] = (await list(`?runId=${runId}`)).deadLetters;
    const answer = await replay({ runId, reason: "not_an_object" });
    expect(answer).to.deep.equal({
      matched: 1,
      replayed: 1,
      dryRun: false,
      ids: [wanted?.id],
      skippedIds: [],
      nextBefore: null,
      forecast: null,
    });
    expect((await replay({ runId, reason: "tombstone" })).matched).to.equal(0);
    const topic = await readTopic(web().config.kafka.topic);
    try {
      await eventually(() => expect(topic.messages).to.have.length(1));
      expect(String(topic.messages[0]?.message.value)).to.equal("[1]");
      expect(String(topic.messages[0]?.message.headers?.replay_of)).to.equal(String(wanted?.id));
    } finally {
      await topic.close();
    }
  });

  it("are patched where a rule mends them, and left out where none does", async () => {
    const answer = await replay({ all: true, dryRun: true, patch: true });
    const reasons = new Map((await list()).deadLetters.map(({ id, reason }) => [id, reason]));
    expect(answer.ids.map((id) => reasons.get(id))).to.deep.equal(["not_utf8"]);
    expect(answer.skippedIds.map((id) => reasons.get(id))).to.deep.equal([
      "not_an_object",
      "tombstone",
      "not_json",
    ]);
  });

  it("are sent again at most as many as the limit says", async () => {
    const answer = await replay({ all: true, limit: 2, dryRun: true });
    expect(answer.matched).to.equal(4);
    expect(answer.ids).to.have.length(2);
    const older = await replay({ all: true, before: answer.nextBefore, dryRun: true });
    expect([...answer.ids, ...older.ids]).to.deep.equal(idsOf(await list()));
    expect(older.nextBefore).to.equal(null);
  });

  it("are sent again by their ids, those that are there", async () => {
    const [id] = idsOf(await list("?reason=not_json"));
    expect((await replay({ ids: [id, 999_999_999] })).ids).to.deep.equal([id]);
  });

  const refused: readonly (readonly [what: string, body: unknown, fields: readonly string[]])[] = [
    ["no filter", {}, ["body"]],
    ["all: false", { all: false }, ["body"]],
    ["no ids", { ids: [] }, ["ids"]],
    ["an id that is none", { ids: [0, "1"] }, ["ids[0]", "ids[1]"]],
    ["a run that is none", { runId: "1" }, ["runId"]],
    ["a limit of 0", { all: true, limit: 0 }, ["limit"]],
    ["an unknown filter", { topic: "x" }, ["topic"]],
  ];
  for (const [what, body, fields] of refused) {
    it(`are not sent again for ${what}`, async () => {
      const response = await web().post("/api/dead-letters/replay", body);
      expect(badFields(await expectProblem(response, "invalid-request"))).to.deep.equal([...fields]);
    });
  }
});

describe("The forecast of a replay", () => {
  const web = webForSuite();

  it("knows that a record which lacks a field of its run will be flagged", async () => {
    const { run } = await plannedRun(web().pool);
    const headers = new Map([
      ["run_id", [Buffer.from(run.id)]],
      ["seq", [Buffer.from("3")]],
    ]);
    await storeNext(web().pool, [{ ...draftOf(run.id, 3, '{"name":"\\ud83d"}'), headers }]);
    const response = await web().post("/api/dead-letters/replay", { all: true, dryRun: true, patch: true });
    const { forecast } = (await response.json()) as Replayed;
    expect(forecast).to.deep.include({ rows: 1, repaired: 1 });
  });
});
