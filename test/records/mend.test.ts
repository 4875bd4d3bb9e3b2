import { expect } from "chai";
import fc from "fast-check";
import { mendPayload } from "../../records/mend.ts";
import { createDecoder } from "../../types/user/decode.ts";
import { userType } from "../../types/user/user.ts";

const decode = createDecoder(userType);
const mend = (value: string | Buffer): string => String(mendPayload(Buffer.from(value as string)));

describe("mending a payload", () => {
  const mended: readonly (readonly [what: string, value: string | Buffer, text: string])[] = [
    ["bytes that are no UTF-8", Buffer.from('{"name":"A\xffn"}', "latin1"), '{"name":"A\uFFFDn"}'],
    ["a byte order mark", '\uFEFF{"name":"Ann"}', '{"name":"Ann"}'],
    ["an escaped NUL", '{"name":"A\\u0000nn"}', '{"name":"Ann"}'],
    ["an escaped NUL behind a backslash", '{"name":"\\\\\\u0000"}', '{"name":"\\\\"}'],
    ["half a pair", '{"name":"\\ud83d!"}', '{"name":"\\ufffd!"}'],
    ["a pair the wrong way round", '{"name":"\\uDE00\\uD83D"}', '{"name":"\\ufffd\\ufffd"}'],
    ["halves with a NUL between", '{"name":"\\ud83d\\u0000\\ude00"}', '{"name":"\\ufffd\\ufffd"}'],
  ];
  for (const [what, value, text] of mended) {
    it(`mends ${what}, so that it becomes a row`, () => {
      expect(decode(Buffer.from(value as string)).kind).to.equal("dead");
      expect(mend(value)).to.equal(text);
      expect(decode(Buffer.from(text)).kind).to.equal("row");
    });
  }

  const kept = [
    '{"name":"\\\\u0000"}',
    '{"name":"\\ud83d\\ude00 \\n\\u0041"}',
    '{ "x" : 1.50e1 }',
    "no JSON",
    "",
  ];
  for (const value of kept) {
    it(`leaves ${JSON.stringify(value)} as it is`, () => {
      expect(mend(value)).to.equal(value);
    });
  }

  it("has nothing to mend of a tombstone", () => {
    expect(mendPayload(null)).to.equal(null);
  });

  it("changes nothing more the second time, and leaves no NUL, half pair or broken UTF-8", () => {
    const pieces = fc.array(
      fc.constantFrom("\\", "\\\\", "u0000", "\\u0000", "\\ud83d", "\\ude00", "\\uD83D\\uDE00", "x", "\xff"),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const once = mendPayload(Buffer.from(`{"name":"${parts.join("")}"}`, "latin1"));
        expect(mendPayload(once)?.equals(once ?? Buffer.alloc(0))).to.equal(true);
        const decoded = decode(once);
        if (decoded.kind === "dead") expect(decoded.reason).to.equal("not_json");
      }),
      { numRuns: 1_000 },
    );
  });
});
