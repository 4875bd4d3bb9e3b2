import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { withLock } from "../../stack/lock.mjs";
import { temporaryDirectory } from "./fake-service.ts";

describe("the lock of a folder", () => {
  const directory = temporaryDirectory();
  const file = () => path.join(directory(), "a", "lock");

  it("lets one action go on at a time", async () => {
    let inside = 0;
    let most = 0;
    const action = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file(), () => {}, action)));
    expect(most).to.equal(1);
    expect(existsSync(file())).to.equal(false);
  });

  it("is open again after a failure", async () => {
    const failing = withLock(
      file(),
      () => {},
      () => Promise.reject(new Error("no")),
    );
    expect(await failing.catch((error: Error) => error.message)).to.equal("no");
    expect(
      await withLock(
        file(),
        () => {},
        () => "done",
      ),
    ).to.equal("done");
  });

  it("of a process that has died does not count", async () => {
    // Linux gives no process a number above 2^22.
    writeFileSync(path.join(directory(), "lock"), String(2 ** 22 + 1));
    expect(
      await withLock(
        path.join(directory(), "lock"),
        () => {},
        () => "done",
      ),
    ).to.equal("done");
  });
});
