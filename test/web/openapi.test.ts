import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { foreign, storeNext } from "../setup/batches.ts";
import { webForSuite } from "./web-server.ts";

type Json = Readonly<Record<string, unknown>>;

interface OpenApiResponse {
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
  readonly headers?: Json;
}

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { readonly operationId: string; readonly responses: Readonly<Record<string, OpenApiResponse>> }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Json };
}

describe("The OpenAPI document", () => {
  const web = webForSuite();
  let document: OpenApi;
  let schemaAt: (path: string, method: string, status: number, mediaType: string) => ValidateFunction;

  before(async () => {
    document = (await (await web().get("/api/openapi.json")).json()) as OpenApi;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: "openapi", ...document });
    schemaAt = (path, method, status, mediaType) => {
      const pointer = ["paths", path, method, "responses", String(status), "content", mediaType, "schema"]
        .map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1")))
        .join("/");
      return ajv.compile({ $ref: `openapi#/${pointer}` });
    };
  });

  it("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate({ ...structuredClone(document) });
    expect(result.errors ?? []).to.deep.equal([]);
    expect(result.valid).to.equal(true);
  });

  it("describes nothing that is not served", async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const response = await fetch(`${web().url}${path.replace(/\{\w+\}/, "x")}`, { method: "PUT" });
      expect(response.status, path).to.equal(405);
      const allowed = response.headers.get("allow")?.toLowerCase().split(", ") ?? [];
      expect(allowed).to.include.members(Object.keys(methods));
    }
  });

  it("documents every endpoint of the contract", () => {
    expect(Object.keys(document.paths)).to.include.members([
      "/api/runs",
      "/api/runs/{id}",
      "/api/runs/{id}/events",
      "/api/runs/{id}/cancel",
      "/api/runs/{id}/pause",
      "/api/runs/{id}/resume",
      "/api/runs/{id}/records",
      "/api/runs/cancel",
      "/api/datasets",
      "/api/datasets/{id}",
      "/api/datasets/{id}/cancel",
      "/api/datasets/{id}/pause",
      "/api/datasets/{id}/resume",
      "/api/types",
      "/api/types/{name}",
      "/api/types/meta-schema",
      "/api/generate",
      "/produce",
      "/api/dead-letters",
      "/api/dead-letters/replay",
      "/api/pipeline",
      "/api/pipeline/messages",
      "/healthz",
      "/readyz",
      "/metrics",
      "/api/openapi.json",
    ]);
  });

  const id = "01a20c75-e067-7000-8000-000000000000";
  const requests: readonly (readonly [
    string,
    "get" | "post" | "patch",
    string,
    number,
    unknown?,
    object?,
  ])[] = [
    ["/api/runs", "post", "/api/runs", 202, { count: 3 }, { "Idempotency-Key": "documented" }],
    ["/api/runs", "post", "/api/runs", 400, { count: 0, x: 1 }],
    ["/api/runs", "post", "/api/runs", 400, "{"],
    ["/api/runs", "post", "/api/runs", 403, { count: 1 }, { "Sec-Fetch-Site": "cross-site" }],
    ["/api/runs", "post", "/api/runs", 409, { count: 4 }, { "Idempotency-Key": "documented" }],
    ["/api/runs", "post", "/api/runs", 413, `{"count":1,"x":"${"x".repeat(200_000)}"}`],
    ["/api/runs", "post", "/api/runs", 415, "count=1", { "Content-Type": "text/plain" }],
    ["/api/runs", "get", "/api/runs", 200],
    ["/api/runs", "get", "/api/runs?limit=0", 400],
    ["/api/runs/{id}", "get", `/api/runs/${id}`, 404],
    ["/api/runs/{id}", "patch", `/api/runs/${id}`, 404, { rate: 5 }],
    ["/api/runs/{id}", "patch", `/api/runs/${id}`, 400, { rate: 0 }],
    ["/api/runs/{id}/events", "get", `/api/runs/${id}/events`, 404],
    ["/api/runs/{id}/cancel", "post", `/api/runs/${id}/cancel`, 404],
    ["/api/runs/{id}/records", "get", `/api/runs/${id}/records`, 404],
    ["/api/runs/{id}/records", "get", `/api/runs/${id}/records?format=xml`, 400],
    ["/api/runs/cancel", "post", "/api/runs/cancel", 200, { all: true, dryRun: true }],
    ["/api/runs/cancel", "post", "/api/runs/cancel", 400, {}],
    ["/api/datasets", "post", "/api/datasets", 202, { types: { user: { count: 3 } } }],
    ["/api/datasets", "post", "/api/datasets", 400, { types: { user: { count: -3 } } }],
    ["/api/datasets", "get", "/api/datasets?limit=1", 200],
    ["/api/datasets/{id}", "get", `/api/datasets/${id}`, 404],
    ["/api/datasets/{id}/cancel", "post", `/api/datasets/${id}/cancel`, 404],
    ["/api/types", "get", "/api/types", 200],
    ["/api/types", "post", "/api/types", 201, { $id: "documented", properties: { a: {} } }],
    ["/api/types", "post", "/api/types?dryRun=true", 200, { $id: "dry", properties: { a: {} } }],
    ["/api/types", "post", "/api/types", 400, { $id: "a", properties: { a: { type: "strin" } } }],
    ["/api/types", "post", "/api/types", 409, { $id: "user", properties: { a: {} } }],
    ["/api/types", "post", "/api/types", 415, "a", { "Content-Type": "text/plain" }],
    ["/api/types/{name}", "get", "/api/types/user", 200],
    ["/api/types/{name}", "get", "/api/types/documented@1", 200],
    ["/api/types/{name}", "get", "/api/types/nothing", 404],
    ["/api/types/meta-schema", "get", "/api/types/meta-schema", 200],
    ["/api/generate", "post", "/api/generate", 200, { count: 3 }],
    ["/api/generate", "post", "/api/generate", 400, { count: -3 }],
    ["/api/generate", "post", "/api/generate", 406, { count: 3 }, { Accept: "image/png" }],
    ["/produce", "post", "/produce", 202, { records: [{}] }],
    ["/produce", "post", "/produce", 400, { records: [] }],
    ["/api/dead-letters", "get", "/api/dead-letters", 200],
    ["/api/dead-letters", "get", "/api/dead-letters?limit=0", 400],
    ["/api/dead-letters/replay", "post", "/api/dead-letters/replay", 200, { all: true, dryRun: true }],
    ["/api/dead-letters/replay", "post", "/api/dead-letters/replay", 400, {}],
    ["/api/pipeline", "get", "/api/pipeline", 200],
    ["/api/pipeline/messages", "get", "/api/pipeline/messages?partition=0", 200],
    ["/api/pipeline/messages", "get", "/api/pipeline/messages?partition=1000000", 404],
    ["/api/pipeline/messages", "get", "/api/pipeline/messages?limit=0", 400],
    ["/healthz", "get", "/healthz", 200],
    ["/readyz", "get", "/readyz", 503],
    ["/api/openapi.json", "get", "/api/openapi.json", 200],
  ];
  for (const [path, method, url, status, body, headers] of requests) {
    it(`describes what ${method.toUpperCase()} ${path} answers with ${status}`, async () => {
      if (path === "/api/dead-letters") await storeNext(web().pool, [foreign("no json"), foreign(null)]);
      const send = { ...headers } as Record<string, string>;
      const response = method === "get" ? await web().get(url, send) : await web()[method](url, body, send);
      expect(response.status).to.equal(status);
      const mediaType = response.headers.get("content-type")?.split(";")[0] ?? "";
      const isValid = schemaAt(path, method, status, mediaType);
      isValid(await response.json());
      expect(isValid.errors ?? []).to.deep.equal([]);
      const documented = document.paths[path]?.[method]?.responses[status]?.headers ?? {};
      for (const name of Object.keys(documented).filter((header) => header !== "Link")) {
        expect(response.headers.get(name), name).to.not.equal(null);
      }
    });
  }

  it("describes a run that is read and one that is commanded", async () => {
    const run = await web().startRun({ count: 1 });
    for (const [path, method, url] of [
      ["/api/runs/{id}", "get", `/api/runs/${run.id}`],
      ["/api/runs/{id}/pause", "post", `/api/runs/${run.id}/pause`],
      ["/api/runs/{id}/resume", "post", `/api/runs/${run.id}/resume`],
      ["/api/runs/{id}/cancel", "post", `/api/runs/${run.id}/cancel`],
    ] as const) {
      const response = method === "get" ? await web().get(url) : await web().post(url);
      const isValid = schemaAt(path, method, 200, "application/json");
      isValid(await response.json());
      expect(isValid.errors ?? []).to.deep.equal([]);
    }
    const refused = await web().post(`/api/runs/${run.id}/resume`);
    const isValid = schemaAt("/api/runs/{id}/resume", "post", 409, "application/problem+json");
    isValid(await refused.json());
    expect(isValid.errors ?? []).to.deep.equal([]);
  });

  it("begins with the commonest operations, and has those on many runs after those on one", () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids.slice(0, 3)).to.deep.equal(["createRun", "listRuns", "getRun"]);
    expect(ids.indexOf("cancelRuns")).to.be.greaterThan(ids.indexOf("cancelRun"));
  });

  it("has a page that needs no script and leads to every operation and kind of problem", async () => {
    const response = await web().get("/api/docs");
    expect(response.headers.get("content-type")).to.match(/^text\/html/);
    const page = await response.text();
    for (const path of Object.keys(document.paths)) expect(page).to.include(path);
    expect(page).to.include('id="problem-idempotency-key-reused"');
    expect(page).to.include(`curl -X POST ${web().url}/api/runs`);
    expect(page).to.not.match(/https?:\/\/(?!127\.0\.0\.1)/);
  });
});
