import type { VNode } from "preact";
import { sentence } from "../../new-run/input-parts.tsx";
import { formatCount } from "../../page/format.ts";
import type { JudgedDefinitions, JudgedType } from "./judge-definitions.ts";

interface VerdictProps {
  readonly judged: JudgedDefinitions;
  /** Whether it was sent to be registered. */
  readonly wasRefused: boolean;
}

/** In a sentence, what registering would do or what keeps it from being done. */
export function Verdict({ judged: { problem, types }, wasRefused }: VerdictProps): VNode {
  if (problem !== null) {
    const mistakes = problem.errors.length;
    const count = mistakes === 1 ? "1 mistake. " : `${formatCount(mistakes)} mistakes, the first: `;
    return (
      <span class="mend">
        {wasRefused ? <strong>Nothing was registered. </strong> : null}
        {mistakes === 0 ? "" : count}
        {sentence(problem.message)}
      </span>
    );
  }
  if (types.length === 0) return <>Nothing to register yet.</>;
  return (
    <>
      <strong>Nothing is wrong.</strong> {types.map(whatBecomes).join("; ")}.
    </>
  );
}

function whatBecomes({ name, version, isUnchanged }: JudgedType): string {
  if (isUnchanged === true) return `${name}, version ${version}, is there already as it is`;
  return version === 1 ? `${name} is new` : `${name} gets version ${version}`;
}
