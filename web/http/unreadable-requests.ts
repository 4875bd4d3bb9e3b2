import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { Problem, problemDocument } from "./problem.ts";

/** Answers what Node's parser could make no request of, which therefore never reaches the application. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(error.code);
  const body = JSON.stringify(problemDocument(problem, `urn:uuid:${randomUUID()}`));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      "Content-Type: application/problem+json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Cache-Control: no-store",
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

function toProblem(code: string | undefined): Problem {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new Problem("headers-too-large", "Its address and headers together are too long.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Problem("timeout", "The request did not arrive in time.");
    default:
      return new Problem("malformed-request", "This is no HTTP/1.1 request.");
  }
}
