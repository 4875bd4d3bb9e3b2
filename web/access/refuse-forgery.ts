import type { Request, RequestHandler, Response } from "express";
import { Problem } from "../http/problem.ts";
import { changesSomething } from "./changes-something.ts";
import { secretEquals } from "./secret-equals.ts";
import { entranceOf, expectedToken } from "./visitor.ts";

/** The field of a form that carries the token. */
export const csrfField = "csrfToken";

/**
 * Refuses what a page of another site has a browser send. A browser says where a request comes from in Origin and in
 * Sec-Fetch-Site; programs say nothing and are let through. https://www.w3.org/TR/fetch-metadata/
 */
export const refuseCrossSite: RequestHandler = (req, _res, next) => {
  if (changesSomething(req) && !(isOwnSite(req) && isOwnOrigin(req))) {
    throw new Problem("cross-site", "A page of another site may not send this.");
  }
  next();
};

function isOwnSite(req: Request): boolean {
  const site = req.get("sec-fetch-site");
  return site === undefined || site === "same-origin" || site === "none";
}

/** By host and port: whether the browser speaks TLS to a proxy in front is not known here. */
function isOwnOrigin(req: Request): boolean {
  const origin = req.get("origin");
  if (origin === undefined) return true;
  return URL.canParse(origin) && hostOf(origin) === hostOf(`${new URL(origin).protocol}//${req.host}`);
}

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host : null);

/**
 * Asks for the token of the browser's session: on every form that a browser sends, and on whatever was let in by a cookie,
 * since that is what a browser adds by itself. Needs the form to be read. Bull Board's script takes the token from a cookie
 * and sends it in a header of its own, as axios does.
 */
export const requireCsrfToken: RequestHandler = (req, res, next) => {
  if (changesSomething(req) && needsToken(req, res)) {
    const expected = expectedToken(res);
    const given = req.get("x-csrf-token") ?? req.get("x-xsrf-token") ?? formsToken(req);
    if (expected === null || given === null || !secretEquals(given, expected)) {
      throw new Problem(
        "csrf-token",
        "The page's token is missing or has run out. Please load the page again and send the form once more.",
      );
    }
  }
  next();
};

function needsToken(req: Request, res: Response): boolean {
  return entranceOf(res) === "cookie" || (isFormTarget(req.path) && isFromBrowser(req));
}

/** Everything but what takes JSON alone, which no form can send. */
const isFormTarget = (path: string): boolean => !/^\/(api|produce|queues)(\/|$)/.test(path);

/** The original system's clients post to the form's target without ever having seen the form. */
const isFromBrowser = (req: Request): boolean =>
  req.get("origin") !== undefined ||
  req.get("sec-fetch-site") !== undefined ||
  req.get("cookie") !== undefined;

function formsToken(req: Request): string | null {
  const body: unknown = req.body;
  if (typeof body !== "object" || body === null || !(csrfField in body)) return null;
  const token = body[csrfField];
  return typeof token === "string" ? token : null;
}
