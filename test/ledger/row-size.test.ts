import { expect } from "chai";
import { measureRowSize } from "../../ledger/history/row-size.ts";
import { userType } from "../../types/user/user.ts";
import { foreign, range, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";

describe("the size of a row", () => {
  const database = databaseForEachTest();

  async function storeAndCount(values: readonly string[]): Promise<void> {
    await storeNext(database().pool, values.map(foreign));
    await database().asOwner("ANALYZE users_raw");
  }
  const plain = (n: number): string => `{"name":"Ann","n":"${String(n).padStart(100, "0")}"}`;

  it("is not known of a table that has few", async () => {
    await storeAndCount(range(0, 100).map(plain));
    expect(await measureRowSize(database().pool, userType.table)).to.equal(null);
  });

  it("is not taken for larger where rows have come since PostgreSQL counted them", async () => {
    await storeAndCount(range(0, 2_000).map(plain));
    const before = await measureRowSize(database().pool, userType.table);
    for (let n = 0; n < 4; n++) await storeNext(database().pool, range(0, 2_000).map(plain).map(foreign));
    const after = await measureRowSize(database().pool, userType.table);
    expect(after?.rows).to.be.within(5_000, 12_000);
    expect(after?.bytesPerRow).to.be.within((before?.bytesPerRow ?? 0) / 2, (before?.bytesPerRow ?? 0) * 2);
  });

  it("is that of most of the latest rows, whatever is among them", async () => {
    await storeAndCount(range(0, 2_000).map(plain));
    const before = await measureRowSize(database().pool, userType.table);
    expect(before?.rows).to.equal(2_000);
    expect(before?.bytesPerRow).to.be.within(200, 2_000);
    expect(before?.payloadBytes).to.be.within(plain(0).length, plain(0).length + 4);
    await storeAndCount([
      `{"x":[${Array(9_000).fill("1e131071").join(",")}]}`,
      `{"x":"${"y".repeat(1_000_000)}"}`,
      `{"x":${"[".repeat(3_000)}${"]".repeat(3_000)}}`,
    ]);
    const after = await measureRowSize(database().pool, userType.table);
    expect(after?.payloadBytes).to.equal(before?.payloadBytes);
  });
});
