import { expect } from "chai";
import { bringTypesUpToDate } from "../../web/types/bring-types-up-to-date.ts";
import { eventually } from "../setup/eventually.ts";
import { silentLog } from "../setup/log.ts";
import { webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const yaml = { "Content-Type": "application/yaml" };

const definition = `# of a shop
$id: parcel
title: Parcel <of> a shop
description: What is under way
x-record: { topic: parcels, table: parcels }
required: [id, weight]
properties:
  id: { type: string, format: uuid }
  weight: { type: number, multipleOf: 0.01, minimum: 0, maximum: 30 }
  _id: { type: integer, minimum: 1 }
`;

describe("The pages of types", () => {
  const web = webForSuite();

  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const add = (text: string): Promise<Response> => web().post("/api/types", text, yaml);
  const textOf = (source: string): string => source.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  const records = (source: string): string =>
    source.slice(source.indexOf("data-records"), source.indexOf("</table>", source.indexOf("data-records")));

  it("teach how to make the first type while there are only those of the product", async () => {
    const stop = bringTypesUpToDate(web().deps.registry, silentLog);
    await eventually(async () => expect(await page("/types")).to.include("service_log_line"));
    await stop();
    const text = await page("/types");
    expect(text).to.include("Describe records of your own");
    expect(text).to.include("npm run types -- add sale.yaml");
    await add(definition);
    expect(await page("/types")).to.not.include("Describe records of your own");
  });

  it("list each type with its topic, table, fields, runs and records", async () => {
    await add(definition);
    await web().startRun({ type: "parcel", count: 10 });
    await web().pool.query("UPDATE runs SET stored = 7 WHERE record_type = 'parcel'");
    const row =
      /<tr><th scope="row"><a href="\/types\/parcel">.*?<\/tr>/.exec(await page("/types"))?.[0] ?? "";
    expect(textOf(row)).to.equal(" parcel version 1 parcels parcels 3 1 7 ");
    expect(row).to.include('href="/runs?type=parcel"');
    expect(textOf(await page("/types"))).to.match(/user version 2, built in \S+ users_raw 10 0 0/);
  });

  it("show a type with its definition as it came, its columns and its versions", async () => {
    await add(definition);
    await add(`${definition}  note: { type: string }\n`);
    const text = await page("/types/parcel");
    expect(text).to.include("Parcel &lt;of> a shop").and.to.include("What is under way");
    expect(text).to.include("# of a shop\n$id: parcel");
    expect(text).to.match(/<bdi>_id_<\/bdi>.*?<code>numeric<\/code>.*?<bdi>_id<\/bdi>/);
    expect(text).to.include('href="/types/parcel@1"').and.to.include('href="/?type=parcel"');
    const former = await page("/types/parcel@1");
    expect(former).to.include("Runs take the newest version").and.to.not.include("Delete parcel");
  });

  it("show the records of a seed, which are those that the API makes of it", async () => {
    await add(definition);
    const request = { type: "parcel", count: 10, seed: 7 };
    const made = (await (await web().post("/api/generate", request)).json()) as {
      id: string;
      weight: number;
    }[];
    const shown = records(await page("/types/parcel?seed=7"));
    for (const { id, weight } of made) expect(shown).to.include(id).and.to.include(String(weight));
    expect(records(await page("/types/parcel?seed=8"))).to.not.include(made[0]?.id);
    expect((await web().get("/types/parcel?seed=many", html)).status).to.equal(400);
  });

  it("keep the digits of numbers beyond 2^53", async () => {
    await add("$id: large\nrequired: [n]\nproperties: { n: { const: 12345678901234567890 } }\n");
    expect(records(await page("/types/large"))).to.include("12345678901234567890");
  });

  it("show the built-in type without what would change it", async () => {
    const text = await page("/types/user");
    expect(text).to.include("varchar(").and.to.include("E-mail");
    expect(text).to.not.include("Delete user").and.to.not.include("/new-type?type=user");
  });

  it("delete a type, unless runs of it are under way", async () => {
    await add(definition.replaceAll("parcel", "letter"));
    const run = await web().startRun({ type: "letter", count: 10 });
    const send = () =>
      web().post("/types/letter/delete", "", {
        "Content-Type": "application/x-www-form-urlencoded",
        ...html,
      });
    const refused = await send();
    expect(refused.status).to.equal(409);
    expect(await refused.text()).to.include("A run of letter is under way");
    await web().post(`/api/runs/${run.id}/cancel`);
    const done = await send();
    expect([done.status, done.headers.get("location")]).to.deep.equal([303, "/types?deleted=letter"]);
    expect(textOf(await page("/types?deleted=letter"))).to.include("letter is deleted.");
    expect((await web().get("/types/letter", html)).status).to.equal(404);
  });

  it("answer 404 where there is no such type", async () => {
    for (const name of ["nothing", "parcel@99", "No-Name", "user@1"])
      expect((await web().get(`/types/${name}`, html)).status, name).to.equal(404);
  });
});
