import { expect } from "chai";
import { InvalidOption } from "../../../generate/invalid-option.ts";
import { faultNames } from "../../../records/faults/fault-kinds.ts";
import { faultProperties, settleFaults } from "../../../records/faults/fault-rates.ts";
import { offeredFaults } from "../../../records/faults/field-faults.ts";
import { textFaults } from "../../../types/user/text-faults.ts";
import { userType } from "../../../types/user/user.ts";

function refusal(request: Parameters<typeof settleFaults>[1]): { field: string; message: string } {
  try {
    settleFaults(userType, request);
  } catch (error) {
    if (error instanceof InvalidOption) return { field: error.field, message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the shares of faulty records", () => {
  it("are none where nothing is asked for", () => {
    expect(settleFaults(userType, {})).to.deep.equal({});
    expect(settleFaults(userType, { faults: { late: 0, not_json: 0 } })).to.deep.equal({});
  });

  it("are kept as they were asked for", () => {
    const faults = { duplicate: 0.5, invalid_date: 0.25, not_json: 1e-9 };
    expect(settleFaults(userType, { faults })).to.deep.equal(faults);
  });

  it("may add up to 1, however that is written in binary", () => {
    expect(settleFaults(userType, { faults: { late: 0.1, not_json: 0.7, empty: 0.2 } })).to.have.keys(
      "late",
      "not_json",
      "empty",
    );
  });

  it("may not add up to more", () => {
    expect(refusal({ faults: { late: 0.5, not_json: 0.4, too_long: 0.2 } })).to.deep.equal({
      field: "faults",
      message: "must add up to 1 at most, since a record has one fault at most; they add up to 1.1",
    });
  });

  it("are refused where the run lacks the field that is to be spoiled", () => {
    expect(refusal({ faults: { invalid_date: 0.1 }, fields: ["name"] })).to.deep.equal({
      field: "faults.invalid_date",
      message: "is not possible without the field date",
    });
    expect(refusal({ faults: { too_long: 0.1 }, fields: ["date"] }).message).to.match(
      /^is not possible without one of the fields name, email, /,
    );
    expect(refusal({ faults: { invalid_ipv4: 0.1 }, fields: ["email"] }).field).to.equal(
      "faults.invalid_ipv4",
    );
    expect(settleFaults(userType, { faults: { invalid_date: 0, late: 1 }, fields: ["name"] })).to.deep.equal({
      late: 1,
    });
  });

  it("are offered with bounds and words of every kind that the type can have", () => {
    const { faults } = faultProperties(userType.fieldFaults());
    const properties = (faults as unknown as { properties: Record<string, Record<string, unknown>> })
      .properties;
    expect(Object.keys(properties)).to.deep.equal([...offeredFaults(userType.fieldFaults())]);
    for (const property of Object.values(properties)) {
      expect(property).to.include({ type: "number", minimum: 0, maximum: 1, default: 0 });
      expect(property.title).to.be.a("string");
      expect(property.description).to.be.a("string");
    }
    const dateless = userType.fields.filter((field) => field.name !== "date");
    const offered = faultProperties(textFaults(dateless)).faults as unknown as typeof faults & {
      properties: object;
    };
    expect(offered.properties).not.to.have.property("invalid_date");
  });

  it("are those of every kind while the type is not known, which refuses what it does not have", () => {
    const { faults } = faultProperties(null);
    expect(Object.keys((faults as unknown as { properties: object }).properties)).to.deep.equal([
      ...faultNames,
    ]);
    expect(refusal({ faults: { too_short: 0.1 } })).to.deep.equal({
      field: "faults.too_short",
      message: `is not possible: no field of user can be spoiled so; possible are ${offeredFaults(userType.fieldFaults()).join(", ")}`,
    });
  });
});
