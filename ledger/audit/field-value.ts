import pg from "pg";
import { quoted } from "../database/table-names.ts";
import type { MemberRows } from "./members.ts";

/** A field's column, or what stands in it; null where the table has none. */
export function valueIn({ fields }: Pick<MemberRows, "fields">, alias: string, path: string): string | null {
  const [name, ...rest] = path.split("/");
  const column = fields.find((field) => field.name === name)?.column.name;
  if (column === undefined) return null;
  const expression = `${alias}.${quoted(column)}`;
  if (rest.length === 0) return expression;
  return `(${expression} #>> ARRAY[${rest.map((token) => pg.escapeLiteral(token)).join(", ")}])`;
}
