import { expect } from "chai";
import { sendingOrder } from "../../records/faults/sending-order.ts";
import { createSpoiler } from "../../records/faults/spoil-records.ts";
import { disarmFormulas } from "../../records/spreadsheet-cells.ts";
import { createGenerator } from "../../types/user/generate.ts";
import { settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import { csvLine } from "../../web/records/record-formats.ts";
import { allFields, badFields, expectProblem, webForSuite } from "./web-server.ts";

/** RFC 4180, as a reader of such a file would do it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    rows.at(-1)?.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === "\r\n") rows.push([]);
  }
  rows.pop();
  return rows;
}

describe("POST /api/generate", () => {
  const web = webForSuite({ MAX_RECORDS_PER_RUN: "100000000" });
  const request = { count: 500, seed: 42, referenceDate: "2026-07-01" };
  const generate = createGenerator(userType, {
    seed: 42,
    fields: allFields,
    referenceDate: new Date("2026-07-01T00:00:00Z"),
    options: settleOptions(userType, {}),
  });
  const expected = Array.from(
    { length: 500 },
    (_, seq) => JSON.parse(generate(seq)) as Record<string, string>,
  );

  it("gives a JSON array of the records that a run would make", async () => {
    const response = await web().post("/api/generate", request);
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-type")).to.equal("application/json; charset=utf-8");
    expect(await response.json()).to.deep.equal(expected);
  });

  it("gives the same as one JSON object a line", async () => {
    const response = await web().post("/api/generate", request, { Accept: "application/x-ndjson" });
    expect(response.headers.get("content-type")).to.match(/^application\/x-ndjson/);
    const text = await response.text();
    expect(text).to.match(/\}\n$/);
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).to.deep.equal(expected);
  });

  it("gives the same as CSV with a header row", async () => {
    const response = await web().post("/api/generate", request, { Accept: "text/csv" });
    expect(response.headers.get("content-type")).to.match(/^text\/csv/);
    const [head, ...rows] = parseCsv(await response.text());
    expect(head).to.deep.equal(allFields);
    expect(rows).to.deep.equal(expected.map((record) => Object.values(record)));
  });

  it("gives CSV in which no cell begins a formula, where it is asked for", async () => {
    const safe = { Accept: "text/csv" };
    const response = await web().post("/api/generate?safe=spreadsheet", request, safe);
    const [head, ...rows] = parseCsv(await response.text());
    expect(head).to.deep.equal(allFields);
    expect(rows).to.deep.equal(expected.map((record) => Object.values(record).map(disarmFormulas)));
    expect(rows.flat().filter((cell) => cell.startsWith("'+"))).to.have.length(rows.length);
    // Other formats have no cells.
    const json = await web().post("/api/generate?safe=spreadsheet", request);
    expect(await json.json()).to.deep.equal(expected);
    const unknown = await web().post("/api/generate?save=spreadsheet", request, safe);
    expect(badFields(await expectProblem(unknown, "invalid-request"))).to.deep.equal(["save"]);
  });

  it("quotes in CSV what must be quoted", () => {
    expect(csvLine(["plain", "a,b", 'say "x"', "two\r\nlines", ""])).to.equal(
      'plain,"a,b","say ""x""","two\r\nlines",\r\n',
    );
  });

  it("names the seed and the reference date that make the records again", async () => {
    const first = await web().post("/api/generate", { count: 3 });
    const seed = Number(first.headers.get("synthetic-seed"));
    const referenceDate = first.headers.get("synthetic-reference-date");
    expect(referenceDate).to.match(/T00:00:00\.000Z$/);
    const again = await web().post("/api/generate", { count: 3, seed, referenceDate });
    expect(await again.text()).to.equal(await first.text());
  });

  it("makes only the fields that are asked for, with the values that they have among others", async () => {
    const response = await web().post("/api/generate", { ...request, count: 2, fields: ["country", "name"] });
    expect(await response.json()).to.deep.equal(
      expected.slice(0, 2).map(({ name, country }) => ({ name, country })),
    );
  });

  describe("with faults", () => {
    const faults = {
      not_json: 0.1,
      tombstone: 0.1,
      invalid_date: 0.1,
      not_utf8: 0.1,
      duplicate: 0.1,
      late: 0.1,
    };
    const lines = { Accept: "application/x-ndjson" };

    it("gives the value of each message a line, as a run of the same chunks would send them", async () => {
      const response = await web().post("/api/generate", { ...request, count: 6_000, faults }, lines);
      expect(response.status).to.equal(200);
      const options = {
        seed: 42,
        fields: allFields,
        referenceDate: new Date("2026-07-01T00:00:00Z"),
        options: settleOptions(userType, { faults }),
      };
      const spoil = createSpoiler(userType, options, createGenerator(userType, options));
      if (spoil === null) throw new Error("no faults");
      const sent = [...sendingOrder(0, 5_000, spoil), ...sendingOrder(5_000, 6_000, spoil)];
      const wanted = sent.flatMap(({ value }) => [Buffer.from(value ?? ""), Buffer.from("\n")]);
      expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.concat(wanted))).to.equal(true);
    });

    for (const accept of ["application/json", "text/csv", "*/*"]) {
      it(`refuses ${accept} and says what takes them`, async () => {
        const response = await web().post("/api/generate", { ...request, faults }, { Accept: accept });
        const problem = await expectProblem(response, "invalid-request");
        expect(badFields(problem)).to.deep.equal(["faults"]);
        expect(problem.detail).to.include("application/x-ndjson");
      });
    }

    it("minds no share of 0", async () => {
      const response = await web().post("/api/generate", { ...request, faults: { not_json: 0 } });
      expect(await response.json()).to.deep.equal(expected);
    });

    it("streams any count, and stops when the reader hangs up", async () => {
      const aborter = new AbortController();
      const response = await fetch(`${web().url}/api/generate`, {
        method: "POST",
        signal: aborter.signal,
        headers: { "Content-Type": "application/json", ...lines },
        body: JSON.stringify({ count: 100_000_000, seed: 1, faults }),
      });
      const reader = response.body?.getReader();
      for (let part = 0; part < 20; part++) expect((await reader?.read())?.done).to.equal(false);
      aborter.abort();
      expect((await web().get("/healthz")).status).to.equal(200);
    });
  });

  it("streams without holding the service up, and stops when the reader hangs up", async () => {
    const aborter = new AbortController();
    const response = await fetch(`${web().url}/api/generate`, {
      method: "POST",
      signal: aborter.signal,
      headers: { "Content-Type": "application/json", Accept: "application/x-ndjson" },
      body: JSON.stringify({ count: 100_000_000, seed: 1 }),
    });
    const reader = response.body?.getReader();
    const heldBefore = process.memoryUsage().heapUsed;
    for (let part = 0; part < 200; part++) {
      expect((await reader?.read())?.done).to.equal(false);
    }
    const startedMs = Date.now();
    expect((await web().get("/healthz")).status).to.equal(200);
    expect(Date.now() - startedMs).to.be.below(1_000);
    expect(process.memoryUsage().heapUsed - heldBefore).to.be.below(100_000_000);
    aborter.abort();
  });

  for (const [accept, type] of [
    ["*/*", "application/json"],
    ["application/*", "application/json"],
    ["text/csv;q=0.5, application/x-ndjson", "application/x-ndjson"],
    ["text/*", "text/csv"],
  ] as const) {
    it(`answers Accept: ${accept} with ${type}`, async () => {
      const response = await web().post("/api/generate", { count: 1 }, { Accept: accept });
      expect(response.headers.get("content-type")).to.include(type);
      await response.text();
    });
  }

  it("refuses a media type that it does not have", async () => {
    await expectProblem(
      await web().post("/api/generate", { count: 1 }, { Accept: "application/xml" }),
      "not-acceptable",
    );
  });

  it("refuses a bad request, naming every bad field", async () => {
    const response = await web().post("/api/generate", { count: 0, fields: ["x"], seed: -1, chunkSize: 5 });
    const problem = await expectProblem(response, "invalid-request");
    expect(badFields(problem)).to.deep.equal(["chunkSize", "count", "fields[0]", "seed"]);
  });
});
