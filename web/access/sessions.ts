import { createHmac, randomBytes, scryptSync } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import type { AccessConfig } from "../../service/config.ts";
import { secretEquals } from "./secret-equals.ts";

/** What a browser holds in its cookie; nothing of it is kept here. */
export interface Session {
  readonly id: string;
  /** Null for one who has not signed in: the session then only binds the forms' tokens to the browser. */
  readonly user: string | null;
  readonly expiresAtMs: number;
}

export interface Sessions {
  /** The session in the request's cookie; null where there is none, or one that is forged or has run out. */
  read(req: Request): Session | null;
  /** Gives the browser a new session, which the answer must still be able to carry. */
  start(req: Request, res: Response, user: string | null): Session;
  end(req: Request, res: Response): void;
  /** What the forms of this session's pages must send back. */
  csrfToken(session: Session): string;
}

/**
 * Sessions as signed cookies. The key follows from the credentials, slowly (scrypt), so that every web process knows it, it
 * outlives a restart, and other credentials end every session; where there are none it lives as long as the process.
 */
export function createSessions(access: AccessConfig): Sessions {
  const key = deriveKey(access);
  const sign = (purpose: string, text: string): string =>
    createHmac("sha256", key).update(`${purpose} ${text}`).digest("base64url");

  return {
    read(req) {
      const sealed = readCookie(req, cookieName(req));
      return sealed === null ? null : openSession(sealed, sign, Date.now());
    },
    start(req, res, user) {
      const expiresAtMs = Date.now() + access.sessionMs;
      const session: Session = { id: randomBytes(18).toString("base64url"), user, expiresAtMs };
      const options = { ...cookieOptions(req), maxAge: access.sessionMs };
      res.cookie(cookieName(req), sealSession(session, sign), options);
      return session;
    },
    end(req, res) {
      res.clearCookie(cookieName(req), cookieOptions(req));
    },
    csrfToken: (session) => sign("csrf", session.id),
  };
}

/** The signature of a text for one purpose, which is none for another. */
export type Sign = (purpose: string, text: string) => string;

export function sealSession({ id, user, expiresAtMs }: Session, sign: Sign): string {
  const content = Buffer.from(JSON.stringify([id, user, expiresAtMs])).toString("base64url");
  return `${content}.${sign("session", content)}`;
}

export function openSession(sealed: string, sign: Sign, nowMs: number): Session | null {
  const [content = "", signature = "", ...rest] = sealed.split(".");
  if (rest.length > 0 || !secretEquals(signature, sign("session", content))) return null;
  const [id, user, expiresAtMs]: [string, string | null, number] = JSON.parse(
    Buffer.from(content, "base64url").toString(),
  );
  return expiresAtMs > nowMs ? { id, user, expiresAtMs } : null;
}

function deriveKey({ credentials, token }: AccessConfig): Buffer {
  if (credentials === null && token === null) return randomBytes(32);
  // Whoever gets hold of a cookie can try passwords against its signature; each try shall cost something.
  return scryptSync(
    JSON.stringify([credentials?.user, credentials?.password, token]),
    "synthetic-data session",
    32,
  );
}

/** Cookies know no ports: two services on one machine would take each other's away under one name. */
function cookieName(req: Request): string {
  return `session_${/:(\d+)$/.exec(req.host ?? "")?.[1] ?? "default"}`;
}

const cookieOptions = (req: Request): CookieOptions => ({
  httpOnly: true,
  // Strict would greet who follows a link to a run from elsewhere with the sign-in page.
  sameSite: "lax",
  secure: req.secure,
  path: "/",
});

function readCookie(req: Request, name: string): string | null {
  for (const pair of (req.get("cookie") ?? "").split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}
