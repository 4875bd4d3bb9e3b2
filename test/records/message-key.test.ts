import { expect } from "chai";
import fc from "fast-check";
import { generateText } from "../../generate/write-record.ts";
import { createKeyReader, createQuickKeyReader } from "../../records/message-key.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseOne } from "../types/definitions.ts";

const keyOf = (fields: readonly string[], json: string): string | null =>
  createKeyReader(fields)?.(Buffer.from(json))?.toString() ?? null;

describe("the key of a message", () => {
  it("is a text's characters, another value's JSON, and of several fields a list", () => {
    expect(keyOf(["a"], '{"b":1,"a":"x \\"\\u00fc\\""}')).to.equal('x "ü"');
    expect(keyOf(["a"], '{"a":9007199254740993}')).to.equal("9007199254740993");
    expect(keyOf(["a"], '{"a":true}')).to.equal("true");
    expect(keyOf(["a", "b"], '{"b": 1.50, "a": "x"}')).to.equal('["x",1.50]');
    expect(keyOf(["a", "b"], '{"b":null}')).to.equal("[null,null]");
    expect(keyOf(["a"], '{"a":1,"a":2}')).to.equal("2");
    expect(keyOf(["__proto__"], '{"__proto__":1}')).to.equal("1");
  });

  it("is none where the one field has no value, and of what is no object", () => {
    for (const json of ['{"b":1}', '{"a":null}', "[]", "null", '"a"', "5", "{", ""])
      expect(keyOf(["a"], json), json).to.equal(null);
    expect(keyOf(["a", "b"], "[1]")).to.equal(null);
    expect(createKeyReader([])).to.equal(null);
    expect(createQuickKeyReader([])).to.equal(null);
  });

  it("is read off the bytes of flat records as it is off any, whatever stands in them", () => {
    const names = ["id", "a id", 'x"id', "id:", "ü", "a,b", "n"];
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom(',"id":', '{"id":1', "\\", '"', "ü\n"),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const record = fc.dictionary(fc.constantFrom(...names), value);
    const fields = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(record, fields, (values, keys) => {
        const json = Buffer.from(JSON.stringify(values));
        expect(createQuickKeyReader(keys)?.(json)?.toString()).to.equal(
          createKeyReader(keys)?.(json)?.toString(),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it("of a type's own records is that of any message, with objects before it and without", () => {
    const nested = "place: { type: object, required: [id], properties: { id: { type: string } } }";
    const plain = "note: { type: string }";
    for (const before of [nested, plain])
      for (const messageKey of ["id", "[id, n]", "null"]) {
        const type = createOwnType(
          parseOne(
            `$id: t\nx-record: { key: id, messageKey: ${messageKey} }\nrequired: [id]\nproperties:\n  ${before}\n  id: { type: string, format: uuid }\n  n: { type: [integer, "null"] }\n`,
          ),
        );
        const run = { recordType: type, seed: 1, fields: [], referenceDate: new Date(0), options: {} };
        const maker = type.openRun(run) ?? expect.fail("the run is of this version");
        const make = generateText(maker.write);
        for (let seq = 0; seq < 50; seq++) {
          const json = Buffer.from(make(seq));
          const key = maker.readKey?.(json, seq)?.toString();
          expect(key).to.equal(type.readKey?.(json)?.toString());
          const { id, n = null } = JSON.parse(String(json)) as { id: string; n?: number | null };
          const due = { id, "[id, n]": JSON.stringify([id, n]), null: undefined }[messageKey];
          expect(key).to.equal(due);
        }
      }
  });

  it("is the record's key where that is one field and nothing else is said", () => {
    const keyed = (record: string): readonly string[] =>
      parseOne(
        `$id: t\nx-record: ${record}\nrequired: [a, b]\nproperties: { a: { type: string }, b: { type: string } }\n`,
      ).messageKey;
    expect(keyed("{ key: a }")).to.deep.equal(["a"]);
    expect(keyed("{ key: [a, b] }")).to.deep.equal([]);
    expect(keyed("{ key: a, messageKey: null }")).to.deep.equal([]);
    expect(keyed("{ key: a, messageKey: [b, a] }")).to.deep.equal(["b", "a"]);
    expect(keyed("{}")).to.deep.equal([]);
  });
});
