import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { createValidator } from "../../generate/shapes/create-validator.ts";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { generateText } from "../../generate/write-record.ts";
import { isDueOutcome } from "../../records/faults/due-outcome.ts";
import { type FaultName, faultKinds } from "../../records/faults/fault-kinds.ts";
import { type Sending, sendingOrder } from "../../records/faults/sending-order.ts";
import type { SpoilRecord } from "../../records/faults/spoiled-record.ts";
import type { RecordMaker, RecordType } from "../../records/record-type.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { ownFaults } from "../../types/faults/own-faults.ts";
import { parcel } from "../setup/parcel.ts";
import { parseOne } from "./definitions.ts";

const definition = parseOne(parcel("parcel"));
const type = createOwnType(definition);
const strict = createOwnType(parseOne(parcel("parcel", "dead_letter")));

const open = (of: RecordType, faults: Partial<Record<FaultName, number>>, seed = 1): RecordMaker =>
  of.openRun({
    recordType: of,
    seed,
    fields: of.fields.map(({ name }) => name),
    referenceDate: new Date("2026-11-01T00:00:00Z"),
    options: { faults },
  }) ?? expect.fail("the run is of this version");

const spoilerOf = (...asked: Parameters<typeof open>): SpoilRecord =>
  open(...asked).spoil ?? expect.fail("the run has faults");

const fieldsOf = (kind: FaultName, of = type): string[] =>
  (of.fieldFaults().get(kind)?.fields ?? []).map(({ name }) => name);

/** Keyword of the schema that each kind must fail by. */
const keywords: Partial<Record<FaultName, readonly string[]>> = {
  missing_field: ["required"],
  wrong_type: ["type"],
  null_value: ["type", "enum", "const"],
  too_long: ["maxLength"],
  too_short: ["minLength"],
  too_small: ["minimum", "exclusiveMinimum"],
  too_large: ["maximum", "exclusiveMaximum"],
  not_a_multiple: ["multipleOf"],
  unlisted_value: ["enum", "const"],
  pattern_mismatch: ["pattern"],
  invalid_date: ["format"],
  invalid_email: ["format"],
  invalid_ipv4: ["format"],
  invalid_format: ["format"],
  too_few_items: ["minItems"],
  too_many_items: ["maxItems", "items"],
  repeated_items: ["uniqueItems"],
  unknown_property: ["additionalProperties", "unevaluatedProperties"],
};

/** Each kind that a type offers, done to so many of its records: all are refused, and by the keyword of their kind. */
function expectAllRefused(of: Definition, count: number): ReadonlySet<FaultName> {
  const own = createOwnType(of);
  const validate = createValidator(of.schema, { allErrors: false })("");
  const decode = own.createDecoder();
  for (const kind of own.fieldFaults().keys()) {
    const { spoil, capacity } = open(own, { [kind]: 1 });
    let spoiled = 0;
    for (let seq = 0; seq < Math.min(count, capacity); seq++) {
      const { value, fault } = spoil?.(seq) ?? expect.fail("the run has faults");
      if (fault === null) continue;
      spoiled += 1;
      const text = String(value);
      const isValid = validate(JSON.parse(text)) === true;
      const keyword = validate.errors?.[0]?.keyword ?? "";
      const decoded = decode(Buffer.from(text));
      const isRight =
        !isValid &&
        keywords[kind]?.includes(keyword) &&
        isDueOutcome(fault, decoded) &&
        !isDueOutcome(null, decoded);
      if (!isRight)
        expect.fail(`${of.name}: ${kind} of ${fault.field?.name} made ${text}, refused by ${keyword}`);
    }
    expect(spoiled, `${of.name} ${kind}`).to.be.above(0);
  }
  return new Set(own.fieldFaults().keys());
}

const isOfField = (kind: FaultName): boolean => faultKinds[kind].scope === "field";

describe("faults of single fields of own types", () => {
  it("follow from the definition: each kind has the fields that can be spoiled so", () => {
    expect([...type.fieldFaults().keys()].toSorted()).to.deep.equal(Object.keys(keywords).toSorted());
    expect(fieldsOf("missing_field")).to.deep.equal([
      "id",
      "code",
      "size",
      "weight",
      "price",
      "serial",
      "tags",
      "address",
      "address/city",
      "address/email",
    ]);
    expect(fieldsOf("null_value")).to.include("sent_at");
    expect(fieldsOf("null_value")).to.not.include("note");
    expect(fieldsOf("too_long")).to.deep.equal(["note", "address/city"]);
    expect(fieldsOf("too_short")).to.deep.equal(["note"]);
    expect(fieldsOf("too_small")).to.deep.equal(["weight", "price", "serial"]);
    expect(fieldsOf("not_a_multiple")).to.deep.equal(["price"]);
    expect(fieldsOf("unlisted_value")).to.deep.equal(["size"]);
    expect(fieldsOf("invalid_date")).to.deep.equal(["sent_at"]);
    expect(fieldsOf("invalid_email")).to.deep.equal(["address/email"]);
    expect(fieldsOf("invalid_format")).to.deep.equal(["id"]);
    expect(fieldsOf("unknown_property")).to.deep.equal(["", "address"]);
  });

  it("are none of a type that refuses nothing", () => {
    const any = createOwnType(
      parseOne("{ $id: any, properties: { x: {}, y: { x-generate: { faker: lorem.word } } } }"),
    );
    expect([...any.fieldFaults().keys()]).to.deep.equal([]);
  });

  it("make records that the validator refuses, each for its reason", () => {
    expectAllRefused(definition, 8);
  });

  it("are those of the items of an array that is never empty, too, and of what is within these", () => {
    const order = parseOne(`
$id: order
required: [lines, sizes, notes]
properties:
  lines:
    type: array
    minItems: 1
    maxItems: 4
    items:
      type: object
      additionalProperties: false
      required: [price, tags]
      properties:
        price: { type: number, minimum: 0.5, multipleOf: 0.25, maximum: 99 }
        tags: { type: array, minItems: 2, items: { type: string, pattern: "^[a-z]{3}$" } }
  sizes: { type: array, minItems: 2, uniqueItems: true, items: { enum: [1, 2, 3] } }
  notes: { type: array, items: { type: string } }
  pair: { type: array, minItems: 2, prefixItems: [{ type: integer }], items: { type: boolean } }
`);
    const of = createOwnType(order);
    expectAllRefused(order, 20);
    expect(fieldsOf("too_small", of)).to.deep.equal(["lines/*/price"]);
    expect(fieldsOf("missing_field", of)).to.include.members(["lines/*/price", "lines/*/tags"]);
    expect(fieldsOf("pattern_mismatch", of)).to.deep.equal(["lines/*/tags/*"]);
    expect(fieldsOf("unlisted_value", of)).to.deep.equal(["sizes/*"]);
    expect(fieldsOf("unknown_property", of)).to.deep.equal(["lines/*"]);
    expect(fieldsOf("wrong_type", of)).to.not.include.members(["notes/*"]).and.to.not.include("pair/*");
    const hit = new Set(
      Array.from({ length: 60 }, (_, seq) => {
        const { value, clean } = spoilerOf(of, { unlisted_value: 1 })(seq);
        const [spoiled, whole] = [value, clean].map(
          (text) => JSON.parse(String(text)) as { sizes: number[] },
        );
        expect(spoiled).to.deep.include({ lines: (whole as object as { lines: unknown }).lines });
        return spoiled?.sizes.findIndex((size, index) => size !== whole?.sizes[index]);
      }),
    );
    expect(hit.size).to.be.above(1);
  });

  const examples = "../../types/examples/";
  for (const file of [
    "schemas/event.yaml",
    "schemas/device-type.json",
    `${examples}payments.yaml`,
    `${examples}product-catalogue.yaml`,
  ]) {
    it(`make such records of ${file.split("/").at(-1)}`, () => {
      const { definitions } = parseDefinitions(readFileSync(new URL(file, import.meta.url), "utf8"));
      for (const each of definitions) expect(expectAllRefused(each, 4).size).to.be.above(2);
    });
  }

  it("make such records of any schema", () => {
    const small = fc.integer({ min: 0, max: 5 });
    const bounds = fc.tuple(small, small).map(([low, span]) => ({ low, high: low + span }));
    const field = fc.oneof(
      bounds.map(({ low, high }) => ({ type: "string", minLength: low, maxLength: high })),
      bounds.map(({ low, high }) => ({ type: "integer", minimum: low, maximum: high })),
      bounds.map(({ low, high }) => ({
        type: "number",
        exclusiveMinimum: low,
        maximum: high + 1,
        multipleOf: 0.25,
      })),
      bounds.map(({ low, high }) => ({
        type: ["integer", "null"],
        minimum: -low,
        exclusiveMaximum: high + 1,
      })),
      bounds.map(({ low, high }) => ({
        type: "array",
        items: { type: "boolean" },
        minItems: low,
        maxItems: high,
      })),
      fc
        .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), {
          minLength: 1,
          maxLength: 4,
        })
        .map((values) => ({ enum: values })),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()).map((value) => ({ const: value })),
      fc
        .constantFrom(
          "date",
          "date-time",
          "time",
          "email",
          "ipv4",
          "ipv6",
          "uuid",
          "uri",
          "hostname",
          "duration",
        )
        .map((format) => ({ type: "string", format })),
      fc
        .constantFrom("^[a-c]{2}$", "^x", "[0-9]+", "^(no|yes)$")
        .map((pattern) => ({ type: "string", pattern })),
    );
    const names = fc.oneof(
      fc.constantFrom("id", "a/b", "c~d", "__proto__", "_id", 'say "so"', "a.b (c)"),
      fc.string(),
    );
    const object = fc.record({
      properties: fc.uniqueArray(fc.tuple(names, field), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name,
      }),
      isRequired: fc.boolean(),
      isOpen: fc.boolean(),
      onInvalid: fc.constantFrom("flag", "dead_letter"),
    });
    fc.assert(
      fc.property(object, ({ properties, isRequired, isOpen, onInvalid }) => {
        const schema = {
          "x-record": { name: "thing", onInvalid },
          type: "object",
          properties: Object.fromEntries(properties),
          ...(isRequired ? { required: properties.map(([name]) => name) } : {}),
          ...(isOpen ? {} : { additionalProperties: false }),
        };
        const [parsed] = parseDefinitions(JSON.stringify(schema)).definitions;
        if (parsed !== undefined) expectAllRefused(parsed, 4);
      }),
      { numRuns: 12 },
    );
  });

  it("have the outcome that the type's onInvalid says, and no other", () => {
    const [decode, decodeStrictly] = [type.createDecoder(), strict.createDecoder()];
    const lenient = spoilerOf(type, { too_small: 1 });
    const harsh = spoilerOf(strict, { too_small: 1 });
    for (let seq = 0; seq < 20; seq++) {
      const [soft, hard] = [lenient(seq), harsh(seq)];
      expect(decode(Buffer.from(String(soft.value))).kind).to.equal("row");
      const decoded = decodeStrictly(Buffer.from(String(hard.value)));
      expect(decoded).to.include({ kind: "dead", reason: "invalid_record" });
      expect(isDueOutcome(hard.fault, { kind: "dead", reason: "not_json" })).to.equal(false);
      expect(isDueOutcome(hard.fault, { kind: "row", error: null })).to.equal(false);
      expect(isDueOutcome(soft.fault, { kind: "dead", reason: "invalid_record" })).to.equal(false);
      expect(isDueOutcome(soft.fault, { kind: "row", error: "size: must be string" })).to.equal(false);
    }
  });

  it("change the text of nothing else: what JSON.parse would round keeps its digits", () => {
    const generate = generateText(open(type, {}).write);
    const serialOf = (json: string): string | undefined => /"serial":(\d+)/.exec(json)?.[1];
    const spoil = spoilerOf(type, { unlisted_value: 1 });
    for (let seq = 0; seq < 30; seq++) {
      const [clean, { value }] = [generate(seq), spoil(seq)];
      expect(serialOf(String(value)))
        .to.equal(serialOf(clean))
        .and.to.match(/^\d{16,}$/);
      expect({ ...JSON.parse(String(value)), size: "" }).to.deep.equal({ ...JSON.parse(clean), size: "" });
    }
  });

  it("hit each field that they can hit", () => {
    for (const kind of ["too_long", "too_small", "unknown_property"] as const) {
      const spoil = spoilerOf(type, { [kind]: 1 });
      const hit = new Set(Array.from({ length: 40 }, (_, seq) => spoil(seq).fault?.field?.name));
      expect([...hit], kind).to.have.members(fieldsOf(kind));
    }
  });

  it("follow from seed and sequence number alone: the same messages at any size of the chunks", () => {
    const kinds = [...type.fieldFaults().keys(), "not_json", "duplicate", "late"] as const;
    const faults = Object.fromEntries(kinds.map((kind) => [kind, 0.9 / kinds.length]));
    const text = ({ seq, value, fault }: Sending): string =>
      `${seq} ${value} ${fault?.kind} ${fault?.field?.name}`;
    const messages = (seed: number, size: number): string[] => {
      const spoil = spoilerOf(type, faults, seed);
      const sent: string[] = [];
      for (let first = 0; first < 60; first += size)
        sent.push(...[...sendingOrder(first, Math.min(60, first + size), spoil)].map(text));
      return sent.toSorted();
    };
    const whole = messages(5, 60);
    for (const size of [1, 7, 50]) expect(messages(5, size)).to.deep.equal(whole);
    expect(messages(6, 60)).to.not.deep.equal(whole);
  });

  it("come as often as was asked", () => {
    const spoil = spoilerOf(type, { too_small: 0.25, missing_field: 0.25 });
    const kinds = Array.from({ length: 600 }, (_, seq) => spoil(seq).fault?.kind);
    for (const kind of ["too_small", "missing_field"] as const)
      expect(kinds.filter((each) => each === kind).length).to.be.within(110, 190);
    expect(kinds.every((kind) => kind === undefined || isOfField(kind))).to.equal(true);
  });

  it("are found out in a bounded number of trials, however large a type's records are", () => {
    const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
    const text = { type: "string", minLength: 15_000, maxLength: 20_000 };
    const large = parseOne(
      JSON.stringify({
        $id: "large",
        required: names,
        properties: Object.fromEntries(names.map((name) => [name, text])),
      }),
    );
    const decode = createOwnType(large).createDecoder();
    let trials = 0;
    const found = ownFaults(large, (value) => {
      trials += 1;
      return decode(value);
    });
    expect(found.get("missing_field")?.fields).to.have.length.within(1, 11);
    expect(trials).to.be.within(1, 12);
  });

  it("never make a message of more than Kafka takes: of what would be too large the kind is not offered", () => {
    const item = "{ type: string, minLength: 30000, maxLength: 30000 }";
    const large = createOwnType(
      parseOne(
        `$id: large\nrequired: [list]\nproperties: { list: { type: array, items: ${item}, minItems: 1, maxItems: 900 } }\n`,
      ),
    );
    const kinds = [...large.fieldFaults().keys()];
    expect(kinds).to.include("too_few_items").and.to.include("missing_field");
    expect(kinds).to.not.include("too_many_items");
  });
});
