import { expect } from "chai";
import fc from "fast-check";
import type { Decoded } from "../../../records/decoded.ts";
import { createDecoder } from "../../../types/user/decode.ts";
import { userType } from "../../../types/user/user.ts";
import { anyCharacter } from "../../setup/any-character.ts";

const decode = createDecoder(userType);
const decodeText = (text: string): Decoded => decode(Buffer.from(text));

function row(decoded: Decoded): Extract<Decoded, { kind: "row" }> {
  if (decoded.kind === "dead") throw new Error(`no row: ${decoded.reason}, ${decoded.detail}`);
  return decoded;
}

/** The value that becomes the column of a field, where the message holds that field alone. */
function decodeField(
  field: string,
  value: unknown,
): { value: string | null | undefined; error: string | null } {
  const { values, error } = row(decodeText(JSON.stringify({ [field]: value })));
  return { value: values[userType.fields.findIndex(({ name }) => name === field)], error };
}

const nested = (levels: number): string => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;

describe("decoding a message", () => {
  const hopeless: readonly (readonly [string, Buffer | string | null, string])[] = [
    ["a tombstone", null, "tombstone"],
    ["no byte at all", "", "empty"],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), "not_utf8"],
    ["half a character of UTF-8", Buffer.from('{"name":"é"}').subarray(0, 10), "not_utf8"],
    ["a surrogate encoded in UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), "not_utf8"],
    ["text that is not JSON", "name=Ann", "not_json"],
    ["JSON that breaks off", '{"name":"Ann"', "not_json"],
    ["JSON behind a byte order mark", '\uFEFF{"name":"Ann"}', "not_json"],
    ["white space", "  ", "not_json"],
    ["a raw NUL", '{"name":"A\0"}', "not_json"],
    ["an array", '[{"name":"Ann"}]', "not_an_object"],
    ["null", "null", "not_an_object"],
    ["a number", "17", "not_an_object"],
    ["a string", '"Ann"', "not_an_object"],
    ["an escaped NUL", '{"name":"A\\u0000nn"}', "nul_character"],
    ["an escaped NUL in a name", '{"\\u0000":1}', "nul_character"],
    ["an escaped NUL deep down", '{"x":[{"y":"\\u0000"}]}', "nul_character"],
    ["an escaped NUL behind a backslash", '{"name":"\\\\\\u0000"}', "nul_character"],
    ["a high surrogate alone", '{"name":"\\ud83d"}', "lone_surrogate"],
    ["a low surrogate alone", '{"name":"\\uDE00!"}', "lone_surrogate"],
    ["surrogates the wrong way round", '{"name":"\\ude00\\ud83d"}', "lone_surrogate"],
    ["half a pair that a later value overwrites", '{"name":"\\ud83d","name":"Ann"}', "lone_surrogate"],
    ["half a pair in a name that stands twice", '{"\\udc00":1,"\\uDC00":2}', "lone_surrogate"],
    ["an escaped NUL that a later value overwrites", '{"x":{"y":"\\u0000"},"x":1}', "nul_character"],
    ["an escaped NUL 100,000 levels deep", nested(100_000).replace("[]", '["\\u0000"]'), "nul_character"],
  ];
  for (const [what, value, reason] of hopeless) {
    it(`makes ${what} a dead letter: ${reason}`, () => {
      const decoded = decode(typeof value === "string" ? Buffer.from(value) : value);
      expect(decoded).to.include({ kind: "dead", reason });
      if (decoded.kind === "dead") {
        expect(decoded.detail).not.to.equal("");
        // PostgreSQL must take the explanation, whatever it quotes.
        expect(decoded.detail).not.to.include("\0");
        expect(decoded.detail.isWellFormed()).to.equal(true);
      }
    });
  }

  const clean: readonly (readonly [string, string, unknown, string | null])[] = [
    ["text", "name", "Ann", "Ann"],
    ["null", "name", null, null],
    ["empty text", "name", "", ""],
    ["emoji", "name", "Ann 😀", "Ann 😀"],
    ["the text \\u0000 itself", "name", "\\u0000", "\\u0000"],
    ["the text \\ud83d itself", "name", "\\ud83d", "\\ud83d"],
    ["tabs, newlines and backslashes", "name", "a\tb\nc\\d\\N", "a\tb\nc\\d\\N"],
    ["255 characters beyond the basic plane", "name", "😀".repeat(255), "😀".repeat(255)],
    ["a date-time in UTC", "date", "2026-02-28T23:59:59Z", "2026-02-28T23:59:59Z"],
    ["a date-time with an offset", "date", "2026-02-28T23:59:59.5+05:30", "2026-02-28T23:59:59.5+05:30"],
    [
      "the greatest offset that PostgreSQL has",
      "date",
      "2026-02-28T00:00:00+15:59",
      "2026-02-28T00:00:00+15:59",
    ],
    ["a date alone", "date", "2026-02-28", "2026-02-28"],
    ["a date-time without an offset", "date", "2026-02-28T01:02:03.000004", "2026-02-28T01:02:03.000004"],
    ["the day that only leap years have", "date", "2024-02-29", "2024-02-29"],
    ["a leap second", "date", "2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"],
    ["a leap second's beginning", "date", "2016-12-31T18:59:60.000-05:00", "2016-12-31T18:59:60.000-05:00"],
    ["an address", "ipv4", "198.51.100.7", "198.51.100.7"],
  ];
  for (const [what, field, value, kept] of clean) {
    it(`takes ${what} in ${field} as it is`, () => {
      expect(decodeField(field, value)).to.deep.equal({ value: kept, error: null });
    });
  }

  const flagged: readonly (readonly [string, string, unknown, string | null, RegExp])[] = [
    ["256 characters", "name", "x".repeat(256), "x".repeat(255), /^name: 256 characters cut to 255$/],
    ["256 emoji", "name", "😀".repeat(256), "😀".repeat(255), /^name: 256 characters cut to 255$/],
    ["a number", "name", 12, "12", /^name: a number instead of text, written as text$/],
    ["a boolean", "city", true, "true", /^city: a boolean instead of text, written as text$/],
    ["an object", "job", { title: "x" }, null, /^job: an object instead of text, set to NULL$/],
    ["an array", "job", ["x"], null, /^job: an array instead of text, set to NULL$/],
    [
      "what no text can be made of",
      "job",
      { toString: 1, valueOf: null },
      null,
      /^job: an object instead of text/,
    ],
    ["what no date can be made of", "date", { toString: 1 }, null, /^date: an object instead of text/],
    [
      "an impossible address",
      "ipv4",
      "300.1.1.1",
      "300.1.1.1",
      /^ipv4: "300.1.1.1" is not a valid ipv4, kept$/,
    ],
    ["a mailbox without a domain", "email", "ann", "ann", /^email: "ann" is not a valid email, kept$/],
  ];
  for (const [what, field, value, kept, error] of flagged) {
    it(`flags ${what} in ${field} and keeps ${kept === null ? "NULL" : "the text"}`, () => {
      const decoded = decodeField(field, value);
      expect(decoded.value).to.equal(kept);
      expect(decoded.error).to.match(error);
    });
  }

  const noDates: readonly unknown[] = [
    "yesterday",
    "",
    "2026-02-30",
    "2025-02-29T00:00:00Z",
    "0000-01-01",
    "2026-13-01",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:00+16:00",
    "2026-01-01T00:00:00-1600",
    "2026-01-01T00:00:00+16",
    "2026-01-01T00:00:00+23:59",
    "2026-01-01T22:75:59+00:16",
    "2016-12-31T23:59:60.5Z",
    "9999-13-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "2026-01-01\u00a000:00:00Z",
    "2026-01-01\n00:00:00Z",
    "infinity",
    "now",
    `2026-01-01T00:00:00.${"0".repeat(60)}Z`,
    1_767_225_600,
  ];
  for (const value of noDates) {
    it(`sets the date ${JSON.stringify(value).slice(0, 40)} to NULL and flags it`, () => {
      const decoded = decodeField("date", value);
      expect(decoded.value).to.equal(null);
      expect(decoded.error).to.match(/^date: .* is not an RFC 3339 date or date-time, set to NULL$/);
    });
  }

  const outOfYears = [
    "9999-12-31T23:59:59-15:00",
    "9999-12-31T23:59:59-00:01",
    "9999-12-31T23:59:60Z",
    // PostgreSQL rounds to microseconds.
    "9999-12-31T23:59:59.9999995Z",
    "9999-12-31T23:59:59.9999999",
    "0001-01-01T00:00:00+15:00",
    "0001-01-01 00:00:00+0001",
    "0001-01-01T14:59:59.999999+15",
  ];
  for (const value of outOfYears) {
    it(`sets ${value} to NULL, which is not in the years that Python has`, () => {
      const decoded = decodeField("date", value);
      expect(decoded.value).to.equal(null);
      expect(decoded.error).to.equal(
        `date: ${JSON.stringify(value)} is not in the years 1 to 9999 in UTC, set to NULL`,
      );
    });
  }

  for (const value of [
    "9999-12-31T23:59:59.9999994Z",
    "9999-12-31T23:59:59+00:00",
    "9999-12-31",
    "0001-01-01",
    "0001-01-01T00:00:00",
    "0001-01-01T15:00:00+15:00",
    "0001-01-01T00:00:00-15:59",
  ]) {
    it(`takes ${value}, at the edge of the years that Python has`, () => {
      expect(decodeField("date", value)).to.deep.equal({ value, error: null });
    });
  }

  const digits = [
    "351912345678901234567",
    "9007199254740993",
    "1e400",
    "1.0",
    "-0",
    "0.1000000000000000055511151231257827",
    "1E+2",
  ];
  for (const number of digits) {
    it(`writes the number ${number} as text with the digits that were sent`, () => {
      const text = `{ "x":["\\"",{"phone_number":1}], "name" : "a\\\\", "phone_num\\u0062er" :\t${number}\n, "city":null}`;
      const { values, error, payload } = row(decodeText(text));
      expect(values.filter((value) => value !== null)).to.deep.equal(["a\\", number]);
      expect(error).to.equal("phone_number: a number instead of text, written as text");
      expect(payload).to.equal(text);
    });
  }

  it("makes no text of arrays that are nested 100,000 levels deep", () => {
    const { values, error } = row(decodeText(nested(100_000).replace('"a"', '"name"')));
    expect(values[0]).to.equal(null);
    expect(error).to.equal("name: an array instead of text, set to NULL");
  });

  it("takes of numbers under one name the last, as of all values", () => {
    const text = '{"name":1.50,"job":"x","name":{"name":7},"job":2.0,"name":3e0,"city":1.0,"city":"Ulm"}';
    const { values } = row(decodeText(text));
    expect(values.filter((value) => value !== null)).to.deep.equal(["3e0", "Ulm", "2.0"]);
  });

  it("cuts a number of 10,000 digits as it cuts text", () => {
    const { values, error } = row(decodeText(`{"name":${"7".repeat(10_000)}}`));
    expect(values[0]).to.equal("7".repeat(255));
    expect(error).to.equal("name: a number instead of text, written as text, 10000 characters cut to 255");
  });

  it("quotes a number where a date is due as it was sent", () => {
    expect(row(decodeText('{"date":9007199254740993}')).error).to.include('"9007199254740993" is not');
  });

  it("takes no time to speak of over megabytes, and no stack", () => {
    // From eight million characters on, a regular expression that goes back runs out of V8's stack.
    const megabytes = 10_000_000;
    for (const [field, text] of [
      ["email", `${"a.".repeat(megabytes / 2)}a@`],
      ["email", `a@${"a.".repeat(megabytes / 2)}!`],
      ["email", `a@${"a-".repeat(megabytes / 2)}.`],
      ["ipv4", "1.".repeat(megabytes / 2)],
      ["date", "T".repeat(megabytes)],
      ["name", "😀".repeat(megabytes / 4)],
    ] as const) {
      const before = process.cpuUsage();
      expect(decodeField(field, text).error, field).to.match(/cut to|set to NULL/);
      const { user, system } = process.cpuUsage(before);
      // A thirtieth of it on an idle machine; what runs away takes minutes, or ends with a RangeError.
      expect((user + system) / 1e6, `CPU seconds for ${field}`).to.be.below(5);
    }
  });

  it("names every repair of a record, and repairs nothing else", () => {
    const decoded = row(decodeText('{"name":7,"email":"ann@example.org","ipv4":"x","date":"x"}'));
    expect(decoded.error?.split("; ")).to.have.length(3);
    expect(decoded.values.slice(0, 3)).to.deep.equal(["7", "ann@example.org", null]);
  });

  it("keeps the message's text and so every field that it does not know", () => {
    const text = '{ "shoe_size" : 43, "name":"Ann" }';
    expect(row(decodeText(text))).to.include({ payload: text, error: null });
  });

  it("flags an object without any field", () => {
    expect(row(decodeText("{}")).error).to.equal("the record has no field");
  });

  it("takes __proto__ and constructor for fields that it does not know", () => {
    const decoded = row(decodeText('{"__proto__":{"name":"Eve"},"constructor":1,"city":"Ulm"}'));
    expect(decoded.values.filter((value) => value !== null)).to.deep.equal(["Ulm"]);
  });

  it("reads of a repeated name the last value, as PostgreSQL does", () => {
    expect(row(decodeText('{"name":"Ann","name":"Bea"}')).values[0]).to.equal("Bea");
  });

  it("leaves a value nested 100,000 levels deep to PostgreSQL to refuse", () => {
    expect(decodeText(nested(100_000)).kind).to.equal("row");
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decode(Buffer.from(bytes)).kind).to.be.oneOf(["row", "dead"]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("never throws, whatever the JSON, and gives each column a value that fits", () => {
    const values = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.string({ unit: anyCharacter, maxLength: 300 }),
      fc.jsonValue(),
    );
    const records = fc.dictionary(
      fc.oneof(fc.constantFrom(...userType.fields.map((field) => field.name)), fc.string()),
      values,
    );
    fc.assert(
      fc.property(records, (record) => {
        const decoded = decodeText(JSON.stringify(record));
        if (decoded.kind === "dead") {
          expect(decoded.reason).to.be.oneOf(["nul_character", "lone_surrogate"]);
          return;
        }
        expect(decoded.values).to.have.length(userType.fields.length);
        userType.fields.forEach(({ column }, index) => {
          const value = decoded.values[index] ?? null;
          if (value === null) return;
          if (column.type === "timestamptz") expect(value).to.match(/^\d{4}-\d\d-\d\d/);
          else expect(Array.from(value).length).to.be.at.most(column.length);
          expect(value.includes("\0") || !value.isWellFormed()).to.equal(false);
        });
        expect(decoded.error ?? "").to.satisfy(
          (error: string) => error.isWellFormed() && !error.includes("\0"),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
