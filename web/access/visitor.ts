import type { Request, Response } from "express";
import type { Session, Sessions } from "./sessions.ts";

/**
 * By what a request got in: nothing is needed, on an open service or for the page itself; or an Authorization
 * header, which a program sets; or a cookie, which a browser adds to whatever it sends.
 */
export type Entrance = "open" | "header" | "cookie";

interface Visit {
  readonly entrance: Entrance;
  readonly sessions: Sessions;
  session: Session | null;
}

/** Who is signed in, and what the form that signs out must send. */
export interface SignedIn {
  readonly user: string;
  readonly csrfToken: string;
}

const visits = new WeakMap<Response, Visit>();

export function admitVisitor(
  res: Response,
  entrance: Entrance,
  sessions: Sessions,
  session: Session | null,
): void {
  visits.set(res, { entrance, sessions, session });
}

export const entranceOf = (res: Response): Entrance => visits.get(res)?.entrance ?? "open";

/** The token that a form on this request's page must send back; a browser without a session gets one. */
export function formToken(req: Request, res: Response): string {
  const visit = visits.get(res);
  if (visit === undefined) throw new Error("a form's token was asked for before the visitor was admitted");
  visit.session ??= visit.sessions.start(req, res, null);
  return visit.sessions.csrfToken(visit.session);
}

/** The token that the request's session expects; null where it has none. */
export function expectedToken(res: Response): string | null {
  const visit = visits.get(res);
  return visit?.session ? visit.sessions.csrfToken(visit.session) : null;
}

export function signedInAs(res: Response): SignedIn | null {
  const visit = visits.get(res);
  if (!visit?.session?.user) return null;
  return { user: visit.session.user, csrfToken: visit.sessions.csrfToken(visit.session) };
}
