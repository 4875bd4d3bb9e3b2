import type { Problem as Mistake } from "../../../types/definition/problem.ts";
import { Problem, type ProblemKind } from "../../http/problem.ts";

/** Those that are named in an answer; whoever mends them sees the others. */
const maxNamed = 500;

/** Refuses definitions, naming each mistake by pointer and line. */
export function definitionProblem(
  kind: Extract<ProblemKind, "invalid-definition" | "type-conflict">,
  mistakes: readonly Mistake[],
): Problem {
  const [first] = mistakes;
  const more = mistakes.length > 1 ? ` (and ${(mistakes.length - 1).toLocaleString("en")} more)` : "";
  const place = [first?.line ? `line ${first.line}` : "", first?.pointer ?? ""].filter(Boolean).join(", ");
  return new Problem(kind, `${place === "" ? "" : `${place}: `}${first?.message}${more}.`, {
    errors: mistakes.slice(0, maxNamed).map(({ definition, pointer, line, message }) => ({
      field: pointer === "" ? "definition" : pointer,
      message,
      definition,
      pointer,
      line,
    })),
  });
}
