import { expect } from "chai";
import fc from "fast-check";
import { createDecoder } from "../../records/decode.ts";
import { createGenerator, type RecordOptions } from "../../records/generate.ts";
import { settleOptions } from "../../records/options.ts";
import { userType } from "../../records/user.ts";

const allFields = userType.fields.map((field) => field.name);
const referenceDate = new Date("2026-07-01T12:34:56Z");
const options = (wishes: Partial<RecordOptions> = {}): RecordOptions => ({
  seed: 42,
  fields: allFields,
  referenceDate,
  options: settleOptions(userType, {}),
  ...wishes,
});

const seeds = fc.maxSafeNat();
const seqs = fc.maxSafeNat();
const selections = fc.subarray(allFields, { minLength: 1 });

describe("the generator", () => {
  it("makes the record that this version has always made", () => {
    // A change of this literal is a change of every record that was ever asked for: raise the type's version.
    expect(`${userType.name}@${userType.version}`).to.equal("user@1");
    expect(createGenerator(userType, options())(0)).to.equal(
      '{"name":"Norbert Huel Sr.","email":"mckayla_wilkinson1771@example.com","date":"2025-11-22T22:08:50Z","password_hash":"8b96d1872fe9805f4e9539ed03363792a6bb0a86ed238dca9d518ebcc0bccdad","country":"Portugal","city":"Felixcester","phone_number":"(264) 498-1162","job":"Legacy Division Orchestrator","company":"Balistreri Inc","ipv4":"211.106.176.9"}',
    );
    expect(createGenerator(userType, options({ seed: 2 ** 53 - 1 }))(2 ** 40)).to.equal(
      '{"name":"Otha Cormier","email":"katrina_swift4769@example.org","date":"2025-07-09T05:55:32Z","password_hash":"b6776881c313d2e8e1149dd9ddd480ead40f3ac9024145d74aeb3e004f69a393","country":"Latvia","city":"West Dedrick","phone_number":"1-614-627-9298 x61704","job":"Direct Identity Coordinator","company":"Gerhold LLC","ipv4":"208.184.158.44"}',
    );
  });

  it("makes the same record at every call, whatever was made before", () => {
    fc.assert(
      fc.property(seeds, fc.array(seqs, { minLength: 1 }), (seed, order) => {
        const used = createGenerator(userType, options({ seed }));
        for (const seq of order) {
          expect(used(seq)).to.equal(createGenerator(userType, options({ seed }))(seq));
        }
      }),
    );
  });

  it("gives a field the same value whichever other fields are selected", () => {
    fc.assert(
      fc.property(seeds, seqs, selections, (seed, seq, fields) => {
        const whole = JSON.parse(createGenerator(userType, options({ seed }))(seq));
        const part = JSON.parse(createGenerator(userType, options({ seed, fields }))(seq));
        expect(Object.keys(part)).to.have.members(fields);
        for (const field of fields) expect(part[field]).to.equal(whole[field]);
      }),
    );
  });

  it("minds neither order nor repetition of the fields' names", () => {
    const [first = "", second = ""] = allFields;
    const plain = createGenerator(userType, options({ fields: [first, second] }));
    const mixed = createGenerator(userType, options({ fields: [second, first, second] }));
    expect(mixed(11)).to.equal(plain(11));
  });

  it("makes records that the validator finds nothing to repair in", () => {
    const decode = createDecoder(userType);
    for (const seed of [0, 1, 2 ** 53 - 1]) {
      const generate = createGenerator(userType, options({ seed }));
      for (let seq = 0; seq < 4_000; seq++) {
        const json = generate(seq);
        const decoded = decode(Buffer.from(json));
        if (decoded.kind === "dead" || decoded.error !== null)
          expect.fail(`${json}: ${JSON.stringify(decoded)}`);
      }
    }
  });

  it("writes JSON as JSON.stringify would", () => {
    fc.assert(
      fc.property(seeds, seqs, (seed, seq) => {
        const json = createGenerator(userType, options({ seed }))(seq);
        expect(JSON.stringify(JSON.parse(json))).to.equal(json);
      }),
    );
  });

  it("dates every record within the year before the reference date", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1971-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
        seqs,
        (date, seq) => {
          const generate = createGenerator(userType, options({ referenceDate: date, fields: ["date"] }));
          const dated = Date.parse(JSON.parse(generate(seq)).date);
          expect(dated).to.be.below(date.getTime());
          expect(dated).to.be.at.least(date.getTime() - 366 * 86_400_000);
        },
      ),
    );
  });

  it("names only mailboxes on the example domains", () => {
    const generate = createGenerator(userType, options({ fields: ["email"] }));
    for (let seq = 0; seq < 2_000; seq++) expect(generate(seq)).to.match(/@example\.(com|net|org)"/);
  });

  it("makes different records of sequence numbers that agree in their lower 32 bits", () => {
    const generate = createGenerator(userType, options());
    const far = [0, 2 ** 32, 2 ** 33, 2 ** 52].map((base) => generate(base + 5));
    expect(new Set(far).size).to.equal(far.length);
  });

  it("makes different records of seeds that agree in their lower 32 bits", () => {
    const far = [0, 2 ** 32, 2 ** 52].map((base) =>
      createGenerator(userType, options({ seed: base + 5 }))(0),
    );
    expect(new Set(far).size).to.equal(far.length);
  });

  it("refuses a field that the type lacks", () => {
    expect(() => createGenerator(userType, options({ fields: ["name", "shoe_size"] }))).to.throw(
      RangeError,
      'user has no field "shoe_size"',
    );
  });
});
