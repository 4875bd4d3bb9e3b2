import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { checkPorts } from "../../stack/check-ports.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { readSettings } from "../../stack/settings.ts";
import { eventually } from "../setup/eventually.ts";
import { findFreePortPair } from "./free-port-pair.ts";

describe("the check of the stack's ports", () => {
  let others: Server[] = [];
  let free: Record<"PORT" | "POSTGRES_PORT" | "REDIS_PORT" | "KAFKA_PORT", string>;

  async function findFree(): Promise<typeof free> {
    const [web, postgres, redis] = await findFreePorts(3);
    return {
      PORT: String(web),
      POSTGRES_PORT: String(postgres),
      REDIS_PORT: String(redis),
      KAFKA_PORT: String(await findFreePortPair()),
    };
  }
  beforeEach(async () => {
    others = [];
    // What is free now, a test beside this one may take: then others are looked for.
    await eventually(async () => {
      free = await findFree();
      expect(await complaint(free)).to.equal("");
    });
  });

  afterEach(() => Promise.all(others.map((server) => new Promise((resolve) => server.close(resolve)))));

  it("is content where all are free", async () => {
    await eventually(async () => expect(await complaint(await findFree())).to.equal(""));
  });

  it("names a taken port, the variable that changes it, and the program that holds it", async () => {
    await listen(free.REDIS_PORT);
    const complaints = await complaint(free);
    expect(complaints).to.match(
      /^Port \d+ \(Redis\) is taken by \S+ \(process \d+\)\. Set REDIS_PORT to another port\.$/m,
    );
    expect(complaints).to.contain(`Port ${free.REDIS_PORT} `).and.to.contain(`(process ${process.pid})`);
  });

  it("names every taken port at once", async () => {
    await listen(free.PORT);
    await listen(free.POSTGRES_PORT);
    const lines = (await complaint(free)).split("\n");
    const variables = lines.map((line) => line.replace(/^.*Set (\w+).*$/, "$1"));
    expect(variables).to.include.members(["PORT", "POSTGRES_PORT"]);
  });

  it("looks at the port of Kafka's controller as well", async () => {
    await listen(String(Number(free.KAFKA_PORT) + 1));
    expect(await complaint(free)).to.contain("Set KAFKA_PORT to another port.");
  });

  it("does not let two servers have the same port", async () => {
    expect(await complaint({ ...free, PORT: free.REDIS_PORT })).to.contain(
      "is also the port of the web service",
    );
  });

  it("refuses what is no port number", () => {
    expect(() => readSettings({ PORT: "80a" })).to.throw(
      'PORT must be a port number from 1 to 65535, not "80a".',
    );
    expect(() => readSettings({ KAFKA_PORT: "65535" })).to.throw(
      "KAFKA_PORT must be a port number from 1 to 65534",
    );
  });

  async function complaint(environment: NodeJS.ProcessEnv): Promise<string> {
    return checkPorts(readSettings(environment)).then(
      () => "",
      (error: Error) => error.message,
    );
  }

  async function listen(port: string): Promise<void> {
    const server = createServer();
    others.push(server);
    await new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
  }
});
