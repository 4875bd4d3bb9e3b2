import { ExplainedError } from "../stack/explained-error.ts";

export const usage = `Usage: npm run types -- check FILE…
       npm run types -- sample FILE [--type NAME] [--count 10] [--seed 0] [--reference-date DATE]
       npm run types -- explicit FILE [--type NAME]
       npm run types -- add FILE… [--dry-run] [--json] [--url URL]
       npm run types -- list [--json] [--url URL]
       npm run types -- show NAME[@VERSION] [--json] [--url URL]
       npm run types -- remove NAME [--json] [--url URL]

Record types of your own, defined as JSON Schema in YAML or JSON; FILE may be - for standard input. The first three need no stack, the others ask a running one.

check     says what is wrong, a problem a line as FILE:LINE: POINTER MESSAGE, and makes 1,000 records of each type to see that they are valid
sample    prints records, one JSON object a line; the same ones at every call with the same seed and reference date
explicit  prints the definitions with all that was chosen for what they leave open, as YAML
add       registers the types of each file, all of a file's or none: each gets its topic and its table
list      prints the registered types
show      prints a type's definition as it came; with --json all that is known of it
remove    takes a type with all its versions off the list, so that it takes no more runs; its table, rows and topic stay. Refused while runs of it are under way

--type NAME            Of a file with several definitions, this one
--count N              How many records
--seed N               From 0 to 2^53 - 1; another one gives other records
--reference-date DATE  The "now" from which dates are drawn, such as 2026-11-24 or 2026-11-24T12:00:00Z; today by default, so that dates differ tomorrow
--dry-run              Registers nothing, and says what would be or what is wrong
--json                 Prints JSON
--url URL              Address of the web service; the running stack's by default

Exit code 0: done, and nothing is wrong. 1: something is wrong with a definition, or the stack refuses it: it is printed. 2: wrong usage.`;

export function wrongUsage(message: string): ExplainedError {
  return new ExplainedError(`${message}\n\n${usage}`, { exitCode: 2 });
}
