import type { Framing } from "./frames.ts";

/** https://kafka.apache.org/protocol.html#protocol_api_keys */
const apiNames = new Map([
  [0, "Produce"],
  [8, "OffsetCommit"],
  [14, "SyncGroup"],
]);

/** Requests and answers alike are named after the API; an answer has only its request's correlation id. */
export function openKafkaFraming(): Framing {
  const asked = new Map<number, string | null>();
  return {
    client(bytes) {
      if (bytes.length < 12) return null;
      const name = apiNames.get(bytes.readInt16BE(4)) ?? null;
      asked.set(bytes.readInt32BE(8), name);
      return { name, length: 4 + bytes.readInt32BE(0) };
    },
    server(bytes) {
      if (bytes.length < 8) return null;
      const correlationId = bytes.readInt32BE(4);
      const name = asked.get(correlationId) ?? null;
      asked.delete(correlationId);
      return { name, length: 4 + bytes.readInt32BE(0) };
    },
  };
}
