import { expect } from "chai";
import fc from "fast-check";
import { inTransaction } from "../../../ledger/database/database.ts";
import { copyLine } from "../../../ledger/outcomes/batch.ts";
import { copyRows } from "../../../ledger/outcomes/copy-rows.ts";
import { createDecoder } from "../../../types/user/decode.ts";
import { userType } from "../../../types/user/user.ts";
import { anyCharacter } from "../../setup/any-character.ts";
import { databaseForSuite } from "../../setup/database.ts";

const decode = createDecoder(userType);

/** Text without NUL, which PostgreSQL's text has not. */
const storable = fc
  .string({ unit: anyCharacter, maxLength: 60 })
  .filter((text) => !text.includes("\0") && text.isWellFormed());
const awkward = fc.string({
  unit: fc.constantFrom("\\", "N", ".", "\t", "\n", "\r", "\b", "\f", "\v", "n", "x", "4", "1", "é", "😀"),
  maxLength: 20,
});

const twoDigits = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
const dates = fc
  .tuple(
    fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, "0")),
    twoDigits(13),
    twoDigits(32),
    fc.constantFrom("", "T", "t", " ", "\t", "\u00a0", "  "),
    twoDigits(40),
    twoDigits(76),
    twoDigits(61),
    fc.constantFrom("", ".", ".5", ".123456", ".999999999999", ".0000000000000000000000000000001"),
    fc.oneof(
      fc.constantFrom("", "Z", "z", "+1", "+00:00:00"),
      fc
        .tuple(fc.constantFrom("+", "-"), twoDigits(24), fc.constantFrom("", ":"), twoDigits(60))
        .map((t) => t.join("")),
      fc.tuple(fc.constantFrom("+", "-"), twoDigits(24)).map((t) => t.join("")),
    ),
  )
  .map(([year, month, day, separator, hour, minute, second, fraction, offset]) =>
    separator === ""
      ? `${year}-${month}-${day}`
      : `${year}-${month}-${day}${separator}${hour}:${minute}:${second}${fraction}${offset}`,
  );

/** The first and the last day of what Python's datetime has, in every offset. */
const edgeDates = fc
  .tuple(
    fc.constantFrom("0001-01-01", "9999-12-31"),
    fc.constantFrom("T", " ", "t"),
    twoDigits(23),
    fc.constantFrom("00:00", "59:59", "59:60", "30:15"),
    fc.constantFrom("", ".0", ".999999", ".9999994", ".9999995", ".9999996", ".99999949999999999"),
    fc.oneof(
      fc.constantFrom("", "Z", "z"),
      fc
        .tuple(fc.constantFrom("+", "-"), twoDigits(23), fc.constantFrom("", ":"), twoDigits(59))
        .map((t) => t.join("")),
    ),
  )
  .map(
    ([day, separator, hour, time, fraction, offset]) =>
      `${day}${separator}${hour}:${time}${fraction}${offset}`,
  );

describe("a row's text", () => {
  const database = databaseForSuite();

  it("is read by COPY as what was written", async () => {
    const texts = [
      ...["", "\\N", "\\.", "\\", "NULL", "\t", "\n", "\r\n", "\\n", " ", "😀", "\\x41", "a\\"],
      ...fc.sample(fc.oneof(storable, awkward), { numRuns: 1_000, seed: 1 }),
    ];
    const rows = texts.map((text) => decodeRow({ company: text.slice(0, 100) }));
    expect(await copyAndRead("company", rows)).to.deep.equal(rows.map(({ row }) => row.values[companyIndex]));
  });

  it("is taken by its column, whatever date the message claims", async () => {
    const rows = fc.sample(dates, { numRuns: 20_000, seed: 2 }).map((date) => decodeRow({ date }));
    const taken = rows.filter(({ row }) => row.error === null).length;
    expect(taken).to.be.above(100);
    expect(await refusedOf(rows)).to.deep.equal([]);
  });

  it("is an instant that Python can read, wherever it lies at the edge of its years", async () => {
    await database().asOwner("TRUNCATE users_raw");
    const rows = fc.sample(edgeDates, { numRuns: 20_000, seed: 4 }).map((date) => decodeRow({ date }));
    expect(await refusedOf(rows)).to.deep.equal([]);
    const { rows: found } = await database().pool.query<{ taken: number; beyond: string[] | null }>(
      `SELECT count(event_time) AS taken,
              array_agg(raw_payload->>'date')
                FILTER (WHERE event_time < '0001-01-01T00:00:00Z' OR event_time >= '10000-01-01T00:00:00Z') AS beyond
         FROM users_raw`,
    );
    expect(found[0]?.beyond).to.equal(null);
    expect(found[0]?.taken).to.be.above(3_000);
    // And no more is flagged than must be.
    const { rows: missed } = await database().pool.query(
      `SELECT raw_payload->>'date' AS date FROM users_raw
        WHERE error LIKE '%not in the years%'
          AND CASE WHEN pg_input_is_valid(raw_payload->>'date', 'timestamptz')
                   THEN (raw_payload->>'date')::timestamptz BETWEEN '0001-01-01Z' AND '9999-12-31T23:59:59.999999Z' END`,
    );
    expect(missed).to.deep.equal([]);
  });

  it("is taken by its column, whatever value the message claims", async () => {
    const fields = userType.fields.map((field) => field.name);
    const records = fc.dictionary(fc.constantFrom(...fields), fc.oneof(storable, awkward, fc.jsonValue()));
    const rows = fc
      .sample(records, { numRuns: 2_000, seed: 3 })
      .map((record) => decode(Buffer.from(JSON.stringify(record))))
      .flatMap((row) =>
        row.kind === "row" ? [{ row, line: copyLine(row, { kind: "foreign" }, 0, 0) }] : [],
      );
    expect(await refusedOf(rows)).to.deep.equal([]);
  });

  const companyIndex = userType.fields.findIndex((field) => field.name === "company");

  function decodeRow(record: Record<string, string>) {
    const row = decode(Buffer.from(JSON.stringify(record)));
    if (row.kind === "dead") throw new Error(`no row: ${row.detail}`);
    return { row, line: copyLine(row, { kind: "foreign" }, 0, 0) };
  }

  async function refusedOf<Row extends { readonly line: string }>(rows: readonly Row[]): Promise<unknown[]> {
    const refused = await inTransaction(database().pool, (client) => copyRows(client, userType, rows));
    return refused.map(({ item, detail }) => [item.line, detail]);
  }

  async function copyAndRead(column: string, rows: readonly { readonly line: string }[]): Promise<unknown[]> {
    await database().asOwner("TRUNCATE users_raw");
    expect(await refusedOf(rows)).to.deep.equal([]);
    const read = await database().pool.query<Record<string, string>>(
      `SELECT ${column} FROM users_raw ORDER BY id`,
    );
    return read.rows.map((row) => row[column]);
  }
});

describe("the record type", () => {
  const database = databaseForSuite();

  it("has the columns, types and lengths of users_raw", async () => {
    const { rows } = await database().pool.query<{ name: string; type: string }>(
      `SELECT attname AS name, format_type(atttypid, atttypmod) AS type
         FROM pg_attribute WHERE attrelid = 'users_raw'::regclass AND attnum > 0`,
    );
    const columns = new Map(rows.map(({ name, type }) => [name, type]));
    for (const { column } of userType.fields) {
      const type =
        column.type === "varchar" ? `character varying(${column.length})` : "timestamp with time zone";
      expect(columns.get(column.name), column.name).to.equal(type);
    }
  });

  it("lets no value be longer than its column", () => {
    for (const { column, schema } of userType.fields) {
      if (column.type === "varchar") expect(schema.maxLength).to.equal(column.length);
    }
  });

  it("shows an example of each field that it finds valid", () => {
    for (const { name, schema } of userType.fields) {
      for (const example of schema.examples) {
        const decoded = decode(Buffer.from(JSON.stringify({ [name]: example })));
        expect(decoded, name).to.include({ kind: "row", error: null });
      }
    }
  });
});
