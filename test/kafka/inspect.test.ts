import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { watchOpenResources } from "../setup/open-resources.ts";

describe("the inspector of Kafka", () => {
  it("leaves no connection open, whenever it is closed", async () => {
    // Mocha starts the timer of this test when it has been given its promise.
    await setImmediate();
    const leftOpen = watchOpenResources();
    for (let turns = 0; turns < 36; turns += 3) {
      const inspector = createKafkaInspector(testKafka());
      const looking = Promise.allSettled([inspector.countBrokers(), inspector.describeGroup("none")]);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      await inspector.close();
      await looking;
      const late = await inspector.countBrokers().catch((error: Error) => error.message);
      expect(late).to.equal("the inspector of Kafka is closed");
    }
    await eventually(() => expect(leftOpen()).to.deep.equal([]));
  });
});
