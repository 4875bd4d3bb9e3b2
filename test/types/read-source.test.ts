import { expect } from "chai";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { readSources } from "../../types/definition/read-source.ts";

const messageOf = (text: string): string => parseDefinitions(text).problems[0]?.message ?? "";

describe("files of definitions", () => {
  it("are YAML documents, a JSON object or a list", () => {
    for (const text of [
      "$id: a\n---\n$id: b\n",
      "- $id: a\n- $id: b\n",
      '[{"$id": "a"},\n\t{"$id": "b"}]',
      '\uFEFF[{"$id":"a"},{"$id":"b"}]',
    ])
      expect(readSources(text).sources.map(({ value }) => value)).to.deep.equal([{ $id: "a" }, { $id: "b" }]);
  });

  it("come apart into texts that say the same by themselves, with their comments where they are documents", () => {
    const documents = "# first\n$id: a # it\n---\n# second\n$id: b\nx: &x { y: 1 }\nz: *x\n";
    expect(readSources(documents).sources.map(({ text }) => text)).to.deep.equal([
      "# first\n$id: a # it\n",
      "---\n# second\n$id: b\nx: &x { y: 1 }\nz: *x\n",
    ]);
    for (const text of [
      documents,
      '[{"$id": "a", "n": 18446744073709551615},\n\t{"$id": "b", "__proto__": {"x": 1e400}}]'.replace(
        "1e400",
        "1e4",
      ),
      "- $id: a\n  p: &p\n    q: 1\n- $id: b\n  p: *p\n",
      "[{ $id: a, p: &p [1, { q: 2 }] }, { $id: b, p: *p }]",
    ]) {
      const { sources } = readSources(text);
      expect(sources).to.have.length(2);
      for (const source of sources)
        expect(readSources(source.text).sources.map(({ value }) => value)).to.deep.equal([source.value]);
    }
  });

  it("have no half a surrogate pair, neither in names nor in texts", () => {
    for (const text of ['{"$id": "a", "\\ud800": 1}', '{"$id": "a", "title": "x\\udc00"}'])
      expect(messageOf(text)).to.contain("half a surrogate pair");
  });

  it("keep digits beyond 2^53, names as they are written, and __proto__ as a name", () => {
    const { sources } = readSources('a: 18446744073709551615\nnull: 1\n2026: 2\n"__proto__": { x: 1 }\n');
    expect(Object.entries(sources[0]?.value ?? {})).to.deep.equal([
      ["2026", 2],
      ["a", 18446744073709551615n],
      ["null", 1],
      ["__proto__", { x: 1 }],
    ]);
  });

  it("have no whole number beyond the doubles, wherever it is said", () => {
    const number = `1${"0".repeat(309)}`;
    for (const keyword of ["multipleOf", "minimum", "maximum", "exclusiveMaximum", "default", "const"]) {
      const { definitions, problems } = parseDefinitions(
        `$id: a\nproperties:\n  x: { type: integer, ${keyword}: ${number} }\n  y: { type: integer, ${keyword}: 1${"0".repeat(300)} }`,
      );
      expect(definitions).to.deep.equal([]);
      expect(problems.map(({ pointer, line }) => [pointer, line])).to.deep.equal([
        [`/properties/x/${keyword}`, 3],
      ]);
    }
  });

  it("know the line of every place, or of what is around it", () => {
    const [source] = readSources("a:\n  b: [1,\n    2]\nc: 3\n").sources;
    const lines = ["/a", "/a/b", "/a/b/1", "/c", "/a/nothing/here", "/nothing"].map((pointer) =>
      source?.lineOf(pointer),
    );
    expect(lines).to.deep.equal([1, 2, 3, 4, 1, 1]);
  });

  const hostile: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    "aliases of aliases": [
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefg"].map((name, n) => `${name}: &${name} [${`*${"abcdef"[n]},`.repeat(9)}*${"abcdef"[n]}]\n`).join("")}`,
      /value after 50,000/,
    ],
    "an alias within itself": ["a: &a [*a]", /stands within what it stands for/],
    "brackets without end": ["[".repeat(200_000), /nested more than 64 deep/],
    "dashes without end": ["- ".repeat(200_000), /nested more than 64 deep/],
    "JSON a hundred deep": [`${'{"a":'.repeat(100)}1${"}".repeat(100)}`, /nested more than 64 deep/],
    "more than half a megabyte": [`a: ${"x".repeat(600_000)}`, /longer than 524,288 bytes/],
    "a name twice": ['{"a": 1, "a": 2}', /"a" is there twice/],
    "a whole number beyond the doubles": [
      `$id: a\nproperties:\n  x: { type: integer, const: -1${"0".repeat(1_000)} }`,
      /number beyond ±1.7976931348623157e\+308/,
    ],
    tags: ["a: !!js/function x", /Unresolved tag/],
    "a merge": ["a: 1\n<<: { b: 2 }", /use \$ref or allOf/],
    "no number": ["a: .nan", /a number that JSON does not have/],
    "half a document": ["{", /not valid YAML or JSON/],
    nothing: ["", /holds no definition/],
    "a text": ["hello", /must be a JSON Schema of a record/],
    "a thousand references in a row": [
      JSON.stringify({
        $id: "a",
        properties: { x: { $ref: "#/$defs/0" } },
        $defs: Object.fromEntries(
          Array.from({ length: 1_000 }, (_, n) => [n, n < 999 ? { $ref: `#/$defs/${n + 1}` } : {}]),
        ),
      }),
      /more than 100 references in a row/,
    ],
    "choices of choices": [
      JSON.stringify({
        $id: "a",
        properties: { x: { $ref: "#/$defs/0" } },
        $defs: Object.fromEntries(
          Array.from({ length: 20 }, (_, n) => [
            n,
            {
              anyOf: [1, 2, 3].map(() => (n < 19 ? { properties: { y: { $ref: `#/$defs/${n + 1}` } } } : {})),
            },
          ]),
        ),
      }),
      /comes to more than 4,000/,
    ],
  };
  for (const [what, [text, message]] of Object.entries(hostile)) {
    it(`are refused where they hold ${what}`, () => {
      expect(messageOf(text)).to.match(message);
    });
  }
});
