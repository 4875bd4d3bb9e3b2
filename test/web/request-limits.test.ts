import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { maxNesting, nestingOf, parseJson } from "../../web/http/json-body.ts";
import { connectionLimits, listen, stopServer } from "../../web/http/listen.ts";
import { Problem } from "../../web/http/problem.ts";
import { anyCharacter } from "../setup/any-character.ts";
import { eventually } from "../setup/eventually.ts";
import { rawRequest } from "./raw-request.ts";
import { expectProblem, webForSuite } from "./web-server.ts";

describe("A request", () => {
  const web = webForSuite();

  it("may not have a compressed body, wherever it goes", async () => {
    for (const path of [
      "/api/runs",
      "/produce",
      "/generate",
      "/queues/api/queues/conducting.runs/pause",
      "/nowhere",
    ]) {
      const response = await fetch(web().url + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Content-Encoding": "gzip" },
        body: gzipSync('{"count":1}'),
      });
      await expectProblem(response, "unsupported-media-type");
      expect(response.headers.get("accept-encoding")).to.equal("identity");
    }
  });

  it("may not be nested too deep", async () => {
    const nested = (levels: number): string => `{"records":[${"[".repeat(levels)}${"]".repeat(levels)}]}`;
    // Kafka may take its time to make the topic.
    await eventually(async () =>
      expect((await web().post("/produce", nested(maxNesting - 2))).status).to.equal(202),
    );
    await expectProblem(await web().post("/produce", nested(maxNesting - 1)), "malformed-body");
    await expectProblem(await web().post("/produce", nested(4_000_000)), "malformed-body");
  });

  it("may not have too many parameters or fields", async () => {
    await expectProblem(await web().get(`/api/runs?${"a&".repeat(200)}`), "invalid-request");
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    await expectProblem(await web().post("/generate", "fields=name&".repeat(200), form), "too-large");
    await expectProblem(await web().post("/generate", `count=${"1".repeat(200_000)}`, form), "too-large");
  });

  it("may not have too long a head", async () => {
    const answer = await rawRequest(
      web().url,
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    );
    expect(answer)
      .to.match(/^HTTP\/1\.1 431 /)
      .and.to.include("#problem-headers-too-large");
  });

  it("must be one of HTTP, and JSON in UTF-8 where it says JSON", async () => {
    expect(await rawRequest(web().url, "HELO\r\n\r\n"))
      .to.match(/^HTTP\/1\.1 400 /)
      .and.to.include("problem+json");
    const latin1 = await web().post(
      "/api/runs",
      { count: 1 },
      { "Content-Type": "application/json; charset=latin1" },
    );
    await expectProblem(latin1, "unsupported-media-type");
    const broken = await fetch(`${web().url}/produce`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: Buffer.from('{"records":["\xff"]}', "latin1"),
    });
    await expectProblem(broken, "malformed-body");
  });
});

describe("A slow client", () => {
  let server: Server;
  let url: string;
  const limits = {
    ...connectionLimits,
    headersTimeoutMs: 200,
    requestTimeoutMs: 300,
    idleTimeoutMs: 600,
    checkIntervalMs: 50,
  };
  before(async () => {
    server = await listen(
      (req, res) => {
        // Endless, for a reader that does not read; else an answer once the body is there.
        if (req.url === "/endless") return void res.writeHead(200).write(Buffer.alloc(32 * 1024 * 1024));
        req.resume().on("end", () => res.end());
      },
      { host: "127.0.0.1", port: 0 },
      limits,
    );
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => stopServer(server, 0));

  it("is told so when the head does not come to its end, and hung up on", async () => {
    const answer = await rawRequest(url, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    expect(answer)
      .to.match(/^HTTP\/1\.1 408 /)
      .and.to.include("#problem-timeout");
  });

  it("is told so when the body does not", async () => {
    const answer = await rawRequest(
      url,
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345",
    );
    expect(answer).to.match(/^HTTP\/1\.1 408 /);
  });

  it("is hung up on when it neither reads nor writes", async () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.pause().write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const connections = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    await once(socket, "connect");
    await eventually(async () => expect(await connections()).to.be.above(0));
    await eventually(async () => expect(await connections()).to.equal(0));
    socket.destroy();
  });
});

describe("A port that is taken", () => {
  it("is an error at once", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as AddressInfo;
    try {
      const failure = await listen(() => undefined, { host: "127.0.0.1", port }).catch(
        (error: unknown) => error,
      );
      expect(failure).to.include({ code: "EADDRINUSE" });
    } finally {
      holder.close();
    }
  });
});

describe("A JSON body", () => {
  const bytes = (text: string): Buffer => Buffer.from(text);
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

  it("is as deep as what it says, whatever stands in its strings", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, stringUnit: anyCharacter }), fc.nat(2), (value, space) => {
        expect(nestingOf(bytes(JSON.stringify(value, null, space)))).to.equal(depthOf(value));
      }),
    );
  });

  it("is what JSON.parse makes of it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: "grapheme" }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(bytes(text))).to.deep.equal(JSON.parse(text));
      }),
    );
  });

  it("of any bytes is a value or a refusal, never another error", () => {
    const hostile = fc.oneof(
      fc.uint8Array(),
      fc
        .array(fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "1", "\u0000"))
        .map((parts) => bytes(parts.join(""))),
      fc.nat(200_000).map((levels) => bytes("[".repeat(levels))),
    );
    fc.assert(
      fc.property(hostile, (body) => {
        try {
          parseJson(body);
        } catch (error) {
          expect(error).to.be.instanceOf(Problem).with.property("status", 400);
        }
      }),
      { numRuns: 500 },
    );
  });
});
