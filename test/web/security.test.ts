import { expect } from "chai";
import { expectProblem, startWeb, webForSuite } from "./web-server.ts";

const basic = (credentials: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
});
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const guarded = [
  "/",
  "/runs",
  "/runs/01a20c75-e067-7000-8000-000000000000",
  "/dead-letters",
  "/api/runs",
  "/api/runs/01a20c75-e067-7000-8000-000000000000/events",
  "/readyz",
  "/metrics",
  "/queues",
  "/queues/",
  "/queues/api/queues",
  "/api/docs",
  "/api/openapi.json",
  "/assets/base.css",
  "/nowhere",
];

describe("With credentials set", () => {
  const web = webForSuite({
    AUTH_USER: "operator",
    AUTH_PASSWORD: "correct horse: battery",
    AUTH_TOKEN: "a-token-of-some-length",
  });

  for (const path of guarded) {
    it(`${path} asks a program for them`, async () => {
      const response = await web().get(path);
      await expectProblem(response, "unauthorized");
      expect(response.headers.get("www-authenticate"))
        .to.match(/^Basic realm=/)
        .and.to.include("Bearer realm=");
    });

    it(`${path} leads a browser to the sign-in page and from there back`, async () => {
      const response = await web().get(path, html);
      expect(response.status).to.equal(303);
      const target = new URL(response.headers.get("location") ?? "", web().url);
      expect(target.pathname).to.equal("/sign-in");
      expect(target.searchParams.get("next") ?? "/").to.equal(path);
    });
  }

  it("every way to change something asks for them", async () => {
    for (const path of ["/generate", "/sign-out", "/dead-letters/replay", "/api/runs", "/produce"]) {
      await expectProblem(await web().post(path, {}), "unauthorized");
    }
  });

  it("lets nobody in with others", async () => {
    const wrong = ["operator:wrong", "other:correct horse: battery", "operator", ":", ""];
    for (const headers of [
      ...wrong.map(basic),
      bearer("correct horse: battery"),
      bearer(""),
      { Authorization: "Basic" },
      { Authorization: "a-token-of-some-length" },
      { Cookie: `session_${new URL(web().url).port}=W10.x` },
    ]) {
      expect((await web().get("/runs", headers)).status, JSON.stringify(headers)).to.equal(401);
    }
  });

  it("lets those in who have them", async () => {
    expect((await web().get("/runs", basic("operator:correct horse: battery"))).status).to.equal(200);
    expect((await web().get("/queues/", bearer("a-token-of-some-length"))).status).to.equal(200);
    const authorization = { authorization: "bearer  a-token-of-some-length" };
    expect((await web().get("/api/runs", authorization)).status).to.equal(200);
  });

  it("leaves the liveness open, and nothing but the sign-in page beside it", async () => {
    for (const path of ["/healthz", "/sign-in", "/sign-in/style.css"]) {
      expect((await web().get(path)).status, path).to.equal(200);
    }
    expect((await web().get("/healthz/")).status).to.equal(401);
    expect((await web().get("/sign-in/../runs")).status).to.equal(401);
  });

  it("does not make a browser's script ask for a password in a window of its own", async () => {
    const response = await web().get("/readyz", { Referer: `${web().url}/runs` });
    expect(response.status).to.equal(401);
    expect(response.headers.get("www-authenticate")).to.match(/^Cookie /);
  });

  it("says in the OpenAPI document what it asks for", async () => {
    const document = (await (
      await web().get("/api/openapi.json", bearer("a-token-of-some-length"))
    ).json()) as { security: unknown };
    expect(document.security).to.deep.equal([{ basic: [] }, { bearer: [] }]);
  });
});

describe("Wrong credentials", () => {
  const web = webForSuite({
    AUTH_USER: "operator",
    AUTH_PASSWORD: "correct horse",
    SIGN_IN_FAILURES_PER_MINUTE: "3",
  });

  it("may be sent a few times a minute; then even right ones must wait", async () => {
    for (let i = 0; i < 3; i++) {
      expect((await web().get("/api/docs", basic("operator:guess"))).status).to.equal(401);
    }
    const blocked = await web().get("/api/docs", basic("operator:correct horse"));
    await expectProblem(blocked, "too-many-requests");
    expect(Number(blocked.headers.get("retry-after"))).to.be.within(1, 60);
    expect((await web().get("/healthz")).status).to.equal(200);
  });
});

describe("Every response", () => {
  const web = webForSuite();

  it("allows nothing inline and nothing from elsewhere", async () => {
    for (const path of ["/", "/runs", "/api/docs", "/nowhere"]) {
      const { headers } = await web().get(path, html);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).to.include("default-src 'none'");
      expect(policy).to.include("script-src 'self'");
      expect(policy).to.include("style-src 'self'");
      expect(policy).to.not.include("unsafe");
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("x-frame-options")).to.equal("DENY");
      expect(headers.get("referrer-policy")).to.equal("same-origin");
      expect(headers.get("x-powered-by")).to.equal(null);
    }
  });

  it("lets inline styles be in Bull Board alone, and scripts not even there", async () => {
    const policy = (await web().get("/queues/")).headers.get("content-security-policy") ?? "";
    expect(policy).to.include("style-src 'self' 'unsafe-inline'");
    expect(policy).to.include("script-src 'self';");
  });

  it("refuses a form that another site sends", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const response = await web().post("/api/runs", { count: 1 }, { "Sec-Fetch-Site": site });
      await expectProblem(response, "cross-site");
    }
    const response = await web().post("/api/runs", { count: 1 }, { "Sec-Fetch-Site": "same-origin" });
    expect(response.status).to.equal(202);
  });

  it("refuses what a page of another origin sends, the same port and host alone being its own", async () => {
    const { port } = new URL(web().url);
    for (const origin of [
      "https://elsewhere.example",
      `http://localhost:${port}`,
      "http://127.0.0.1:1",
      "http://127.0.0.1",
      "null",
      "no origin",
    ]) {
      for (const path of ["/api/runs", "/generate", "/queues/api/queues/runs/pause"]) {
        await expectProblem(await web().post(path, { count: 1 }, { Origin: origin }), "cross-site");
      }
    }
    const own = await web().post("/api/runs", { count: 1 }, { Origin: web().url });
    expect(own.status).to.equal(202);
  });

  it("is problem details for programs and a page for browsers where nothing is found", async () => {
    await expectProblem(await web().get("/nowhere"), "not-found");
    await expectProblem(await web().get("/api/nowhere", { Accept: "text/html" }), "not-found");
    const page = await web().get("/nowhere", html);
    expect(page.status).to.equal(404);
    expect(page.headers.get("content-type")).to.match(/^text\/html/);
  });

  it("says 503, never more, where PostgreSQL is away", async () => {
    const cut = await startWeb({ DATABASE_URL: "postgres://nobody:secret-word@127.0.0.1:9/none" });
    try {
      const response = await cut.get("/api/runs");
      expect(response.headers.get("retry-after")).to.match(/^\d+$/);
      const problem = await expectProblem(response, "unavailable");
      expect(problem.dependency).to.equal("PostgreSQL");
      expect(JSON.stringify(problem)).to.not.match(/secret-word|ECONNREFUSED|node:/);
      const page = await (await cut.get("/runs", { Accept: "text/html" })).text();
      expect(page).to.include("PostgreSQL does not answer");
    } finally {
      await cut.close();
    }
  });
});
