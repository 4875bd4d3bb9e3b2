import type { Problem } from "../types/definition/problem.ts";

/** A problem a line, in the form that editors make links of. */
export function reportProblems(file: string, problems: readonly Omit<Problem, "definition">[]): void {
  for (const { line, pointer, message } of problems)
    console.error(`${file}:${line ?? 1}: ${pointer === "" ? "" : `${pointer}: `}${message}`);
}
