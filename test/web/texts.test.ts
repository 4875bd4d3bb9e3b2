import { execFileSync } from "node:child_process";
import { expect } from "chai";
import * as fc from "fast-check";
import { previewText } from "../../web/dead-letters/dead-letter-schema.ts";
import { curlCommand } from "../../web/page/curl.ts";
import { formatDuration } from "../../web/page/format.ts";
import { requestHash } from "../../web/runs/request/request-hash.ts";

describe("A request's hash", () => {
  it("does not depend on the order of keys, at any depth", () => {
    expect(requestHash({ a: 1, b: { c: [1, 2], d: null } })).to.equal(
      requestHash({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  it("tells any two requests apart that are not the same", () => {
    const json = fc.jsonValue();
    fc.assert(
      fc.property(json, json, (a, b) => {
        const same = sorted(a) === sorted(b);
        expect(requestHash(a) === requestHash(b)).to.equal(same);
      }),
    );
  });
});

/** Another way to the same end as the code's: sorts before it writes. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${sorted(part)}`);
  return `{${pairs.sort().join()}}`;
}

describe("A curl command", () => {
  it("says to a shell what was meant, whatever is in it", () => {
    const body = { text: `it's "quoted" $HOME \`id\` \\ !` };
    const command = curlCommand({ method: "post", url: "http://127.0.0.1/x?a=1&b=2", body });
    const words = execFileSync("sh", ["-c", `curl() { printf '%s\\n' "$@"; }\n${command}`], {
      encoding: "utf8",
    });
    expect(words.trimEnd().split("\n")).to.deep.equal([
      "-X",
      "POST",
      "http://127.0.0.1/x?a=1&b=2",
      "-H",
      "Content-Type: application/json",
      "-d",
      JSON.stringify(body),
    ]);
  });
});

describe("A dead letter's preview", () => {
  it("is the beginning of the text, and never half a character", () => {
    expect(previewText(Buffer.from("short"))).to.equal("short");
    expect(previewText(Buffer.from("x".repeat(501)))).to.equal(`${"x".repeat(500)}…`);
    expect(previewText(Buffer.from(`${"x".repeat(499)}😀😀`))).to.equal(`${"x".repeat(499)}…`);
  });

  it("is nothing where there is no text", () => {
    expect(previewText(null)).to.equal(null);
    expect(previewText(Buffer.from([0xff]))).to.equal(null);
  });
});

describe("A duration", () => {
  for (const [ms, text] of [
    [0, "0.0 s"],
    [4_200, "4.2 s"],
    [9_960, "10 s"],
    [59_600, "1 min 0 s"],
    [192_000, "3 min 12 s"],
    [3_599_600, "1 h 0 min"],
    [7_500_000, "2 h 5 min"],
    [180_000_000, "2 d 2 h"],
  ] as const) {
    it(`of ${ms} ms is ${text}`, () => {
      expect(formatDuration(ms)).to.equal(text);
    });
  }
});
