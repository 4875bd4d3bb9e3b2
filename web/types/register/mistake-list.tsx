import type { VNode } from "preact";
import type { FieldError } from "../../http/problem.ts";
import { sentence } from "../../new-run/input-parts.tsx";
import { formatCount } from "../../page/format.ts";
import type { JudgedDefinitions } from "./judge-definitions.ts";

interface MistakeListProps {
  readonly judged: JudgedDefinitions;
  /** Whether the keyboard is led to the first of them. */
  readonly takesFocus: boolean;
}

const mostListed = 50;

/** What is wrong with a text, each mistake with the line in which it is. */
export function MistakeList({ judged: { text, problem }, takesFocus }: MistakeListProps): VNode | null {
  const mistakes = problem?.errors ?? [];
  if (mistakes.length === 0) return null;
  const lines = text.split("\n");
  const more = mistakes.length - mostListed;
  return (
    <section class="mistakes" aria-labelledby="mistakes-title">
      <h2 id="mistakes-title">
        {mistakes.length === 1 ? "One mistake" : `${formatCount(mistakes.length)} mistakes`}
      </h2>
      <ol>
        {mistakes.slice(0, mostListed).map((mistake, index) => (
          <Mistake mistake={mistake} lines={lines} takesFocus={takesFocus && index === 0} />
        ))}
      </ol>
      {more > 0 ? <p class="note">and {formatCount(more)} more, to be seen once some are mended</p> : null}
    </section>
  );
}

interface MistakeProps {
  readonly mistake: FieldError;
  readonly lines: readonly string[];
  readonly takesFocus: boolean;
}

function Mistake({ mistake: { line, pointer, message }, lines, takesFocus }: MistakeProps): VNode {
  const written = line ? cut((lines[line - 1] ?? "").trim()) : "";
  return (
    <li>
      {/* biome-ignore lint/a11y/noAutofocus: the page is the answer to a form that was sent, and this is what it was refused for */}
      <a href="#definition" data-line={line ?? undefined} autoFocus={takesFocus}>
        {line ? `Line ${formatCount(line)}` : "The file"}
      </a>
      {written === "" ? null : (
        <code class="written">
          <bdi dir="ltr">{written}</bdi>
        </code>
      )}
      <span class="mistake">
        {pointer ? (
          <>
            <code>
              <bdi dir="ltr">{cut(pointer)}</bdi>
            </code>{" "}
            {message}
          </>
        ) : (
          sentence(message)
        )}
      </span>
    </li>
  );
}

const longest = 120;
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
