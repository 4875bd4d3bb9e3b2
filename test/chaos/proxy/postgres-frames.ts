import type { FrameHead, Framing, ReadFrame } from "./frames.ts";

const commit = "COMMIT\0";
const query = "Q".charCodeAt(0);
const commandComplete = "C".charCodeAt(0);

/**
 * `COMMIT` is the statement on its own, as a simple query, and the server's word that it was done (that of a transaction
 * which had failed says ROLLBACK). Without TLS, whose negotiation has no frames.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function openPostgresFraming(): Framing {
  let started = false;
  const readQuery = messagesOf(query);
  return {
    client(bytes) {
      if (started) return readQuery(bytes);
      // The first message has no type.
      if (bytes.length < 4) return null;
      started = true;
      return { name: null, length: bytes.readInt32BE(0) };
    },
    server: messagesOf(commandComplete),
  };
}

/** Messages with a type of one byte and a length that counts itself; those of `type` may say COMMIT. */
function messagesOf(type: number): ReadFrame {
  return (bytes): FrameHead | null => {
    if (bytes.length < 5) return null;
    const length = 1 + bytes.readInt32BE(1);
    if (bytes[0] !== type || length !== 5 + commit.length) return { name: null, length };
    if (bytes.length < length) return null;
    return { name: bytes.toString("latin1", 5, length) === commit ? "COMMIT" : null, length };
  };
}
