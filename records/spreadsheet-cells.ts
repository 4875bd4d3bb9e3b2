/**
 * The places at which a spreadsheet that reads CSV would begin a formula: the start of a cell, also before spaces or what it
 * leaves out, and behind what spreadsheets of other settings take for the end of a cell. A regular expression of
 * JavaScript and of PostgreSQL alike. https://owasp.org/www-community/attacks/CSV_Injection
 */
export const formulaStarts = String.raw`^(?= *[=+@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n-])|(?<=[;\t\r\n])(?= *[=+@\uFF1D\uFF0B\uFF0D\uFF20-])`;

const allStarts = new RegExp(formulaStarts, "g");

/** The text with an apostrophe at each of these places, where what follows is text then; any other stays as it is. */
export const disarmFormulas = (text: string): string => text.replace(allStarts, "'");
