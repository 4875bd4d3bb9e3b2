import { expect } from "chai";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import { userType } from "../../types/user/user.ts";
import { keepRecordReaders } from "../../workers/keep-record-readers.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { registerText } from "../setup/register.ts";

describe("what reads the records of types", () => {
  const database = databaseForEachTest();
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const openReaders = () => {
    const types = createRecordTypes(database().pool, { type: userType, topic: "synthetic_users" });
    return keepRecordReaders(types, 1);
  };
  const register = async (length: number): Promise<void> => {
    for (const name of names)
      await registerText(
        database().pool,
        `$id: mine_${name}\ndescription: ${"x".repeat(length)}\nproperties: { a: { type: string } }\n`,
      );
  };

  it("is compiled once, of small definitions", async () => {
    await register(10);
    const open = openReaders();
    const openAll = () => Promise.all(names.map((name) => open(`mine_${name}`, 1)));
    const first = await openAll();
    const again = await openAll();
    expect(again.map((reader, index) => reader === first[index])).to.deep.equal(names.map(() => true));
  });

  it("is kept of so many large definitions as fit into the memory, the last used", async () => {
    await register(140_000);
    const open = openReaders();
    const first = await open("mine_a", 1);
    for (const name of names.slice(1)) await open(`mine_${name}`, 1);
    const last = await open("mine_h", 1);
    expect(await open("mine_a", 1)).not.to.equal(first);
    expect(await open("mine_h", 1)).to.equal(last);
  });

  it("is not there of a type that is not, or has no table", async () => {
    await registerText(
      database().pool,
      "$id: mine\nx-record: {table: null}\nproperties: { a: { type: string } }\n",
    );
    for (const name of ["mine", "other"]) {
      const outcome = await openReaders()(name, 1).catch((error: Error) => error.message);
      expect(outcome).to.equal(`there is no ${name}@1 that has a table`);
    }
  });
});
