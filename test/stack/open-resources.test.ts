import { once } from "node:events";
import { createServer } from "node:net";
import { expect } from "chai";
import { eventually } from "../setup/eventually.ts";
import { watchOpenResources } from "../setup/open-resources.ts";

describe("what a test file leaves open", () => {
  it("is told by its kind until it is closed", async () => {
    const leftOpen = watchOpenResources();
    const server = createServer();
    const timer = setInterval(() => undefined, 60_000);
    try {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      expect(leftOpen()).to.include.members(["TCPServerWrap", "Timeout"]);
    } finally {
      clearInterval(timer);
      server.close();
    }
    await eventually(() => expect(leftOpen()).not.to.include("TCPServerWrap"));
  });

  it("is not what was open before, nor what does not keep the process from ending", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const leftOpen = watchOpenResources();
    const idle = setInterval(() => undefined, 60_000).unref();
    try {
      expect(leftOpen()).to.deep.equal([]);
    } finally {
      clearInterval(idle);
      server.close();
    }
  });
});
