import { expect } from "chai";
import { registerText } from "../setup/register.ts";
import { badFields, expectProblem, readRun, webForSuite } from "./web-server.ts";

interface CancelledJson {
  readonly dryRun: boolean;
  readonly cancelled: readonly string[];
  readonly ended: readonly { readonly id: string; readonly status: string }[];
  readonly unknown: readonly string[];
}

const unknownId = "00000000-0000-7000-8000-000000000000";

describe("POST /api/runs/cancel", () => {
  const web = webForSuite();
  const cancel = async (body: unknown): Promise<CancelledJson> => {
    const response = await web().post("/api/runs/cancel", body);
    expect(response.status).to.equal(200);
    return (await response.json()) as CancelledJson;
  };
  const statusOf = async (id: string): Promise<string> =>
    (await readRun(await web().get(`/api/runs/${id}`))).status;

  it("cancels those that are named, and says what became of each", async () => {
    const [first, second] = [await web().startRun({ count: 1 }), await web().startRun({ count: 1 })];
    const failed = await web().startRun({ count: 1 });
    await web().pool.query("UPDATE runs SET status = 'failed', finished_at = now() WHERE id = $1", [
      failed.id,
    ]);
    const ids = [first.id, second.id.toUpperCase(), failed.id, unknownId];
    expect(await cancel({ ids, dryRun: true })).to.have.property("dryRun", true);
    expect(await statusOf(first.id)).to.equal("queued");
    expect(await cancel({ ids })).to.deep.equal({
      dryRun: false,
      cancelled: [first.id, second.id],
      ended: [{ id: failed.id, status: "failed" }],
      unknown: [unknownId],
    });
    expect(await statusOf(second.id)).to.equal("cancelled");
  });

  it("cancels those of a status, of a search, or all, up to a limit", async () => {
    const started = [];
    for (const seed of [71, 71, 72]) started.push((await web().startRun({ count: 5, seed })).id);
    const [a = "", b = "", c = ""] = started;
    await web().post(`/api/runs/${a}/pause`);
    expect((await cancel({ status: "paused", dryRun: true })).cancelled).to.deep.equal([a]);
    expect((await cancel({ q: "71", status: "queued" })).cancelled).to.deep.equal([b]);
    expect((await cancel({ all: true, limit: 1 })).cancelled).to.deep.equal([c]);
    expect((await cancel({ all: true })).cancelled).to.deep.equal([a]);
    expect((await cancel({ all: true })).cancelled).to.deep.equal([]);
  });

  it("cancels those of a type alone", async () => {
    await registerText(web().pool, "$id: parcel\nproperties: { a: {} }\n");
    const user = await web().startRun({ count: 1 });
    const parcels = [];
    for (const seed of [1, 2]) parcels.push((await web().startRun({ type: "parcel", count: 1, seed })).id);
    expect((await cancel({ type: "notice" })).cancelled).to.deep.equal([]);
    expect((await cancel({ type: "parcel", q: "2" })).cancelled).to.deep.equal([parcels[1]]);
    expect((await cancel({ type: "parcel" })).cancelled).to.deep.equal([parcels[0]]);
    expect(await statusOf(user.id)).to.equal("queued");
  });

  for (const [what, body, fields] of [
    ["nothing", {}, ["body"]],
    ["all: false", { all: false }, ["body"]],
    ["ids and a filter", { ids: [unknownId], status: "queued" }, ["body"]],
    ["ids and a type", { ids: [unknownId], type: "user" }, ["body"]],
    ["what is no type's name", { type: "No Type" }, ["type"]],
    ["no ids", { ids: [] }, ["ids"]],
    ["what is no id", { ids: ["x"] }, ["ids[0]"]],
    ["an id twice", { ids: [unknownId, unknownId] }, ["ids"]],
    ["a status that is final", { status: "completed" }, ["status"]],
    ["an empty search", { q: "" }, ["body"]],
    ["NUL in the search", { q: "a\u0000b" }, ["q"]],
    ["a limit of 0", { all: true, limit: 0 }, ["limit"]],
    ["an unknown property", { all: true, before: "x" }, ["before"]],
  ] as const) {
    it(`refuses ${what} and names ${fields.join(", ")}`, async () => {
      const problem = await expectProblem(await web().post("/api/runs/cancel", body), "invalid-request");
      expect(badFields(problem)).to.deep.equal([...fields]);
    });
  }

  it("is no run's page", async () => {
    await expectProblem(await web().get("/api/runs/cancel"), "method-not-allowed");
  });
});

describe("Cancelling what is ticked in the list", () => {
  const web = webForSuite();
  const html = { Accept: "text/html" };

  it("asks once more, then leads back to the list as it was", async () => {
    const ids = [(await web().startRun({ count: 10 })).id, (await web().startRun({ count: 20 })).id];
    const question = await web().get(`/runs/cancel?id=${ids.join("&id=")}&status=queued`, html);
    const text = await question.text();
    expect(text).to.include("Cancel these 2 runs?").and.to.include('href="/runs?status=queued"');
    expect((await readRun(await web().get(`/api/runs/${ids[0]}`))).status).to.equal("queued");
    const form = new URLSearchParams([...ids.map((id) => ["id", id]), ["status", "queued"]]);
    const response = await web().post("/runs/cancel", form.toString(), {
      ...html,
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect(response.status).to.equal(303);
    const location = response.headers.get("location") ?? "";
    expect(location).to.equal("/runs?status=queued&cancelled=2&ended=0");
    expect(await (await web().get(location, html)).text()).to.include("2 runs are cancelled.");
    const again = await web().get(`/runs/cancel?id=${ids[0]}`, html);
    expect(await again.text()).to.include("has come to its end in the meantime");
  });

  it("leads back to the list of one type", async () => {
    const { id } = await web().startRun({ count: 1 });
    const text = await (await web().get(`/runs/cancel?id=${id}&type=user`, html)).text();
    expect(text).to.include('href="/runs?type=user"').and.to.include('name="type" value="user"');
    const response = await web().post("/runs/cancel", `id=${id}&type=user`, {
      ...html,
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect(response.headers.get("location")).to.equal("/runs?type=user&cancelled=1&ended=0");
  });

  it("says so where nothing is ticked, and refuses what is no id", async () => {
    const response = await web().get("/runs/cancel", html);
    expect(response.status).to.equal(400);
    expect(await response.text()).to.include("No run was selected");
    expect((await web().get("/runs/cancel?id=x", html)).status).to.equal(400);
    expect((await web().post("/runs/cancel", undefined, html)).status).to.equal(400);
  });
});
