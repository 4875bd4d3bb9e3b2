import { expect } from "chai";
import { inTransaction } from "../../ledger/database/database.ts";
import { sampleLine } from "../../ledger/outcomes/batch.ts";
import { copyRows, probeCopy } from "../../ledger/outcomes/copy-rows.ts";
import { userType } from "../../types/user/user.ts";
import { range } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { rejection } from "../setup/rejection.ts";

/** A line of which PostgreSQL refuses the year of its date. */
const refused = sampleLine(userType).replace(/\t\d{4}-/, "\t0000-");
const taken = sampleLine(userType);

describe("copying rows of which PostgreSQL refuses some", () => {
  const database = databaseForEachTest();
  const copy = (lines: readonly string[]) =>
    inTransaction(database().pool, (client) =>
      copyRows(
        client,
        userType,
        lines.map((line, index) => ({ line, index })),
      ),
    );
  const count = async (): Promise<unknown> =>
    (await database().pool.query("SELECT count(*) AS rows FROM users_raw")).rows[0]?.rows;

  it("takes the others, and says why not those", async () => {
    const found = await copy(range(0, 100).map((index) => (index % 7 === 3 ? refused : taken)));
    expect(found.map(({ item }) => item.index)).to.deep.equal(
      range(0, 100).filter((index) => index % 7 === 3),
    );
    for (const { detail } of found) expect(detail).to.match(/^PostgreSQL: date\/time.* \(SQLSTATE 22008\)$/);
    expect(await count()).to.equal(86);
  });

  it("holds no locks for those that it has gone back on: of some ten thousand PostgreSQL has no memory", async () => {
    const lines = [...range(0, 300).map(() => refused), taken];
    const held = await inTransaction(database().pool, async (client) => {
      await copyRows(
        client,
        userType,
        lines.map((line) => ({ line })),
      );
      const { rows } = await client.query<{ locks: number }>(
        "SELECT count(*) AS locks FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'transactionid'",
      );
      return rows[0]?.locks;
    });
    expect(held).to.be.below(5);
  });

  it("blames no row where it refuses a clean record as well", async () => {
    await database().asOwner("ALTER TABLE users_raw ADD CHECK (country IS NULL)");
    expect((await rejection(copy([taken, taken]))).message).to.include("users_raw_country_check");
    expect((await rejection(probeCopy(database().pool, userType))).message).to.include("country_check");
  });

  it("leaves nothing of the clean record that it tries", async () => {
    await probeCopy(database().pool, userType);
    expect(await copy([refused])).to.have.length(1);
    expect(await count()).to.equal(0);
  });
});
