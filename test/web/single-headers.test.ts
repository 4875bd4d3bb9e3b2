import { expect } from "chai";
import { rawRequest } from "./raw-request.ts";
import { badFields, type ProblemJson, webForSuite } from "./web-server.ts";

describe("A header that has one value", () => {
  const web = webForSuite();

  /** The answer to a request with these lines in its head, and to POST a body. */
  const send = async (
    lines: readonly string[],
    method = "GET",
    path = "/healthz",
    body = "",
  ): Promise<string> =>
    rawRequest(
      web().url,
      [
        `${method} ${path} HTTP/1.1`,
        "Host: 127.0.0.1",
        "Connection: close",
        `Content-Length: ${Buffer.byteLength(body)}`,
        ...lines,
        "",
        body,
      ].join("\r\n"),
    );
  const statusOf = (answer: string): number => Number(answer.slice(9, 12));
  const problemOf = (answer: string): ProblemJson => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));

  for (const [name, value] of [
    ["Authorization", "Bearer one"],
    ["Content-Type", "application/json"],
    ["Idempotency-Key", "one"],
    ["If-Modified-Since", "Tue, 24 Nov 2026 08:00:00 GMT"],
    ["If-Range", '"one"'],
    ["If-Unmodified-Since", "Tue, 24 Nov 2026 08:00:00 GMT"],
    ["Origin", "http://127.0.0.1"],
    ["Range", "bytes=0-1"],
    ["Referer", "http://127.0.0.1/"],
    ["Sec-Fetch-Site", "same-origin"],
    ["X-CSRF-Token", "one"],
    ["X-XSRF-Token", "one"],
  ] as const) {
    it(`must come in one line: ${name}`, async () => {
      expect(statusOf(await send([`${name}: ${value}`]))).to.equal(200);
      const answer = await send([`${name}: ${value}`, `${name.toLowerCase()}: ${value}`]);
      expect(answer)
        .to.match(/^HTTP\/1\.1 400 /)
        .and.to.include("application/problem+json");
      expect(badFields(problemOf(answer))).to.deep.equal([name]);
    });
  }

  it("must come in one line: Host, of which only the first would be checked", async () => {
    const answer = await send(["Host: elsewhere.example"]);
    expect(statusOf(answer)).to.equal(400);
    expect(badFields(problemOf(answer))).to.deep.equal(["Host"]);
  });

  it("starts no run where it is an idempotency key in two lines", async () => {
    const lines = ["Content-Type: application/json", "Idempotency-Key: twice"];
    const start = (more: readonly string[]): Promise<string> =>
      send([...lines, ...more], "POST", "/api/runs", '{"count":1}');
    expect(statusOf(await start([]))).to.equal(202);
    for (const other of ["twice", "another"]) {
      const answer = await start([`Idempotency-Key: ${other}`]);
      expect(statusOf(answer)).to.equal(400);
      expect(problemOf(answer).detail).to.equal("Idempotency-Key must come in one line.");
    }
    const { rows } = await web().pool.query<{ idempotency_key: string }>("SELECT idempotency_key FROM runs");
    expect(rows).to.deep.equal([{ idempotency_key: "twice" }]);
  });

  it("is not one that is a list: those may come in as many lines as one likes", async () => {
    const answer = await send([
      "Accept: text/html;q=0.1",
      "Accept: application/json",
      "Cookie: a=1",
      "Cookie: b=2",
      'If-None-Match: "a"',
      'If-None-Match: "b"',
      "X-Forwarded-For: 192.0.2.1",
      "X-Forwarded-For: 192.0.2.2",
    ]);
    expect(statusOf(answer)).to.equal(200);
  });
});
