import { expect } from "chai";
import fc from "fast-check";
import { openSession, type Sign, sealSession } from "../../web/access/sessions.ts";
import { safeNext, signInUrl } from "../../web/access/sign-in-url.ts";
import { createVerifier } from "../../web/access/verify.ts";
import { anyCharacter } from "../setup/any-character.ts";
import { expectProblem, startWeb, type TestWeb, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const user = "operator";
const password = "correct horse: battery";

/** What a browser keeps between requests. */
interface Visitor {
  readonly cookie: string;
  readonly csrfToken: string;
}

const csrfTokenIn = (page: string): string => /name="csrfToken" value="([^"]+)"/.exec(page)?.[1] ?? "";
const cookieOf = (response: Response): string =>
  (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

async function visit(web: TestWeb, path: string, cookie = ""): Promise<Visitor> {
  const response = await web.get(path, { ...html, ...(cookie === "" ? {} : { Cookie: cookie }) });
  expect(response.status).to.equal(200);
  return { cookie: cookieOf(response) || cookie, csrfToken: csrfTokenIn(await response.text()) };
}

function send(
  web: TestWeb,
  path: string,
  { cookie, csrfToken }: Visitor,
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new URLSearchParams({ ...fields, ...(csrfToken === "" ? {} : { csrfToken }) });
  return web.post(path, form.toString(), {
    "Content-Type": "application/x-www-form-urlencoded",
    Origin: web.url,
    ...(cookie === "" ? {} : { Cookie: cookie }),
    ...html,
  });
}

async function signIn(web: TestWeb): Promise<Visitor> {
  const response = await send(web, "/sign-in", await visit(web, "/sign-in"), { user, password });
  expect(response.status).to.equal(303);
  return visit(web, "/", cookieOf(response));
}

describe("Signing in", () => {
  const web = webForSuite({ AUTH_USER: user, AUTH_PASSWORD: password });

  it("leads to where the visitor wanted to go, with a cookie that only this service gets and no script reads", async () => {
    const before = await visit(web(), "/sign-in?next=/runs?status=failed");
    const response = await send(web(), "/sign-in", before, { user, password, next: "/runs?status=failed" });
    expect(response.status).to.equal(303);
    expect(response.headers.get("location")).to.equal("/runs?status=failed");
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie)
      .to.match(/; HttpOnly/)
      .and.to.match(/; SameSite=Lax/)
      .and.to.match(/; Max-Age=43200/);
    expect(cookie).to.not.include("Secure");
    // Another session than the one before: a planted one does not become signed in.
    expect(cookieOf(response)).to.not.equal(before.cookie);
    expect((await web().get("/runs", { Cookie: before.cookie })).status).to.equal(401);
    expect((await web().get("/runs", { Cookie: cookieOf(response) })).status).to.equal(200);
  });

  it("lets nobody in with anything else, and keeps the user that was typed", async () => {
    const visitor = await visit(web(), "/sign-in");
    for (const wrong of [
      { user, password: "wrong" },
      { user: "somebody", password },
      { user: `${user}:correct horse`, password: " battery" },
      { user, password: "" },
      {},
    ]) {
      const response = await send(web(), "/sign-in", visitor, wrong);
      expect(response.status).to.equal(401);
      expect(response.headers.get("set-cookie")).to.equal(null);
      const page = await response.text();
      expect(page).to.include("These are not the credentials").and.to.not.include(password);
      if ("user" in wrong) expect(page).to.include(`value="${wrong.user}"`);
    }
  });

  it("needs the token of its own page, so that nobody is signed in to somebody else's session", async () => {
    const visitor = await visit(web(), "/sign-in");
    for (const forged of [
      { ...visitor, csrfToken: "" },
      { ...visitor, csrfToken: "x" },
      { cookie: "", csrfToken: visitor.csrfToken },
      { cookie: (await visit(web(), "/sign-in")).cookie, csrfToken: visitor.csrfToken },
    ]) {
      const response = await send(web(), "/sign-in", forged, { user, password });
      expect(response.status).to.equal(403);
      expect(response.headers.get("set-cookie")).to.equal(null);
    }
  });

  it("opens everything: pages, the API, Bull Board and event streams", async () => {
    const { cookie } = await signIn(web());
    for (const path of ["/", "/runs", "/api/runs", "/queues/", "/queues/api/queues", "/metrics"]) {
      expect((await web().get(path, { Cookie: cookie })).status, path).to.equal(200);
    }
    const missing = "/api/runs/01a20c75-e067-7000-8000-000000000000/events";
    expect((await web().get(missing, { Cookie: cookie })).status).to.equal(404);
    expect((await web().get("/sign-in?next=/runs", { Cookie: cookie })).headers.get("location")).to.equal(
      "/runs",
    );
  });

  it("shows who is signed in, and ends with signing out", async () => {
    const visitor = await signIn(web());
    expect(await (await web().get("/runs", { Cookie: visitor.cookie })).text()).to.include(
      `Signed in as ${user}`,
    );
    const response = await send(web(), "/sign-out", visitor);
    expect(response.headers.get("location")).to.equal("/sign-in");
    expect(response.headers.get("set-cookie")).to.match(/^session_\d+=; .*Expires=Thu, 01 Jan 1970/);
  });

  it("makes every form and every request that changes something need the page's token", async () => {
    const visitor = await signIn(web());
    const other = await signIn(web());
    for (const path of ["/generate", "/sign-out", "/dead-letters/replay"]) {
      expect((await send(web(), path, { ...visitor, csrfToken: "" })).status, path).to.equal(403);
      expect((await send(web(), path, { ...visitor, csrfToken: other.csrfToken })).status).to.equal(403);
    }
    expect((await send(web(), "/generate", visitor, { count: "3", fields: "name" })).status).to.equal(303);

    const cookie = { Cookie: visitor.cookie };
    await expectProblem(await web().post("/api/runs", { count: 1 }, cookie), "csrf-token");
    await expectProblem(await web().post("/api/runs/x/cancel", undefined, cookie), "csrf-token");
    await expectProblem(
      await web().post("/queues/api/queues/conducting.runs/pause", undefined, cookie),
      "csrf-token",
    );
    const token = { ...cookie, "X-CSRF-Token": visitor.csrfToken };
    expect((await web().post("/api/runs", { count: 1 }, token)).status).to.equal(202);
  });

  it("gives Bull Board's script the token in a cookie that it can read", async () => {
    const { cookie, csrfToken } = await signIn(web());
    const handedOut = (await web().get("/queues/", { Cookie: cookie })).headers.get("set-cookie") ?? "";
    expect(handedOut).to.include(`XSRF-TOKEN=${csrfToken}; Path=/queues`).and.to.include("SameSite=Strict");
    expect(handedOut).to.not.include("HttpOnly");
    const headers = { Cookie: cookie, "X-XSRF-TOKEN": csrfToken };
    const paused = await fetch(`${web().url}/queues/api/queues/conducting.runs/pause`, {
      method: "PUT",
      headers,
    });
    expect(paused.status).to.equal(200);
  });

  it("is not changed by Basic credentials beside it", async () => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const response = await web().post("/api/runs", { count: 1 }, { Authorization: authorization });
    expect(response.status).to.equal(202);
  });

  it("ends with the password that it was made with", async () => {
    const { cookie } = await signIn(web());
    const environment = { DATABASE_URL: web().config.databaseUrl, AUTH_USER: user };
    const port = new URL(web().url).port;
    const same = await startWeb({ ...environment, AUTH_PASSWORD: password });
    const changed = await startWeb({ ...environment, AUTH_PASSWORD: "another password" });
    const asked = (other: TestWeb) => cookie.replace(port, new URL(other.url).port);
    try {
      expect((await same.get("/runs", { Cookie: asked(same) })).status).to.equal(200);
      expect((await changed.get("/runs", { Cookie: asked(changed) })).status).to.equal(401);
    } finally {
      await same.close();
      await changed.close();
    }
  });
});

describe("Signing in with the token alone", () => {
  const web = webForSuite({ AUTH_TOKEN: "a-token-of-some-length" });

  it("asks for nothing else", async () => {
    const visitor = await visit(web(), "/sign-in");
    const wrong = await send(web(), "/sign-in", visitor, { password: "a-token-of-other-length" });
    expect(wrong.status).to.equal(401);
    const page = await wrong.text();
    expect(page).to.include("Access token").and.to.not.include('name="user"');
    const right = await send(web(), "/sign-in", visitor, { password: "a-token-of-some-length" });
    expect((await web().get("/runs", { Cookie: cookieOf(right) })).status).to.equal(200);
  });
});

describe("On a service that is open", () => {
  const web = webForSuite();

  it("there is nothing to sign in to", async () => {
    expect((await web().get("/sign-in?next=/runs")).headers.get("location")).to.equal("/runs");
    expect(await (await web().get("/", html)).text()).to.not.include("Signed in");
  });

  it("a browser's form still needs its page's token", async () => {
    const visitor = await visit(web(), "/");
    const form = { count: "2", fields: "name" };
    expect((await send(web(), "/generate", { ...visitor, csrfToken: "" }, form)).status).to.equal(403);
    expect((await send(web(), "/generate", { cookie: "", csrfToken: "" }, form)).status).to.equal(403);
    expect((await send(web(), "/generate", { ...visitor, cookie: "" }, form)).status).to.equal(403);
    const response = await send(web(), "/generate", visitor, form);
    expect(response.status).to.equal(303);
    const run = response.headers.get("location") ?? "";
    const onPage = await visit(web(), run, visitor.cookie);
    expect((await send(web(), `${run}/cancel`, { ...onPage, csrfToken: "" })).status).to.equal(403);
    expect((await send(web(), `${run}/cancel`, onPage)).status).to.equal(303);
  });
});

describe("Where to go after signing in", () => {
  it("is never another site", () => {
    const hostile = fc.oneof(
      fc.webUrl(),
      fc.string({ unit: anyCharacter }),
      fc
        .array(
          fc.constantFrom("/", "\\", ".", "@", ":", "//", "\t", "\n", "evil.example", "http:", "javascript:"),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, (next) => {
        const target = new URL(safeNext(next), "http://127.0.0.1:8080");
        expect(target.origin).to.equal("http://127.0.0.1:8080");
        expect(safeNext(next)).to.match(/^\/(?![/\\])/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is where the visitor wanted to go", () => {
    for (const path of ["/", "/runs?status=failed&before=x", "/queues/queue/conducting.runs"]) {
      expect(safeNext(new URL(signInUrl(path), "http://x").searchParams.get("next") ?? "/")).to.equal(path);
    }
    expect(safeNext("/sign-in?next=/sign-in")).to.equal("/");
  });
});

describe("A session's cookie", () => {
  const sign: Sign = (purpose, text) => Buffer.from(`${purpose} ${text}`).toString("base64url").slice(-20);
  const session = fc.record({
    id: fc.string(),
    user: fc.option(fc.string({ unit: anyCharacter })),
    expiresAtMs: fc.integer({ min: 1 }),
  });

  it("comes back as it went, until it runs out", () => {
    fc.assert(
      fc.property(session, (sealed) => {
        expect(openSession(sealSession(sealed, sign), sign, sealed.expiresAtMs - 1)).to.deep.equal(sealed);
        expect(openSession(sealSession(sealed, sign), sign, sealed.expiresAtMs)).to.equal(null);
      }),
    );
  });

  it("is nothing to whoever changes it", () => {
    fc.assert(
      fc.property(session, fc.string(), (sealed, signature) => {
        const [content = "", own = ""] = sealSession(sealed, sign).split(".");
        fc.pre(signature !== own);
        expect(openSession(`${content}.${signature}`, sign, 0)).to.equal(null);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => openSession(text, sign, 0) === null));
  });
});

describe("An Authorization header", () => {
  const named = fc.string({ unit: anyCharacter, minLength: 1 }).filter((text) => !text.includes(":"));

  it("opens with its own credentials and no others", () => {
    fc.assert(
      fc.property(named, fc.string({ unit: "grapheme" }), fc.string(), (name, secret, other) => {
        const access = { credentials: { user: name, password: secret }, token: null };
        const verifier = createVerifier({ ...access, sessionMs: 1, failuresPerMinute: 1 });
        const header = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
        fc.pre(
          other !== secret &&
            Buffer.from(name).toString() === name &&
            Buffer.from(secret).toString() === secret,
        );
        expect(verifier.verifyHeader(header(`${name}:${secret}`))).to.equal(true);
        expect(verifier.verifyHeader(header(`${name}:${other}`))).to.equal(false);
        expect(verifier.verifyHeader(other)).to.equal(false);
        expect(verifier.verifySignIn(name, secret)).to.equal(name);
        expect(verifier.verifySignIn(name, other)).to.equal(null);
      }),
    );
  });
});
