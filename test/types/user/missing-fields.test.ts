import { expect } from "chai";
import { createDecoder } from "../../../types/user/decode.ts";
import { createRunFields } from "../../../types/user/missing-fields.ts";
import { userType } from "../../../types/user/user.ts";

const decode = createDecoder(userType);
const check = createRunFields(userType, ["name", "date", "city"]).flagMissing;
const errorOf = (record: object): string | null => {
  const checked = check(decode(Buffer.from(JSON.stringify(record))));
  if (checked.kind === "dead") throw new Error(checked.detail);
  return checked.error;
};

describe("a record of a run", () => {
  it("is clean with every field that the run asked for, more or fewer others", () => {
    expect(errorOf({ name: "Ann", date: "2026-01-01", city: "Ulm" })).to.equal(null);
    expect(errorOf({ name: "Ann", date: "2026-01-01", city: "Ulm", job: "Cook" })).to.equal(null);
  });

  it("has a field that is null", () => {
    expect(errorOf({ name: null, date: null, city: null })).to.equal(null);
  });

  it("is flagged for each field that is not there, by its name", () => {
    expect(errorOf({ name: "Ann", date: "2026-01-01" })).to.equal("city: missing");
    expect(errorOf({ job: "Cook", city: null })).to.equal("name: missing; date: missing");
    expect(errorOf({})).to.equal("the record has no field; name: missing; date: missing; city: missing");
  });

  it("keeps what else was repaired, and does not take that for missing", () => {
    expect(errorOf({ name: ["Ann"], date: "yesterday", city: "Ulm" })).not.to.include("missing");
    expect(errorOf({ name: 7, city: "Ulm" })).to.equal(
      "name: a number instead of text, written as text; date: missing",
    );
  });

  it("does not take a name within a text for a field", () => {
    expect(errorOf({ name: '"city":"Ulm"', date: "2026-01-01" })).to.equal("city: missing");
    expect(errorOf({ name: "Ann", date: "2026-01-01", toString: "city" })).to.equal("city: missing");
  });

  it("stays a dead letter where it is one", () => {
    expect(check(decode(null))).to.include({ kind: "dead", reason: "tombstone" });
  });

  it("is not asked for fields that the type no longer has", () => {
    const row = decode(Buffer.from('{"name":"Ann"}'));
    expect(createRunFields(userType, ["name", "shoe_size"]).flagMissing(row)).to.equal(row);
  });
});
