import { expect } from "chai";
import fc from "fast-check";
import { indentJson } from "../../web/page/indent-json.ts";
import {
  lineAndColumn,
  rangeToShow,
  readHexLines,
  readPieces,
  withoutCutCharacter,
} from "../../web/page/raw-text.ts";
import { anyCharacter } from "../setup/any-character.ts";
import { jsonText } from "../setup/json-texts.ts";

/** Compiled once: that takes a millisecond. */
const unseen = /[\p{Cf}\p{Co}\p{Cn}]/u;
const whole = (bytes: Buffer) => ({ start: 0, end: bytes.length });

describe("showing bytes from outside", () => {
  it("leaves nothing out, and nothing that cannot be seen", () => {
    const bytes = fc
      .array(
        fc.oneof(
          fc.string({ unit: anyCharacter }).map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 5 }),
        ),
        { maxLength: 20 },
      )
      .map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, (value) => {
        const restored = readPieces(value, whole(value), null).map((piece) => {
          if (piece.kind === "gap") throw new Error("there is no fault");
          if (piece.kind === "text") {
            expect(unseen.test(piece.text)).to.equal(false);
            return Buffer.from(piece.text);
          }
          const { name } = piece;
          return name.startsWith("U+")
            ? Buffer.from(String.fromCodePoint(Number.parseInt(name.slice(2), 16)))
            : Buffer.from(name, "hex");
        });
        expect(Buffer.concat(restored).equals(value)).to.equal(true);
      }),
    );
  });

  it("names what would turn the text around it", () => {
    const pieces = readPieces(Buffer.from("a\u202eb"), { start: 0, end: 5 }, null);
    expect(pieces.map((piece) => (piece.kind === "named" ? piece.name : piece.kind))).to.deep.equal([
      "text",
      "U+202E",
      "text",
    ]);
  });

  it("marks the fault, and the place where something is missing", () => {
    const bytes = Buffer.from("häuser");
    const marked = (start: number, end: number) =>
      readPieces(bytes, whole(bytes), { start, end }).map((piece) => [
        piece.kind === "text" ? piece.text : piece.kind,
        piece.marked,
      ]);
    expect(marked(1, 3)).to.deep.equal([
      ["h", false],
      ["ä", true],
      ["user", false],
    ]);
    expect(marked(7, 7)).to.deep.equal([
      ["häuser", false],
      ["gap", true],
    ]);
  });

  it("shows of a large value what is around the fault", () => {
    expect(rangeToShow(100, null, 200)).to.deep.equal({ start: 0, end: 100 });
    expect(rangeToShow(1000, null, 200)).to.deep.equal({ start: 0, end: 200 });
    expect(rangeToShow(1000, { start: 500, end: 501 }, 200)).to.deep.equal({ start: 400, end: 600 });
    expect(rangeToShow(1000, { start: 999, end: 1000 }, 200)).to.deep.equal({ start: 800, end: 1000 });
    // A range that would begin in the middle of a character begins with it.
    const [first] = readPieces(Buffer.from("ääää"), { start: 1, end: 8 }, null);
    expect(first).to.include({ kind: "text", text: "ääää" });
    expect(withoutCutCharacter(Buffer.from("aä").subarray(0, 2)).toString()).to.equal("a");
    expect(withoutCutCharacter(Buffer.from("aä")).toString()).to.equal("aä");
  });

  it("counts lines and columns as editors do", () => {
    const bytes = Buffer.from("ab\näöx");
    expect(lineAndColumn(bytes, 0)).to.deep.equal({ line: 1, column: 1 });
    expect(lineAndColumn(bytes, bytes.indexOf("x"))).to.deep.equal({ line: 2, column: 3 });
  });

  it("dumps bytes in lines of sixteen", () => {
    const lines = readHexLines(
      Buffer.from("0123456789abcdef\u0000g"),
      { start: 0, end: 18 },
      { start: 16, end: 17 },
    );
    expect(lines.map(({ offset, bytes }) => [offset, bytes.length])).to.deep.equal([
      ["00000000", 16],
      ["00000010", 2],
    ]);
    expect(lines[1]?.bytes[0]).to.deep.equal({ hex: "00", ascii: ".", marked: true });
  });

  it("indents JSON without changing a value", () => {
    expect(indentJson('{"a":1e400,"a":{ },"b":["x, {"]}')).to.equal(
      '{\n  "a": 1e400,\n  "a": { },\n  "b": [\n    "x, {"\n  ]\n}',
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(indentJson(json))).to.deep.equal(JSON.parse(json));
      }),
    );
    // Numbers keep their digits and text its escapes, names that stand twice do so.
    const withoutSpace = (json: string): string => json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
    fc.assert(
      fc.property(jsonText, (json) => {
        expect(withoutSpace(indentJson(json))).to.equal(withoutSpace(json));
      }),
    );
  });
});
