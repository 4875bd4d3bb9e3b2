import { expect } from "chai";
import fc from "fast-check";
import { presets, rhythms, uniqueFields } from "../../../generate/people/model-schema.ts";
import { generateText } from "../../../generate/write-record.ts";
import { keepGenerators } from "../../../records/keep-generators.ts";
import { createDecoder } from "../../../types/user/decode.ts";
import { createGenerator, type RecordOptions } from "../../../types/user/generate.ts";
import { settleOptions } from "../../../types/user/options.ts";
import { userType } from "../../../types/user/user.ts";
import { optionsOfVersion } from "../../../types/user/versions.ts";

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
/** For which the values of every unique field suffice, even in the mixtures below. */
const nearSeqs = fc.nat(8_000);
const weights = <Name extends string>(...names: readonly Name[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.double({ min: 0.1, max: 9, noNaN: true }), { minKeys: 1 });
/** Options of many kinds, all of which can be had together. */
const models = fc
  .record(
    {
      preset: fc.constantFrom(...presets),
      coherent: fc.boolean(),
      countries: fc.oneof(
        fc.constantFrom("population", "uniform"),
        weights("Portugal", "Spain", "Belgium", "Nepal", "Kenya", "Fiji"),
      ),
      period: fc.oneof(
        fc.record({ days: fc.integer({ min: 4, max: 800 }) }),
        fc.constant({ from: "2024-01-31", to: "2024-03-01" }),
      ),
      growth: fc.double({ min: 0.001, max: 1000, noNaN: true }),
      rhythm: fc.constantFrom(...rhythms),
      spike: fc.constant({ day: 3, factor: 9, halfLifeDays: 0.5 }),
      skew: fc.record({ company: fc.double({ min: 0, max: 4, noNaN: true }) }),
      unique: fc.subarray([...uniqueFields]),
      nulls: weights("name", "date", "company", "ipv4").map((rates) =>
        Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate / 9])),
      ),
    },
    { requiredKeys: [] },
  )
  .map((request) => settleOptions(userType, request));

/** The same value with the names of every object the other way round. */
function reversed<Value>(value: Value): Value;
function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

const selections = fc.subarray(allFields, { minLength: 1 });

describe("the generator", () => {
  it("makes the record that this version has always made", () => {
    // A change of these literals is a change of every record that was ever asked for: raise the type's version.
    expect(`${userType.name}@${userType.version}`).to.equal("user@2");
    expect(createGenerator(userType, options())(0)).to.equal(
      '{"name":"Мишина Лариса Романовна","email":"larisa.mishina27@example.net","date":"2026-06-12T18:59:51Z","password_hash":"8b96d1872fe9805f4e9539ed03363792a6bb0a86ed238dca9d518ebcc0bccdad","country":"Russian Federation","city":"Завьялиха","phone_number":"+7 930 684 73 29","job":"Legacy Division Orchestrator","company":"ООО ЛимитедСистемс","ipv4":"211.106.176.9"}',
    );
    expect(createGenerator(userType, options({ seed: 2 ** 53 - 1 }))(2 ** 40)).to.equal(
      '{"name":"عاشور خلود","email":"khlwd_shwr@example.com","date":"2025-07-09T22:39:45Z","password_hash":"b6776881c313d2e8e1149dd9ddd480ead40f3ac9024145d74aeb3e004f69a393","country":"Tunisia","city":"Tunis","phone_number":"+216 41 141 612","job":"Direct Identity Coordinator","company":"همدان LLC","ipv4":"208.184.158.44"}',
    );
    const all = settleOptions(userType, {
      preset: "launch_day",
      locale: "fr",
      unique: ["email", "phone_number", "ipv4", "password_hash"],
      nulls: { company: 0.5 },
    });
    expect(createGenerator(userType, options({ options: all }))(7)).to.equal(
      '{"name":"Dr Trajan Meyer","email":"trajan.meyer343@example.org","date":"2026-05-17T15:01:37Z","password_hash":"f30bb234e6f00e3a6cbf3abd24ab282e3c14cf90a445686ac3c2b486a025150d","country":"France","city":"Cannes","phone_number":"+33 6 47 14 38 75","job":"Lead Division Facilitator","company":"Charles SEM","ipv4":"222.244.200.233"}',
    );
  });

  it("makes the records of the type's first version again, as those that are not coherent", () => {
    const first = optionsOfVersion(userType, {
      recordType: { name: "user", version: 1 },
      options: { ...settleOptions(userType, {}) },
    });
    if (first === null) throw new Error("cannot make them");
    expect(first).to.deep.equal(settleOptions(userType, { coherent: false }));
    expect(createGenerator(userType, options({ options: first }))(0)).to.equal(
      '{"name":"Norbert Huel Sr.","email":"mckayla_wilkinson1771@example.com","date":"2025-11-22T22:08:50Z","password_hash":"8b96d1872fe9805f4e9539ed03363792a6bb0a86ed238dca9d518ebcc0bccdad","country":"Portugal","city":"Felixcester","phone_number":"(264) 498-1162","job":"Legacy Division Orchestrator","company":"Balistreri Inc","ipv4":"211.106.176.9"}',
    );
    expect(createGenerator(userType, options({ options: first, seed: 2 ** 53 - 1 }))(2 ** 40)).to.equal(
      '{"name":"Otha Cormier","email":"katrina_swift4769@example.org","date":"2025-07-09T05:55:32Z","password_hash":"b6776881c313d2e8e1149dd9ddd480ead40f3ac9024145d74aeb3e004f69a393","country":"Latvia","city":"West Dedrick","phone_number":"1-614-627-9298 x61704","job":"Direct Identity Coordinator","company":"Gerhold LLC","ipv4":"208.184.158.44"}',
    );
  });

  it("makes no records of a version or type that it does not know", () => {
    const current = settleOptions(userType, {});
    for (const recordType of [
      { name: "user", version: 3 },
      { name: "user", version: 0 },
      { name: "order", version: 2 },
    ]) {
      expect(optionsOfVersion(userType, { recordType, options: current })).to.equal(null);
    }
    expect(optionsOfVersion(userType, { recordType: userType, options: current })).to.equal(current);
  });

  it("makes the same record at every call, whatever was made before, under any options", () => {
    fc.assert(
      fc.property(
        seeds,
        models,
        fc.array(nearSeqs, { minLength: 1, maxLength: 10 }),
        (seed, model, order) => {
          const used = createGenerator(userType, options({ seed, options: model }));
          for (const seq of order) {
            expect(used(seq)).to.equal(createGenerator(userType, options({ seed, options: model }))(seq));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("gives a field the same value whichever other fields are selected, under any options", () => {
    fc.assert(
      fc.property(seeds, models, nearSeqs, selections, (seed, model, seq, fields) => {
        const whole = JSON.parse(createGenerator(userType, options({ seed, options: model }))(seq));
        const part = JSON.parse(createGenerator(userType, options({ seed, fields, options: model }))(seq));
        expect(Object.keys(part)).to.have.members(fields);
        for (const field of fields) expect(part[field]).to.equal(whole[field]);
      }),
    );
  });

  it("minds no order of the options' names, which PostgreSQL does not keep", () => {
    fc.assert(
      fc.property(seeds, models, nearSeqs, (seed, model, seq) => {
        const stored = reversed(model);
        expect(stored).to.deep.equal(model);
        expect(createGenerator(userType, options({ seed, options: stored }))(seq)).to.equal(
          createGenerator(userType, options({ seed, options: model }))(seq),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("kept for the next chunk makes the same records as one that is prepared anew", () => {
    const open = keepGenerators();
    // More than are kept.
    const wishes = Array.from({ length: 20 }, (_, seed) => options({ seed }));
    for (const wish of [...wishes, ...wishes]) {
      const run = { ...wish, recordType: userType };
      const maker = open(userType, run);
      if (maker === null) throw new Error("the run is of another version");
      expect(generateText(maker.write)(3)).to.equal(createGenerator(userType, wish)(3));
      expect(open(userType, run)).to.equal(maker);
    }
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
