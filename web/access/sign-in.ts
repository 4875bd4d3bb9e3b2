import type { Express, Request, Response } from "express";
import type { AccessConfig } from "../../service/config.ts";
import { refuseMethod } from "../http/operation.ts";
import { readAssets } from "../page/assets.ts";
import { unauthorized } from "./authenticate.ts";
import type { Sessions } from "./sessions.ts";
import type { SignInFailures } from "./sign-in-failures.ts";
import { renderSignInPage, signInStylesheets } from "./sign-in-page.tsx";
import { safeNext } from "./sign-in-url.ts";
import type { Verifier } from "./verify.ts";
import { formToken } from "./visitor.ts";
import { prefersHtml } from "./wants-page.ts";

interface Access {
  readonly verifier: Verifier;
  readonly sessions: Sessions;
  readonly failures: SignInFailures;
}

/** Signing in and out; on a service that is open there is nothing to sign in to. */
export function mountSignIn(
  app: Express,
  { credentials }: AccessConfig,
  { verifier, sessions, failures }: Access,
): void {
  const stylesheet = readAssets(signInStylesheets);

  const render = (req: Request, res: Response, next: string, user: string, refusal: string | null): void => {
    res.set("Cache-Control", "no-store").send(
      renderSignInPage({
        asksForUser: credentials !== null,
        csrfToken: formToken(req, res),
        next,
        user,
        refusal,
      }),
    );
  };

  app
    .route("/sign-in")
    .get((req, res) => {
      const next = safeNext(req.query.next);
      if (verifier.isOpen || sessions.read(req)?.user) return res.redirect(303, next);
      render(req, res, next, "", null);
    })
    .post(async (req, res) => {
      const next = safeNext(fieldOf(req, "next"));
      if (verifier.isOpen) return res.redirect(303, next);
      const user = fieldOf(req, "user");
      await failures.refuseBlocked(req);
      const signedIn = verifier.verifySignIn(user, fieldOf(req, "password"));
      if (signedIn === null) {
        await failures.note(req);
        const refusal = "These are not the credentials that the operator has set.";
        if (!prefersHtml(req)) throw unauthorized(req, refusal);
        res.status(401).set("WWW-Authenticate", 'Cookie realm="Synthetic data"');
        return render(req, res, next, user, refusal);
      }
      // A new session: one that somebody planted before must not become signed in.
      sessions.start(req, res, signedIn);
      res.redirect(303, next);
    })
    .all(refuseMethod(["get", "post"]));

  app
    .route("/sign-in/style.css")
    .get((_req, res) => {
      res.set("Cache-Control", "no-cache").type("css").send(stylesheet);
    })
    .all(refuseMethod(["get"]));

  app
    .route("/sign-out")
    .post((req, res) => {
      sessions.end(req, res);
      res.redirect(303, "/sign-in");
    })
    .all(refuseMethod(["post"]));
}

function fieldOf(req: Request, name: string): string {
  const fields: Readonly<Record<string, unknown>> = req.body ?? {};
  const value = fields[name];
  return typeof value === "string" ? value : "";
}
