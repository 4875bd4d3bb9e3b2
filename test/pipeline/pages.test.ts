import { expect } from "chai";
// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs, { type Message, type Producer } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { browserForSuite } from "../setup/browser.ts";
import { silentLog } from "../setup/log.ts";
import { topic } from "./kafka-faults.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

/** What the consumer, or the group's coordinator, does within a few seconds takes longer on a busy machine. */
const patient = { timeout: 60_000 };

describe("the pages of a whole stack", function () {
  this.timeout(180_000);
  let stack: TestStack;
  let producer: Producer;
  const open = browserForSuite();

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1, environment: { KAFKA_PARTITIONS: "2" } });
    const brokers = stack.urls.KAFKA_BROKERS.split(",");
    producer = createKafka({ brokers, clientId: "test", log: silentLog }).producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
  });
  after(async () => {
    await producer.disconnect();
    await stack.stop();
  });

  const send = (...messages: Message[]) => producer.send({ topic, messages });
  const at = (path: string) => open(`${stack.urls.WEB_URL}${path}`);
  const countRows = async (name: string): Promise<number> => {
    const { rows } = await stack.pool.query<{ count: number }>(
      "SELECT count(*) AS count FROM users_raw WHERE name = $1",
      [name],
    );
    return rows[0]?.count ?? 0;
  };

  it("lead from a bad message to its fault, a dry run, a replay and the row", async () => {
    await send({ value: '\uFEFF{"name":"Ada"}', partition: 0 });
    const { page, complaints } = await at("/dead-letters");
    await waitUntil(
      "the dead letter",
      async () => {
        await page.reload();
        expect(await page.getByRole("link", { name: "Not JSON", exact: true }).count()).to.equal(1);
      },
      { timeoutMs: patient.timeout },
    );
    await page.getByRole("link", { name: "Not JSON", exact: true }).click();
    await page.getByRole("link", { name: /^Letter / }).click();
    await page.getByText("a byte order mark is no part of JSON").waitFor();
    expect(await page.locator("pre.raw mark").textContent()).to.equal("U+FEFF");
    const mended = page.locator("[data-way=mended]");
    await mended.getByText("It would become a row.").waitFor();
    await page.locator("[data-way=as-it-came]").getByText("It would be dead again: Not JSON.").waitFor();
    expect(await countRows("Ada"), "rows before it is sent").to.equal(0);
    await mended.getByRole("button", { name: "Mend and send it" }).click();
    // The page follows by itself.
    await page.locator("h1").getByText("became a row").waitFor(patient);
    expect(await countRows("Ada")).to.equal(1);
    expect(complaints).to.deep.equal([]);
  });

  it("send all of a reason, or those that are ticked, after saying what would become of them", async () => {
    const values = ["Grace", "Edsger", "Barbara"].map((name) => `{"name":"${name}\\u0000"}`);
    await send(...values.map((value) => ({ value, partition: 1 })));
    const { page, complaints } = await at("/dead-letters");
    await waitUntil(
      "three dead letters of the reason",
      async () => {
        await page.reload();
        const count = page.locator("[data-reason=nul_character] td.number");
        expect(await count.allTextContents()).to.deep.equal(["3"]);
      },
      { timeoutMs: patient.timeout },
    );
    await page.getByRole("link", { name: "U+0000 in the text", exact: true }).click();
    await page.getByRole("checkbox").first().check();
    await page.getByRole("button", { name: "Send the ticked again…" }).click();
    await page.getByRole("heading", { name: "Send 1 dead letter again" }).waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "Send all 3 again…" }).click();
    const mended = page.locator("[data-way=mended]");
    expect(await mended.locator("[data-outcome=rows] strong").textContent()).to.equal("3");
    const asTheyCame = page.locator("[data-way=as-it-came]");
    expect(await asTheyCame.locator("[data-outcome=dead] strong").textContent()).to.equal("3");
    await mended.getByRole("button", { name: "Mend and send 3" }).click();
    await page.getByRole("status").getByText("3 sent again.").waitFor();
    for (const name of ["Grace", "Edsger", "Barbara"]) {
      await waitUntil(`${name}'s row`, async () => expect(await countRows(name)).to.equal(1), {
        timeoutMs: patient.timeout,
      });
    }
    expect(complaints).to.deep.equal([]);
  });

  it("show who works, and messages that can be read", async () => {
    await send({ value: '{"name":"Readable"}', partition: 0 });
    const { page } = await at("/pipeline");
    await page.getByText("Everything is up.").waitFor(patient);
    await page
      .locator("[data-part=consumers]")
      .getByText(/process \d+ on /)
      .waitFor();
    await page.getByRole("link", { name: "messages of partition 0" }).click();
    await waitUntil(
      "the newest message",
      async () => {
        await page.reload();
        expect(await page.locator("main").textContent()).to.include('"name": "Readable"');
      },
      { timeoutMs: patient.timeout },
    );
  });

  it("say that no consumer is running, how much waits and what to do, and when all is well again", async () => {
    const { page } = await at("/pipeline");
    stack.signal("consumer", "SIGSTOP");
    await send(
      ...Array.from({ length: 20 }, (_, n) => ({ value: `{"name":"Late ${n}"}`, partition: n % 2 })),
    );
    // Nobody reloads: the page keeps itself up to date.
    await page.getByText("No consumer is running: 20 messages wait.").waitFor(patient);
    await page.getByText("docker compose up -d consumer").waitFor();
    expect(await page.locator("[data-lag-total]").textContent()).to.equal("20");
    expect(await page.locator("[data-partition='1'] [data-lag]").textContent()).to.equal("10");
    stack.signal("consumer", "SIGKILL");
    await page.getByText("Everything is up.").waitFor(patient);
    await page.locator("[data-lag-total]").getByText("0", { exact: true }).waitFor(patient);
  });

  it("show the rest while Redis does not answer", async () => {
    stack.signal("redis", "SIGSTOP");
    try {
      const { page } = await at("/pipeline");
      await page.getByText("Redis does not answer").waitFor(patient);
      await page.locator("[data-part=redis][data-part-status=down]").waitFor();
      await page.locator("[data-part=kafka][data-part-status=up]").waitFor();
      await page.locator("[data-part=postgres][data-part-status=up]").getByText("users_raw").waitFor();
    } finally {
      stack.signal("redis", "SIGCONT");
    }
    const { page } = await at("/pipeline");
    await page.getByText("Everything is up.").waitFor(patient);
  });
});
