import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { projectRoot } from "../../stack/settings.ts";
import { temporaryDirectory } from "../stack/fake-service.ts";
import { webForSuite } from "../web/web-server.ts";

const definition = `# what we sell
$id: ware
x-record: { topic: wares, table: goods }
properties:
  id: { type: string, format: uuid }
`;

describe("npm run types, of a running stack", () => {
  const web = webForSuite();
  const directory = temporaryDirectory();

  interface Answer {
    readonly code: number;
    readonly out: string;
    readonly err: string;
  }

  async function types(args: readonly string[], input = "", url = web().url): Promise<Answer> {
    const child = spawn(
      process.execPath,
      [path.join(projectRoot, "stack", "bootstrap.mjs"), "types", ...args, "--url", url],
      { stdio: ["pipe", "pipe", "pipe"], timeout: 30_000 },
    );
    let out = "";
    let err = "";
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      err += text;
    });
    child.stdin.end(input);
    const [code] = await once(child, "close");
    return { code, out, err };
  }

  function write(name: string, text: string): string {
    const file = path.join(directory(), name);
    writeFileSync(file, text);
    return file;
  }

  it("add registers a file's types, and says so of what is there already", async () => {
    const file = write("ware.yaml", definition);
    expect(await types(["add", file, "--dry-run"])).to.deep.equal({
      code: 0,
      out: "ware@1: would be registered, topic wares, table goods\n",
      err: "",
    });
    expect((await types(["add", file])).out).to.equal("ware@1: registered, topic wares, table goods\n");
    expect((await types(["add", file])).out).to.equal(
      "ware@1: is there as it is, topic wares, table goods\n",
    );
  });

  it("add takes several files, and JSON, and standard input", async () => {
    const file = write(
      "one.json",
      '{"$id": "from_json", "x-record": {"table": null}, "properties": {"a": {}}}',
    );
    const { code, out } = await types(
      ["add", file, "-", "--json"],
      "$id: from_stdin\nproperties: { a: {} }\n",
    );
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.deep.equal({
      types: [
        {
          name: "from_json",
          version: 1,
          topic: "from_json",
          table: null,
          stateTable: null,
          isUnchanged: false,
        },
        {
          name: "from_stdin",
          version: 1,
          topic: "from_stdin",
          table: "from_stdin",
          stateTable: null,
          isUnchanged: false,
        },
      ],
    });
  });

  it("add prints what is wrong behind file and line, registers the other files, and ends with code 1", async () => {
    const wrong = write("wrong.yaml", "$id: wrong\nproperties:\n  a: { type: strin }\n");
    const taken = write("taken.yaml", "$id: taken\nx-record: { table: users_raw }\nproperties: { a: {} }\n");
    const right = write("right.yaml", "$id: right\nproperties: { a: {} }\n");
    const { code, out, err } = await types(["add", wrong, taken, right]);
    expect(code).to.equal(1);
    expect(err)
      .to.contain(`${wrong}:3: /properties/a/type: must be one of`)
      .and.to.contain(`${taken}:2: /x-record/table: the table users_raw is that of the type user`);
    expect(out).to.equal("right@1: registered, topic right, table right\n");
  });

  it("list and show print what is registered", async () => {
    await types(["add", write("ware.yaml", definition)]);
    const { out } = await types(["list"]);
    expect(out)
      .to.match(/^user@2: topic \S+, table users_raw\n/)
      .and.to.contain("ware@1: topic wares, table goods\n");
    expect(JSON.parse((await types(["list", "--json"])).out)).to.have.nested.property(
      "types[0].name",
      "user",
    );
    expect((await types(["show", "ware"])).out).to.equal(definition);
    expect(JSON.parse((await types(["show", "ware@1", "--json"])).out)).to.deep.include({
      columns: [{ name: "id", type: "uuid", field: "id" }],
    });
    expect(JSON.parse((await types(["show", "user"])).out)).to.have.nested.property("properties.email");
  });

  it("show of what there is not, and a web service that cannot be reached, end with code 1", async () => {
    const { code, err } = await types(["show", "ware@7"]);
    expect([code, err]).to.deep.equal([1, err]);
    expect(err).to.contain("There is no type of this name and version");
    const unreachable = await types(["list"], "", "http://127.0.0.1:9");
    expect(unreachable.code).to.equal(1);
    expect(unreachable.err).to.contain("cannot be reached");
  });

  it("remove takes a type off the list and says what stays", async () => {
    const text = "$id: gone\nx-record: { topic: gones, table: gone_rows }\nproperties: { a: {} }\n";
    const unstored = "$id: passed\nx-record: { table: null }\nproperties: { a: {} }\n";
    expect((await types(["add", "-"], `${text}---\n${unstored}`)).code).to.equal(0);
    expect(await types(["remove", "gone"])).to.deep.equal({
      code: 0,
      out: "gone: removed; the table gone_rows with its rows and the topic gones stay. Registered again as it was, it is back.\n",
      err: "",
    });
    expect((await types(["list"])).out).to.not.contain("gone@1");
    expect(JSON.parse((await types(["remove", "passed", "--json"])).out)).to.deep.equal({
      removed: { name: "passed", version: 1, topic: "passed", table: null },
    });
    const again = await types(["remove", "gone"]);
    expect([again.code, again.out]).to.deep.equal([1, ""]);
    expect(again.err).to.contain("The type gone was deleted at");
    expect((await types(["add", "-"], text)).out).to.equal(
      "gone@1: registered, topic gones, table gone_rows\n",
    );
  });

  it("remove is refused, with the reason and code 1, for a type with runs under way, a version and what comes with the product", async () => {
    await types(["add", "-"], "$id: busy\nproperties: { a: {} }\n");
    const run = await web().startRun({ type: "busy", count: 1 });
    for (const [name, reason] of [
      ["busy", "A run of busy is under way; cancel it, or wait for its end."],
      ["busy@1", "A type is deleted with all its versions, by its name."],
      ["user", "user is part of the product."],
      ["nothing", "There is no type of this name and version."],
    ] as const) {
      const { code, out, err } = await types(["remove", name]);
      expect([code, out], name).to.deep.equal([1, ""]);
      expect(err, name).to.contain(reason);
    }
    await web().post(`/api/runs/${run.id}/cancel`);
    expect((await types(["remove", "busy"])).code).to.equal(0);
  });

  const wrongUsages: readonly (readonly string[])[] = [
    ["add"],
    ["show"],
    ["list", "ware"],
    ["show", "a", "b"],
    ["remove"],
    ["remove", "a", "b"],
    ["remove", "a", "--dry-run"],
    ["add", "-", "-"],
    ["add", "x.yaml", "--seed", "1"],
    ["list", "--dry-run"],
  ];
  for (const args of wrongUsages) {
    it(`is used wrongly, with code 2: ${args.join(" ")}`, async () => {
      const { code, err } = await types(args);
      expect(code).to.equal(2);
      expect(err).to.contain("Usage: npm run types");
    });
  }

  it("refuses an option that says nothing to the other commands", async () => {
    expect((await types(["check", write("ware.yaml", definition)])).err).to.contain("check takes no --url.");
  });

  it("ends with code 1 where a file cannot be read", async () => {
    const { code, err } = await types(["add", path.join(directory(), "missing.yaml")]);
    expect(code).to.equal(1);
    expect(err).to.contain("missing.yaml cannot be read");
  });
});
