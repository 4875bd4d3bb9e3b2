import { expect } from "chai";
import { demoNames, openDemoDataset, parseScale } from "../../cli/demo-request.ts";
import { ExplainedError } from "../../stack/explained-error.ts";
import { makeDataset } from "../types/dataset.ts";

const now = Date.parse("2026-11-28T12:00:00Z");

describe("What the demo asks for", () => {
  it("has the counts of its dashboards' datasets, times the scale", () => {
    const counts = (name: string, scale: number) =>
      Object.entries(openDemoDataset(name, scale, now).requestOf([]).types).map(([type, { count }]) => [
        type,
        count,
      ]);
    expect(counts("shop", 1)).to.deep.equal([
      ["user", 10_000],
      ["order", 50_000],
      ["order_line", undefined],
    ]);
    expect(counts("shop", 0.1)).to.deep.equal([
      ["user", 1_000],
      ["order", 5_000],
      ["order_line", undefined],
    ]);
    expect(counts("sensors", 0.1)).to.deep.equal([
      ["device", 5],
      ["reading", 5 * 8_640],
    ]);
    expect(counts("sensors", 0.0001)).to.deep.equal([
      ["device", 1],
      ["reading", 8_640],
    ]);
  });

  it("is over: no order can be placed after now, and the last reading is of now", () => {
    const { types } = openDemoDataset("shop", 1, now).requestOf([]);
    const period = types.user?.period;
    expect(period).to.have.property("to").that.is.a("string");
    expect(Date.parse((period as { to: string }).to) + 91 * 86_400_000).to.be.at.most(now);
    const { referenceDate } = openDemoDataset("sensors", 1, now).requestOf([]);
    expect(referenceDate).to.equal("2026-11-27T12:00:00.000Z");
  });

  it("can be made of the files that it registers", async () => {
    for (const name of demoNames) {
      const { text, requestOf } = openDemoDataset(name, 0.001, now);
      const dataset = await makeDataset(text);
      for (const type of Object.keys(requestOf([]).types)) expect(dataset.countOf(type)).to.be.above(0);
    }
  });

  it("is all types of somebody's file, whose counts the scale multiplies", () => {
    const { name, requestOf } = openDemoDataset("types/datasets/shop.yaml", 3, now);
    expect(name).to.equal(null);
    expect(requestOf(["order", "order_line"])).to.deep.equal({
      types: { order: {}, order_line: {} },
      scale: 3,
    });
    expect(() => openDemoDataset("shops", 1, now)).to.throw(ExplainedError, "shops cannot be read");
  });

  it("takes a scale above 0", () => {
    expect(parseScale("0.5")).to.equal(0.5);
    for (const wrong of ["0", "-1", "many", "", "1e10"])
      expect(() => parseScale(wrong), wrong).to.throw(ExplainedError, "--scale must be a number above 0");
  });
});
