/** Characters that an explanation may have: a person reads it, and what it quotes may be megabytes. */
const maxLength = 250;

/** Text for a person, of what an error says: short, and of characters that PostgreSQL's text can hold. */
export function toExplanation(text: string): string {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return short.replaceAll("\0", "\\0").toWellFormed();
}
