import { expect } from "chai";
import { parsePhoneNumber } from "libphonenumber-js/max";
import { hasPeople } from "../../../generate/people/country-mix.ts";
import { mailboxName, wordsOf } from "../../../generate/people/locale-words.ts";
import { localeCountries, locales } from "../../../generate/people/locales.ts";
import { cities } from "../../../generate/people/tables/cities.ts";
import { countries } from "../../../generate/people/tables/countries.ts";
import { vocabulary } from "../../../generate/people/vocabulary.ts";
import { createDecoder } from "../../../types/user/decode.ts";
import { userType } from "../../../types/user/user.ts";
import { allFields, generatorOf, listTexts, type UserRecord } from "../../setup/draw-records.ts";

const decode = createDecoder(userType);
const codes = new Map(countries.map(({ name, code }) => [name, code]));

/** The record, after what holds of all of them has been checked. */
function checkRecord(json: string): UserRecord {
  const record: UserRecord = JSON.parse(json);
  const decoded = decode(Buffer.from(json));
  const phone = parsePhoneNumber(record.phone_number ?? "");
  // So many times over, each expectation would cost more than what it looks at.
  const isWrong =
    JSON.stringify(record) !== json ||
    decoded.kind === "dead" ||
    decoded.error !== null ||
    !phone.isValid() ||
    phone.country !== codes.get(record.country ?? "") ||
    phone.formatInternational() !== record.phone_number ||
    !isMailboxOf(record.name ?? "", record.email ?? "");
  if (isWrong) expect.fail(`${json}: ${JSON.stringify({ decoded, phone })}`);
  return record;
}

/** Whether an address is put together from a name. */
function isMailboxOf(name: string, email: string): boolean {
  const address = /^([a-z]+)([._]?)([a-z]*?)(\d*)@example\.(com|net|org)$/.exec(email);
  if (address === null) return false;
  const [, start = "", separator, family = ""] = address;
  const letters = mailboxName(name);
  return separator === ""
    ? letters.includes(start.slice(1))
    : letters.includes(start) && letters.includes(family);
}

describe("a coherent person", () => {
  for (const locale of locales) {
    it(`of the locale ${locale} lives, is called and is reached as in ${localeCountries[locale]}`, () => {
      const generate = generatorOf({ locale });
      const words = wordsOf(locale);
      expect(words.names).not.to.deep.equal([]);
      expect(words.companyPatterns).not.to.deep.equal([]);
      for (const list of [words.firstNames, words.lastNames]) {
        expect(Math.min(list.female.texts.size, list.male.texts.size)).to.be.at.least(8);
      }
      const names = new Set<string | null | undefined>();
      for (let seq = 0; seq < 150; seq++) {
        const record = checkRecord(generate(seq));
        expect(record.country).to.equal(localeCountries[locale]);
        if (words.cityNames.length > 0) expect(words.cityNames).to.include(record.city);
        names.add(record.name);
      }
      expect(names.size).to.be.at.least(100);
    });
  }

  it("lives in any country with people, and in one of its cities", () => {
    for (const country of countries.filter(hasPeople)) {
      const generate = generatorOf({ countries: { [country.name]: 1 } });
      for (let seq = 0; seq < 12; seq++) {
        const record = checkRecord(generate(seq));
        expect(record.country).to.equal(country.name);
        if (country.names !== undefined) expect(cities[country.code]).to.include(record.city);
      }
    }
  });

  it("can be of every locale where all are asked for, and fits its columns", () => {
    const weights = Object.fromEntries(locales.map((locale) => [locale, 1]));
    const generate = generatorOf({
      locale: weights,
      unique: ["email", "phone_number", "ipv4", "password_hash"],
    });
    for (let seq = 0; seq < 3_000; seq++) checkRecord(generate(seq));
  });

  it("has the country's usual names where a locale of another is asked for beside countries", () => {
    const generate = generatorOf({ countries: { Switzerland: 1, Italy: 1 }, locale: "fr_CH" }, [
      "name",
      "country",
    ]);
    const french = wordsOf("fr_CH");
    const given = [french.firstNames.female, french.firstNames.male].flatMap(({ texts }) => listTexts(texts));
    for (let seq = 0; seq < 200; seq++) {
      const { name, country } = JSON.parse(generate(seq));
      if (country === "Switzerland") expect(given.some((first) => name.includes(first))).to.equal(true);
    }
  });

  it("does not live where nobody does", () => {
    expect(countries.filter((country) => !hasPeople(country)).map(({ name }) => name)).to.deep.equal([
      "Antarctica",
      "Bouvet Island",
      "French Southern Territories",
      "Heard Island and McDonald Islands",
      "Pitcairn Islands",
      "South Georgia and the South Sandwich Islands",
      "United States Minor Outlying Islands",
      "Western Sahara",
    ]);
  });

  it("comes from a country that Faker and the dashboard's map know", () => {
    expect(countries.map(({ name }) => name)).to.have.members([...vocabulary.countries]);
    expect(allFields).to.include("country");
  });
});

describe("a mailbox's name", () => {
  for (const [name, mailbox] of [
    ["Müller-Lüdenscheidt", "mullerludenscheidt"],
    ["Дмитрий", "dmitriy"],
    ["Ōe", "oe"],
    ["O'Neill", "oneill"],
    ["薛", "xue"],
    ["123", "user"],
  ] as const) {
    it(`of ${name} is ${mailbox}`, () => {
      expect(mailboxName(name)).to.equal(mailbox);
    });
  }
});
