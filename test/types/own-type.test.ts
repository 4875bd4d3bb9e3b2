import { expect } from "chai";
import fc from "fast-check";
import { generateText } from "../../generate/write-record.ts";
import type { Decoded } from "../../records/decoded.ts";
import type { RecordType } from "../../records/record-type.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";

const reading = `
x-record: {name: reading}
type: object
required: [device, at, value]
properties:
  device: {type: string, pattern: "[A-Z]{3}-[0-9]{4}"}
  at: {type: string, format: date-time}
  day: {type: string, format: date}
  value: {type: number}
  level: {type: integer, minimum: 0, maximum: 100}
  serial: {type: integer, minimum: 0, maximum: 9223372036854775807}
  price: {type: number, multipleOf: 0.01, minimum: 0, maximum: 1000}
  ok: {type: boolean}
  id: {type: string, format: uuid}
  tags: {type: array, items: {type: string}, uniqueItems: true, maxItems: 5}
  place: {type: object, properties: {lat: {type: number}, name: {type: string}}}
`;

function typeOf(text: string): RecordType {
  const { definitions, problems } = parseDefinitions(text);
  expect(problems).to.deep.equal([]);
  const [definition] = definitions;
  if (definition === undefined) throw new Error("the file has no definition");
  return createOwnType(definition);
}

const type = typeOf(reading);
const strict = typeOf(reading.replace("{name: reading}", "{name: reading, onInvalid: dead_letter}"));
const decode = type.createDecoder();
const run = {
  recordType: type,
  seed: 7,
  fields: type.fields.map(({ name }) => name),
  referenceDate: new Date("2026-11-01T00:00:00Z"),
  options: {},
};

/** A valid record, with what is changed in it. */
const reads = (change: Readonly<Record<string, unknown>>, by: RecordType = type): Decoded =>
  by.createDecoder()(
    Buffer.from(JSON.stringify({ device: "ABC-1234", at: "2026-11-01T10:00:00Z", value: 1.5, ...change })),
  );

/** What the column of a field gets of JSON text. */
function columnOf(field: string, json: string): { value: string | null; error: string | null } {
  const text = `{"device":"ABC-1234","at":"2026-11-01T10:00:00Z","value":1.5,${JSON.stringify(field)}:${json}}`;
  const decoded = decode(Buffer.from(text));
  if (decoded.kind === "dead") throw new Error(decoded.detail);
  const at = type.fields.findIndex(({ name }) => name === field);
  return { value: decoded.values[at] ?? null, error: decoded.error };
}

describe("a type of one's own", () => {
  it("makes records that are clean rows to its own decoder, whatever the seed", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 2 ** 40 }), (seed, seq) => {
        const maker = type.openRun({ ...run, seed });
        const text = generateText(maker?.write ?? expect.fail("the run is of this version"))(seq);
        const decoded = decode(Buffer.from(text));
        expect(decoded).to.include({ kind: "row", payload: text, error: null });
      }),
      { numRuns: 500 },
    );
  });

  it("makes no records of another version, or of another type", () => {
    expect(type.openRun({ ...run, recordType: { name: "reading", version: 2 } })).to.equal(null);
    expect(type.openRun({ ...run, recordType: { name: "user", version: 1 } })).to.equal(null);
  });

  it("has in its columns what the record has, typed, and its nested values as JSON", () => {
    expect(columnOf("level", "7")).to.deep.equal({ value: "7", error: null });
    expect(columnOf("level", "7.0")).to.deep.equal({ value: "7", error: null });
    expect(columnOf("level", "-0.0")).to.deep.equal({ value: "0", error: null });
    expect(columnOf("ok", "true")).to.deep.equal({ value: "true", error: null });
    expect(columnOf("ok", "null").value).to.equal(null);
    expect(columnOf("place", '{ "lat" : 1.50 }')).to.deep.equal({ value: '{ "lat" : 1.50 }', error: null });
    expect(columnOf("id", '"urn:uuid:123e4567-e89b-42d3-a456-426614174000"').value).to.equal(
      "123e4567-e89b-42d3-a456-426614174000",
    );
  });

  it("keeps the digits of numbers that a double does not hold", () => {
    expect(columnOf("serial", "9007199254740993").value).to.equal("9007199254740993");
    expect(columnOf("serial", "9223372036854775807").value).to.equal("9223372036854775807");
    expect(columnOf("serial", "9007199254740993.0").value).to.equal("9007199254740993");
  });

  it("has NULL in the row of a record whose value its column cannot hold, and says so", () => {
    const faults: [field: string, json: string][] = [
      ["level", '"7"'],
      ["level", "7.5"],
      ["serial", "9223372036854775808"],
      ["serial", "1e300"],
      ["value", "1e400"],
      ["value", '"NaN"'],
      ["price", "1e400"],
      ["ok", '"true"'],
      ["at", '"2026-02-30T00:00:00Z"'],
      ["at", '"0000-01-01T00:00:00Z"'],
      ["at", '"0001-01-01T00:00:00+10:00"'],
      ["at", '"yesterday"'],
      ["at", "12"],
      ["day", '"2026-02-29"'],
      ["day", '"infinity"'],
      ["day", '"0000-01-01"'],
      ["device", '{"toString":1}'],
      ["id", '"123"'],
    ];
    for (const [field, json] of faults) {
      const { value, error } = columnOf(field, json);
      expect(value, `${field} ${json}`).to.equal(null);
      expect(error, `${field} ${json}`).to.include(`${field}: `).and.to.include("set to NULL");
    }
  });

  it("keeps a value that fits its column and not its schema, and says so", () => {
    expect(columnOf("level", "101")).to.deep.equal({ value: "101", error: "level: must be <= 100" });
    expect(columnOf("device", '"abc"')).to.include({ value: "abc" });
    expect(reads({ value: undefined })).to.include({
      kind: "row",
      error: "the record: must have required property 'value'",
    });
  });

  it("writes no number into jsonb of which PostgreSQL would write every digit", () => {
    const { value } = columnOf("place", '{"lat":1e300,"name":"1e300"}');
    expect(JSON.parse(value ?? "")).to.deep.equal({ lat: 1e300, name: "1e300" });
    expect(columnOf("place", '{"lat":1e131071}').value).to.equal('{"lat":null}');
  });

  it("makes dead letters of what no type could store", () => {
    const reasonOf = (value: Buffer | null): string => {
      const decoded = decode(value);
      return decoded.kind === "dead" ? decoded.reason : decoded.kind;
    };
    expect(reasonOf(null)).to.equal("tombstone");
    expect(reasonOf(Buffer.from([0x7b, 0xff, 0x7d]))).to.equal("not_utf8");
    expect(reasonOf(Buffer.from('{"device":"\\u0000"}'))).to.equal("nul_character");
    expect(reasonOf(Buffer.from('{"tags":["\\ud800"]}'))).to.equal("lone_surrogate");
    expect(reasonOf(Buffer.from("[]"))).to.equal("not_an_object");
  });

  it("makes dead letters of invalid records where its definition says so", () => {
    expect(reads({ level: 101 }, strict)).to.deep.equal({
      kind: "dead",
      reason: "invalid_record",
      detail: "level: must be <= 100",
    });
    expect(reads({ at: "0000-01-01T00:00:00Z" }, strict)).to.include({ reason: "invalid_record" });
    expect(reads({ level: 100 }, strict)).to.include({ kind: "row" });
  });

  it("reads a megabyte made to take long in a moment, and throws at nothing", () => {
    const many = (text: string, bytes = 1_000_000): string => text.repeat(bytes / text.length);
    const hostile = [
      `{"tags":[${many("{},")}{}]}`,
      `{"tags":[${many('"a",')}"b"]}`,
      `{"place":${many('{"place":', 900_000)}1${many("}", 100_000)}}`,
      `{"tags":${many("[", 500_000)}${many("]", 500_000)}}`,
      `{"device":"${many("A")}"}`,
      `{"at":"${many(" ")}"}`,
      `{"id":"${many("a@")}"}`,
      `{"serial":${many("9")}}`,
      `{"price":0.${many("9")}}`,
      `{${many('"level":1,')}"level":2}`,
    ];
    for (const text of hostile) {
      const startedMs = performance.now();
      expect(decode(Buffer.from(text)).kind).to.be.oneOf(["row", "dead"]);
      expect(performance.now() - startedMs, text.slice(0, 30)).to.be.below(1_500);
    }
  });

  it("never throws, and gives a text or NULL for each column, whatever JSON comes", () => {
    const names = fc.oneof(fc.constantFrom(...type.fields.map(({ name }) => name)), fc.string());
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (record) => {
        const decoded = decode(Buffer.from(JSON.stringify(record)));
        if (decoded.kind === "row") expect(decoded.values).to.have.length(type.fields.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("has a clean row, whatever its records are: with it a consumer asks whether PostgreSQL is well", () => {
    for (const definition of [
      '{$id: x, properties: {x: {enum: ["a\\u0000b"]}}}',
      '{$id: x, x-record: {onInvalid: dead_letter}, properties: {x: {type: string, format: date, const: "0000-01-01"}}}',
    ])
      expect(typeOf(definition).exampleRow()).to.deep.include({ kind: "row", values: [null] });
  });
});
