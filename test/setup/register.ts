import type { Pool } from "../../ledger/database/database.ts";
import { registerTypes } from "../../ledger/types/register-types.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { userType } from "../../types/user/user.ts";

/** Registers the definitions of a text in YAML. */
export async function registerText(pool: Pool, text: string): Promise<void> {
  const { definitions, sources, problems } = parseDefinitions(text);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const registered = await registerTypes(pool, {
    candidates: sources.map((source, index) => {
      const definition = definitions[index];
      if (definition === undefined) throw new Error("a source without a definition");
      return { definition, source };
    }),
    mediaType: "application/yaml",
    builtIn: { name: userType.name, topic: "synthetic_users", table: userType.table.name },
  });
  if (registered.kind === "refused") throw new Error(JSON.stringify(registered.problems));
}
