import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { Problem } from "./problem.ts";

/** HTTP Basic for everything but the paths in `open`. https://www.rfc-editor.org/rfc/rfc7617 */
export function authenticate(
  credentials: { readonly user: string; readonly password: string },
  open: readonly string[],
): RequestHandler {
  const expected = digest(`${credentials.user}:${credentials.password}`);
  return (req, _res, next) => {
    if (open.includes(req.path)) return next();
    const [scheme, encoded] = (req.get("authorization") ?? "").split(" ");
    const given = scheme?.toLowerCase() === "basic" ? Buffer.from(encoded ?? "", "base64").toString() : "";
    // Digests are of one length, so that the comparison tells nothing, not even how long the password is.
    if (timingSafeEqual(digest(given), expected)) return next();
    throw new Problem("unauthorized", "This needs the user and password that the operator has set.", {
      headers: { "WWW-Authenticate": 'Basic realm="Synthetic data", charset="UTF-8"' },
    });
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
