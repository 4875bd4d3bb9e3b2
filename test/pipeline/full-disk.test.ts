import { expect } from "chai";
import { waitUntil } from "../../stack/wait-until.ts";
import { rejection } from "../setup/rejection.ts";
import { exhaustDisk } from "./exhaust-disk.ts";
import { MountRefusedError, type Store, whyNotMount } from "./small-disks.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

/** What stands in the store's log then. */
const complaints: Record<Store, RegExp> = {
  postgres: /(PANIC|FATAL): .*No space left on device/,
  redis: /(Short write while|Error) writing to the AOF file/,
  kafka: /No space left on device/,
};

const count = 20_000;

const diskMegabytes = { postgres: 1_500, redis: 256, kafka: 1_000 };
const whyNot = await whyNotMount();

/** To fill a disk takes one of its own; who may not mount one is told so, by the name of the only test. */
if (whyNot === null) describe("a stack whose disks get full", tryFullDisks);
else {
  describe("a stack whose disks get full", () => {
    it(`is refused: ${whyNot}`, async () => {
      const error = await rejection(startTestStack({ workers: 1, consumers: 1, diskMegabytes }));
      expect(error).to.be.instanceOf(MountRefusedError);
    });
  });
}

function tryFullDisks(this: Mocha.Suite): void {
  this.timeout(180_000);
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1, diskMegabytes });
  });
  after(() => stack.stop());

  /** Fills the store's disk in mid-run, looks at what is to be seen then, makes room, and expects all to be well. */
  async function whileFull(store: Store, look: (runs: ApiRun[]) => Promise<unknown>): Promise<void> {
    const runs = [await stack.startRun({ count, chunkSize: 1_000 })];
    await stack.untilRun(runs[0]?.id ?? "", "under way", ({ stored }) => stored >= 5_000);
    try {
      await exhaustDisk(stack, store);
      expect(stack.log(store)).to.match(complaints[store]);
      await waitUntil(`/readyz to say that ${store} is down`, () => expectDown(store), { timeoutMs: 30_000 });
      await look(runs);
    } finally {
      await stack.disks.makeRoom(store);
    }
    for (const { id } of runs) {
      const completed = await stack.untilRun(id, "completed", isCompleted, 60_000);
      expect(completed).to.include({ stored: count, flagged: 0, deadLettered: 0 });
      await stack.audit(id);
    }
  }

  async function expectDown(store: Store): Promise<string> {
    const response = await stack.request("/readyz");
    const { checks } = (await response.json()) as {
      checks: Record<string, { status: string; detail: string }>;
    };
    expect({ http: response.status, status: checks[store]?.status }).to.deep.equal({
      http: 503,
      status: "down",
    });
    return checks[store]?.detail ?? "";
  }

  async function expectUnavailable(dependency: string, path: string, body: unknown): Promise<void> {
    const response = await stack.post(path, body);
    expect(response.status).to.equal(503);
    expect(response.headers.get("content-type")).to.match(/^application\/problem\+json/);
    expect(await response.json()).to.include({ dependency });
  }

  it("refuses runs with 503 while PostgreSQL's disk is full, and goes on by itself when there is room", () =>
    whileFull("postgres", async () => {
      const first = stack.pid("postgres");
      await expectUnavailable("PostgreSQL", "/api/runs", { count: 10 });
      await waitUntil(
        "PostgreSQL to have been started again in vain",
        () => expect(stack.pid("postgres")).to.be.a("number").and.not.equal(first),
        { timeoutMs: 30_000 },
      );
    }));

  it("accepts runs while Redis's disk is full, and carries them out when there is room", () =>
    whileFull("redis", async (runs) => {
      expect(await expectDown("redis")).to.include("No space left on device");
      runs.push(await stack.startRun({ count, chunkSize: 5_000 }));
    }));

  it("answers 503 to POST /produce while Kafka's disk is full, accepts runs, and carries them out", () =>
    whileFull("kafka", async (runs) => {
      await expectUnavailable("Kafka", "/produce", { records: [{ name: "Ada" }] });
      runs.push(await stack.startRun({ count, chunkSize: 5_000 }));
    }));
}
