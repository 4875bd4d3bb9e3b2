import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { SignedIn } from "../access/visitor.ts";
import { assetUrl } from "./assets.ts";
import { CsrfInput } from "./csrf-input.tsx";

export type Section = "new-run" | "runs" | "datasets" | "types" | "dead-letters" | "pipeline" | "docs" | null;

export interface PageProps {
  readonly title: string;
  /** Which part of the navigation the page belongs to. */
  readonly section: Section;
  /** Null where nobody needs to sign in, or where a program asks. */
  readonly signedIn: SignedIn | null;
  /** File of `web/public` that makes the page livelier; it works without. */
  readonly script?: string;
  /** Seconds after which a browser without JavaScript loads the page anew. */
  readonly refreshSeconds?: number | undefined;
  readonly children: ComponentChildren;
}

const stylesheets = [
  "base.css",
  "frame.css",
  "form.css",
  "tables.css",
  "run.css",
  "run-parts.css",
  "run-list.css",
  "letters.css",
  "pipeline.css",
  "types.css",
  "datasets.css",
  "docs.css",
];

const sections: readonly { readonly id: Section; readonly href: string; readonly text: string }[] = [
  { id: "new-run", href: "/", text: "New run" },
  { id: "runs", href: "/runs", text: "Runs" },
  { id: "datasets", href: "/datasets", text: "Datasets" },
  { id: "types", href: "/types", text: "Types" },
  { id: "dead-letters", href: "/dead-letters", text: "Dead letters" },
  { id: "pipeline", href: "/pipeline", text: "Pipeline" },
  { id: null, href: "/queues/", text: "Jobs" },
  { id: "docs", href: "/api/docs", text: "API" },
];

/** The frame of every page. */
export function Page({ title, section, signedIn, script, refreshSeconds, children }: PageProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} · Synthetic data`}</title>
        <link rel="icon" type="image/svg+xml" href={assetUrl("icon.svg")} />
        {stylesheets.map((name) => (
          <link rel="stylesheet" href={assetUrl(name)} />
        ))}
        <script type="module" src={assetUrl("page.js")} />
        {script === undefined ? null : <script type="module" src={assetUrl(script)} />}
        {refreshSeconds === undefined ? null : (
          <noscript>
            <meta httpEquiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="masthead">
          <a class="brand" href="/">
            Synthetic data
          </a>
          <nav aria-label="Main">
            {sections.map(({ id, href, text }) => (
              <a href={href} aria-current={id !== null && id === section ? "page" : undefined}>
                {text}
              </a>
            ))}
          </nav>
          <a class="readiness" href="/pipeline" data-readiness="unknown">
            <span class="dot" aria-hidden="true" />
            <span data-readiness-text>Status</span>
          </a>
        </header>
        <main id="main">{children}</main>
        <footer>
          <p>Every record is accounted for, exactly once. The same seed gives the same records.</p>
          <p>
            <a href="/metrics">Metrics</a> <a href="/api/openapi.json">OpenAPI</a>
          </p>
          {signedIn === null ? null : (
            <form class="sign-out" method="post" action="/sign-out">
              <CsrfInput token={signedIn.csrfToken} />
              Signed in as {signedIn.user}.{" "}
              <button type="submit" class="link">
                Sign out
              </button>
            </form>
          )}
        </footer>
      </body>
    </html>
  );
}

/** The page as the text that goes to the browser. */
export const renderPage = (page: VNode): string => `<!doctype html>${renderToString(page)}`;
