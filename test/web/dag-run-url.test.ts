import { expect } from "chai";
import { dagRunUrl } from "../../web/dag-run-url.ts";
import { webForSuite } from "./web-server.ts";

describe("The link to a run's DAG run", () => {
  const web = webForSuite({ AIRFLOW_URL: "http://127.0.0.1:8081/" });
  const key = "manual__2026-11-24T07:00:00.123456+00:00";
  const url =
    "http://127.0.0.1:8081/dags/synthetic_data_pipeline/runs/manual__2026-11-24T07%3A00%3A00.123456%2B00%3A00";

  it("is there where Airflow asked, under Airflow's own name for it", async () => {
    const { id } = await (await web().post("/api/runs", { count: 1 }, { "Idempotency-Key": key })).json();
    expect(await (await web().get(`/runs/${id}`)).text()).to.include(`href="${url}"`);
    expect(dagRunUrl("http://127.0.0.1:8081", "scheduled__x")).to.match(/\/runs\/scheduled__x$/);
  });

  it("is not there where somebody else did", async () => {
    const { id } = await web().startRun({ count: 1 });
    expect(await (await web().get(`/runs/${id}`)).text()).to.not.include("Airflow");
    for (const other of [null, "manually", "x manual__y", ""]) {
      expect(dagRunUrl("http://127.0.0.1:8081", other)).to.equal(null);
    }
  });
});
