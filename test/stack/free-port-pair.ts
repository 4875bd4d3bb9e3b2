import { bindError, findFreePorts } from "../../stack/free-ports.ts";

/** A free port with a free one above it, where Kafka's controller listens. */
export async function findFreePortPair(): Promise<number> {
  const [port = 0] = await findFreePorts(1);
  return (await bindError(port + 1)) === undefined ? port : findFreePortPair();
}
