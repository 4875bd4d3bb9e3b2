import {
  argumentSchemas,
  argumentsOf,
  modifierSchemas,
  operatorSchemas,
} from "../types/definition/meta-schema.ts";
import { operatorExamples, valuesOf } from "./operator-examples.ts";

type Keyword = keyof typeof operatorExamples;

/** Every keyword of `x-generate` as Markdown tables, from the meta-schema that definitions are checked by; what the examples give, the samplers say. */
export async function operatorTables(): Promise<string> {
  return [
    "One operator:",
    await table("operator", operatorSchemas),
    "Beside some of them:",
    await table("keyword", argumentSchemas),
    "And modifiers:",
    await table("modifier", modifierSchemas),
  ].join("\n\n");
}

async function table(title: string, schemas: Readonly<Partial<Record<Keyword, Described>>>): Promise<string> {
  const rows: string[] = [];
  for (const [name, schema] of Object.entries(schemas)) {
    const keyword = name as Keyword;
    const { field, beside, record, others } = operatorExamples[keyword];
    const cells = [
      `\`${name}\`${ownersOf(name)}`,
      `${schema.description}. ${capital(String(schema["x-message"]))}`,
      [
        field,
        ...(beside === undefined ? [] : [`beside ${beside}`]),
        ...(record === undefined ? [] : [`x-record: { ${record} }`]),
        ...(others === undefined ? [] : [`with ${others.replaceAll("\n", ", ")}`]),
      ]
        .map(code)
        .join("<br>"),
      (await valuesOf(operatorExamples[keyword]))
        .map((value) => (value === null ? "–" : code(value)))
        .join("<br>"),
    ];
    rows.push(`| ${cells.join(" | ")} |`);
  }
  return [
    `| ${title} | what it gives, and takes | for example | which gives |`,
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

interface Described {
  readonly description: string;
  readonly [keyword: string]: unknown;
}

function ownersOf(name: string): string {
  const owners: readonly string[] =
    Object.entries(argumentsOf).find(([argument]) => argument === name)?.[1] ?? [];
  return owners.length === 0 ? "" : ` of ${owners.map((owner) => `\`${owner}\``).join(", ")}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
