import type { SignedIn } from "../access/visitor.ts";
import type { Problem } from "../http/problem.ts";
import { Page, renderPage } from "./layout.tsx";

/** What a browser gets instead of problem details. */
export function renderProblemPage(problem: Problem, signedIn: SignedIn | null): string {
  return renderPage(
    <Page title={problem.title} section={null} signedIn={signedIn}>
      <div class="message">
        <p class="overline">{problem.status}</p>
        <h1>{problem.title}</h1>
        <p>{problem.message}</p>
        {problem.kind === "unavailable" ? (
          <p>
            What is committed stays committed and goes on by itself. <a href="/pipeline">See what is down.</a>
          </p>
        ) : null}
        <p class="actions">
          <a class="button" href="/">
            New run
          </a>
          <a class="button quiet" href="/runs">
            All runs
          </a>
        </p>
      </div>
    </Page>,
  );
}
