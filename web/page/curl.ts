import type { Method } from "../http/operation.ts";
import { shellWord } from "./shell-word.ts";

export interface CurlRequest {
  readonly method: Method;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Who asks; curl then asks for the password. */
  readonly user?: string | null;
}

/** The request as a command for a POSIX shell. */
export function curlCommand({ method, url, headers = {}, body, user = null }: CurlRequest): string {
  const lines = [`curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${shellWord(url)}`];
  if (user !== null) lines.push(`-u ${shellWord(user)}`);
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${shellWord(`${name}: ${value}`)}`);
  if (body !== undefined) {
    lines.push("-H 'Content-Type: application/json'", `-d ${shellWord(JSON.stringify(body))}`);
  }
  return lines.join(" \\\n  ");
}
