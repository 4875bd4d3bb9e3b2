import { expect } from "chai";
import { dagRunUrl } from "../../web/runs/dag-run-url.ts";
import { webForSuite } from "./web-server.ts";

const airflow = "http://127.0.0.1:8081";

describe("The link to a run's DAG run", () => {
  const web = webForSuite({ AIRFLOW_URL: `${airflow}/` });
  const dagRun = "a_dag/runs/manual__2026-11-24T07:00:00.123456+00:00";
  const key = `airflow:${dagRun.replace("/runs/", "/")}/trigger_data_generation/-1/1`;

  it("is there where a DAG asked, whatever its name", async () => {
    const { id } = await (await web().post("/api/runs", { count: 1 }, { "Idempotency-Key": key })).json();
    expect(await (await web().get(`/runs/${id}`)).text()).to.include(`href="${airflow}/dags/${dagRun}"`);
  });

  it("keeps what is escaped in the key escaped", () => {
    expect(dagRunUrl(airflow, "airflow:%C3%A4/a%2Fb%3F/task/3/2")).to.equal(
      `${airflow}/dags/%C3%A4/runs/a%2Fb%3F`,
    );
  });

  it("is not there where somebody else asked", async () => {
    const { id } = await web().startRun({ count: 1 });
    expect(await (await web().get(`/runs/${id}`)).text()).to.not.include("Airflow");
    const others = [null, "", "manual__x", "airflow:0123abc/1", "x airflow:a/b/c/-1/1", "airflow:a/b/c/-1/x"];
    for (const other of others) expect(dagRunUrl(airflow, other)).to.equal(null);
  });
});
