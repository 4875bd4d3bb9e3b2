import { expect } from "chai";
import fc from "fast-check";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { createWords, isPlainText } from "../../generate/words.ts";
import { writtenBy } from "../setup/draw-records.ts";

const plainText = fc.string({ unit: "grapheme", maxLength: 40 }).filter(isPlainText);

describe("Utf8Writer", () => {
  it("writes words one behind the other, whatever their length", () => {
    fc.assert(
      fc.property(
        fc.array(plainText, { minLength: 1 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        (texts, picks) => {
          const words = createWords(texts);
          const out = new Utf8Writer();
          out.reserve(60 * 40 * 30);
          for (const pick of picks) out.word(words, pick % texts.length);
          expect(out.toString()).to.equal(picks.map((pick) => texts[pick % texts.length]).join(""));
        },
      ),
    );
  });

  it("writes the first letter of a word alone", () => {
    const words = createWords(["anna", "bob"]);
    expect(writtenBy((out) => [out.initial(words, 1), out.initial(words, 0)])).to.equal("ba");
  });

  it("writes whole numbers of up to 2^53 - 1", () => {
    for (const number of [0, 9, 10, 99, 100, 4_294_967_296, 999_999_999_999_999, Number.MAX_SAFE_INTEGER]) {
      expect(writtenBy((out) => out.number(number))).to.equal(String(number));
    }
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        expect(writtenBy((out) => out.number(number))).to.equal(String(number));
      }),
    );
  });

  it("writes 32 bits as eight hexadecimal digits, signed or not", () => {
    for (const [bits, digits] of [
      [0, "00000000"],
      [0xdeadbeef, "deadbeef"],
      [-1, "ffffffff"],
      [0x0a0b0c0d, "0a0b0c0d"],
    ] as const) {
      expect(writtenBy((out) => out.hex(bits))).to.equal(digits);
    }
  });

  it("keeps what was written when it makes room", () => {
    const words = createWords(["0123456789"]);
    const out = new Utf8Writer();
    for (let count = 0; count < 10_000; count++) {
      out.reserve(10);
      out.word(words, 0);
    }
    expect(out.toString()).to.equal("0123456789".repeat(10_000));
    expect(out.toBytes().toString("latin1", 99_995)).to.equal("56789");
    out.clear();
    expect(out.toString()).to.equal("");
  });

  it("writes what another has written, and bytes", () => {
    const first = new Utf8Writer();
    first.word(createWords(["Łódź, a city"]), 0);
    const out = new Utf8Writer();
    out.append(first);
    out.byte(0x2e);
    out.append(first);
    expect(out.toString()).to.equal("Łódź, a city.Łódź, a city");
  });

  it("refuses to write where it made no room", () => {
    const words = createWords(["x".repeat(5_000)]);
    expect(() => writtenBy((out) => out.word(words, 0))).to.throw(RangeError);
  });
});
