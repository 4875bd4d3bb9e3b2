import {
  argumentSchemas,
  argumentsOf,
  modifierSchemas,
  operatorSchemas,
} from "../types/definition/meta-schema.ts";
import { operatorExamples, valuesOf } from "./operator-examples.ts";

type Keyword = keyof typeof operatorExamples;

/** Every keyword of `x-generate` as Markdown tables, from the meta-schema that definitions are checked by; what the examples give, the samplers say. */
export function operatorTables(): string {
  return [
    "One operator:",
    table("operator", operatorSchemas),
    "Beside some of them:",
    table("keyword", argumentSchemas),
    "And modifiers:",
    table("modifier", modifierSchemas),
  ].join("\n\n");
}

function table(title: string, schemas: Readonly<Partial<Record<Keyword, Described>>>): string {
  const rows = Object.entries(schemas).map(([name, schema]) => {
    const keyword = name as Keyword;
    const { field, beside } = operatorExamples[keyword];
    const cells = [
      `\`${name}\`${ownersOf(name)}`,
      `${schema.description}. ${capital(String(schema["x-message"]))}`,
      [field, ...(beside === undefined ? [] : [`beside ${beside}`])].map(code).join("<br>"),
      valuesOf(operatorExamples[keyword])
        .map((value) => (value === null ? "–" : code(value)))
        .join("<br>"),
    ];
    return `| ${cells.join(" | ")} |`;
  });
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
