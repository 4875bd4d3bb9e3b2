import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { isOver, type Run } from "../../cli/run.ts";
import { webClient } from "../../cli/web-client.ts";

const queued: Run = {
  id: "r1",
  status: "queued",
  requested: 10,
  produced: 0,
  stored: 0,
  flagged: 0,
  deadLettered: 0,
  rate: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  error: null,
};

describe("the commands' client of the web service", () => {
  let server: Server;
  let answer: RequestListener;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const url = (userinfo = "") => `http://${userinfo}127.0.0.1:${(server.address() as AddressInfo).port}`;

  it("sends the request and its idempotency key", async () => {
    let seen: unknown;
    answer = async (request, response) => {
      const body = await request.reduce((text, part) => text + part, "");
      seen = [request.method, request.url, request.headers["idempotency-key"], JSON.parse(body)];
      response.writeHead(202).end(JSON.stringify(queued));
    };
    expect(await webClient(`${url()}/`).requestRun({ count: 10, seed: 7 }, "k")).to.deep.equal(queued);
    expect(seen).to.deep.equal(["POST", "/api/runs", "k", { count: 10, seed: 7 }]);
  });

  it("prints a problem with every bad field", async () => {
    answer = (_request, response) => {
      response.writeHead(400, { "content-type": "application/problem+json" }).end(
        JSON.stringify({
          title: "The request is not valid",
          errors: [
            { field: "count", message: "must be >= 1" },
            { pointer: "#/fields/0", detail: "must be one of the fields" },
          ],
        }),
      );
    };
    const message = await webClient(url())
      .requestRun({ count: 0 })
      .then(
        () => "",
        (error: Error) => error.message,
      );
    expect(message.split("\n")).to.deep.equal([
      "The request is not valid",
      "  count: must be >= 1",
      "  #/fields/0: must be one of the fields",
    ]);
  });

  it("does not ask again where the web service says no", async () => {
    let asked = 0;
    answer = (_request, response) => {
      asked += 1;
      response.writeHead(404).end(JSON.stringify({ title: "No such run", detail: "r1" }));
    };
    const message = await (async () => {
      for await (const _ of webClient(url()).watchRun(queued, isOver));
      return "";
    })().catch((error: Error) => error.message);
    expect(message).to.equal("No such run: r1");
    expect(asked).to.equal(1);
  });

  it("sends the user and password of its address as HTTP Basic", async () => {
    let authorization: string | undefined;
    answer = (request, response) => {
      authorization = request.headers.authorization;
      response.end(JSON.stringify(queued));
    };
    await webClient(url("me:p%40ss@")).getRun("r1");
    expect(authorization).to.equal(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });
});
