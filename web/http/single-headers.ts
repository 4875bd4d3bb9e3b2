import type { RequestHandler } from "express";
import { invalidRequest } from "./problem.ts";

/** The headers that have one value, of those that this service and its libraries read. Others are lists. */
const singleHeaders = [
  "Host",
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "Origin",
  "Sec-Fetch-Site",
  "Referer",
  "X-CSRF-Token",
  "X-XSRF-Token",
  "Range",
  "If-Range",
  "If-Modified-Since",
  "If-Unmodified-Since",
];

/**
 * Refuses a request that has one of them in several lines. Node would leave out all but the first of some and join those
 * of others to a value that nobody meant (`k, k`), while a proxy in front may have looked at another one.
 * https://www.rfc-editor.org/rfc/rfc9110#section-5.3
 */
export const refuseDoubledHeaders: RequestHandler = (req, _res, next) => {
  const doubled = singleHeaders.filter((name) => (req.headersDistinct[name.toLowerCase()]?.length ?? 0) > 1);
  if (doubled.length > 0) {
    throw invalidRequest(doubled.map((field) => ({ field, message: "must come in one line" })));
  }
  next();
};
