import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { authorizationHeader } from "../../stack/authorization.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { catchInterrupt, untilAborted } from "../../stack/interrupt.ts";
import { runStack } from "../../stack/run-stack.ts";
import { say } from "../../stack/say.ts";
import { childEnvironment, readSettings } from "../../stack/settings.ts";
import { findLeaks } from "./leaks.ts";
import { installSchemathesis } from "./schemathesis.ts";

/**
 * Fuzzes the API of a real stack from its own OpenAPI document: no answer that the document does not have, no 5xx, nothing told that is
 * nobody's business. `npm run test:fuzz -- OPTIONS` hands further options on to schemathesis.
 */

const credentials = { user: "fuzzer", password: "kept-secret-by-every-answer" };
const databasePassword = "synthetic_pass";

/** Small, so that what a random request asks for is done in no time. */
const environment = {
  AUTH_USER: credentials.user,
  AUTH_PASSWORD: credentials.password,
  MAX_RECORDS_PER_RUN: "500",
  MAX_ENDLESS_RUNS: "0",
  RATE_LIMIT_PER_MINUTE: "0",
  SIGN_IN_FAILURES_PER_MINUTE: "1000000",
  LOG_LEVEL: "info",
};

const interrupt = catchInterrupt();
const schemathesis = await installSchemathesis();
const directory = await mkdtemp(path.join(tmpdir(), "fuzz-"));
const cassette = path.join(directory, "fuzz.har");
const [web = 0, postgres = 0, redis = 0, kafka = 0, kafkaController = 0] = await findFreePorts(5);
const stack = await runStack(
  {
    ...readSettings({ ...process.env, ...environment }),
    directory,
    ports: { web, postgres, redis, kafka, kafkaController },
  },
  interrupt,
);
let passed = false;
try {
  await makeSomethingToFind(stack.urls.WEB_URL);
  const code = await fuzz(stack.urls.WEB_URL, process.argv.slice(2));
  if (code !== 0 && code !== 1) throw new Error(`schemathesis ends with ${code}`);
  const leaks = await findLeaks(directory, cassette, [credentials.password, databasePassword]);
  for (const leak of leaks) say(leak);
  passed = code === 0 && leaks.length === 0;
} finally {
  await stack.stop();
  if (passed || interrupt.aborted) await rm(directory, { recursive: true });
  else say(`The stack's logs and the requests (fuzz.har) are kept in ${directory}.`);
}
process.exitCode = passed ? 0 : 1;

/** Dead letters, and runs for the operations that would else be asked for ids that lead nowhere. */
async function makeSomethingToFind(webUrl: string): Promise<void> {
  const post = async (pathname: string, body: unknown): Promise<{ readonly id?: string }> => {
    const response = await fetch(webUrl + pathname, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: authorizationHeader(credentials) },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${pathname} answers ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  await post("/produce", { records: ["no object", { date: "yesterday" }] });
  // What a link fills in makes good again what was made wrong; the other phases send what is wrong without links.
  const settings = ["[phases.stateful.generation]", 'mode = "positive"'];
  for (const operationId of ["pauseRun", "cancelRun", "resumeRun"]) {
    const { id } = await post("/api/runs", { count: 200, seed: 1 });
    settings.push(
      "[[operations]]",
      `include-operation-id = "${operationId}"`,
      `parameters = { "path.id" = "${id}" }`,
    );
  }
  // Options that each are well formed and do not go together are refused, which no schema can say.
  for (const operationId of ["createRun", "createDataset", "changeRun", "generateRecords", "registerTypes"]) {
    settings.push(
      "[[operations]]",
      `include-operation-id = "${operationId}"`,
      'checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 429, "5xx"]',
    );
    // A POST that was answered with 200 is taken for one that has created something; a dry run has not.
    if (operationId === "registerTypes") settings.push('parameters = { "query.dryRun" = false }');
  }
  await writeFile(path.join(directory, "schemathesis.toml"), `${settings.join("\n")}\n`);
}

async function fuzz(webUrl: string, further: readonly string[]): Promise<number | null> {
  const child = spawn(
    schemathesis,
    [
      "run",
      `${webUrl}/api/openapi.json`,
      "--auth",
      `${credentials.user}:${credentials.password}`,
      "--phases=examples,coverage,fuzzing,stateful",
      "--checks=all",
      "--seed=20261124",
      "--generation-database=none",
      "--max-examples=80",
      "--continue-on-failure",
      "--request-timeout=20",
      "--report=har",
      `--report-har-path=${cassette}`,
      "--output-sanitize=false",
      "--no-color",
      ...further,
    ],
    { cwd: directory, env: childEnvironment(), stdio: ["ignore", "inherit", "inherit"] },
  );
  untilAborted(interrupt).then(() => child.kill("SIGTERM"));
  const [code] = await once(child, "exit");
  return code;
}
