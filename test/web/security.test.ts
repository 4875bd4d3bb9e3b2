import { expect } from "chai";
import { expectProblem, webForSuite } from "./web-server.ts";

const basic = (credentials: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
});

describe("With credentials set", () => {
  const web = webForSuite({ AUTH_USER: "operator", AUTH_PASSWORD: "correct horse: battery" });

  for (const path of [
    "/",
    "/runs",
    "/api/runs",
    "/readyz",
    "/metrics",
    "/queues/",
    "/api/docs",
    "/assets/base.css",
  ]) {
    it(`${path} asks for them`, async () => {
      const response = await web().get(path);
      await expectProblem(response, "unauthorized");
      expect(response.headers.get("www-authenticate")).to.match(/^Basic realm=/);
    });
  }

  it("lets nobody in with others", async () => {
    for (const credentials of ["operator:wrong", "other:correct horse: battery", "operator", ":", ""]) {
      expect((await web().get("/runs", basic(credentials))).status).to.equal(401);
    }
    const bearer = { Authorization: "Bearer correct horse: battery" };
    expect((await web().get("/runs", bearer)).status).to.equal(401);
  });

  it("lets those in who have them", async () => {
    expect((await web().get("/runs", basic("operator:correct horse: battery"))).status).to.equal(200);
  });

  it("leaves the liveness open", async () => {
    expect((await web().get("/healthz")).status).to.equal(200);
  });
});

describe("Every response", () => {
  const web = webForSuite();

  it("allows nothing inline and nothing from elsewhere", async () => {
    for (const path of ["/", "/runs", "/api/docs", "/nowhere"]) {
      const { headers } = await web().get(path, { Accept: "text/html" });
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).to.include("default-src 'none'");
      expect(policy).to.include("script-src 'self'");
      expect(policy).to.include("style-src 'self'");
      expect(policy).to.not.include("unsafe");
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
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

  it("is problem details for programs and a page for browsers where nothing is found", async () => {
    await expectProblem(await web().get("/nowhere"), "not-found");
    await expectProblem(await web().get("/api/nowhere", { Accept: "text/html" }), "not-found");
    const page = await web().get("/nowhere", { Accept: "text/html,*/*;q=0.8" });
    expect(page.status).to.equal(404);
    expect(page.headers.get("content-type")).to.match(/^text\/html/);
  });

  it("says 503, never more, where PostgreSQL is away", async () => {
    const { startWeb } = await import("./web-server.ts");
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
