// For interrupted-tests.test.ts: a test in the middle of starting a stack whose server never answers.
import { assembleCrew } from "../../stack/crew.ts";
import { shellService } from "./fake-service.ts";

const { STACK_DIR: directory = "", MARK: mark = "" } = process.env;

describe("a test", () => {
  it("starts a stack", async () => {
    const server = shellService("postgres", `echo ${mark}; while :; do sleep 1; done`, {
      readyFile: `${directory}/never`,
      readyTimeoutMs: 60_000,
    });
    await assembleCrew(directory).start(server, new AbortController().signal);
  });
});
