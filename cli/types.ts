import { parseArgs } from "node:util";
import { readText } from "./read-text.ts";
import { addTypes, listTypes, removeType, showType } from "./registered-types.ts";
import { usage, wrongUsage } from "./types-usage.ts";

/** Which options each of them takes: one that would say nothing is refused. */
const optionsOf = {
  check: [],
  sample: ["type", "count", "seed", "reference-date"],
  explicit: ["type"],
  add: ["dry-run", "json", "url"],
  list: ["json", "url"],
  show: ["json", "url"],
  remove: ["json", "url"],
} as const satisfies Record<string, readonly string[]>;

/** Those that ask about a registered type, not about a file. */
const namesType: ReadonlySet<string> = new Set(["show", "remove"]);

const isAction = (name: string | undefined): name is keyof typeof optionsOf =>
  name !== undefined && Object.hasOwn(optionsOf, name);

const { values, positionals } = readArguments(process.argv.slice(2));
if (values.help === true) console.log(usage);
else process.exitCode = await run();

async function run(): Promise<number> {
  const [action, ...files] = positionals;
  if (!isAction(action))
    throw wrongUsage(action === undefined ? "Say what to do." : `There is no "${action}".`);
  for (const option of Object.keys(values))
    if (!optionsOf[action].some((each) => each === option))
      throw wrongUsage(`${action} takes no --${option}.`);
  const [file, ...others] = files;
  if (action === "list" && file !== undefined) throw wrongUsage(`Unexpected argument "${file}".`);
  if (action === "list") return listTypes(values);
  if (file === undefined) throw wrongUsage(`${namesType.has(action) ? "NAME" : "FILE"} is missing.`);
  if (files.filter((each) => each === "-").length > 1) throw wrongUsage("Standard input is there once.");
  if (action === "add")
    return addTypes(
      files.map((each) => [each, readText(each)]),
      values,
    );
  if (others.length > 0 && action !== "check") throw wrongUsage(`Unexpected argument "${others[0]}".`);
  if (action === "show") return showType(file, values);
  if (action === "remove") return removeType(file, values);
  // To load all that reads definitions and draws records takes most of the time of a command that only asks a stack.
  const { checkFiles, printExplicit, printRecords } = await import("./definition-files.ts");
  if (action === "check") return checkFiles(files);
  return action === "sample" ? printRecords(file, values) : printExplicit(file, values);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        type: { type: "string" },
        count: { type: "string" },
        seed: { type: "string" },
        "reference-date": { type: "string" },
        "dry-run": { type: "boolean" },
        json: { type: "boolean" },
        url: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrongUsage(error.message);
  }
}
