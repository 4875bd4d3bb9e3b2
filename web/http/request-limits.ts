import express, { type RequestHandler } from "express";
import { limits as definitionLimits } from "../../types/definition/limits.ts";
import { invalidRequest, Problem } from "./problem.ts";

const maxQueryParameters = 100;
const maxFormFields = 100;

/** A few kilobytes can become gigabytes: bodies are taken as they are. https://www.rfc-editor.org/rfc/rfc9110#status.415 */
export const refuseCompressedBodies: RequestHandler = (req, _res, next) => {
  const encoding = req.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "") {
    throw new Problem("unsupported-media-type", "Compressed bodies are not taken; send it as it is.", {
      headers: { "Accept-Encoding": "identity" },
    });
  }
  next();
};

/** Node's parser drops what is beyond its own limit without a word. */
export const limitQueryParameters: RequestHandler = (req, _res, next) => {
  const query = req.url.split("?", 2)[1] ?? "";
  if (query.split("&", maxQueryParameters + 1).length > maxQueryParameters) {
    throw invalidRequest([{ field: "query", message: `must have at most ${maxQueryParameters} parameters` }]);
  }
  next();
};

/** Forms that carry a file: encoded for a form, a byte takes up to three. */
const largeForms = new Map([
  ["/new-type", definitionLimits.bytes],
  ["/new-type/preview", definitionLimits.bytes],
]);

/** Reads what a form sends; other bodies are left to whoever wants them. */
export function readForm(): RequestHandler {
  const reader = (limit: number | string): RequestHandler =>
    express.urlencoded({ extended: false, limit, parameterLimit: maxFormFields, inflate: false });
  const usual = reader("100kb");
  const readers = new Map([...largeForms].map(([path, bytes]) => [path, reader(3 * bytes + 10_000)]));
  return (req, res, next) => (readers.get(req.path) ?? usual)(req, res, next);
}
