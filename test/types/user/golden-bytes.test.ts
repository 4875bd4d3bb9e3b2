import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { locales } from "../../../generate/people/locales.ts";
import type { FaultName } from "../../../records/faults/fault-kinds.ts";
import { offeredFaults } from "../../../records/faults/field-faults.ts";
import { createSpoiler } from "../../../records/faults/spoil-records.ts";
import { createGenerator } from "../../../types/user/generate.ts";
import { type OptionsRequest, settleOptions } from "../../../types/user/options.ts";
import { userType } from "../../../types/user/user.ts";
import { optionsOfVersion } from "../../../types/user/versions.ts";

/** What a request says of its records, and as which version of the type it was made. */
interface OptionSet extends OptionsRequest {
  readonly version?: 1 | 2;
  readonly seed?: number;
  readonly referenceDate?: string;
}

const recordsPerSet = 5_000;
const allFields = userType.fields.map((field) => field.name);
const faultNames = offeredFaults(userType.fieldFaults());
const everyFault = Object.fromEntries(faultNames.map((name) => [name, 0.02]));

const optionSets: Readonly<Record<string, OptionSet>> = {
  defaults: {},
  "the greatest seed": { seed: 2 ** 53 - 1 },
  "another seed": { seed: 7 },
  "another reference date": { referenceDate: "2020-02-29T23:59:59.999Z" },
  uniform: { preset: "uniform" },
  "launch day": { preset: "launch_day" },
  incoherent: { coherent: false },
  "incoherent and realistic": { coherent: false, preset: "realistic" },
  "incoherent and unique": {
    coherent: false,
    unique: ["email", "phone_number", "ipv4", "password_hash"],
  },
  "incoherent of one country": { coherent: false, countries: { Portugal: 1 } },
  ...Object.fromEntries(
    [...locales].filter((_, i) => i % 3 === 0).map((locale) => [`locale ${locale}`, { locale }]),
  ),
  "several locales": { locale: { de: 3, fr: 1, ja: 2 } },
  "a locale's names in other countries": { locale: "it", countries: { Italy: 3, Switzerland: 1, Kenya: 1 } },
  "countries alike": { countries: "uniform" },
  "weighed countries": { countries: { Portugal: 2, Spain: 8 } },
  "countries without a locale": { countries: { Nepal: 1, Tuvalu: 1, Bhutan: 1 } },
  "a period": { period: { from: "2024-01-31", to: "2024-03-01" } },
  "a day": { period: { from: "2024-02-29", to: "2024-02-29" } },
  "a century": { period: { days: 36_525 }, growth: 1 },
  "a shrinking growth": { growth: 0.01 },
  "a steep growth": { growth: 1000 },
  "no rhythm": { rhythm: "none" },
  "a daily rhythm": { rhythm: "daily" },
  "a weekly rhythm": { rhythm: "weekly" },
  "a spike": { spike: { day: 100, factor: 50, halfLifeDays: 0.5 } },
  "no skew": { skew: { company: 0, city: 0 } },
  "a steep skew": { skew: { company: 4, city: 2.5 } },
  "unique e-mails": { unique: ["email"] },
  "unique telephone numbers": { unique: ["phone_number"] },
  "unique telephone numbers of one country": { unique: ["phone_number"], countries: { Germany: 1 } },
  "unique addresses": { unique: ["ipv4"] },
  "unique hashes": { unique: ["password_hash"] },
  "everything unique": { unique: ["email", "phone_number", "ipv4", "password_hash"], locale: "fr" },
  nulls: { nulls: { company: 0.2, date: 0.5, name: 0.01 } },
  "nothing but nulls": { nulls: Object.fromEntries(allFields.map((name) => [name, 1])) },
  "unique and null": { unique: ["email"], nulls: { email: 0.3 } },
  "a name alone": { fields: ["name"] },
  "an e-mail alone": { fields: ["email"] },
  "a date alone": { fields: ["date"] },
  "a telephone number alone": { fields: ["phone_number"] },
  "a city and a company": { fields: ["company", "city"] },
  "a job and an address": { fields: ["ipv4", "job"] },
  ...Object.fromEntries(faultNames.map((name) => [`fault ${name}`, { faults: { [name]: 0.3 } }])),
  "every fault": { faults: everyFault },
  "nothing but faults": { faults: { late: 0.5, duplicate: 0.25, not_json: 0.25 } },
  "faults of one field": { fields: ["email", "ipv4"], faults: { wrong_type: 0.5, invalid_email: 0.3 } },
  "version 1": { version: 1 },
  "version 1, the greatest seed": { version: 1, seed: 2 ** 53 - 1 },
  "version 1, three fields": { version: 1, fields: ["ipv4", "name", "date"] },
  "version 1, another reference date": { version: 1, referenceDate: "2020-02-29T23:59:59.999Z" },
};

/**
 * Sequence numbers from all of their range: the first ones, those around a power of ten and of two, and where every field's
 * values suffice, far ones.
 */
function sequenceNumbers(request: OptionsRequest): number[] {
  const near = Array.from({ length: 2_000 }, (_, i) => i);
  const starts = request.unique?.length ? [9_000, 20_000] : [10 ** 6 - 500, 2 ** 32 - 500, 2 ** 40 - 500];
  const each = (recordsPerSet - near.length) / starts.length;
  return [...near, ...starts.flatMap((start) => Array.from({ length: each }, (_, i) => start + i))];
}

/** Everything of a run's messages that follows from its records: values, labels, how often and where each is sent. */
function hashRecords({ version = 2, seed = 42, referenceDate, ...request }: OptionSet): string {
  const fields = request.fields ?? allFields;
  const run = {
    recordType: { name: "user", version },
    options: settleOptions(userType, { count: 3 * 10 ** 4, ...request }),
  };
  const options = optionsOfVersion(userType, run);
  if (options === null) throw new Error(`version ${version} can no longer be made`);
  const ofRun = { seed, fields, referenceDate: new Date(referenceDate ?? "2026-07-01T12:34:56Z"), options };
  const generate = createGenerator(userType, ofRun);
  const spoil = createSpoiler(userType, ofRun, generate);
  const hash = createHash("sha256");
  // Text is hashed many records at a time: one after the other took as long as to make them.
  let text = "";
  for (const seq of sequenceNumbers(request)) {
    const spoiled = spoil?.(seq);
    const value = spoiled === undefined ? generate(seq) : spoiled.value;
    const label: FaultName | undefined = spoiled?.fault?.kind;
    const { inPlace, atEnd } = spoiled?.sent ?? { inPlace: 1, atEnd: 0 };
    const head = `${seq} ${label} ${spoiled?.fault?.field?.name} ${inPlace} ${atEnd} `;
    if (!Buffer.isBuffer(value)) text += `${head}${value ?? "tombstone"}\n`;
    else {
      hash.update(text + head).update(value);
      text = "\n";
    }
  }
  return hash.update(text).digest("hex");
}

/**
 * The records that were ever asked for as user@1 and user@2 must come out of every later program, byte for byte. A hash in
 * golden-bytes.json is never changed: whoever changes what a field draws raises the type's version and adds sets.
 */
describe("the records of every version of user", () => {
  const golden: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(new URL("golden-bytes.json", import.meta.url), "utf8"),
  );

  it("are held against hashes of at least 60 sets of options", () => {
    expect(Object.keys(golden)).to.have.length.of.at.least(60);
    expect(Object.keys(golden)).to.have.members(Object.keys(optionSets));
    // Version 1 is what `coherent: false` still draws.
    const ofVersion2 = Object.keys(golden).filter((name) => optionSets[name]?.version !== 1);
    expect(new Set(ofVersion2.map((name) => golden[name])).size).to.equal(ofVersion2.length);
  });

  for (const [name, set] of Object.entries(optionSets)) {
    it(`are what they always were: ${name}`, () => {
      expect(hashRecords(set)).to.equal(golden[name]);
    });
  }
});
