import { expect } from "chai";
import fc from "fast-check";
import { generateText } from "../../generate/write-record.ts";
import type { DecodeMessage } from "../../records/decoded.ts";
import { type Recogniser, spansPerField } from "../../records/recogniser.ts";
import type { RecordType } from "../../records/record-type.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { anyCharacter } from "../setup/any-character.ts";

const reading = `
x-record: {name: reading}
type: object
required: [device, at, value]
additionalProperties: false
properties:
  device: {type: string, pattern: "[A-Z]{3}-[0-9]{4}"}
  at: {type: string, format: date-time}
  day: {type: [string, "null"], format: date}
  value: {type: number, minimum: -50, maximum: 50}
  level: {type: integer, exclusiveMinimum: 0, maximum: 100}
  count: {type: integer}
  serial: {type: integer, minimum: 0, maximum: 9223372036854775807}
  price: {type: number, multipleOf: 0.01, minimum: 0, maximum: 1000}
  quarter: {type: number, multipleOf: 0.25, minimum: 0, maximum: 10}
  ok: {type: boolean}
  always: {const: true}
  id: {type: string, format: uuid}
  kind: {enum: [a, "bß", "c😀"]}
  mail: {type: string, format: email}
  note: {type: string, minLength: 1, maxLength: 6}
`;

function typeOf(text: string): RecordType {
  const { definitions, problems } = parseDefinitions(text);
  expect(problems).to.deep.equal([]);
  const [definition] = definitions;
  if (definition === undefined) throw new Error("the file has no definition");
  return createOwnType(definition);
}

interface Opened {
  readonly type: RecordType;
  readonly decode: DecodeMessage;
  readonly recogniser: Recogniser;
  readonly names: readonly string[];
}

function open(text: string): Opened {
  const type = typeOf(text);
  const recogniser = type.createRecogniser() ?? expect.fail("the type has a recogniser");
  return { type, decode: type.createDecoder(), recogniser, names: type.fields.map(({ name }) => name) };
}

const flat = open(reading);
const { names } = flat;

/** What is recognised the decoder takes for clean, with the same values; says whether it was recognised. */
function agree(text: string | Buffer, { decode, recogniser, names }: Opened = flat): boolean {
  const bytes = Buffer.from(text);
  if (!recogniser.recognise(bytes)) return false;
  const values = names.map((_, index) => {
    const [start = -1, end] = recogniser.spans.subarray(
      spansPerField * index + 2,
      spansPerField * (index + 1),
    );
    return start < 0 ? null : bytes.toString("utf8", start, end);
  });
  expect(decode(bytes), bytes.toString()).to.deep.equal({
    kind: "row",
    payload: bytes.toString(),
    values,
    error: null,
  });
  return true;
}

const maker = (seed: number, { type, names }: Opened = flat) => {
  const run = { recordType: type, seed, fields: names, referenceDate: new Date("2026-11-01"), options: {} };
  return generateText(type.openRun(run)?.write ?? expect.fail("the run is of this version"));
};

describe("recognising the records of a type of single values", () => {
  it("takes what its own sampler writes", () => {
    let recognised = 0;
    const generate = maker(1);
    for (let seq = 0; seq < 2_000; seq++) if (agree(generate(seq))) recognised++;
    expect(recognised).to.equal(2_000);
  });

  it("takes nothing otherwise than the decoder, whatever a field's value is", () => {
    const numbers = fc.oneof(
      fc.integer({ min: -2, max: 102 }).map(String),
      fc.constantFrom(
        "-0",
        "-0.0",
        "0.10",
        "0.1",
        "1.005",
        "12.34",
        "1e2",
        "007",
        "1.",
        ".5",
        "50.0001",
        "NaN",
      ),
      fc.constantFrom(
        "999999999999999",
        "9999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "1234567890123456789",
        "0.000000000000001",
        "123456789012.345",
        "0.75",
      ),
      fc.double({ min: -60, max: 60, noNaN: true }).map((number) => JSON.stringify(number)),
    );
    const texts = fc
      .oneof(
        fc.string({ unit: anyCharacter, maxLength: 8 }),
        fc.constantFrom(
          "ABC-1234",
          "ABC-12345",
          "a",
          "bß",
          "c😀",
          "",
          "ann@example.org",
          "2026-02-29",
          "2024-02-29",
        ),
        fc.constantFrom(
          "0000-01-01",
          "1999-12-31",
          "2026-11-24T10:00:00Z",
          "2026-11-24T10:00:60Z",
          "é".repeat(6),
        ),
        fc.uuid(),
        fc.uuid().map((id) => id.toUpperCase()),
        fc.uuid().map((id) => `urn:uuid:${id}`),
      )
      .map((text) => JSON.stringify(text));
    const values = fc.oneof(
      numbers,
      texts,
      fc.constantFrom("true", "false", "null", "[]", "{}", "tru", "truex"),
    );
    const base = { device: '"ABC-1234"', at: '"2026-11-24T10:00:00Z"', value: "1.5" };
    let recognised = 0;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), values), (changed) => {
        const fields: Record<string, string> = { ...base, ...changed };
        const members = names.flatMap((name) =>
          name in fields ? [`${JSON.stringify(name)}:${fields[name]}`] : [],
        );
        if (agree(`{${members.join(",")}}`)) recognised++;
      }),
      { numRuns: 5_000 },
    );
    expect(recognised).to.be.above(200);
  });

  it("takes nothing otherwise than the decoder where bytes of a record are changed, cut off or doubled", () => {
    const generate = maker(2);
    const clean = ({ serial: _serial, ...rest }: Record<string, unknown>): Buffer =>
      Buffer.from(JSON.stringify(rest));
    fc.assert(
      fc.property(
        fc.nat({ max: 500 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.nat({ max: 3 }),
        (seq, place, byte, how) => {
          const bytes = clean(JSON.parse(generate(seq)));
          const at = place % bytes.length;
          const put =
            how === 0
              ? [byte]
              : how === 1
                ? []
                : how === 2
                  ? [bytes[at] ?? 0, byte]
                  : [...bytes.subarray(at)];
          agree(Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + 1)]));
        },
      ),
      { numRuns: 5_000 },
    );
  });

  describe("with objects in it", () => {
    const nested = open(`
x-record: {name: nested}
type: object
required: [id, address]
properties:
  id: {type: integer, minimum: 0, maximum: 1000000}
  address:
    type: object
    required: [city, place]
    additionalProperties: false
    properties:
      city: {type: string, maxLength: 20}
      place: {type: object, required: [lat], properties: {lat: {type: number, minimum: -90, maximum: 90}, "1": {type: [string, "null"]}, code: {type: integer, minimum: 0, maximum: 9223372036854775807}}}
      zip: {type: string, pattern: "^[0-9]{5}$"}
  label: {type: [object, "null"], properties: {"2": {type: string}, a: {type: string, format: uuid}}}
  note: {type: string}
`);
    const parts = {
      id: ["7", "007", "1e2"],
      city: ['"Rome"', '"5e3"', '"Zürich"', '"a\\"b"', '"far too long for the city that it is"', "null", "3"],
      lat: ["1.5", "1.50", "1e1", "91", "-0", "-0.0", "12", '"1"'],
      one: ['"x"', "null", '"5e3"', "{}"],
      code: ["12", "9007199254740993", "0"],
      zip: ['"12345"', '"1234"'],
      label: [
        "null",
        "{}",
        '{"2":"5e3"}',
        '{"a":"7b1e0000-0000-4000-8000-000000000000"}',
        '{"2":"x","a":"00000000-0000-4000-8000-00000000005e"}',
        '{"a":"00000000-0000-4000-8000-00000000005e","2":"x"}',
        '{"2":"x","b":1}',
        '{"2":"x",}',
        "[]",
        '"x"',
      ],
      note: ['"n"', "{}"],
    };

    it("takes what its own sampler writes", () => {
      let recognised = 0;
      const generate = maker(3, nested);
      for (let seq = 0; seq < 2_000; seq++) if (agree(generate(seq), nested)) recognised++;
      expect(recognised).to.be.above(1_900);
    });

    it("takes nothing otherwise than the decoder, whatever stands in them", () => {
      let recognised = 0;
      const anyOf = Object.fromEntries(
        Object.entries(parts).map(([name, values]) => [
          name,
          // Mostly the first one, which is valid.
          fc.oneof(
            { weight: 4, arbitrary: fc.constant(values[0]) },
            { weight: 1, arbitrary: fc.constantFrom(...values, undefined) },
          ),
        ]),
      ) as Record<keyof typeof parts, fc.Arbitrary<string | undefined>>;
      const members = (...found: readonly (readonly [string, string | undefined])[]): string =>
        `{${found.flatMap(([name, value]) => (value === undefined ? [] : [`"${name}":${value}`])).join(",")}}`;
      fc.assert(
        fc.property(
          fc.record(anyOf),
          fc.boolean(),
          ({ id, city, lat, one, code, zip, label, note }, isClosed) => {
            const place = members(["1", one], ["lat", lat], ["code", code]);
            const address = members(["city", city], ["place", place], ["zip", zip]);
            const text = members(["id", id], ["address", address], ["label", label], ["note", note]);
            if (agree(isClosed ? text : text.slice(0, -1), nested)) recognised++;
          },
        ),
        { numRuns: 10_000 },
      );
      expect(recognised).to.be.above(1_000);
    });

    it("takes nothing otherwise than the decoder where bytes are changed, cut off or doubled", () => {
      const generate = maker(4, nested);
      fc.assert(
        fc.property(fc.nat({ max: 500 }), fc.nat(), fc.nat({ max: 127 }), (seq, place, byte) => {
          const bytes = Buffer.from(generate(seq));
          const at = place % bytes.length;
          for (const put of [[byte], [], [bytes[at] ?? 0, byte], [...bytes.subarray(at)]])
            agree(Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + 1)]), nested);
        }),
        { numRuns: 3_000 },
      );
    });
  });

  it("is left to the decoder where more has to be known than each field's own schema", () => {
    const has = (text: string): boolean => typeOf(`x-record: {name: t}\n${text}`).createRecogniser() !== null;
    const flat = "type: object\nproperties: {a: {type: string}, b: {type: integer}}\n";
    expect(has(flat)).to.equal(true);
    expect(has(`${flat}$defs: {x: {type: string}}\n`)).to.equal(true);
    expect(has(`${flat}dependentRequired: {a: [b]}\n`)).to.equal(false);
    expect(has(`${flat}minProperties: 1\n`)).to.equal(false);
    expect(has(`${flat}not: {properties: {a: {const: x}}, required: [a]}\n`)).to.equal(false);
    const within = (keywords: string): string =>
      `type: object\nproperties: {a: {type: object, properties: {b: {type: string}}${keywords}}}\n`;
    expect(has(within(""))).to.equal(true);
    expect(has(within(", required: [b], additionalProperties: false"))).to.equal(true);
    expect(has(within(", minProperties: 1"))).to.equal(false);
    expect(has(within(", patternProperties: {c: {type: string}}"))).to.equal(false);
    expect(has(within(", required: [c]"))).to.equal(false);
    expect(has("properties: {a: {properties: {b: {type: string}}}}\n")).to.equal(false);
    expect(has("type: object\nproperties: {a: {type: array, items: {type: string}}}\n")).to.equal(false);
    expect(has('type: object\nproperties: {"a\\0": {type: string}}\n')).to.equal(false);
  });
});
