import { expect } from "chai";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import type { Pool } from "../../ledger/database/database.ts";
import { listDeadLetters } from "../../ledger/dead-letters/dead-letters.ts";
import {
  enterPartition,
  readProgress,
  restartProgress,
  skipRemoved,
} from "../../ledger/outcomes/consumer-progress.ts";
import { storeBatch } from "../../ledger/outcomes/store-batch.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import { userType } from "../../types/user/user.ts";
import { type Draft, draftOf, foreign, range, recordsOf, storeNext, toBatch } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { rejection } from "../setup/rejection.ts";
import { createdRun, currentRun, plannedRun } from "../setup/runs.ts";

/** JSON that decoding lets pass and PostgreSQL does not. */
const nestedTooDeeply = `{"name":"deep","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
const partition = { topic: "topic", partition: 0 };
const oldTopic = "00000000-0000-4000-8000-00000000000a";
const newTopic = "00000000-0000-4000-8000-00000000000b";
const nobody = "00000000-0000-7000-8000-000000000000";

/** Whatever a test did, the ledger balances. */
async function expectBalance(pool: Pool): Promise<void> {
  for (const invariant of invariantsOf([userType])) {
    const { examples } = await checkInvariant(pool, invariant, null);
    expect(examples, invariant.sentence).to.deep.equal([]);
  }
}

describe("storing a batch", () => {
  const database = databaseForEachTest(expectBalance);
  const pool = () => database().pool;

  const rowCount = async (): Promise<number> => {
    const { rows } = await pool().query<{ count: number }>("SELECT count(*) AS count FROM users_raw");
    return rows[0]?.count ?? -1;
  };
  const letters = async () => {
    const everything = { ids: null, reason: null, runId: null, resolved: null };
    const { deadLetters } = await listDeadLetters(pool(), everything, { limit: 100, before: null });
    return deadLetters.toReversed();
  };
  const reasons = async (): Promise<string[]> => (await letters()).map((letter) => letter.reason);
  const counters = async (id: string) => {
    const { status, stored, flagged, deadLettered } = await currentRun(pool(), id);
    return { status, stored, flagged, deadLettered };
  };

  describe("of a run's records", () => {
    it("writes their rows, where they came from, and the next offset", async () => {
      const { run } = await plannedRun(pool(), { fields: ["name", "date"] });
      await storeNext(pool(), [foreign("{}")], { partition: 3 });
      const stored = await storeNext(pool(), recordsOf(run, range(0, 2)), { partition: 3 });
      expect(stored).to.include({ stored: 2, flagged: 0, deadLettered: 0, duplicates: 0 });
      const { rows } = await pool().query(
        `SELECT run_id, seq, kafka_partition, kafka_offset, name, event_time, email, raw_payload, error
           FROM users_raw WHERE run_id = $1 ORDER BY seq`,
        [run.id],
      );
      const payloads = recordsOf(run, range(0, 2)).map(({ value }) => JSON.parse(String(value)));
      expect(rows).to.deep.equal(
        payloads.map((payload, seq) => ({
          run_id: run.id,
          seq,
          kafka_partition: 3,
          kafka_offset: seq + 1,
          name: payload.name,
          event_time: new Date(payload.date),
          email: null,
          raw_payload: payload,
          error: null,
        })),
      );
      expect(await readProgress(pool(), { topic: "topic", partition: 3 })).to.include({ nextOffset: 3 });
    });

    it("keeps every character, beside records that have only plain ones", async () => {
      const { run } = await plannedRun(pool());
      const names = ["Ann", "a\tb\\c\nd\re\bf\fg", "\\N", "Zoë 💚", "\u0001\u001f\u007f", "Bob", ""];
      const drafts = names.map((name, seq) => draftOf(run.id, seq, JSON.stringify({ name, more: [name] })));
      expect(await storeNext(pool(), drafts)).to.include({ stored: names.length, flagged: 0 });
      const { rows } = await pool().query("SELECT name, raw_payload FROM users_raw ORDER BY seq");
      expect(rows).to.deep.equal(names.map((name) => ({ name, raw_payload: { name, more: [name] } })));
    });

    it("stores all of a batch but the one that PostgreSQL refuses", async () => {
      const { run } = await plannedRun(pool());
      const drafts = recordsOf(run, range(0, 10));
      drafts[5] = draftOf(run.id, 5, nestedTooDeeply);
      expect(await storeNext(pool(), drafts)).to.include({ stored: 9, deadLettered: 1, duplicates: 0 });
      const { rows } = await pool().query("SELECT seq, kafka_offset FROM users_raw ORDER BY seq");
      expect(rows).to.deep.equal(
        range(0, 10)
          .filter((seq) => seq !== 5)
          .map((seq) => ({ seq, kafka_offset: seq })),
      );
      expect(await counters(run.id)).to.deep.include({ status: "completed", stored: 9, deadLettered: 1 });
    });

    it("completes the run in the transaction that accounts for its last record, and not before", async () => {
      const { run } = await plannedRun(pool(), { count: 10, chunkSize: 4 });
      const first = await storeNext(pool(), recordsOf(run, range(1, 10)));
      expect(first.completedRunIds).to.deep.equal([]);
      expect(await counters(run.id)).to.include({ status: "running", stored: 9 });
      const last = await storeNext(pool(), recordsOf(run, [0]));
      expect(last.completedRunIds).to.deep.equal([run.id]);
      expect(await counters(run.id)).to.include({ status: "completed", stored: 10 });
      expect((await currentRun(pool(), run.id)).finishedAt).not.to.equal(null);
    });

    it("closes each chunk with the last of its records", async () => {
      const { run } = await plannedRun(pool(), { count: 10, chunkSize: 4 });
      await storeNext(pool(), recordsOf(run, [0, 1, 2, 4, 5, 6, 7, 8]));
      const { rows } = await pool().query(
        "SELECT index, accounted::text, closed_at IS NOT NULL AS closed FROM chunks ORDER BY index",
      );
      expect(rows).to.deep.equal([
        { index: 0, accounted: "{[0,3)}", closed: false },
        { index: 1, accounted: "{[4,8)}", closed: true },
        { index: 2, accounted: "{[8,9)}", closed: false },
      ]);
    });

    it("counts those of several runs each in its own", async () => {
      const [{ run: one }, { run: other }] = [
        await plannedRun(pool()),
        await plannedRun(pool(), { count: 3 }),
      ];
      const stored = await storeNext(pool(), [
        ...recordsOf(one, range(0, 5)),
        ...recordsOf(other, range(0, 3)),
      ]);
      expect(stored).to.deep.include({ stored: 8, completedRunIds: [other.id] });
      expect(await counters(one.id)).to.include({ status: "running", stored: 5 });
    });

    it("flags those in which something was repaired, and counts them among the stored", async () => {
      const { run } = await plannedRun(pool(), { count: 2 });
      const stored = await storeNext(pool(), [
        draftOf(run.id, 0, '{"name":7}'),
        draftOf(run.id, 1, '{"name":"Ann"}'),
      ]);
      expect(stored).to.include({ stored: 2, flagged: 1 });
      expect(await counters(run.id)).to.deep.equal({
        status: "completed",
        stored: 2,
        flagged: 1,
        deadLettered: 0,
      });
    });

    it("completes a paused run whose records were all on their way", async () => {
      const { run } = await plannedRun(pool(), { count: 2 });
      await controlRun(pool(), run.id, "pause");
      await storeNext(pool(), recordsOf(run, range(0, 2)));
      expect(await counters(run.id)).to.include({ status: "completed", stored: 2 });
    });

    it("goes on counting for a cancelled run, which stays cancelled", async () => {
      const { run } = await plannedRun(pool(), { count: 3 });
      await controlRun(pool(), run.id, "cancel");
      const { finishedAt } = await currentRun(pool(), run.id);
      const stored = await storeNext(pool(), recordsOf(run, range(0, 3)));
      expect(stored.completedRunIds).to.deep.equal([]);
      expect(await currentRun(pool(), run.id)).to.deep.include({
        status: "cancelled",
        stored: 3,
        finishedAt,
      });
    });
  });

  describe("of records that have an outcome already", () => {
    it("counts a batch that comes again at later offsets as duplicates", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), recordsOf(run, range(0, 6)));
      const again = await storeNext(pool(), recordsOf(run, range(4, 8)));
      expect(again).to.include({ stored: 2, duplicates: 2, deadLettered: 0 });
      expect(await counters(run.id)).to.include({ stored: 8 });
    });

    it("counts those that stand twice in one batch as duplicates", async () => {
      const { run } = await plannedRun(pool());
      const stored = await storeNext(pool(), [...recordsOf(run, [0, 1]), ...recordsOf(run, [1, 0])]);
      expect(stored).to.include({ stored: 2, duplicates: 2, deadLettered: 0 });
    });

    it("counts a dead letter that comes again as a duplicate, in the same batch and later", async () => {
      const { run } = await plannedRun(pool());
      const hopeless = [
        draftOf(run.id, 0, "no JSON"),
        draftOf(run.id, 1, null),
        draftOf(run.id, 2, nestedTooDeeply),
      ];
      const stored = await storeNext(pool(), [...hopeless, ...hopeless]);
      expect(stored).to.include({ stored: 0, duplicates: 3, deadLettered: 3 });
      expect(await storeNext(pool(), hopeless)).to.include({ duplicates: 3, deadLettered: 0 });
      expect(await reasons()).to.have.members(["not_json", "tombstone", "rejected_by_database"]);
    });

    it("finds the same record in JSON that is written otherwise", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, '{"name":"Ann","city":"Ulm"}')]);
      const again = await storeNext(pool(), [draftOf(run.id, 0, '{ "city":"\\u0055lm", "name":"Ann" }')]);
      expect(again).to.include({ duplicates: 1, deadLettered: 0 });
    });

    it("knows the record again in a row from before raw_payload was json, which has jsonb's text", async () => {
      const { run } = await plannedRun(pool());
      const record = '{"name":"Ann", "n":[1.0,1e3,9007199254740993], "b":1, "a":"\\u00e9", "b":2}';
      await storeNext(pool(), [draftOf(run.id, 0, record)]);
      await pool().query("UPDATE users_raw SET raw_payload = raw_payload::jsonb::text::json");
      expect(await storeNext(pool(), [draftOf(run.id, 0, record)])).to.include({
        duplicates: 1,
        deadLettered: 0,
      });
    });

    it("tells numbers apart that are one to a double", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, '{"name":"Ann","account":9007199254740992}')]);
      const other = '{"name":"Ann","account":9007199254740993}';
      expect(await storeNext(pool(), [draftOf(run.id, 0, other)])).to.include({ deadLettered: 1 });
      expect(await reasons()).to.deep.equal(["identity_conflict"]);
    });

    it("compares numbers of which no text could hold the digits", async () => {
      const { run } = await plannedRun(pool());
      const record = (number: string): string =>
        `{"name":"Ann","x":[${Array(9_000).fill("1e131071").join(",")},${number}]}`;
      await storeNext(pool(), [draftOf(run.id, 0, record("1e131071"))]);
      const again = [record("1e131071"), record("10.0e131070")];
      for (const value of again) {
        const stored = await storeNext(pool(), [draftOf(run.id, 0, value)]);
        expect(stored).to.include({ duplicates: 1, deadLettered: 0 });
      }
      const stored = await storeNext(pool(), [draftOf(run.id, 0, record("1e131070"))]);
      expect(stored).to.include({ duplicates: 0, deadLettered: 1 });
    });

    it("takes a text of more than eight times its bytes for something else, without reading it", async () => {
      const { run } = await plannedRun(pool());
      const padded = (bytes: number): string => `{"name":"Ann"${" ".repeat(bytes)}}`;
      await storeNext(pool(), [
        draftOf(run.id, 0, padded(50)),
        draftOf(run.id, 1, padded(1_000)),
        draftOf(run.id, 2, padded(1_000_000)),
      ]);
      const again = await storeNext(
        pool(),
        range(0, 3).map((seq) => draftOf(run.id, seq, padded(0))),
      );
      expect(again).to.include({ duplicates: 1, deadLettered: 2 });
      expect((await letters()).map(({ seq }) => seq)).to.deep.equal([1, 2]);
    });

    it("tells a tombstone from an empty value", async () => {
      const { run } = await plannedRun(pool());
      const values = (first: string | null, second: string | null) => [
        draftOf(run.id, 0, first),
        draftOf(run.id, 1, second),
      ];
      await storeNext(pool(), values(null, ""));
      expect(await storeNext(pool(), values(null, ""))).to.include({ duplicates: 2, deadLettered: 0 });
      expect(await storeNext(pool(), values("", null))).to.include({ duplicates: 0, deadLettered: 2 });
    });

    it("compares megabytes by their bytes alone, for parsing two such texts may take the heap", async () => {
      const { run } = await plannedRun(pool());
      const large = `{"name":"Ann","x":[${"{},".repeat(400_000)}1]}`;
      await storeNext(pool(), [draftOf(run.id, 0, large)]);
      expect(await storeNext(pool(), [draftOf(run.id, 0, large)])).to.include({ duplicates: 1 });
      const otherwise = await storeNext(pool(), [draftOf(run.id, 0, ` ${large}`)]);
      expect(otherwise).to.include({ duplicates: 0, deadLettered: 1 });
      expect(await reasons()).to.deep.equal(["identity_conflict"]);
    });

    it("makes one that says something else a dead letter that its run does not count", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), recordsOf(run, [0]));
      const stored = await storeNext(pool(), [
        draftOf(run.id, 0, '{"name":"Eve"}'),
        draftOf(run.id, 0, "no JSON"),
      ]);
      expect(stored).to.include({ stored: 0, duplicates: 0, deadLettered: 2 });
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 0 });
      expect(await reasons()).to.deep.equal(["identity_conflict", "identity_conflict"]);
      expect((await letters())[0]).to.deep.include({
        runId: run.id,
        seq: 0,
        payload: Buffer.from('{"name":"Eve"}'),
      });
    });

    it("makes a row that claims a dead letter's place a dead letter too", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, "no JSON")]);
      await storeNext(pool(), recordsOf(run, [0]));
      expect(await reasons()).to.deep.equal(["not_json", "identity_conflict"]);
      expect(await counters(run.id)).to.include({ stored: 0, deadLettered: 1 });
    });
  });

  describe("of messages that cannot become rows", () => {
    it("keeps all of the message, and counts it in its run", async () => {
      const { run } = await plannedRun(pool(), { count: 1 });
      const value = Buffer.from([0, 1, 254, 255]);
      const headers = new Map([["h\0ü\ud800", [Buffer.from([0, 255]), Buffer.from("second")]]]);
      const key = Buffer.from([0, 7]);
      const stored = await storeNext(pool(), [{ ...draftOf(run.id, 0, value), key, headers }], {
        partition: 2,
      });
      expect(stored).to.deep.include({ stored: 0, deadLettered: 1, completedRunIds: [run.id] });
      expect(await counters(run.id)).to.include({ status: "completed", deadLettered: 1 });
      expect((await letters())[0]).to.deep.include({
        reason: "not_utf8",
        topic: "topic",
        partition: 2,
        offset: 0,
        key,
        payload: value,
        headers: { "h\\0ü\uFFFD": [Buffer.from([0, 255]).toString("base64"), "c2Vjb25k"] },
        runId: run.id,
        seq: 0,
        replays: 0,
        resolvedAt: null,
      });
    });

    const homeless: readonly (readonly [string, (runId: string) => Draft, string])[] = [
      ["of a run that is not there", () => draftOf(nobody, 0, "{}"), "unknown_run"],
      ["beyond its run's end", (id) => draftOf(id, 10, "{}"), "sequence_out_of_range"],
      ["far beyond its run's end", (id) => draftOf(id, 2 ** 53 - 1, "{}"), "sequence_out_of_range"],
      [
        "with headers that name nobody",
        () => ({ identity: { kind: "invalid", detail: "no UUID" }, value: "{}" }),
        "invalid_headers",
      ],
    ];
    for (const [what, draft, reason] of homeless) {
      it(`makes one ${what} a dead letter that no run counts: ${reason}`, async () => {
        const { run } = await plannedRun(pool());
        const stored = await storeNext(pool(), [draft(run.id), ...recordsOf(run, [0])]);
        expect(stored).to.include({ stored: 1, deadLettered: 1 });
        expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 0 });
        expect(await reasons()).to.deep.equal([reason]);
      });
    }

    it("takes no sequence number that has not been planned", async () => {
      const run = await createdRun(pool(), { count: 100, chunkSize: 4 });
      await planWindow(pool(), run.id, 8);
      await storeNext(pool(), recordsOf(run, [7, 8]));
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 0 });
      expect((await letters())[0]?.detail).to.equal("the run has not come to sequence number 8 yet");
    });

    it("takes no sequence number whose chunk would have an index beyond PostgreSQL's integers", async () => {
      const run = await createdRun(pool(), { count: 2 ** 40, chunkSize: 1 });
      await planWindow(pool(), run.id, 2);
      await storeNext(pool(), recordsOf(run, [0, 2 ** 39]));
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 0 });
      expect(await reasons()).to.deep.equal(["sequence_out_of_range"]);
    });

    it("of JSON nested too deeply costs only itself", async () => {
      const { run } = await plannedRun(pool(), { count: 10 });
      const drafts = recordsOf(run, range(0, 10));
      drafts[6] = draftOf(run.id, 6, nestedTooDeeply);
      const stored = await storeNext(pool(), drafts);
      expect(stored).to.deep.include({ stored: 9, deadLettered: 1, completedRunIds: [run.id] });
      expect(await counters(run.id)).to.include({ stored: 9, deadLettered: 1 });
      expect((await letters())[0]).to.include({ reason: "rejected_by_database", seq: 6 });
      expect((await letters())[0]?.detail).to.match(/^PostgreSQL: .*\(SQLSTATE [0-9A-Z]{5}\)$/);
    });
  });

  describe("of another producer's messages", () => {
    it("stores them without counting them anywhere", async () => {
      const stored = await storeNext(pool(), [
        foreign('{"name":"Ann"}'),
        foreign('{"name":"Ann"}'),
        foreign("x"),
      ]);
      expect(stored).to.include({ stored: 2, deadLettered: 1, duplicates: 0 });
      const { rows } = await pool().query("SELECT run_id, seq, kafka_offset FROM users_raw ORDER BY id");
      expect(rows).to.deep.equal([
        { run_id: null, seq: null, kafka_offset: 0 },
        { run_id: null, seq: null, kafka_offset: 1 },
      ]);
      expect((await letters())[0]).to.include({ reason: "not_json", runId: null, seq: null, offset: 2 });
    });
  });

  describe("that is not the next one", () => {
    it("writes nothing, and says where reading goes on", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), recordsOf(run, range(0, 2)));
      for (const fromOffset of [0, 1, 3]) {
        const stale = toBatch("topic", 0, fromOffset, recordsOf(run, range(2, 5)));
        expect(await storeBatch(pool(), userType, stale)).to.deep.equal({
          kind: "superseded",
          nextOffset: 2,
        });
      }
      expect(await rowCount()).to.equal(2);
    });

    it("writes nothing for a partition that nobody has entered", async () => {
      const batch = toBatch("topic", 9, 0, [foreign("{}")]);
      expect(await storeBatch(pool(), userType, batch)).to.deep.equal({ kind: "superseded", nextOffset: 0 });
      expect(await rowCount()).to.equal(0);
    });

    it("lets one of two consumers that hold the same batch store it", async () => {
      const { run } = await plannedRun(pool(), { count: 500, chunkSize: 500 });
      await enterPartition(pool(), partition, null);
      const batch = toBatch("topic", 0, 0, recordsOf(run, range(0, 500)));
      const both = await Promise.all([
        storeBatch(pool(), userType, batch),
        storeBatch(pool(), userType, batch),
      ]);
      expect(both.map(({ kind }) => kind)).to.have.members(["stored", "superseded"]);
      expect(await counters(run.id)).to.include({ status: "completed", stored: 500 });
    });

    it("stores the same records from several partitions at once without a deadlock, each once", async () => {
      const one = await plannedRun(pool(), { count: 200, chunkSize: 50 });
      const other = await plannedRun(pool(), { count: 200, chunkSize: 50 });
      const drafts = [...recordsOf(one.run, range(0, 200)), ...recordsOf(other.run, range(0, 200))];
      await Promise.all(
        range(0, 6).map((partition) =>
          storeNext(pool(), partition % 2 === 0 ? drafts : drafts.toReversed(), { partition }),
        ),
      );
      for (const { run } of [one, other]) {
        expect(await counters(run.id)).to.include({ status: "completed", stored: 200, deadLettered: 0 });
      }
    });
  });

  it("that fails in the middle leaves nothing behind", async () => {
    const { run } = await plannedRun(pool(), { count: 4 });
    await storeNext(pool(), recordsOf(run, [0]));
    await database().asOwner(
      "ALTER TABLE consumer_progress ADD CONSTRAINT no_further CHECK (next_offset < 2)",
    );
    const drafts = [...recordsOf(run, range(1, 3)), draftOf(run.id, 3, "no JSON")];
    expect((await rejection(storeNext(pool(), drafts))).message).to.include("no_further");
    expect(await rowCount()).to.equal(1);
    expect(await letters()).to.deep.equal([]);
    expect(await counters(run.id)).to.include({ status: "running", stored: 1, deadLettered: 0 });
    await database().asOwner("ALTER TABLE consumer_progress DROP CONSTRAINT no_further");
    await storeNext(pool(), drafts);
    expect(await counters(run.id)).to.include({ status: "completed", stored: 3, deadLettered: 1 });
  });

  describe("with a dead letter's replay", () => {
    const replay = (draft: Draft, id: number | undefined): Draft => {
      if (id === undefined) throw new Error("there is no dead letter");
      return { ...draft, replayOf: id };
    };
    const resolved = async (): Promise<boolean[]> =>
      (await letters()).map(({ resolvedAt }) => resolvedAt !== null);

    it("that is a row now moves it from the dead letters to the rows", async () => {
      const { run } = await plannedRun(pool(), { count: 2 });
      await storeNext(pool(), [draftOf(run.id, 0, "no JSON"), ...recordsOf(run, [1])]);
      expect(await counters(run.id)).to.include({ status: "completed", stored: 1, deadLettered: 1 });
      const [letter] = await letters();
      const stored = await storeNext(pool(), [replay(draftOf(run.id, 0, '{"name":7}'), letter?.id)]);
      expect(stored).to.include({ stored: 1, flagged: 1, deadLettered: 0 });
      expect(await counters(run.id)).to.deep.equal({
        status: "completed",
        stored: 2,
        flagged: 1,
        deadLettered: 0,
      });
      expect(await resolved()).to.deep.equal([true]);
    });

    it("that fails again leaves the same letter, with the newest reason", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, "no JSON")]);
      const [letter] = await letters();
      await storeNext(pool(), [replay(draftOf(run.id, 0, null), letter?.id)]);
      await storeNext(pool(), [replay(draftOf(run.id, 0, nestedTooDeeply), letter?.id)]);
      expect(await letters()).to.have.length(1);
      expect((await letters())[0]).to.include({
        reason: "rejected_by_database",
        replays: 2,
        resolvedAt: null,
      });
      expect(await counters(run.id)).to.include({ stored: 0, deadLettered: 1 });
    });

    it("is ignored where the letter is resolved", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, "no JSON")]);
      const again = replay(draftOf(run.id, 0, '{"name":"Ann"}'), (await letters())[0]?.id);
      await storeNext(pool(), [again]);
      expect(await storeNext(pool(), [again])).to.include({ stored: 0, deadLettered: 0, duplicates: 0 });
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 0 });
    });

    it("counts once where two replays of it meet in one batch", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, "no JSON"), foreign("no JSON")]);
      const [own, others] = await letters();
      await storeNext(pool(), [
        replay(draftOf(run.id, 0, '{"name":"Ann"}'), own?.id),
        replay(draftOf(run.id, 0, '{"name":"Ann"}'), own?.id),
        replay(foreign("{}"), others?.id),
        replay(foreign("{}"), others?.id),
      ]);
      expect(await rowCount()).to.equal(2);
      expect(await resolved()).to.deep.equal([true, true]);
    });

    it("resolves a letter that no run had counted, and counts its record", async () => {
      const run = await createdRun(pool(), { count: 8, chunkSize: 4 });
      await planWindow(pool(), run.id, 4);
      await storeNext(pool(), recordsOf(run, [4]));
      expect(await reasons()).to.deep.equal(["sequence_out_of_range"]);
      await planWindow(pool(), run.id, 100);
      await storeNext(
        pool(),
        recordsOf(run, [4]).map((draft) => replay(draft, 1)),
      );
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 0 });
      expect(await resolved()).to.deep.equal([true]);
    });

    it("keeps a conflict a conflict", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [...recordsOf(run, [0]), draftOf(run.id, 0, '{"name":"Eve"}')]);
      await storeNext(pool(), [replay(draftOf(run.id, 0, '{"name":"Eve"}'), (await letters())[0]?.id)]);
      expect(await letters()).to.have.length(1);
      expect((await letters())[0]).to.include({ reason: "identity_conflict", replays: 1, resolvedAt: null });
    });

    it("of a letter that is not there is a message like any other", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(
        pool(),
        recordsOf(run, [0]).map((draft) => replay(draft, 4_711)),
      );
      await storeNext(pool(), [replay(draftOf(run.id, 1, "no JSON"), 2 ** 53 - 1)]);
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 1 });
    });

    it("that claims to be somebody else cannot resolve a letter that its run counts", async () => {
      const { run } = await plannedRun(pool());
      await storeNext(pool(), [draftOf(run.id, 0, "no JSON")]);
      const id = (await letters())[0]?.id;
      await storeNext(pool(), [replay(foreign("{}"), id), replay(draftOf(run.id, 5, '{"name":"Ann"}'), id)]);
      expect(await counters(run.id)).to.include({ stored: 1, deadLettered: 1 });
      expect(await resolved()).to.deep.equal([false]);
      expect(await rowCount()).to.equal(2);
    });
  });

  it("takes a record that is nested as deeply as PostgreSQL can store, and knows it again", async () => {
    const { run } = await plannedRun(pool());
    const deep = `{"name":"deep","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect(await storeNext(pool(), [draftOf(run.id, 0, deep)])).to.include({ stored: 1, deadLettered: 0 });
    expect(await storeNext(pool(), [draftOf(run.id, 0, deep)])).to.include({
      duplicates: 1,
      deadLettered: 0,
    });
    const other = deep.replace("[]", "[1]");
    expect(await storeNext(pool(), [draftOf(run.id, 0, other)])).to.include({ deadLettered: 1 });
    expect(await reasons()).to.deep.equal(["identity_conflict"]);
  });

  describe("of a topic that was made anew", () => {
    const unread = { nextOffset: 0, topicId: newTopic };

    it("is of another log, even where it begins at the same offset", async () => {
      await enterPartition(pool(), partition, newTopic);
      const batch = { ...toBatch("topic", 0, 0, [foreign("{}")]), topicId: oldTopic };
      expect(await storeBatch(pool(), userType, batch)).to.deep.equal({ kind: "superseded", nextOffset: 0 });
      expect(await rowCount()).to.equal(0);
    });

    it("finds the progress at its beginning, and what was on its way given up", async () => {
      const { run } = await plannedRun(pool(), { count: 12, chunkSize: 4 });
      await pool().query(
        `UPDATE chunks SET produced_at = now(), kafka_partition = index % 2, kafka_end_offset = 50,
                           kafka_topic_id = CASE index WHEN 2 THEN $1::uuid ELSE $2 END`,
        [newTopic, oldTopic],
      );
      await pool().query("UPDATE runs SET produced = 12");
      await storeNext(pool(), recordsOf(run, [0]));
      await enterPartition(pool(), partition, oldTopic);
      expect(await restartProgress(pool(), partition, { nextOffset: 1, topicId: oldTopic }, unread)).to.equal(
        true,
      );
      expect(await readProgress(pool(), partition)).to.deep.equal(unread);
      const { rows } = await pool().query("SELECT kafka_end_offset FROM chunks ORDER BY index");
      expect(rows).to.deep.equal([
        { kafka_end_offset: 0 },
        { kafka_end_offset: 50 },
        { kafka_end_offset: 50 },
      ]);
    });

    it("does not begin anew twice", async () => {
      const before = await enterPartition(pool(), partition, oldTopic);
      expect(await restartProgress(pool(), partition, before, unread)).to.equal(true);
      expect(await restartProgress(pool(), partition, before, unread)).to.equal(false);
    });
  });

  describe("behind what Kafka has removed", () => {
    it("finds the progress moved there, unless another consumer was faster", async () => {
      const before = await enterPartition(pool(), partition, oldTopic);
      expect(await skipRemoved(pool(), partition, before, 7)).to.equal(true);
      expect(await skipRemoved(pool(), partition, before, 9)).to.equal(false);
      expect(await readProgress(pool(), partition)).to.deep.equal({ nextOffset: 7, topicId: oldTopic });
    });
  });
});
