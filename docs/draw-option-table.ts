import { optionProperties } from "../types/user/options.ts";
import { userType } from "../types/user/user.ts";

/** The options of a run's data as a Markdown table, from the schemas that requests are checked by. */
export function optionTable(): string {
  const rows = Object.entries(optionProperties(userType)).map(([name, schema]) => {
    const said = new Map<string, unknown>(Object.entries(schema));
    const examples = said.get("examples");
    const cells = [
      `\`${name}\``,
      inCell(String(said.get("description") ?? "")),
      said.has("default") ? code(said.get("default")) : "",
      (Array.isArray(examples) ? examples : []).map(code).join(" "),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| option | what it does | default | for example |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

const code = (value: unknown): string => `\`${inCell(JSON.stringify(value))}\``;

const inCell = (text: string): string => text.replaceAll("|", "\\|");
