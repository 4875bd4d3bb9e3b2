import { expect } from "chai";
import fc from "fast-check";
import { checkTable } from "../../types/compile/table.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { tryRecords } from "../../types/try-records.ts";
import { withField } from "./definitions.ts";

/** [field, its schema, where below the field, what is said] */
const refusals: readonly (readonly [schema: string, below: string, message: RegExp])[] = [
  ["{ type: strin }", "/type", /must be one of .*string/],
  ["{ type: integer, minimum: 5, maximum: 3 }", "/maximum", /leaves no number: they would go from 5 to 3/],
  ["{ type: integer, minimum: 0.2, maximum: 0.8 }", "/maximum", /no whole number lies from 0.2 to 0.8/],
  [
    "{ type: number, multipleOf: 0.25, minimum: 0.3, maximum: 0.4 }",
    "/multipleOf",
    /no multiple of 0.25 lies from 0.3 to 0.4/,
  ],
  [
    "{ type: number, exclusiveMinimum: 0, exclusiveMaximum: 0.01, multipleOf: 0.01 }",
    "/multipleOf",
    /no multiple of 0.01/,
  ],
  [
    "{ type: integer, enum: [a, b] }",
    "/enum",
    /has no value that type and bounds beside it allow; the type is integer/,
  ],
  [
    "{ allOf: [{ enum: [a] }, { enum: [b] }] }",
    "/allOf/1/enum",
    /no value that the enum or const beside it has/,
  ],
  ["{ allOf: [{ type: string }, { type: integer }] }", "/allOf/1/type", /no value is both/],
  [
    "{ type: array, minItems: 3, uniqueItems: true, items: { type: boolean } }",
    "/minItems",
    /uniqueItems leaves at most 2 different items/,
  ],
  ["{ type: array, minItems: 3, maxItems: 2 }", "/maxItems", /below minItems \(3\)/],
  ["{ type: array, minItems: 3, prefixItems: [{}], items: false }", "/minItems|/items", /.*/],
  [
    "{ type: object, properties: { a: {} }, required: [a], maxProperties: 0 }",
    "/maxProperties",
    /below the 1 required/,
  ],
  [
    "{ type: object, properties: { a: {} }, additionalProperties: false, minProperties: 2 }",
    "/minProperties",
    /asks for 2 properties, and 1 can be there/,
  ],
  [
    "{ type: object, properties: { a: false }, required: [a] }",
    "/properties/a",
    /allows no value \(and "a" is required\)/,
  ],
  ["{ type: string, minLength: 5, maxLength: 3 }", "/maxLength", /below minLength/],
  ['{ type: string, pattern: "^[a-z]{3}$", minLength: 5 }', "/minLength", /matches has at most 3 characters/],
  ["{ type: string, format: uuid, maxLength: 20 }", "/maxLength", /has at least 36 characters/],
  ['{ type: string, pattern: "(a" }', "/pattern", /\( is not closed/],
  ['{ type: string, pattern: "(?<=a)b" }', "/pattern", /look-behind cannot be generated/],
  ['{ type: string, pattern: "(a)\\\\1" }', "/pattern", /back references cannot be generated/],
  ['{ type: object, patternProperties: { "(": {} } }', "/patternProperties/(", /is missing|is not closed/],
  ["{ $ref: '#/$defs/nothing' }", "/$ref", /leads to nothing in this definition/],
  ["{ $ref: 'https://example.com/other.json' }", "/$ref", /bring what stands elsewhere into \$defs/],
  ["{ $ref: '#/properties/x' }", "/$ref", /refers to itself: #\/properties\/x -> #\/properties\/x/],
  ["{ not: { $ref: '#/properties/x' } }", "/not/$ref", /refers to itself/],
  ["{ oneOf: [{ type: string }, { $ref: '#/nowhere' }] }", "/oneOf/1/$ref", /leads to nothing/],
  [
    "{ type: string, x-generate: { fakr: a.b } }",
    "/x-generate/fakr",
    /is not known; operators are faker, person/,
  ],
  [
    "{ type: string, x-generate: { faker: commerce.productNames } }",
    "/x-generate/faker",
    /commerce has .*productName/,
  ],
  [
    "{ type: string, x-generate: { faker: constructor.constructor } }",
    "/x-generate/faker",
    /Faker has no method/,
  ],
  [
    "{ type: string, x-generate: { faker: helpers.fake, args: ['{{x}}'] } }",
    "/x-generate/faker",
    /evaluates a template/,
  ],
  [
    "{ type: string, x-generate: { faker: person.firstName, locale: xx } }",
    "/x-generate/locale",
    /none of Faker's locales/,
  ],
  [
    "{ type: string, x-generate: { person: shoe_size } }",
    "/x-generate/person",
    /must be one of name, first_name/,
  ],
  [
    "{ type: string, x-generate: { uniform: [1, 2] } }",
    "/x-generate/uniform",
    /gives numbers, and the type is string/,
  ],
  ["{ type: integer, x-generate: uuid }", "/x-generate", /gives texts, and the type is integer/],
  ["{ type: number, x-generate: { uniform: [2, 1] } }", "/x-generate/uniform", /below its beginning/],
  ["{ type: number, x-generate: { normal: [1, 0] } }", "/x-generate/normal/1", /> 0/],
  ["{ type: number, minimum: 1000, x-generate: { normal: [1, 1] } }", "/minimum", /leaves no number/],
  ["{ type: number, multipleOf: 1.0e-20 }", "/multipleOf", /15 are allowed/],
  ["{ enum: [a, b], x-generate: { weights: [1] } }", "/x-generate/weights", /1 weights for 2 values/],
  ["{ enum: [a, b], x-generate: { weights: [0, 0] } }", "/x-generate/weights", /weight above 0/],
  ["{ type: string, x-generate: { weights: [1] } }", "/x-generate/weights", /belongs to values, or an enum/],
  [
    "{ type: integer, x-generate: { values: [1, b] } }",
    "/x-generate/values/1",
    /"b" is not what the schema allows/,
  ],
  ["{ type: string, x-generate: { nulls: 0.1 } }", "/x-generate/nulls", /write type: \[string, "null"\]/],
  ["{ type: string, x-generate: { nulls: 2 } }", "/x-generate/nulls", /a share from 0 to 1/],
  [
    "{ type: string, x-generate: { uuid: true, faker: lorem.word } }",
    "/x-generate",
    /has faker and uuid; a field has one operator/,
  ],
  [
    "{ type: string, format: date, x-generate: { between: [2026-02-30, 2026-03-01] } }",
    "/x-generate/between",
    /no such day: 2026-02-30/,
  ],
  [
    "{ type: string, format: date, x-generate: { between: [2026-03-02, 2026-03-01] } }",
    "/x-generate/between",
    /is not after/,
  ],
  ["{ type: string, x-generate: { after: other } }", "/x-generate/after", /must name a field with times/],
  [
    "{ type: string, x-generate: { after: nothing } }",
    "/x-generate/after",
    /names "nothing", which is no field here; there are other, x/,
  ],
  [
    "{ type: number, x-generate: { product: [other, x] } }",
    "/x-generate/product/1",
    /depends on itself: x -> x/,
  ],
  [
    "{ type: integer, maximum: 4, x-generate: { product: [other, other] } }",
    "/x-generate/product",
    /goes from 1 to 9, beyond the bounds/,
  ],
  ['{ type: string, x-generate: { template: "{other" } }', "/x-generate/template", /in each pair of braces/],
  ["{ type: string, x-generate: { ref: email } }", "/x-generate/ref", /must be TYPE.FIELD, or FIELD\/PATH/],
  [
    "{ type: string, x-generate: { ref: other/email } }",
    "/x-generate/ref",
    /neither an object .* nor a reference/,
  ],
  [
    "{ type: string, x-generate: { ref: user.email, pick: { zipf: 1 }, unique: true } }",
    "/x-generate/unique",
    /can only be had of a reference to another type, with pick: each/,
  ],
  [
    "{ type: string, x-generate: { ref: user.email, skew: 1 } }",
    "/x-generate/skew",
    /of a reference write pick: \{zipf: EXPONENT\}/,
  ],
  ["{ type: string, x-generate: { pick: each } }", "/x-generate/pick", /belongs to ref/],
  [
    "{ type: integer, x-generate: ordinal }",
    "/x-generate",
    /needs a parent: write x-record: {childOf: TYPE}/,
  ],
  ["{ type: string, x-generate: { parent: id } }", "/x-generate/parent", /needs a parent/],
  ["{ type: string, format: date-time, x-generate: tick }", "/x-generate", /needs x-record: {seriesOf: TYPE/],
  [
    "{ enum: [a, b], x-generate: { machine: { a: { c: 1 } } } }",
    "/x-generate/machine",
    /has the state "c", which the schema does not allow/,
  ],
];

describe("what is wrong with a definition", () => {
  for (const [schema, below, message] of refusals) {
    it(`is told with its place and line: ${schema}`, () => {
      const { definitions, problems } = parseDefinitions(withField(schema));
      expect(definitions).to.deep.equal([]);
      const [problem] = problems;
      expect(problems, JSON.stringify(problems)).to.have.length(1);
      expect(below.split("|").map((each) => `/properties/x${each}`)).to.include(problem?.pointer);
      expect(problem?.line).to.equal(6);
      expect(problem?.message).to.match(message);
    });
  }

  it("is told all at once, for every definition of a file and in its order", () => {
    const { problems } = parseDefinitions(
      "$id: a\nx-record: { name: A, foo: 1 }\nproperties:\n  x: { type: strin }\n  y: { type: integer, minimum: 3, maximum: 1 }\n  z: { x-generate: { product: [nothing] } }\n---\n$id: b\nx-record: { key: c, stats: { sum: [d] } }\nproperties:\n  d: { type: string }\n",
    );
    expect(problems.map(({ definition, line, pointer }) => [definition, line, pointer])).to.deep.equal([
      [0, 2, "/x-record/foo"],
      [0, 2, "/x-record/name"],
      [0, 4, "/properties/x/type"],
      [0, 5, "/properties/y/maximum"],
      [0, 6, "/properties/z/x-generate/product/0"],
      [1, 9, "/x-record/key"],
      [1, 9, "/x-record/stats/sum/0"],
    ]);
  });

  const statistics: readonly (readonly [record: string, pointer: string, message: RegExp])[] = [
    ["stats: { by: [nothing] }", "/by/0", /names "nothing", which is no property/],
    ["stats: { by: [tags] }", "/by/0", /must name fields with single values/],
    ["stats: { by: [a, a] }", "/by", /must be a list of up to 4 different fields/],
    ["stats: { by: [a, b, c, d, e] }", "/by", /must be a list of up to 4 different fields/],
    ["stats: { by: a }", "/by", /must be a list of up to 4 different fields/],
    ["stats: { sum: [a] }", "/sum/0", /must name fields with numbers/],
    [
      "stats: { sum: [b, mixed] }",
      "/sum/1",
      /names "mixed", which may have other values than numbers: its column is jsonb/,
    ],
    [
      "stats: { sum: [b, c, d, e, f, g, h, i, j] }",
      "/sum",
      /must be a list of up to 8 different fields of numbers/,
    ],
    ["stats: { max: [b] }", "/max", /is not known; stats has by and sum/],
    ["table: null, stats: { sum: [b] }", "", /is of no use with table: null/],
  ];
  for (const [record, pointer, message] of statistics)
    it(`is told of its statistics: ${record}`, () => {
      const numbers = [..."bcdefghij"].map((name) => `  ${name}: { type: integer }\n`).join("");
      const { problems } = parseDefinitions(
        `$id: x\nx-record: { ${record} }\nproperties:\n  a: { type: string }\n  tags: { type: array }\n  mixed: { type: [integer, string], x-generate: { uniform: [1, 2] } }\n${numbers}`,
        { inspect: checkTable },
      );
      expect(problems.map((each) => [each.line, each.pointer])).to.deep.equal([
        [2, `/x-record/stats${pointer}`],
      ]);
      expect(problems[0]?.message).to.match(message);
    });

  it("of a message key that is no field, no single value or no name are told where they are", () => {
    const told = (messageKey: string): readonly string[] =>
      parseDefinitions(
        `$id: a\nx-record: { messageKey: ${messageKey} }\nproperties: { x: { type: string }, list: { type: array, items: {} } }\n`,
      ).problems.map(({ pointer, message }) => `${pointer} ${message}`);
    expect(told("y")).to.deep.equal([
      '/x-record/messageKey names "y", which is no property; there are x, list',
    ]);
    expect(told("[x, y]").map((text) => text.split(" ")[0])).to.deep.equal(["/x-record/messageKey/1"]);
    expect(told("list")).to.deep.equal(["/x-record/messageKey must name fields with single values"]);
    for (const wrong of ["5", "[]", "[x, x]"])
      expect(told(wrong), wrong).to.deep.equal([
        "/x-record/messageKey must be a field's name, a list of them, or null for messages without a key",
      ]);
    for (const right of ["x", "[x]", "null"]) expect(told(right), right).to.deep.equal([]);
    const long =
      "{ y: { type: string, minLength: 60000 }, x: { type: string, x-generate: { concat: [y, y] } } }";
    const problemsOf = (record: string): readonly string[] =>
      parseDefinitions(`$id: a\nx-record: ${record}\nrequired: [x, y]\nproperties: ${long}\n`).problems.map(
        ({ pointer, message }) => `${pointer} ${message}`,
      );
    expect(problemsOf("{ key: x }").join()).to.match(
      /^\/x-record\/messageKey may come to [\d,]+ bytes, and Kafka's key to 100,000; bound its fields, or write messageKey: null$/,
    );
    expect(problemsOf("{ key: x, messageKey: null }")).to.deep.equal([]);
  });

  it("is told a hundred times at most", () => {
    const properties = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`x${n}`, { type: "strin" }]),
    );
    const { problems } = parseDefinitions(JSON.stringify({ $id: "a", properties }));
    expect(problems).to.have.length(101);
    expect(problems.map(({ message }) => message)).to.include(
      "has 900 more faults like these, and was not read any further",
    );
  });

  it("is a cycle among fields, which is shown once", () => {
    const { problems } = parseDefinitions(
      "$id: a\nproperties:\n  x: { type: number, x-generate: { add: [y, 1] } }\n  y: { type: number, x-generate: { add: [z, 1] } }\n  z: { type: number, x-generate: { add: [x, 1] } }\n",
    );
    expect(problems.map(({ message }) => message)).to.deep.equal(["depends on itself: x -> y -> z -> x"]);
  });

  it("is a type that contains itself and cannot do without", () => {
    const { problems } = parseDefinitions(
      "$id: a\nproperties: { x: { $ref: '#/$defs/n' } }\n$defs:\n  n: { type: object, required: [next], properties: { next: { $ref: '#/$defs/n' } } }\n",
    );
    expect(problems).to.have.length(1);
    expect(problems[0]?.message)
      .to.contain("#/$defs/n -> #/$defs/n")
      .and.to.contain("make a field on the way optional");
  });

  it("is a name, topic or table that another definition of the file has", () => {
    const { problems } = parseDefinitions(
      "$id: a\nproperties: { x: {} }\n---\n$id: b\nx-record: { topic: a }\nproperties: { x: {} }\n",
    );
    expect(problems).to.deep.equal([
      {
        definition: 1,
        pointer: "/x-record/topic",
        line: 5,
        message: "the topic a is that of another definition in this file",
      },
    ]);
  });

  it("is what drawing alone can tell", () => {
    const { problems } = parseDefinitions(
      withField("{ type: integer, minimum: 0, maximum: 9, not: { minimum: 0 } }"),
      { inspect: tryRecords },
    );
    expect(problems.map(({ pointer, line }) => [pointer, line])).to.deep.equal([["/properties/x", 6]]);
    expect(problems[0]?.message).to.contain("not");
  });

  it("is no name that every object inherits, in definitions and in records", () => {
    for (const name of ["constructor", "toString", "hasOwnProperty", "__proto__"]) {
      const schema = `{ type: object, properties: { "${name}": { type: integer } }, dependentRequired: { "${name}": [a] } }`;
      for (const field of [name, "x"])
        expect(
          parseDefinitions(withField(schema, field), { inspect: tryRecords }).problems,
          `${name} in ${field}`,
        ).to.deep.equal([]);
    }
  });

  it("never is an exception, whatever the file holds", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"$id":"a","properties":{"x":${json}}}`),
        ),
        (text) => {
          const { definitions, problems } = parseDefinitions(text);
          expect(definitions.length + problems.length).to.be.above(0);
        },
      ),
    );
  });
});
