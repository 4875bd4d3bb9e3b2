import { STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import express from "express";
import { listen, stopServer } from "../../web/http/listen.ts";
import { answerProblems } from "../../web/http/problem-response.ts";
import { silentLog } from "../setup/log.ts";
import { expectProblem, type ProblemJson, webForSuite } from "./web-server.ts";

describe("A static file", () => {
  const web = webForSuite();

  for (const [whose, path] of [
    ["ours", "/assets/base.css"],
    ["a library's", "/assets/uplot.css"],
  ] as const) {
    it(`has no range beyond its end: ${whose}`, async () => {
      const whole = await web().get(path);
      const size = (await whole.arrayBuffer()).byteLength;
      expect((await web().get(path, { Range: "bytes=0-3" })).status).to.equal(206);
      const response = await web().get(path, { Range: `bytes=${size}-` });
      await expectProblem(response, "range-not-satisfiable");
      expect(response.headers.get("content-range")).to.equal(`bytes */${size}`);
    });

    it(`is not given where it is another than the request's condition asks for: ${whose}`, async () => {
      const whole = await web().get(path);
      const etag = whole.headers.get("etag") ?? "";
      await whole.arrayBuffer();
      expect((await web().get(path, { "If-Match": etag.replace("W/", "") })).status).to.equal(200);
      for (const condition of [
        { "If-Match": '"another"' },
        { "If-Unmodified-Since": "Tue, 24 Nov 1998 08:00:00 GMT" },
      ]) {
        const response = await web().get(path, condition);
        await expectProblem(response, "precondition-failed");
        // It is the file's that is neither sent nor asked for.
        expect(response.headers.get("last-modified")).to.equal(null);
        expect(response.headers.get("etag")).not.to.equal(etag);
        expect(response.headers.get("cache-control")).to.equal("no-store");
      }
    });
  }

  it("is refused to a browser with a page that says why", async () => {
    const response = await web().get("/assets/base.css", { Range: "bytes=9999999-", Accept: "text/html" });
    expect(response.status).to.equal(416);
    expect(await response.text()).to.include("The range is not within what is here");
  });
});

describe("An address", () => {
  const web = webForSuite();

  it("that cannot be decoded is no fault of the body", async () => {
    const problem = await expectProblem(await web().get("/api/runs/%ff"), "malformed-request");
    expect(problem.title).to.equal("The request cannot be read");
  });
});

describe("A refusal by a library", () => {
  it("keeps its status and says what that means, whichever it is", async () => {
    const app = express();
    app.get("/:status", (req) => {
      throw Object.assign(new Error("refused"), {
        status: Number(req.params.status),
        headers: { "X-Why": "so" },
      });
    });
    app.use(answerProblems(silentLog, () => "a page"));
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    const { port } = server.address() as AddressInfo;
    // fetch itself fails at a 407, which is a proxy's to answer.
    const statuses = Object.keys(STATUS_CODES)
      .map(Number)
      .filter((status) => status >= 400 && status < 500 && status !== 407);
    try {
      for (const status of statuses) {
        const response = await fetch(`http://127.0.0.1:${port}/${status}`);
        const problem: ProblemJson = JSON.parse(await response.text());
        expect([response.status, problem.status]).to.deep.equal([status, status]);
        expect(response.headers.get("x-why")).to.equal("so");
        if (problem.type === "about:blank") expect(problem.title).to.equal(STATUS_CODES[status]);
        else expect(problem.title).not.to.match(status === 400 ? /body/ : /cannot be read/);
      }
      expect((await fetch(`http://127.0.0.1:${port}/503`)).status).to.equal(500);
    } finally {
      await stopServer(server, 1_000);
    }
  });
});
