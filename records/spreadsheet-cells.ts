/**
 * Where a spreadsheet that reads CSV begins a formula, or may: at the start of a cell, also behind spaces, or where it leaves
 * out what stands there. Regular expressions of JavaScript and of PostgreSQL alike, without looking around, which makes
 * PostgreSQL's slow. https://owasp.org/www-community/attacks/CSV_Injection
 */
export const formulaAtStart = String.raw`^( *[=+@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n-])`;
/** And behind what spreadsheets of other settings take for the end of a cell, whatever stands in quotation marks. */
export const formulaWithin = String.raw`([;\t\r\n])( *[=+@\uFF1D\uFF0B\uFF0D\uFF20-])`;

const atStart = new RegExp(formulaAtStart);
const within = new RegExp(formulaWithin, "g");

/** The text with an apostrophe at each of these places, where what follows is text then; any other stays as it is. */
export const disarmFormulas = (text: string): string => text.replace(within, "$1'$2").replace(atStart, "'$1");
