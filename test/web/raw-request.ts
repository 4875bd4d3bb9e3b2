import { once } from "node:events";
import { connect } from "node:net";

/** Sends a text as it is, which no HTTP client would, and resolves with all that comes back until the end. */
export async function rawRequest(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(text);
  let answer = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    answer += part;
  });
  await once(socket, "close");
  return answer;
}
