import fc from "fast-check";

const joined = (parts: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(parts, { maxLength }).map((chosen) => chosen.join(""));

/** White space as JSON has it. */
export const jsonSpace: fc.Arbitrary<string> = joined(fc.constantFrom(" ", "\n", "\r", "\t"), 3);

/** Numbers that parsing and writing would change, and others. */
const jsonNumber: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("0", "-0", "1.0", "1e400", "-1E-400", "738529527931269425", "0.10", "1E+2"),
  fc.bigInt().map(String),
);

/** Text that hides what a careless reader looks for: quotation marks, brackets, commas, backslashes. */
const jsonString: fc.Arbitrary<string> = joined(
  fc.constantFrom(
    "a",
    "é",
    "😀",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    '\\"',
    "\\\\",
    "\\/",
    "\\u0022",
    "\\ud800",
    "\\u005C",
    "\\n",
  ),
  6,
).map((text) => `"${text}"`);

/** The name in one of the ways in which JSON can write it. */
export const spelled = (name: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map(
      (escaped) => `"${Array.from(name, (one, index) => (escaped[index] ? escapeOf(one) : one)).join("")}"`,
    );

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const list = (parts: readonly string[], space: string): string => parts.join(`${space},${space}`);

/** JSON as anybody may write it: any spelling of numbers and text, any white space, names that stand twice. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constantFrom("null", "true", "false"), jsonNumber, jsonString),
    fc
      .tuple(jsonSpace, fc.array(tie("value"), { maxLength: 4 }))
      .map(([space, parts]) => `[${space}${list(parts, space)}${space}]`),
    fc
      .tuple(
        jsonSpace,
        fc.array(fc.tuple(fc.oneof(spelled("records"), jsonString), tie("value")), { maxLength: 4 }),
      )
      .map(([space, members]) => {
        const parts = members.map(([name, value]) => `${name}${space}:${space}${value}`);
        return `{${space}${list(parts, space)}${space}}`;
      }),
  ),
})).value;
