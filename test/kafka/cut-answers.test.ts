import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { createKafka } from "../../kafka/client.ts";
import { silentLog } from "../setup/log.ts";
import { servers } from "../setup/servers.ts";

describe("an answer of Kafka that breaks off with its connection", () => {
  let server: Server;
  let connections: number;

  beforeEach(async () => {
    connections = 0;
    const [host = "", port = ""] = (servers.kafkaBrokers[0] ?? "").split(":");
    server = createServer((client) => {
      connections += 1;
      const broker = connect({ host, port: Number(port) });
      for (const socket of [client, broker]) socket.on("error", () => undefined);
      client.pipe(broker);
      if (connections === 1) broker.once("data", (answer) => client.end(answer.subarray(0, 20)));
      else broker.pipe(client);
      endTogether(client, broker);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => server.close());

  it("is forgotten: the next connection's answers are read from their beginning", async () => {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const kafka = createKafka({ brokers: [`127.0.0.1:${port}`], clientId: "test", log: silentLog });
    const admin = kafka.admin();
    await admin.connect();
    try {
      expect(await admin.listTopics()).to.be.an("array");
      expect(connections, "connections").to.be.greaterThan(1);
    } finally {
      await admin.disconnect();
    }
  });
});

function endTogether(one: Socket, other: Socket): void {
  one.on("close", () => other.destroy());
  other.on("close", () => one.destroy());
}
