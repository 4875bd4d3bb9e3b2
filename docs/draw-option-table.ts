import { optionProperties } from "../records/options.ts";
import { userType } from "../records/user.ts";

/** The options of a run's data as a Markdown table, from the schemas that requests are checked by. */
export function optionTable(): string {
  const rows = Object.entries(optionProperties(userType)).map(([name, schema]) => {
    const { description, examples, ...rest }: OptionSchema = schema;
    const preset = "default" in rest ? code(rest.default) : "";
    return `| \`${name}\` | ${escape(description ?? "")} | ${preset} | ${(examples ?? []).map(code).join(" ")} |`;
  });
  return ["| option | what it does | default | for example |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

interface OptionSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

const code = (value: unknown): string => `\`${escape(JSON.stringify(value))}\``;

const escape = (text: string): string => text.replaceAll("|", "\\|");
