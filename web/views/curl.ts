import type { Method } from "../operation.ts";

export interface CurlRequest {
  readonly method: Method;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The request as a command for a POSIX shell. */
export function curlCommand({ method, url, headers = {}, body }: CurlRequest): string {
  const lines = [`curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${quote(url)}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) {
    lines.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(body))}`);
  }
  return lines.join(" \\\n  ");
}

/** Between single quotes a shell leaves everything but a single quote as it is. */
const quote = (text: string): string =>
  /^[\w:/.?=&%-]+$/.test(text) && !/[?&]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
