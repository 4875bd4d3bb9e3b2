import type { VNode } from "preact";
import { limits } from "../../../types/definition/limits.ts";
import type { SignedIn } from "../../access/visitor.ts";
import { CodeBlock } from "../../page/code-block.tsx";
import { CsrfInput } from "../../page/csrf-input.tsx";
import { Page, renderPage } from "../../page/layout.tsx";
import type { JudgedDefinitions } from "./judge-definitions.ts";
import { JudgedTypes } from "./judged-types.tsx";
import { MistakeList } from "./mistake-list.tsx";
import type { TypeDraft } from "./type-drafts.ts";
import { Verdict } from "./verdict.tsx";

export interface NewTypePageProps {
  readonly judged: JudgedDefinitions;
  /** Whether it was sent to be registered, which its mistakes prevented. */
  readonly wasRefused: boolean;
  readonly drafts: readonly TypeDraft[];
  /** Where the service is reached, for commands that a person copies. */
  readonly baseUrl: string;
  /** Whose password curl is to ask for. */
  readonly user: string | null;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
}

/** The form that registers types, with what would come of them. */
export function renderNewTypePage(props: NewTypePageProps): string {
  const { judged, wasRefused } = props;
  return renderPage(
    <Page title="New type" section="types" signedIn={props.signedIn} script="new-type.js">
      <div class="new-type">
        <p class="overline">
          <a href="/types">Types</a>
        </p>
        <h1>New type</h1>
        <p class="lede">
          A JSON Schema of one record, in YAML or JSON; several of them are registered together or not at all.
          What they leave open follows from types, formats, bounds and names of fields.
        </p>
        <form class="type-form" method="post" action="/new-type">
          <CsrfInput token={props.csrfToken} />
          <div class="type-form-body">
            <div class="definition-side">
              <Drafts drafts={props.drafts} />
              <Editor judged={judged} />
              <div id="mistakes" data-live>
                <MistakeList judged={judged} takesFocus={wasRefused} />
              </div>
            </div>
            <section class="outcome" id="outcome" aria-label="What would come of it" data-live>
              <JudgedTypes judged={judged} />
            </section>
          </div>
          <Commands {...props} />
          <div class="action-bar">
            <p class="outlook" id="verdict" aria-live="polite" data-live data-state={stateOf(judged)}>
              <Verdict judged={judged} wasRefused={wasRefused} />
            </p>
            <div class="buttons">
              <noscript>
                <button type="submit" class="quiet" formaction="/new-type/preview">
                  Preview
                </button>
              </noscript>
              <button type="submit">Register</button>
            </div>
          </div>
        </form>
      </div>
    </Page>,
  );
}

/** Whether there is something to be seen of it. */
const stateOf = ({ problem, types }: JudgedDefinitions): string =>
  problem !== null && types.length === 0 ? "refused" : "shown";

function Drafts({ drafts }: { readonly drafts: readonly TypeDraft[] }): VNode {
  return (
    <nav class="drafts" aria-label="Examples to begin with">
      <span class="note">Begin with</span>
      {drafts.map(({ id, title }) => (
        <a href={`/new-type?example=${id}`}>{title}</a>
      ))}
    </nav>
  );
}

function Editor({ judged }: { readonly judged: JudgedDefinitions }): VNode {
  return (
    <>
      <div class="editor-head">
        <label for="definition">Definition</label>
        <label class="button quiet" data-file hidden>
          Open a file…
          <input
            type="file"
            class="visually-hidden"
            accept=".yaml,.yml,.json,application/json,application/yaml"
          />
        </label>
      </div>
      <div class="editor" data-editor data-max-bytes={limits.bytes}>
        <textarea
          id="definition"
          name="definition"
          rows={24}
          spellcheck={false}
          autoComplete="off"
          autoCapitalize="off"
          wrap="off"
          placeholder="Paste a definition, or drop a file here"
          aria-describedby="verdict"
          aria-invalid={judged.problem === null ? undefined : "true"}
        >
          {/* A browser takes a line break at the very beginning for the tag's. */}
          {`\n${judged.text}`}
        </textarea>
      </div>
    </>
  );
}

function Commands({ baseUrl, user }: Pick<NewTypePageProps, "baseUrl" | "user">): VNode {
  const cli = ["check order.yaml", `add order.yaml --url ${baseUrl}`].map(
    (words) => `npm run types -- ${words}`,
  );
  const account = user === null ? "" : `-u ${user} `;
  const curl = `curl ${account}'${baseUrl}/api/types?dryRun=true' \\\n  -H 'Content-Type: application/yaml' --data-binary @order.yaml`;
  return (
    <section class="commands" aria-label="The same as commands">
      <CodeBlock label="The same with a file, on the command line" text={cli.join("\n")} />
      <CodeBlock label="By curl; without dryRun it registers" text={curl} />
    </section>
  );
}
