import { expect } from "chai";
import fc from "fast-check";
import { spansPerField } from "../../../records/recogniser.ts";
import { createDecoder } from "../../../types/user/decode.ts";
import { createGenerator } from "../../../types/user/generate.ts";
import { settleOptions } from "../../../types/user/options.ts";
import { createRecogniser } from "../../../types/user/recognise.ts";
import type { Field, TextDefinition } from "../../../types/user/text-definition.ts";
import { userType } from "../../../types/user/user.ts";
import { anyCharacter } from "../../setup/any-character.ts";

const names = userType.fields.map((field) => field.name);

/** What is read of a message's bytes alone; null where they are left to the decoder. */
function createReader(type: TextDefinition): (value: Buffer) => (string | null)[] | null {
  const { recognise, spans } = createRecogniser(type);
  return (value) => {
    if (!recognise(value)) return null;
    return type.fields.map((_, index) => {
      const [textAt, textEnd] = spans.subarray(spansPerField * index + 2, spansPerField * (index + 1));
      return textAt === -1 ? null : value.toString("utf8", textAt, textEnd);
    });
  };
}

const decode = createDecoder(userType);
const read = createReader(userType);

/** What is recognised is decoded as the same clean row; says whether it was recognised. */
function agree(value: Buffer): boolean {
  const values = read(value);
  if (values === null) return false;
  const decoded = decode(value);
  expect(decoded, value.toString()).to.deep.equal({
    kind: "row",
    payload: value.toString("utf8"),
    values,
    error: null,
  });
  return true;
}

const agreeOnText = (text: string): boolean => agree(Buffer.from(text));

/** What a validator must think about: near the edge of what is a time, an address, or a field's length. */
const digits = (count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((number) => String(number).padStart(count, "0"));
const times = fc
  .tuple(
    fc.oneof(
      digits(4),
      fc.constantFrom("0000", "1899", "1900", "2000", "2023", "2024", "2100", "2199", "2200"),
    ),
    fc.oneof(digits(2), fc.constantFrom("00", "02", "12", "13")),
    fc.oneof(digits(2), fc.constantFrom("00", "28", "29", "30", "31", "32")),
    fc.constantFrom("T", "t", " "),
    fc.oneof(digits(2), fc.constantFrom("23", "24")),
    fc.oneof(digits(2), fc.constantFrom("59", "60")),
    fc.oneof(digits(2), fc.constantFrom("59", "60")),
    fc.constantFrom("Z", "z", "", "+00:00", ".5Z"),
  )
  .map(
    ([year, month, day, t, hour, minute, second, zone]) =>
      `${year}-${month}-${day}${t}${hour}:${minute}:${second}${zone}`,
  );
const mostlyTimes = fc
  .date({ min: new Date("1890-01-01"), max: new Date("2210-01-01"), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`);
const addressParts = fc.array(
  fc.constantFrom("a", "B", "7", "_", "-", "+", ".", "@", "example", "é", " ", "%"),
  { maxLength: 12 },
);
const addresses = fc.oneof(
  addressParts.map((parts) => parts.join("")),
  fc.tuple(addressParts, addressParts).map(([mailbox, domain]) => `${mailbox.join("")}@${domain.join("")}`),
  fc.emailAddress(),
);
const ipv4 = fc.oneof(
  fc.ipV4(),
  fc
    .array(fc.oneof(fc.nat(300).map(String), fc.constantFrom("", "00", "01", "256", "1000", "a")), {
      minLength: 3,
      maxLength: 5,
    })
    .map((parts) => parts.join(".")),
);
const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: anyCharacter, maxLength: 50 }),
  fc.constantFrom(
    "",
    "Zoë Łukasz",
    "山田太郎",
    "😀".repeat(255),
    "é".repeat(256),
    "\u007f",
    "\u2028",
    "\ufffd",
    'a"b',
    "a\\b",
    "tab\t",
  ),
);
const textOf = (field: Field): fc.Arbitrary<string> => {
  if (field.column.type === "timestamptz") return fc.oneof(mostlyTimes, times, anyText);
  if (field.schema.format === "email") return fc.oneof(addresses, anyText);
  if (field.schema.format === "ipv4") return fc.oneof(ipv4, anyText);
  return anyText;
};
/** What a field nearly always is. */
const commonOf = (field: Field): fc.Arbitrary<string> => {
  if (field.column.type === "timestamptz") return mostlyTimes;
  if (field.schema.format === "email")
    return fc.constantFrom("ann.lee7@example.org", "a_b-c@mail-1.example.com");
  if (field.schema.format === "ipv4") return fc.ipV4();
  return fc.string({ unit: "grapheme", maxLength: 40 });
};
const valuesOf = (field: Field): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 30, arbitrary: commonOf(field) },
    { weight: 3, arbitrary: textOf(field) },
    { weight: 3, arbitrary: fc.constant(null) },
    fc.jsonValue(),
  );
/** Records of some of the type's fields, in its order. */
const records = fc.record(Object.fromEntries(userType.fields.map((field) => [field.name, valuesOf(field)])), {
  requiredKeys: [],
});

describe("a record that is recognised by its bytes", () => {
  it("is every clean one that a worker makes, whichever fields it has", () => {
    fc.assert(
      fc.property(
        fc.subarray(names, { minLength: 1 }),
        fc.maxSafeNat(),
        fc.array(fc.maxSafeNat(), { minLength: 10, maxLength: 10 }),
        (fields, seed, seqs) => {
          const generate = createGenerator(userType, {
            seed,
            fields,
            referenceDate: new Date("2026-03-01T00:00:00Z"),
            options: settleOptions(userType, {}),
          });
          for (const seq of seqs) expect(agreeOnText(generate(seq))).to.equal(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is what the decoder makes of it, whatever the values", () => {
    let recognised = 0;
    fc.assert(
      fc.property(records, (record) => {
        if (agreeOnText(JSON.stringify(record))) recognised += 1;
      }),
      { numRuns: 5_000 },
    );
    expect(recognised).to.be.above(500);
  });

  for (const field of userType.fields) {
    it(`is what the decoder makes of it, whatever its ${field.name}`, () => {
      fc.assert(
        fc.property(textOf(field), (text) => void agreeOnText(JSON.stringify({ [field.name]: text }))),
        { numRuns: 2_000 },
      );
    });
  }

  it("is what the decoder makes of it, whichever bytes are changed, lost or doubled", () => {
    const generate = createGenerator(userType, {
      seed: 7,
      fields: names,
      referenceDate: new Date("2026-03-01T00:00:00Z"),
      options: settleOptions(userType, {}),
    });
    const change = fc.record({
      at: fc.nat(600),
      what: fc.constantFrom("replace", "remove", "insert", "repeat"),
      length: fc.nat(40),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('",:{}\\ n\u0000\n'))),
    });
    fc.assert(
      fc.property(fc.nat(1_000), fc.array(change, { minLength: 1, maxLength: 3 }), (seq, changes) => {
        let value = Buffer.from(generate(seq));
        for (const { at: place, what, length, byte } of changes) {
          const at = place % (value.length + 1);
          const [before, after] = [value.subarray(0, at), value.subarray(at)];
          if (what === "replace") value = Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
          if (what === "remove") value = Buffer.concat([before, after.subarray(length)]);
          if (what === "insert") value = Buffer.concat([before, Buffer.of(byte), after]);
          if (what === "repeat") value = Buffer.concat([before, after.subarray(0, length), after]);
        }
        agree(value);
      }),
      { numRuns: 5_000 },
    );
  });

  it("may have names in any script, and fields that are null", () => {
    expect(agreeOnText('{"name":"Zoë 山田 😀","email":null,"city":"Łódź"}')).to.equal(true);
    expect(agreeOnText(`{"name":"${"😀".repeat(255)}"}`)).to.equal(true);
    expect(agreeOnText('{"ipv4":null}')).to.equal(true);
  });

  const others: readonly (readonly [string, string])[] = [
    ["has an escape", '{"name":"Ann\\u00e9"}'],
    ["has an escaped quotation mark", '{"name":"Ann \\"A\\" B"}'],
    ["has a field twice", '{"name":"Ann","name":"Bob"}'],
    ["has a field twice, once as null", '{"name":null,"name":"Bob"}'],
    ["has its fields in another order", '{"email":"a@example.org","name":"Ann"}'],
    ["has a field that the type does not know", '{"name":"Ann","age":7}'],
    ["has one before those of the type", '{"age":7,"name":"Ann"}'],
    ["has a name written with an escape", '{"n\\u0061me":"Ann"}'],
    ["has white space", '{"name": "Ann"}'],
    ["has white space behind it", '{"name":"Ann"} '],
    ["has a byte order mark", '\ufeff{"name":"Ann"}'],
    ["has no field", "{}"],
    ["has a comma too many", '{"name":"Ann",}'],
    ["has a comma too many behind the last field", '{"ipv4":"1.2.3.4",}'],
    ["begins with a comma", '{,"name":"Ann"}'],
    ["breaks off in a text", '{"name":"Ann}'],
    ["breaks off in null", '{"name":nul}'],
    ["has a number", '{"name":7}'],
    ["has a control character", '{"name":"A\nB"}'],
    ["has a NUL", '{"name":"A\u0000B"}'],
    ["is no address", '{"email":"ann"}'],
    ["has 256 characters", `{"name":"${"é".repeat(256)}"}`],
    ["has a time with an offset", '{"date":"2026-01-01T00:00:00+01:00"}'],
    ["has a day that its month does not have", '{"date":"2026-02-29T00:00:00Z"}'],
  ];
  for (const [what, text] of others) {
    it(`is none that ${what}: that is left to the decoder`, () => {
      expect(agreeOnText(text)).to.equal(false);
    });
  }

  it("is none that is not UTF-8", () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const value = Buffer.concat([Buffer.from('{"name":"'), Buffer.from(bytes), Buffer.from('"}')]);
      expect(agree(value)).to.equal(false);
    }
  });

  it("keeps to a rule of a schema that it has no quick check for", () => {
    const [name] = userType.fields;
    if (name === undefined) throw new Error("the type has no field");
    const type = { ...userType, fields: [{ ...name, schema: { ...name.schema, pattern: "^[A-Z]" } }] };
    const readStrictly = createReader(type);
    expect(readStrictly(Buffer.from('{"name":"Ann"}'))).to.deep.equal(["Ann"]);
    expect(readStrictly(Buffer.from('{"name":"ann"}'))).to.equal(null);
  });
});
