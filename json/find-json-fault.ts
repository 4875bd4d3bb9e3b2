/** Where a text stops being JSON. */
export interface JsonFault {
  /** Index into the text, in UTF-16 units; its length where the text ends too early. */
  readonly at: number;
  /** What is wrong there, as a sentence. */
  readonly message: string;
}

type Expected = "value" | "value_or_end" | "name" | "name_or_end" | "colon" | "comma_or_end" | "nothing";

const expectations: Readonly<Record<Expected, string>> = {
  value: "a value is expected here: text in double quotes, a number, true, false, null, { or [",
  value_or_end: "a value or ] is expected here",
  name: "a name in double quotes is expected here",
  name_or_end: "a name in double quotes or } is expected here",
  colon: "a colon is expected here, between name and value",
  comma_or_end: "a comma is expected here, or the end of what was opened",
  nothing: "nothing may follow the value",
};

/**
 * Finds the first place at which a text is no JSON: `JSON.parse` says only of some errors where they are. Pure, without
 * recursion; null exactly where `JSON.parse` succeeds. https://www.rfc-editor.org/rfc/rfc8259
 */
export function findJsonFault(text: string): JsonFault | null {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let at = 0;
  const afterValue = (): Expected => (open.length === 0 ? "nothing" : "comma_or_end");

  for (;;) {
    at = matchEnd(space, text, at) ?? at;
    const character = text[at];
    if (character === undefined) {
      return expected === "nothing" ? null : { at, message: `the text ends here, where ${wanted(expected)}` };
    }
    const isName: boolean = expected === "name" || expected === "name_or_end";
    if (character === '"' && (isName || expected === "value" || expected === "value_or_end")) {
      const end = readString(text, at);
      if (typeof end !== "number") return end;
      at = end;
      expected = isName ? "colon" : afterValue();
    } else if (expected === "value" || expected === "value_or_end") {
      if (character === "{" || character === "[") {
        open.push(character);
        expected = character === "{" ? "name_or_end" : "value_or_end";
        at += 1;
      } else if (character === "]" && expected === "value_or_end") {
        open.pop();
        expected = afterValue();
        at += 1;
      } else {
        const end = matchEnd(literal, text, at);
        if (end === null) return { at, message: describe(character, expected) };
        at = end;
        expected = afterValue();
      }
    } else if (expected === "colon" && character === ":") {
      expected = "value";
      at += 1;
    } else if (expected === "comma_or_end" && character === ",") {
      expected = open.at(-1) === "{" ? "name" : "value";
      at += 1;
    } else if (
      (character === "}" &&
        (expected === "name_or_end" || (expected === "comma_or_end" && open.at(-1) === "{"))) ||
      (character === "]" && expected === "comma_or_end" && open.at(-1) === "[")
    ) {
      open.pop();
      expected = afterValue();
      at += 1;
    } else {
      return { at, message: describe(character, expected) };
    }
  }
}

const space = /[ \t\n\r]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** All but the quote, the backslash and control characters below U+0020. */
const plainCharacters = /[ !#-[\]-\u{10ffff}]*/uy;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function matchEnd(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** Where the string that begins at `start` has ended, or why it does not. */
function readString(text: string, start: number): number | JsonFault {
  let at = start + 1;
  for (;;) {
    at = matchEnd(plainCharacters, text, at) ?? at;
    const character = text[at];
    if (character === '"') return at + 1;
    if (character === undefined) return { at: start, message: "this text in double quotes has no end" };
    if (character !== "\\") {
      return {
        at,
        message: "a control character must not stand in text as it is, only as an escape such as \\n",
      };
    }
    const end = matchEnd(escapeSequence, text, at);
    if (end === null)
      return { at, message: 'this is no escape; there are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX' };
    at = end;
  }
}

function describe(character: string, expected: Expected): string {
  if (character === "\uFEFF") return "a byte order mark is no part of JSON";
  if (character === "'" && expected !== "nothing") return "text stands in double quotes, not in single ones";
  return expectations[expected];
}

const wanted = (expected: Expected): string =>
  expectations[expected].replace(" is expected here", " is expected");
