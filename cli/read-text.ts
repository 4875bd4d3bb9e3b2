import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { ExplainedError } from "../stack/explained-error.ts";

/** A file's text, or standard input's where it is called -. */
export function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? process.stdin.fd : file);
  } catch (error) {
    throw new ExplainedError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  if (!isUtf8(bytes)) throw new ExplainedError(`${file} is not UTF-8; save it as such.`);
  return bytes.toString();
}
