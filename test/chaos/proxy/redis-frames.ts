import type { Framing } from "./frames.ts";

const lineEnd = "\r\n";

/**
 * BullMQ's scripts that add a job, known by their first key (addStandardJob-9: the queue's `wait`; addPrioritizedJob-9:
 * its `marker`); no other script of nine keys begins with one of these.
 */
const additions: readonly (readonly [string, string])[] = [
  [":runs:wait", "add run"],
  [":chunks:marker", "add chunk"],
];

/** Only commands are told apart; which answer belongs to which command is told by their order alone. */
export function openRedisFraming(): Framing {
  return {
    client(bytes) {
      const command = readCommand(bytes);
      return command && { name: nameCommand(command.words), length: command.length };
    },
    server: (bytes) => ({ name: null, length: bytes.length }),
  };
}

function nameCommand([name, , keys, firstKey = ""]: readonly string[]): string | null {
  if ((name !== "evalsha" && name !== "eval") || keys !== "9") return null;
  return additions.find(([ending]) => firstKey.endsWith(ending))?.[1] ?? null;
}

/**
 * A command as every client sends it: an array of bulk strings. Only the first four words are read.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
function readCommand(bytes: Buffer): { readonly words: readonly string[]; readonly length: number } | null {
  let at = 0;
  const readNumber = (mark: string): number | null => {
    const end = bytes.indexOf(lineEnd, at);
    if (end < 0) return null;
    const line = bytes.toString("latin1", at, end);
    if (!line.startsWith(mark)) throw new Error(`Redis is sent ${JSON.stringify(line.slice(0, 20))}`);
    at = end + lineEnd.length;
    return Number(line.slice(1));
  };
  const count = readNumber("*");
  if (count === null) return null;
  const words: string[] = [];
  for (let word = 0; word < count; word++) {
    const length = readNumber("$");
    if (length === null || at + length + lineEnd.length > bytes.length) return null;
    if (word < 4) words.push(bytes.toString("latin1", at, at + length));
    at += length + lineEnd.length;
  }
  words[0] = words[0]?.toLowerCase() ?? "";
  return { words, length: at };
}
