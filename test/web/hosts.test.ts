import { expect } from "chai";
import fc from "fast-check";
import { createHostCheck, hostNameOf } from "../../web/access/allowed-hosts.ts";
import { anyCharacter } from "../setup/any-character.ts";
import { rawRequest } from "./raw-request.ts";
import { webForSuite } from "./web-server.ts";

describe("The Host header", () => {
  const web = webForSuite({ ALLOWED_HOSTS: "data.example,web" });
  const ask = (host: string, path = "/healthz"): Promise<string> =>
    rawRequest(web().url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

  it("may name the machine itself, or what the operator has allowed", async () => {
    for (const host of [
      "localhost",
      "127.0.0.1:8080",
      "[::1]:80",
      "data.example",
      "DATA.example.:443",
      "web",
    ]) {
      expect(await ask(host), host).to.match(/^HTTP\/1\.1 200 /);
    }
  });

  it("may name nobody else, whatever is asked for", async () => {
    for (const host of [
      "evil.example",
      "data.example.evil.example",
      "127.0.0.1.nip.example",
      "10.0.0.1",
      "a b",
      "@",
    ]) {
      for (const path of ["/healthz", "/", "/api/runs", "/queues/", "/assets/base.css"]) {
        const answer = await ask(host, path);
        expect(answer, host).to.match(/^HTTP\/1\.1 421 /);
        expect(answer).to.include("application/problem+json").and.to.include("#problem-misdirected");
      }
    }
  });

  it("must be there", async () => {
    expect(await rawRequest(web().url, "GET /healthz HTTP/1.0\r\n\r\n")).to.match(/^HTTP\/1\.1 421 /);
    expect(await rawRequest(web().url, "GET /healthz HTTP/1.1\r\n\r\n")).to.match(/^HTTP\/1\.1 400 /);
  });

  it("is not overruled by a forwarded one that nobody trusted sends", async () => {
    const answer = await rawRequest(
      web().url,
      "GET /healthz HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n",
    );
    expect(answer).to.match(/^HTTP\/1\.1 421 /);
  });
});

describe("The forwarded headers of a trusted proxy", () => {
  const web = webForSuite({
    TRUSTED_PROXIES: "127.0.0.1/32",
    ALLOWED_HOSTS: "data.example",
    AUTH_TOKEN: "0123456789abcdef",
  });

  it("say under which name and by which scheme a person came", async () => {
    const response = await web().get("/sign-in", {
      "X-Forwarded-Host": "data.example",
      "X-Forwarded-Proto": "https",
    });
    expect(response.status).to.equal(200);
    expect(response.headers.get("set-cookie")).to.match(/; Secure/);
    expect((await web().get("/healthz", { "X-Forwarded-Host": "evil.example" })).status).to.equal(421);
  });
});

describe("A host check", () => {
  it("takes any address where the service listens on all, since rebinding needs a name", () => {
    const everywhere = createHostCheck({ host: "0.0.0.0", allowedHosts: [] });
    expect(["10.1.2.3:80", "[2001:db8::1]"].map(everywhere)).to.deep.equal([true, true]);
    expect(everywhere("evil.example")).to.equal(false);
    const one = createHostCheck({ host: "10.1.2.3", allowedHosts: [] });
    expect([one("10.1.2.3"), one("10.1.2.4"), one("127.0.0.53")]).to.deep.equal([true, false, true]);
  });

  it("takes no text for a name that is none", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const name = hostNameOf(text);
        if (name !== null) expect(name).to.match(/^[0-9a-z_.:-]*$/);
      }),
    );
  });

  it("finds the name before any port", () => {
    fc.assert(
      fc.property(fc.domain(), fc.option(fc.nat(65_535)), (domain, port) => {
        const header = port === null ? domain : `${domain}:${port}`;
        expect(hostNameOf(header.toUpperCase())).to.equal(domain.toLowerCase());
      }),
    );
  });
});
