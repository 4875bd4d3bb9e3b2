import type { Draws } from "../../generate/draws.ts";

/** Ways in which the text of a JSON object stops being JSON; none makes a new line of it. */
const jsonFaults: readonly ((json: string, draws: Draws) => string)[] = [
  // Whatever an object is cut to, it is not closed.
  (json, draws) => json.slice(0, boundary(json, 1 + draws.below(json.length - 1))),
  (json) => `${json.slice(0, -1)},}`,
  (json) => json.replaceAll('"', "'"),
  (json) => json.replace(/"([^"]*)":/, "$1:"),
  (json) => json.replace('":', '"='),
  (json) => `${json}${json}`,
  (json) => `${json.slice(0, -1)},"score":NaN}`,
  (json) => `${json.slice(0, -1)},"active":True}`,
  (json) => `${json} // exported`,
  (json) => `\uFEFF${json}`,
  () => "<html><body>502 Bad Gateway</body></html>",
];

export function breakJson(json: string, draws: Draws): string {
  return draws.pick(jsonFaults)(json, draws);
}

/** Bytes that UTF-8 has nowhere, whatever stands before and behind them. */
const badBytes: readonly Buffer[] = [
  // é, ü and ß in Latin-1, before anything but a byte that would continue them.
  Buffer.from([0xe9]),
  Buffer.from([0xfc]),
  Buffer.from([0xdf]),
  // Windows-1252's quotation marks.
  Buffer.from([0x93]),
  // A character cut off, a slash written too long, half a surrogate pair.
  Buffer.from([0xe2, 0x82]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xff]),
];

export function breakUtf8(json: string, draws: Draws): Buffer {
  const at = boundary(json, 1 + draws.below(json.length - 1));
  const bytes = draws.pick(badBytes);
  return Buffer.concat([Buffer.from(json.slice(0, at)), bytes, Buffer.from(json.slice(at))]);
}

const otherShapes: readonly ((json: string, draws: Draws) => string)[] = [
  (json) => `[${json}]`,
  (json) => JSON.stringify(json),
  (json) => JSON.stringify(Object.entries(JSON.parse(json))),
  (_json, draws) => String(draws.below(1_000_000)),
  () => "null",
  () => "true",
  () => "[]",
];

export function wrapOtherwise(json: string, draws: Draws): string {
  return draws.pick(otherShapes)(json, draws);
}

export function insertNul(json: string, draws: Draws): string {
  return insertEscape(json, "\\u0000", draws);
}

const surrogates = ["\\ud83d", "\\ude00"] as const;

export function insertLoneSurrogate(json: string, draws: Draws): string {
  return insertEscape(json, draws.pick(surrogates), draws);
}

/** At the beginning or the end of one of the texts of a JSON object, be it a name or a value: there it escapes a character. */
function insertEscape(json: string, escaped: string, draws: Draws): string {
  const quotes = Array.from(
    json.matchAll(/(?<!\\)(?:\\\\)*"/g),
    ({ index, 0: match }) => index + match.length - 1,
  );
  // Behind a quote that opens a text or before one that closes it: every second one closes.
  const chosen = draws.below(quotes.length);
  const at = (quotes[chosen] as number) + (chosen % 2 === 0 ? 1 : 0);
  return `${json.slice(0, at)}${escaped}${json.slice(at)}`;
}

/** The same place, or the one before where that would be within a character. */
function boundary(text: string, at: number): number {
  const isWithin = /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
  return isWithin ? at - 1 : at;
}
