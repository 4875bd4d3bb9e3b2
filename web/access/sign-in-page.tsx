import { CsrfInput } from "../page/csrf-input.tsx";
import { renderPage } from "../page/layout.tsx";

export interface SignInPageProps {
  /** Whether a user is asked for beside the secret, which is the token else. */
  readonly asksForUser: boolean;
  readonly csrfToken: string;
  /** Where it goes on. */
  readonly next: string;
  readonly user: string;
  readonly refusal: string | null;
}

/** What the page looks like; served with it, since the other assets need credentials too. */
export const signInStylesheets = ["base.css", "frame.css", "form.css", "sign-in.css"];

/** The only page for those who have not signed in: it leads nowhere else and tells nothing. */
export function renderSignInPage({ asksForUser, csrfToken, next, user, refusal }: SignInPageProps): string {
  const secret = asksForUser ? "Password" : "Access token";
  return renderPage(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Sign in · Synthetic data</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/sign-in/style.css" />
      </head>
      <body class="sign-in">
        <main>
          <p class="brand">Synthetic data</p>
          <h1>Sign in</h1>
          {refusal === null ? null : (
            <p class="notice error" role="alert" id="refusal">
              {refusal}
            </p>
          )}
          <form method="post" action="/sign-in">
            <CsrfInput token={csrfToken} />
            <input type="hidden" name="next" value={next} />
            {asksForUser ? (
              <div class="input">
                <label for="user">User</label>
                <input
                  id="user"
                  name="user"
                  type="text"
                  autoComplete="username"
                  autoCapitalize="none"
                  spellcheck={false}
                  value={user}
                  required
                  aria-describedby={refusal === null ? undefined : "refusal"}
                />
              </div>
            ) : null}
            <div class="input">
              <label for="password">{secret}</label>
              <input
                id="password"
                name="password"
                type="password"
                autoComplete="current-password"
                required
                aria-invalid={refusal === null ? undefined : "true"}
                aria-describedby={refusal === null ? undefined : "refusal"}
              />
            </div>
            <p class="actions">
              <button type="submit">Sign in</button>
            </p>
          </form>
          <p class="hint">The operator of this service has set what is asked for here.</p>
        </main>
      </body>
    </html>,
  );
}
