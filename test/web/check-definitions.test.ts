import { expect } from "chai";
import { Problem } from "../../web/http/problem.ts";
import { checkDefinitions as check, maxWaitingChecks } from "../../web/types/register/check-definitions.ts";
import { rejection } from "../setup/rejection.ts";

const small = (name: string): string => `x-record: {name: ${name}}\nproperties:\n  a: {type: integer}\n`;

/** A thousand records of 10,000 items take seconds. */
const slow = (name: string, items = 10_000): string =>
  `x-record: {name: ${name}}\nrequired: [a]\nproperties:\n  a: {type: array, minItems: ${items}, maxItems: ${items}, items: {type: integer}}\n`;

const checkDefinitions = (text: string) => check(text, async () => null);

describe("checking a file of definitions", () => {
  it("makes records for a second in all, however many definitions there are", async () => {
    const file = (count: number): string =>
      Array.from({ length: count }, (_, index) => slow(`t${index}`)).join("---\n");
    const before = process.cpuUsage();
    const { candidates, problems } = await checkDefinitions(file(40));
    const { user, system } = process.cpuUsage(before);
    expect(problems).to.deep.equal([]);
    expect(candidates).to.have.length(40);
    expect((user + system) / 1e6).to.be.below(10);
  });

  it("checks one file at a time, has a few wait, and asks others to come again", async () => {
    const finished: number[] = [];
    const checks = Array.from({ length: maxWaitingChecks + 1 }, async (_, index) => {
      const { candidates } = await checkDefinitions(index === 0 ? slow("first", 300) : small(`t${index}`));
      finished.push(index);
      return candidates.length;
    });
    const refused = await rejection(checkDefinitions(small("beyond")));
    expect(refused).to.be.an.instanceOf(Problem);
    expect(refused).to.deep.include({ kind: "busy", status: 503, headers: { "Retry-After": "10" } });
    expect(await Promise.all(checks)).to.deep.equal(checks.map(() => 1));
    expect(finished).to.deep.equal(checks.map((_, index) => index));
    expect((await checkDefinitions(small("after"))).candidates).to.have.length(1);
  });

  it("goes on behind a file with mistakes", async () => {
    const [wrong, right] = await Promise.all([
      checkDefinitions("x-record: {name: wrong}\nproperties: {a: {type: nothing}}\n"),
      checkDefinitions(small("right")),
    ]);
    expect(wrong.problems).not.to.deep.equal([]);
    expect(right.problems).to.deep.equal([]);
  });
});
