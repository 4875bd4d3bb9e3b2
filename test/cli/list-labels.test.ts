import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { listLabels } from "../../cli/list-labels.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseOne } from "../types/definitions.ts";

describe("the labels of faulty records", () => {
  it("are CSV, whatever the fields of a type are called", async () => {
    const type = createOwnType(
      parseOne(
        '{ $id: odd, required: ["a,\\"b\\""], properties: { "a,\\"b\\"": { type: integer } }, additionalProperties: false }',
      ),
    );
    const labelsOf = async (faults: object): Promise<string> => {
      const run = { seed: 1, fields: ['a,"b"'], referenceDate: new Date(0), options: { faults } };
      const maker = type.openRun({ ...run, recordType: type }) ?? expect.fail("it is of this version");
      const output = new PassThrough();
      await listLabels({ requested: 2, planned: 2 }, maker.spoil, output);
      output.end();
      return text(output);
    };
    expect(await labelsOf({ missing_field: 1 })).to.equal(
      'seq,fault,field\n0,missing_field,"a,""b"""\n1,missing_field,"a,""b"""\n',
    );
    expect(await labelsOf({ unknown_property: 1 })).to.equal(
      "seq,fault,field\n0,unknown_property,\n1,unknown_property,\n",
    );
    expect(await labelsOf({})).to.equal("seq,fault,field\n");
  });
});
