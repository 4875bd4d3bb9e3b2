import { request } from "node:http";
import { expect } from "chai";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { plannedRun } from "../setup/runs.ts";
import { allFields, expectProblem, readRun, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("The form", () => {
  const web = webForSuite({ MAX_RECORDS_PER_RUN: "1000000" });

  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const formKeyIn = (text: string): string => /name="formKey" value="([^"]+)"/.exec(text)?.[1] ?? "";
  const submit = (
    fields: readonly (readonly [string, string])[],
    headers: Record<string, string> = html,
  ): Promise<Response> =>
    web().post("/generate", new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
      ...headers,
    });
  const runAt = async (response: Response) => {
    expect(response.status).to.equal(303);
    const location = response.headers.get("location") ?? "";
    expect(location).to.match(/^\/runs\/[0-9a-f-]{36}$/);
    return readRun(await web().get(`/api${location}`));
  };

  it("has a checkbox a field, all of them checked", async () => {
    const text = await page("/");
    for (const field of allFields) {
      expect(text).to.match(new RegExp(`<input type="checkbox" name="fields" value="${field}" checked`));
    }
  });

  it("sends count and fields as the original's clients do", async () => {
    const response = await submit(
      [
        ["count", "25"],
        ["fields", "name"],
        ["fields", "email"],
      ],
      { Accept: "*/*" },
    );
    expect(await runAt(response)).to.include({ requested: 25, status: "queued" });
  });

  it("means every field where a client names none", async () => {
    expect((await runAt(await submit([["count", "25"]], {}))).fields).to.deep.equal(allFields);
  });

  it("takes seed and advanced options, and numbers as people write them", async () => {
    const run = await runAt(
      await submit([
        ["count", "12,500"],
        ["fields", "country"],
        ["seed", " 42 "],
        ["referenceDate", "2026-07-01"],
        ["chunkSize", "1 000"],
      ]),
    );
    expect(run).to.deep.include({
      requested: 12_500,
      fields: ["country"],
      seed: 42,
      referenceDate: "2026-07-01T00:00:00.000Z",
      chunkSize: 1000,
    });
  });

  it("starts one run however often it is sent, and another one with other values", async () => {
    const formKey = formKeyIn(await page("/"));
    const send = (count: string) =>
      submit([
        ["formKey", formKey],
        ["count", count],
        ["fields", "name"],
      ]);
    const runs = await Promise.all((await Promise.all([send("7"), send("7"), send("7")])).map(runAt));
    expect(new Set(runs.map((run) => run.id)).size).to.equal(1);
    expect((await runAt(await send("8"))).id).to.not.equal(runs[0]?.id);
    expect(formKeyIn(await page("/"))).to.not.equal(formKey);
  });

  it("comes back with what was typed and a message at each bad field", async () => {
    const response = await submit([
      ["formKey", "k"],
      ["count", "many"],
      ["seed", "-5"],
      ["referenceDate", '"><script>alert(1)</script>'],
      ["chunkSize", "0"],
    ]);
    expect(response.status).to.equal(400);
    const text = await response.text();
    expect(text).to.include('value="many"').and.to.include('value="-5"');
    for (const input of ["count", "fields", "seed", "referenceDate", "chunkSize"]) {
      expect(text).to.match(new RegExp(`id="${input}-error">[A-Z]`));
    }
    expect(text).to.include("Must be a whole number from 1 to 1,000,000");
    // What is null in a request is a box on the form.
    expect(text).to.match(/or tick “Endless, at a rate”/);
    expect(text).to.not.include("or null for");
    expect(text).to.not.include("<script>alert");
    expect(text).to.match(/<details class="group" open/);
  });

  it("answers a program with problem details", async () => {
    const response = await submit([["count", "0"]], { Accept: "*/*" });
    await expectProblem(response, "invalid-request");
  });

  it("can be filled in by its address", async () => {
    const text = await page("/?count=77&fields=name&fields=job&seed=9&chunkSize=10");
    expect(text).to.include('value="77"').and.to.include('value="9"');
    expect(text).to.match(/value="job" checked/);
    expect(text).to.not.match(/value="email" checked/);
  });
});

describe("The pages of runs", () => {
  const web = webForSuite();
  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();

  it("say so where there is no run yet", async () => {
    expect(await page("/runs")).to.include("No run has been asked for yet");
    expect(await page("/runs?status=failed")).to.include("No failed runs");
    expect(await page("/runs?q=%3Cb%3E&sort=newest")).to.include("No runs match “&lt;b>”");
    const past = "00000000-0000-7000-8000-000000000000";
    expect(await page(`/runs?before=${past}`)).to.include("There are no further runs");
  });

  it("list runs with their ledger and lead to older ones", async () => {
    for (let n = 0; n < 26; n++) await web().startRun({ count: 1000 + n });
    await web().pool.query(
      "UPDATE runs SET stored = 1007, flagged = 5, dead_lettered = 3 WHERE requested = 1025",
    );
    const text = await page("/runs");
    expect(text).to.include("1,007").and.to.include("1,025");
    expect(text).to.not.include("1,000<");
    const older = /href="(\/runs\?before=[^"]+)"/.exec(text)?.[1] ?? "";
    const second = await page(older);
    expect(second).to.include("1,000").and.to.include('href="/runs"');
    expect(text).to.include("26 runs");
  });

  it("keep what is searched, filtered and sorted in every link", async () => {
    const text = await page("/runs?q=name&sort=largest&status=queued");
    expect(text).to.include("/runs?q=name&amp;sort=largest&amp;status=paused");
    expect(text).to.match(/href="\/runs\?q=name&amp;sort=largest&amp;status=queued&amp;before=/);
    expect(text).to.include('value="name"').and.to.include('value="largest" selected');
    for (const query of ["sort=fastest", "q=a%00", "before=x", "status=lost"]) {
      expect((await web().get(`/runs?${query}`, html)).status, query).to.equal(400);
    }
  });

  it("show a run's ledger, the same run as a form and as a command, and its job", async () => {
    const run = await web().startRun({ count: 5000, fields: ["name"], seed: 4, referenceDate: "2026-07-01" });
    const text = await page(`/runs/${run.id}`);
    expect(text).to.include("5,000 user");
    expect(text).to.include(
      "count=5000&amp;fields=name&amp;seed=4&amp;referenceDate=2026-07-01&amp;chunkSize=",
    );
    expect(text).to.include(`curl -X POST ${web().url}/api/runs`);
    expect(text).to.include(`/queues/queue/conducting.runs/${run.id}`);
    expect(text).to.include('http-equiv="refresh"');
    expect(text).to.include("count=5000&amp;fields=name&amp;referenceDate=2026-07-01");
  });

  it("say of a run without an end what there is so far, and how fast it goes", async () => {
    const shape = { kind: "burst", everySeconds: 60, burstSeconds: 5, factor: 10 };
    const { id } = await web().startRun({ count: null, rate: 20, shape, faults: { not_json: 0.01 } });
    const text = await page(`/runs/${id}`);
    expect(text).to.include("Endless run of users").and.to.include("when it is cancelled");
    expect(text).to.include("20 /s, times 10 in the last 5 s of every 60 s").and.to.include("not_json=0.01");
    expect(text).to.not.include("aria-valuenow").and.to.not.match(/\d %/);
    const row = (await page("/runs")).split("<tr").find((part) => part.includes(id)) ?? "";
    expect(row).to.include("endless").and.to.not.include(" %");
  });

  it("show a run's chunks, rows and figures, also without a script", async () => {
    const { run } = await plannedRun(web().pool, { count: 100, chunkSize: 4 });
    await storeNext(web().pool, recordsOf(run, range(0, 10)));
    const text = await page(`/runs/${run.id}`);
    const records = recordsOf(run, [0]).map(({ value }) => JSON.parse(String(value)) as { name: string });
    expect(text).to.include(records[0]?.name.replaceAll("'", "&#39;"));
    expect(text).to.include("being stored").and.to.include("planned").and.to.include("The figures");
    expect(text).to.include(`/runs/${run.id}?chunk=20#chunks`);
    const second = await page(`/runs/${run.id}?chunk=20&rows=last`);
    expect(second).to.include("96 – 99").and.to.not.include("0 – 3<");
    const open = await page(`/runs/${run.id}?chunks=open`);
    expect(open).to.include("8 – 11").and.to.not.include("4 – 7<");
    expect(await page(`/runs/${run.id}?chunks=retried`)).to.include("None had to be made again");
    for (const query of ["chunk=-1", "chunks=lost", "rows=all"]) {
      expect((await web().get(`/runs/${run.id}?${query}`, html)).status, query).to.equal(400);
    }
  });

  it("write a run's error as text, whatever is in it", async () => {
    const { id } = await web().startRun({ count: 1 });
    await web().pool.query(
      "UPDATE runs SET status = 'failed', finished_at = now(), error = $2 WHERE id = $1",
      [id, `<img src=x onerror="alert('1')"> & more`],
    );
    const text = await page(`/runs/${id}`);
    expect(text).to.include("&lt;img src=x onerror=");
    expect(text).to.not.include("<img");
    expect(text).to.not.include('http-equiv="refresh"');
  });

  it("do not repeat a host that is no address", async () => {
    const { id } = await web().startRun({ count: 1 });
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { Host: "x';rm -rf;'" };
      request(`${web().url}/runs/${id}`, { headers }, async (response) => {
        let body = "";
        for await (const part of response) body += part;
        resolve(body);
      })
        .on("error", reject)
        .end();
    });
    expect(text).to.not.include("rm -rf");
  });

  it("take commands and lead back to the run", async () => {
    const { id } = await web().startRun({ count: 1 });
    for (const [command, status] of [
      ["pause", "paused"],
      ["resume", "running"],
      ["cancel", "cancelled"],
    ]) {
      const response = await web().post(`/runs/${id}/${command}`, undefined, html);
      expect(response.status).to.equal(303);
      expect(response.headers.get("location")).to.equal(`/runs/${id}`);
      expect((await readRun(await web().get(`/api/runs/${id}`))).status).to.equal(status);
    }
  });

  it("show the run as it is where a command comes too late", async () => {
    const { id } = await web().startRun({ count: 1 });
    await web().post(`/runs/${id}/cancel`);
    const response = await web().post(`/runs/${id}/pause`, undefined, html);
    expect(response.status).to.equal(409);
    expect(await response.text()).to.include("The run is cancelled and cannot be paused.");
  });

  it("are 404 pages for runs that are not there", async () => {
    const response = await web().get("/runs/nonsense", html);
    expect(response.status).to.equal(404);
    expect(await response.text()).to.include("There is no run with this id.");
  });
});

describe("The files of the pages", () => {
  const web = webForSuite();

  it("may be kept for ever under the address that pages name, and be asked for anew under another", async () => {
    const text = await (await web().get("/", html)).text();
    const { id } = await web().startRun({ count: 1 });
    const library =
      /data-library="([^"]+)"/.exec(await (await web().get(`/runs/${id}`, html)).text())?.[1] ?? "";
    const script = await web().get(library);
    expect(script.headers.get("content-type")).to.match(/javascript/);
    expect(script.headers.get("cache-control")).to.include("immutable");
    expect((await web().get("/assets/uplot.css")).headers.get("cache-control")).to.equal("no-cache");
    const styles = /href="(\/assets\/base\.css\?v=[^"]+)"/.exec(text)?.[1] ?? "";
    const kept = await web().get(styles);
    expect(kept.headers.get("content-type")).to.match(/^text\/css/);
    expect(kept.headers.get("cache-control")).to.include("immutable");
    expect((await web().get("/assets/base.css")).headers.get("cache-control")).to.equal("no-cache");
  });

  it("are no way to other files", async () => {
    for (const path of ["/assets/../main.ts", "/assets/%2e%2e/main.ts", "/assets/..%2fmain.ts", "/assets/"]) {
      expect((await web().get(path)).status).to.be.oneOf([403, 404, 400]);
    }
  });
});
