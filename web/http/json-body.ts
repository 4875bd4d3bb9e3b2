import express, { type Request, type RequestHandler } from "express";
import { invalidRequest, Problem } from "./problem.ts";

/** Deep enough for whatever is data; what is deeper exhausts the stack of those who walk through it. */
export const maxNesting = 64;

/** Reads a body as JSON (RFC 8259: UTF-8), up to `maxBytes`, in three steps: what may be sent, reading, parsing. */
export function readJsonBody(maxBytes: number): RequestHandler[] {
  return [requireType("application/json", jsonTypes), readBytes(maxBytes), parseBody];
}

const jsonTypes = ["application/json", "application/*+json"];
/** https://www.rfc-editor.org/rfc/rfc9512; the others are what it was called before. */
const yamlTypes = ["application/yaml", "application/*+yaml", "application/x-yaml", "text/yaml"];

/** Reads a body of JSON or YAML as it is: `req.body` is its text. */
export function readDefinitionsBody(maxBytes: number): RequestHandler[] {
  const requireEither = requireType("application/json or application/yaml", [...jsonTypes, ...yamlTypes]);
  return [requireEither, readBytes(maxBytes), decodeBody];
}

export const isYaml = (req: Request): boolean => req.is(yamlTypes) !== false;

const readBytes = (limit: number): RequestHandler => express.raw({ limit, type: () => true, inflate: false });

function requireType(asked: string, types: string[]): RequestHandler {
  return (req, _res, next) => {
    if (req.get("content-length") === "0") throw invalidRequest([{ field: "body", message: "is required" }]);
    if (req.is(types) === false) {
      const sent = req.headers["content-type"] ?? "no media type";
      throw new Problem("unsupported-media-type", `The body must be ${asked}, not ${sent}.`);
    }
    const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(req.get("content-type") ?? "")?.[1];
    if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
      throw new Problem("unsupported-media-type", "The body must be in UTF-8.");
    }
    next();
  };
}

const decodeBody: RequestHandler = (req, _res, next) => {
  const sent: unknown = req.body;
  req.body = Buffer.isBuffer(sent) && sent.length > 0 ? decodeText(sent, !isYaml(req)) : undefined;
  next();
};

/** JSON is read as YAML later, which takes more than JSON. */
function decodeText(bytes: Buffer, isJson: boolean): string {
  if (isJson) parseJson(bytes);
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Problem("malformed-body", "The body is not UTF-8.", { cause: error });
  }
}

const parseBody: RequestHandler = (req, _res, next) => {
  const sent: unknown = req.body;
  req.body = undefined;
  if (Buffer.isBuffer(sent) && sent.length > 0) {
    req.body = parseJson(sent);
    sentBytes.set(req, sent);
  }
  next();
};

const sentBytes = new WeakMap<Request, Buffer>();

/** The body as it came, which is valid JSON in UTF-8; parsed it is `req.body`. */
export function bodyBytes(req: Request): Buffer {
  const sent = sentBytes.get(req);
  if (sent === undefined) throw new Error("a body's bytes were asked for before it was read");
  return sent;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws Problem where the bytes are no JSON, or nested deeper than `maxNesting` */
export function parseJson(bytes: Uint8Array): unknown {
  if (nestingOf(bytes) > maxNesting) {
    throw new Problem("malformed-body", `The body is nested deeper than ${maxNesting} levels.`);
  }
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new Problem("malformed-body", "The body is not valid JSON in UTF-8.", { cause: error });
  }
}

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** How deep arrays and objects stand in each other, of valid JSON; without recursion, before anything is built. */
export function nestingOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isInString) {
      if (byte === backslash) at++;
      else if (byte === quote) isInString = false;
    } else if (byte === quote) isInString = true;
    else if (opening.has(byte)) deepest = Math.max(deepest, ++depth);
    else if (closing.has(byte)) depth--;
  }
  return deepest;
}
