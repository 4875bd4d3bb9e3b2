import { catchInterrupt } from "../../stack/interrupt.ts";
import { say } from "../../stack/say.ts";
import { composeChecks } from "./checks.ts";
import { openComposeProject } from "./compose-project.ts";
import { type Counts, runChecks } from "./run-checks.ts";

const interrupt = catchInterrupt();
const project = await openComposeProject(interrupt);
let counts: Counts | undefined;
try {
  counts = await check();
} finally {
  say("Taking the containers and their data away …");
  await project.down("--volumes");
}
process.exitCode = counts?.failed === 0 ? 0 : 1;
if (counts) console.log(`${counts.passed} passed, ${counts.failed} failed`);

/** Undefined where the person at the terminal ended it. */
async function check(): Promise<Counts | undefined> {
  let found: Counts | undefined;
  try {
    await project.up("--build");
    found = await runChecks(await composeChecks(project, interrupt), interrupt);
    return found;
  } catch (error) {
    if (!interrupt.aborted) throw error;
    return undefined;
  } finally {
    if (found?.failed !== 0 && !interrupt.aborted) await project.printLogs();
  }
}
