// Says in a word what `npm audit --json` on standard input found: clean, vulnerable, or unknown where it could not ask.
import { text } from "node:stream/consumers";

const report = parse(await text(process.stdin));
const found = report?.metadata?.vulnerabilities?.total;
console.log(!Number.isInteger(found) || report.error ? "unknown" : found === 0 ? "clean" : "vulnerable");

function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
