import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { userType } from "../../types/user/user.ts";

describe("Airflow's form", () => {
  it("offers the fields of the record type", async () => {
    const file = new URL("../../airflow/dags/fields.json", import.meta.url);
    expect(JSON.parse(await readFile(file, "utf8"))).to.deep.equal(userType.fields.map(({ name }) => name));
  });
});
