import { expect } from "chai";
import { runName } from "../../web/runs/dashboard-url.ts";
import { registerText } from "../setup/register.ts";
import { webForSuite } from "./web-server.ts";

describe("The dashboard's address", () => {
  const web = webForSuite({ SUPERSET_URL: "http://127.0.0.1:8088/" });

  it("stands on a run's page, with the dashboard's own name of the run", async () => {
    const { id, createdAt } = await web().startRun({ count: 10 });
    const { rows } = await web().pool.query<{ run: string }>("SELECT run FROM run_names WHERE run_id = $1", [
      id,
    ]);
    const name = runName({ id, createdAt: new Date(createdAt) });
    expect(rows).to.deep.equal([{ run: name }]);
    const page = await (await web().get(`/runs/${id}`)).text();
    expect(page).to.include('href="http://127.0.0.1:8088/superset/dashboard/synthetic-data/?native_filters=');
    expect(page).to.include(encodeURIComponent(`val:!('${name}')`));
  });

  it("is that of the run's type, where that has a table", async () => {
    await registerText(
      web().pool,
      "x-record: {name: visit}\nproperties: {a: {type: integer}}\n---\nx-record: {name: beat, table: null}\nproperties: {a: {type: integer}}\n",
    );
    const pageOf = async (type: string) => {
      const { id } = await web().startRun({ type, count: 10 });
      return (await web().get(`/runs/${id}`)).text();
    };
    expect(await pageOf("visit")).to.include("/superset/dashboard/type-visit/?native_filters=");
    expect(await pageOf("beat")).to.not.include("/superset/dashboard/");
  });

  it("stands on a type's page, where that has a table", async () => {
    const pageOf = async (type: string) => (await web().get(`/types/${type}`)).text();
    const link = (slug: string): string => `href="http://127.0.0.1:8088/superset/dashboard/${slug}/"`;
    expect(await pageOf("user")).to.include(link("synthetic-data"));
    expect(await pageOf("visit")).to.include(link("type-visit"));
    expect(await pageOf("visit@1")).to.include(link("type-visit"));
    expect(await pageOf("beat")).to.not.include("/superset/");
  });

  it("stands on Bull Board", async () => {
    const page = await (await web().get("/queues/")).text();
    expect(page).to.include("http://127.0.0.1:8088/superset/dashboard/synthetic-data/");
  });
});

describe("Without a dashboard", () => {
  const web = webForSuite();

  it("neither a run's page nor a type's speaks of it", async () => {
    const { id } = await web().startRun({ count: 10 });
    for (const path of [`/runs/${id}`, "/types/user"])
      expect(await (await web().get(path)).text(), path).to.not.match(/dashboard|superset/i);
  });
});
