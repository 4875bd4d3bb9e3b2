import type { Candidate, RegisteredType } from "../../../ledger/types/register-types.ts";
import type { DefinitionMediaType } from "../../../types/definition/media-type.ts";
import { Problem } from "../../http/problem.ts";
import type { Registry } from "../registry.ts";
import { checkDefinitions } from "./check-definitions.ts";
import { definitionProblem } from "./definition-problem.ts";

export interface DefinitionsFile {
  readonly text: string;
  readonly mediaType: DefinitionMediaType;
  /** Only says what would be registered. */
  readonly isDryRun: boolean;
}

export type RegisteredDefinitions = {
  /** The definitions with which nothing is wrong by themselves; none where something is wrong with another one of the file. */
  readonly candidates: readonly Candidate[];
} & (
  | { readonly kind: "registered"; readonly types: readonly RegisteredType[] }
  | { readonly kind: "refused"; readonly problem: Problem }
);

/** Registers a file's definitions, all or none, whoever sends it. */
export async function registerDefinitions(
  registry: Registry,
  { text, mediaType, isDryRun }: DefinitionsFile,
): Promise<RegisteredDefinitions> {
  // PostgreSQL's texts have none.
  if (text.includes("\0")) {
    const detail = "The body has the character U+0000; write \\u0000 in its texts.";
    return { kind: "refused", candidates: [], problem: new Problem("malformed-body", detail) };
  }
  const { candidates, problems } = await checkDefinitions(text, registry.findType);
  if (problems.length > 0)
    return {
      kind: "refused",
      candidates: [],
      problem: definitionProblem("invalid-definition", problems),
    };
  const registered = await registry.register({ candidates, mediaType, isDryRun });
  return registered.kind === "refused"
    ? { kind: "refused", candidates, problem: definitionProblem("type-conflict", registered.problems) }
    : { kind: "registered", candidates, types: registered.types };
}
