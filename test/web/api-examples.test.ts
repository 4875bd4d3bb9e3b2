import { execFile } from "node:child_process";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { foreign, storeNext } from "../setup/batches.ts";
import { webForSuite } from "./web-server.ts";

type Json = Readonly<Record<string, unknown>>;

interface MediaType {
  readonly schema: Json;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>;
}

/** What curl prints behind the answer, to find status and type by. */
const trailer = "\n%{http_code} %{content_type}";

describe("The examples of /api/docs", () => {
  const web = webForSuite();
  let operations: ReadonlyMap<string, Operation>;
  /** Operation -> the command that its section shows. */
  let commands: ReadonlyMap<string, string>;
  let validatorOf: (schema: Json) => ValidateFunction;

  before(async () => {
    const document = (await (await web().get("/api/openapi.json")).json()) as Json & {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    operations = new Map(
      Object.values(document.paths).flatMap((item) =>
        Object.values(item).map((operation) => [operation.operationId, operation] as const),
      ),
    );
    const page = await (await web().get("/api/docs")).text();
    commands = new Map(
      Array.from(
        page.matchAll(
          /<section class="operation" id="(\w+)">[\s\S]*?<pre[^>]*><code[^>]*>([\s\S]*?)<\/code>/g,
        ),
        ([, id = "", command = ""]) => [id, decodeEntities(command)] as const,
      ),
    );
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema({ $id: "openapi", components: document.components });
    validatorOf = (schema) => ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
  });

  it("are there for every operation", () => {
    expect([...commands.keys()]).to.have.members([...operations.keys()]);
    for (const [id, { requestBody }] of operations) {
      if (requestBody !== undefined) expect(requestBody.content["application/json"]?.example, id).to.exist;
    }
  });

  it("run as they stand and answer what is documented", async () => {
    for (const [id, command] of commands) {
      const { status, mediaType, body } = await run(await fillIn(id, command));
      const what = `${id}: ${command}\n${status} ${body.slice(0, 500)}`;
      const response = operations.get(id)?.responses[status];
      expect(response, what).to.exist;
      expect(status, what).to.be.oneOf(id === "getReadiness" ? ["200", "503"] : ["200", "201", "202", "204"]);
      if (status === "204") continue;
      const documented = response?.content?.[mediaType];
      expect(documented, `${what} ${mediaType}`).to.exist;
      if (mediaType !== "application/json" || documented === undefined) continue;
      const isValid = validatorOf(documented.schema);
      isValid(JSON.parse(body));
      expect(isValid.errors ?? [], what).to.deep.equal([]);
    }
  });

  it("of answers are what their schemas say", () => {
    for (const [id, { responses }] of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const json = content["application/json"];
        if (json === undefined) continue;
        const isValid = validatorOf(json.schema);
        isValid(json.example);
        expect(isValid.errors ?? [], `${id} ${status}`).to.deep.equal([]);
      }
    }
  });

  /** Puts what only the reader knows in the place of its name: a run in the state that the command needs. */
  async function fillIn(id: string, command: string): Promise<string> {
    let filled = command;
    if (command.includes("RUN_ID")) {
      const started = await web().startRun({ count: 1 });
      if (id === "resumeRun") await web().post(`/api/runs/${started.id}/pause`);
      // A stream ends with its run.
      if (id === "watchRun") await web().post(`/api/runs/${started.id}/cancel`);
      filled = filled.replaceAll("RUN_ID", started.id);
    }
    if (command.includes("DATASET_ID")) {
      // Of no records it is completed at once.
      const count = id === "auditDataset" ? 0 : 1;
      const started = await web().post("/api/datasets", { types: { user: { count } } });
      const dataset = (await started.json()) as { readonly id: string };
      if (id === "resumeDataset") await web().post(`/api/datasets/${dataset.id}/pause`);
      filled = filled.replaceAll("DATASET_ID", dataset.id);
    }
    if (command.includes("DEAD_LETTER_ID")) {
      await storeNext(web().pool, [foreign("no json")]);
      const answer = await web().get("/api/dead-letters?limit=1");
      const { deadLetters } = (await answer.json()) as {
        readonly deadLetters: readonly { readonly id: number }[];
      };
      filled = filled.replaceAll("DEAD_LETTER_ID", String(deadLetters[0]?.id));
    }
    return filled;
  }
});

async function run(
  command: string,
): Promise<{ readonly status: string; readonly mediaType: string; readonly body: string }> {
  const output = await new Promise<string>((resolve, reject) =>
    execFile(
      "sh",
      ["-c", `${command} --silent --show-error --max-time 20 --write-out '${trailer}'`],
      { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env.PATH } },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${command}\n${stderr}`, { cause: error }));
      },
    ),
  );
  const end = output.lastIndexOf("\n");
  const [status = "", type = ""] = output.slice(end + 1).split(" ");
  return { status, mediaType: type.replace(/;.*/, ""), body: output.slice(0, end) };
}

function decodeEntities(html: string): string {
  const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&", "#39": "'" };
  return html.replaceAll(/&([#\w]+);/g, (whole, name: string) => entities[name] ?? whole);
}
