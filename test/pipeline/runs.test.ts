import { expect } from "chai";
import { locales } from "../../generate/people/locales.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { browserForSuite } from "../setup/browser.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

describe("a stack with two workers and two consumers", function () {
  this.timeout(180_000);
  const open = browserForSuite();
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack({ workers: 2, consumers: 2 });
  });
  after(() => stack.stop());

  const rowsOf = async (id: string): Promise<unknown[]> =>
    (
      await stack.pool.query(
        `SELECT seq, name, email, event_time, password_hash, country, city, phone_number, job, company, ipv4, raw_payload
           FROM users_raw WHERE run_id = $1 ORDER BY seq`,
        [id],
      )
    ).rows;

  it("stores the same rows for the same seed whatever the size of the chunks, and generates them over HTTP", async () => {
    const request = { count: 3_000, seed: 7, referenceDate: "2026-03-01T00:00:00Z" };
    const first = await stack.startRun({ ...request, chunkSize: 250 });
    const second = await stack.startRun({ ...request, chunkSize: 1_999 });
    await stack.untilRun(first.id, "completed", isCompleted);
    await stack.untilRun(second.id, "completed", isCompleted);

    const rows = await rowsOf(first.id);
    expect(rows).to.have.length(3_000);
    expect(await rowsOf(second.id)).to.deep.equal(rows);
    const generated = await (await stack.post("/api/generate", request)).json();
    expect(generated).to.deep.equal(rows.map((row) => (row as { raw_payload: unknown }).raw_payload));
    await stack.audit(first.id);
    await stack.audit(second.id);
  });

  it("stores people of every locale as they were drawn, with nothing to repair", async () => {
    const request = {
      count: 3_000,
      seed: 11,
      locale: Object.fromEntries(locales.map((name) => [name, 1])),
      unique: ["email", "phone_number"],
      nulls: { company: 0.2 },
    };
    const run = await stack.startRun(request);
    await stack.untilRun(run.id, "completed", isCompleted);
    const { rows } = await stack.pool.query(
      `SELECT count(*) AS users, count(error) AS flagged, count(DISTINCT email) AS emails,
              count(DISTINCT phone_number) AS phones, count(company) AS companies,
              count(*) FILTER (WHERE name ~ '[^ -~]') AS beyond_ascii
         FROM users_raw WHERE run_id = $1`,
      [run.id],
    );
    expect(rows[0]).to.include({ users: 3_000, flagged: 0, emails: 3_000, phones: 3_000 });
    expect(rows[0].companies).to.be.within(2_250, 2_550);
    expect(rows[0].beyond_ascii).to.be.above(500);
    await stack.audit(run.id);
  });

  it("takes a person from the form to the rows in the database", async () => {
    const { page, complaints } = await open(stack.urls.WEB_URL);
    await page.getByLabel("Records").fill("1000");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByText("completed", { exact: true }).first().waitFor();
    await page.getByRole("row", { name: /Accounted for 1,000/ }).waitFor();
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    expect(await rowsOf(id)).to.have.length(1_000);
    expect(complaints).to.deep.equal([]);
    await stack.audit(id);
  });

  it("stores only the fields that were asked for", async () => {
    const run = await stack.startRun({ count: 10, fields: ["country", "email"] });
    await stack.untilRun(run.id, "completed", isCompleted);
    const { rows } = await stack.pool.query(
      "SELECT count(email) AS emails, count(country) AS countries, count(name) AS names FROM users_raw WHERE run_id = $1",
      [run.id],
    );
    expect(rows).to.deep.equal([{ emails: 10, countries: 10, names: 0 }]);
  });

  it("stores other producers' records: the good as they are, the faulty flagged, the hopeless as dead letters", async () => {
    const response = await stack.post("/produce", {
      records: [
        { name: "Ada Lovelace", email: "ada@example.org", date: "1843-09-01" },
        { name: "x".repeat(300), date: "yesterday" },
        "not a record",
      ],
    });
    expect(response.status).to.equal(202);
    const { rows } = await waitUntil(
      "the records to be stored",
      async () => {
        const found = await stack.pool.query(
          "SELECT left(name, 12) AS name, length(name) AS length, event_time, error FROM users_raw WHERE run_id IS NULL ORDER BY id",
        );
        expect(found.rows).to.have.length(2);
        return found;
      },
      { timeoutMs: 20_000 },
    );
    expect(rows).to.deep.equal([
      { name: "Ada Lovelace", length: 12, event_time: new Date("1843-09-01T00:00:00Z"), error: null },
      {
        name: "xxxxxxxxxxxx",
        length: 255,
        event_time: null,
        error:
          'name: 300 characters cut to 255; date: "yesterday" is not an RFC 3339 date or date-time, set to NULL',
      },
    ]);
    const { deadLetters } = (await (await stack.request("/api/dead-letters")).json()) as {
      deadLetters: { reason: string; payload: string }[];
    };
    expect(
      deadLetters.map(({ reason, payload }) => [reason, Buffer.from(payload, "base64").toString()]),
    ).to.deep.equal([["not_an_object", '"not a record"']]);
  });

  describe("while a run of 5,000,000 is under way", () => {
    let huge: ApiRun;

    before(async () => {
      huge = await stack.startRun({ count: 5_000_000 });
      await stack.untilRun(huge.id, "under way", (run) => run.stored > 20_000);
    });

    it("completes a run of 1,000 within 10 seconds", async () => {
      const small = await stack.startRun({ count: 1_000 });
      await stack.untilRun(small.id, "completed", isCompleted, 10_000);
    });

    it("keeps the jobs in Redis and the unread messages in Kafka within bounds", async () => {
      let most = 0;
      // At a moment all that may be pending can be in Kafka.
      while (most === 0) {
        const counts = await stack.queues.chunks.getJobCounts("waiting", "prioritized", "active", "delayed");
        most = Object.values(counts).reduce((sum, count) => sum + count, 0);
        const { status, produced, stored } = await stack.getRun(huge.id);
        expect(status).to.equal("running");
        expect(produced - stored).to.be.at.most(100_000);
      }
      expect(most).to.be.at.most(20);
    });

    it("pauses it at a chunk boundary, and lets it go on from there", async () => {
      expect((await stack.post(`/api/runs/${huge.id}/pause`, {})).status).to.equal(200);
      const paused = await stack.untilSettled(huge.id);
      expect(paused.status).to.equal("paused");
      expect(paused.produced % 5_000, "records beyond a chunk's boundary").to.equal(0);

      expect((await stack.post(`/api/runs/${huge.id}/resume`, {})).status).to.equal(200);
      await stack.untilRun(huge.id, "under way again", (run) => run.stored > paused.stored + 20_000);
    });

    it("produces nothing after the chunks in hand once it is cancelled", async () => {
      expect((await stack.post(`/api/runs/${huge.id}/cancel`, {})).status).to.equal(200);
      const settled = await stack.untilSettled(huge.id);
      expect(settled.status).to.equal("cancelled");
      expect(settled.stored).to.be.lessThan(5_000_000);
      // A run that is sent after the cancellation is through: whatever was still queued before it has been passed over.
      const next = await stack.startRun({ count: 20_000 });
      await stack.untilRun(next.id, "completed", isCompleted);
      expect((await stack.getRun(huge.id)).produced).to.equal(settled.produced);
      await stack.audit(next.id);
      await stack.audit(huge.id);
    });
  });

  it("completes a run that was paused before it began", async () => {
    const run = await stack.startRun({ count: 25_000, chunkSize: 500 });
    await stack.post(`/api/runs/${run.id}/pause`, {});
    await stack.untilSettled(run.id);
    await stack.post(`/api/runs/${run.id}/resume`, {});
    const completed = await stack.untilRun(run.id, "completed", isCompleted);
    expect(completed).to.include({ stored: 25_000, deadLettered: 0, produced: 25_000 });
    await stack.audit(run.id);
  });
});
