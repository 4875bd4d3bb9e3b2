import express, { type RequestHandler } from "express";
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

/** Reads what a form sends; other bodies are left to whoever wants them. */
export const readForm = (): RequestHandler =>
  express.urlencoded({ extended: false, limit: "100kb", parameterLimit: maxFormFields, inflate: false });
