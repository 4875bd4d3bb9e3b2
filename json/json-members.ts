/** A member of an object in JSON text: its name, and where its value stands. */
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The members of an object in their order, one for each time that a name is written; of several with one name, JSON.parse
 * takes the last. It finds the text of a value, of which JSON.parse may keep less: a number's digits beyond 2^53.
 * @param text JSON.parse has made an object of it
 */
export function* listMembers(text: string): Generator<JsonMember> {
  let at = skipSpace(text, text.indexOf("{") + 1);
  while (text[at] !== "}") {
    const nameEnd = endOfString(text, at);
    const name: string = JSON.parse(text.slice(at, nameEnd));
    const colonAt = skipSpace(text, nameEnd);
    const start = skipSpace(text, colonAt + 1);
    const end = endOfValue(text, start);
    yield { name, start, end };
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
}

/** Where the items of an array stand. @param text JSON.parse has made an array of it */
export function* listItems(text: string): Generator<{ readonly start: number; readonly end: number }> {
  let at = skipSpace(text, text.indexOf("[") + 1);
  while (text[at] !== "]") {
    const end = endOfValue(text, at);
    yield { start: at, end };
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
}

/** What opens or closes something. */
const structure = /["[\]{}]/g;
const endOfScalar = /[\s,\]}]/g;

function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first !== "{" && first !== "[") return indexOf(endOfScalar, text, start);
  for (let at = start, depth = 0; ; ) {
    at = indexOf(structure, text, at);
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    depth += character === "{" || character === "[" ? 1 : -1;
    at += 1;
    if (depth === 0) return at;
  }
}

/**
 * Behind the closing quotation mark: one before which there is an even number of backslashes. A regular expression would recurse
 * over a string of them.
 * @param start of the opening one
 * @throws SyntaxError where it is not closed
 */
export function endOfString(text: string, start: number): number {
  for (let quoteAt = text.indexOf('"', start + 1); ; quoteAt = text.indexOf('"', quoteAt + 1)) {
    if (quoteAt < 0) throw new SyntaxError("a text in double quotes has no end: this is no JSON");
    let backslashAt = quoteAt;
    while (text[backslashAt - 1] === "\\") backslashAt -= 1;
    if ((quoteAt - backslashAt) % 2 === 0) return quoteAt + 1;
  }
}

const notSpace = /[^ \t\n\r]/g;

const skipSpace = (text: string, at: number): number => indexOf(notSpace, text, at);

/** Where a pattern, which must be global, matches next; the text's end where it does not. */
function indexOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
