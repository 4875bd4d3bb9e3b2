import { createRequire } from "node:module";

/** What a connection of kafkajs keeps of answers that have not arrived as a whole. */
interface Connection {
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  isConnected(): boolean;
}

interface ConnectionPrototype extends Connection {
  connect(this: Connection): Promise<boolean>;
}

/** An answer begins with its length. */
const lengthBytes = 4;

let installed = false;

/**
 * Has every kafkajs client of this process begin a new connection with nothing in hand. kafkajs connects the same object
 * again after a connection was cut, and keeps the part of an answer that had come by then: all further answers are then
 * taken for its rest and cut in the wrong places, and its requests run into their time-outs for minutes.
 */
export function installAnswerReset(): void {
  if (installed) return;
  installed = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require("kafkajs/src/network/connection.js") as { prototype: ConnectionPrototype };
  const { connect } = prototype;
  prototype.connect = function connectAfresh() {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = lengthBytes;
    }
    return connect.call(this);
  };
}
