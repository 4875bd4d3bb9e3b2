/**
 * JSON with a line a member. Unlike what parsing and writing it again would give, every value stands as it came: numbers
 * keep their digits, names that stand twice do so.
 * @param json known to be valid
 */
export function indentJson(json: string): string {
  let text = "";
  let depth = 0;
  const breakLine = (): string => `\n${"  ".repeat(Math.min(depth, maxIndents))}`;
  for (const [token] of json.matchAll(tokens)) {
    if (token === "{" || token === "[") {
      depth += 1;
      text += token + breakLine();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      text += breakLine() + token;
    } else if (token === ",") {
      text += token + breakLine();
    } else if (token === ":") {
      text += ": ";
    } else {
      text += token;
    }
  }
  return text;
}

/** Beyond it nobody would see where a line begins. */
const maxIndents = 20;

const tokens = /"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|[^\s{}[\],:"]+/gs;
