import { expect } from "chai";
import { checkInvariant } from "../../ledger/audit/invariants.ts";
import { statisticsInvariant } from "../../ledger/audit/statistics-invariants.ts";
import { countRecords, listCountedTables } from "../../ledger/history/count-records.ts";
import { deleteType } from "../../ledger/types/delete-type.ts";
import { keepAllStatistics } from "../../ledger/types/keep-statistics.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import { userType } from "../../types/user/user.ts";
import { createTestDatabase, openKnex } from "../setup/database.ts";
import { registerText } from "../setup/register.ts";

describe("the migration of the statistics", () => {
  const file = "20261127000070_record_statistics.ts";
  const definition =
    "x-record: { name: mine, stats: { by: [a], sum: [b] } }\nproperties: { a: { type: string }, b: { type: integer } }\n";

  it("counts tables that were there before by what their definitions say, once a web service starts", async () => {
    const database = await createTestDatabase();
    const { pool } = database;
    const knex = openKnex(database.ownerUrl);
    try {
      await registerText(pool, definition);
      for (const name of ["changed", "bare", "deleted"])
        await registerText(pool, definition.replace("mine", name));
      await knex.migrate.down({ name: file });
      await pool.query("INSERT INTO mine (_partition, _offset, _raw, a, b) VALUES (0, 0, '{}', 'x', 7)");
      await knex.migrate.latest();
      expect(await listCountedTables(pool)).to.deep.equal([
        "bare",
        "changed",
        "deleted",
        "mine",
        "users_raw",
      ]);
      await countRecords(pool, "mine", 10);
      await database.asOwner("ALTER TABLE changed DROP COLUMN a; DROP TABLE bare");
      await deleteType(pool, "deleted");
      const failed: string[] = [];
      for (let start = 0; start < 2; start++) await keepAllStatistics(pool, (type) => failed.push(type));
      expect(failed).to.deep.equal(["changed", "changed"]);
      await countRecords(pool, "mine", 10);
      const { rows } = await pool.query("SELECT by_values, records, sums::text[] FROM record_statistics");
      expect(rows).to.deep.equal([{ by_values: ["x"], records: 1, sums: ["7"] }]);
      const types = createRecordTypes(pool, { type: userType, topic: "synthetic_users" });
      const table = (await types.findNewest("mine"))?.type.table;
      if (!table) throw new Error("the type is registered, with a table");
      await pool.query("UPDATE mine SET b = 8");
      expect((await checkInvariant(pool, statisticsInvariant(table), null)).examples).to.deep.equal([]);
    } finally {
      await knex.destroy();
      await database.drop();
    }
  });
});
