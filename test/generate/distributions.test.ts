import { expect } from "chai";
import { createDraws } from "../../generate/draws.ts";
import { hourlyRates, weekdayRates } from "../../generate/event-times.ts";
import { createUniverse } from "../../generate/people/people.ts";
import { cities } from "../../generate/people/tables/cities.ts";
import { countries } from "../../generate/people/tables/countries.ts";
import { phonePlans } from "../../generate/people/tables/phone-plans.ts";
import { listTexts } from "../../generate/ranked-texts.ts";
import { zipfWeights } from "../../generate/weighted.ts";
import { createWords } from "../../generate/words.ts";
import { drawRecords, drawValues, writtenBy } from "../setup/draw-records.ts";
import { chiSquareTest, countOf, kolmogorovSmirnovTest } from "../setup/goodness-of-fit.ts";

const dayMs = 86_400_000;

function expectFit({ statistic, critical }: { statistic: number; critical: number }): void {
  expect(statistic).to.be.below(critical);
}

function expectShares(values: readonly string[], shares: readonly (readonly [string, number])[]): void {
  const counts = countOf(values);
  const known = shares.map(([value]) => counts.get(value) ?? 0);
  expect(known.reduce((sum, count) => sum + count, 0)).to.equal(values.length);
  expectFit(
    chiSquareTest(
      known,
      shares.map(([, share]) => share),
    ),
  );
}

const peopled = countries.filter(({ code }) => code in phonePlans);

describe("distributions: countries", () => {
  it("follow the world's population", () => {
    expectShares(
      drawValues({}, "country", 200_000),
      peopled.map(({ name, population }) => [name, population]),
    );
  });

  it("are equally frequent where that is asked for", () => {
    expectShares(
      drawValues({ countries: "uniform" }, "country", 100_000),
      peopled.map(({ name }) => [name, 1]),
    );
  });

  it("follow weights, of records that are coherent and that are not", () => {
    const weights = { Spain: 8, Portugal: 2, "Côte d'Ivoire": 0.5 };
    for (const coherent of [true, false]) {
      expectShares(drawValues({ countries: weights, coherent }, "country", 50_000), Object.entries(weights));
    }
  });

  it("follow the locales' weights", () => {
    expectShares(drawValues({ locale: { de: 3, fr: 1, de_CH: 1, fr_CH: 1 } }, "country", 50_000), [
      ["Germany", 3],
      ["France", 1],
      ["Switzerland", 2],
    ]);
  });

  it("are as the first version drew them where nothing else is asked of incoherent records", () => {
    expectShares(
      drawValues({ coherent: false }, "country", 100_000),
      countries.map(({ name }) => [name, 1]),
    );
  });

  it("follow their weights exactly, block by block, where telephone numbers are unique", () => {
    const values = drawValues(
      { countries: { Spain: 8, Portugal: 2 }, unique: ["phone_number"] },
      "country",
      20_000,
    );
    expect(countOf(values).get("Spain")).to.equal(16_000);
    // Shuffled: whether a Portuguese follows a Portuguese within a block of five is a matter of chance.
    expect(countOf(values.map((value, index) => `${index % 5} ${value}`)).get("0 Portugal")).to.be.within(
      700,
      900,
    );
  });
});

describe("distributions: dates", () => {
  const instants = (request: Parameters<typeof drawValues>[0], count: number): readonly number[] =>
    drawValues({ preset: "uniform", ...request }, "date", count).map((date) => Date.parse(date));
  const first = Date.parse("2025-07-01T00:00:00Z");
  const share = (time: number): number => (time - first) / (365 * dayMs);

  it("are uniform over the year before the reference date", () => {
    expectFit(kolmogorovSmirnovTest(instants({}, 20_000), share));
  });

  for (const growth of [10, 0.2]) {
    it(`grow by a factor of ${growth} over the period`, () => {
      const cumulative = (time: number): number => (growth ** share(time) - 1) / (growth - 1);
      expectFit(kolmogorovSmirnovTest(instants({ growth }, 20_000), cumulative));
    });
  }

  it("follow the days of the week", () => {
    // 52 whole weeks.
    const days = instants({ rhythm: "weekly", period: { days: 364 } }, 50_000).map((time) =>
      new Date(time).getUTCDay(),
    );
    const counts = countOf(days);
    expectFit(
      chiSquareTest(
        weekdayRates.map((_, day) => counts.get(day) ?? 0),
        weekdayRates,
      ),
    );
    const hours = countOf(instants({ rhythm: "weekly" }, 50_000).map((time) => new Date(time).getUTCHours()));
    expectFit(
      chiSquareTest(
        hourlyRates.map((_, hour) => hours.get(hour) ?? 0),
        hourlyRates.map(() => 1),
      ),
    );
  });

  it("follow the hours of the day, and no minute is more frequent than another", () => {
    const times = instants({ rhythm: "daily" }, 50_000).map((time) => new Date(time));
    const hours = countOf(times.map((time) => time.getUTCHours()));
    expectFit(
      chiSquareTest(
        hourlyRates.map((_, hour) => hours.get(hour) ?? 0),
        hourlyRates,
      ),
    );
    const minutes = countOf(times.map((time) => time.getUTCMinutes()));
    expectFit(
      chiSquareTest(
        Array.from({ length: 60 }, (_, n) => minutes.get(n) ?? 0),
        Array(60).fill(1),
      ),
    );
    const weekdays = countOf(
      instants({ rhythm: "daily", period: { days: 364 } }, 20_000).map((time) => new Date(time).getUTCDay()),
    );
    expectFit(
      chiSquareTest(
        weekdayRates.map((_, day) => weekdays.get(day) ?? 0),
        weekdayRates.map(() => 1),
      ),
    );
  });

  it("rush in on the day of a spike, and halve with its half-life", () => {
    const spike = { day: 10, factor: 50, halfLifeDays: 3 };
    const start = Date.parse("2026-01-01");
    const times = instants({ spike, period: { from: "2026-01-01", to: "2026-02-09" } }, 50_000);
    const days = countOf(times.map((time) => Math.floor((time - start) / dayMs)));
    const rates = Array.from({ length: 40 }, (_, day) => (day < 10 ? 1 : 1 + 49 * 0.5 ** ((day - 10) / 3)));
    expectFit(
      chiSquareTest(
        rates.map((_, day) => days.get(day) ?? 0),
        rates,
      ),
    );
  });

  it("lie in the period, both ends included", () => {
    const dates = drawValues({ period: { from: "2024-02-28", to: "2024-03-01" } }, "date", 2_000);
    expect([...new Set(dates.map((date) => date.slice(0, 10)))].sort()).to.deep.equal([
      "2024-02-28",
      "2024-02-29",
      "2024-03-01",
    ]);
  });
});

describe("distributions: companies and cities", () => {
  for (const exponent of [0, 0.5, 1, 2]) {
    it(`follow Zipf's law with the exponent ${exponent}`, () => {
      const places = cities.KE ?? [];
      const weights = zipfWeights(places.length, exponent);
      expectShares(
        drawValues({ countries: { Kenya: 1 }, skew: { city: exponent } }, "city", 30_000),
        places.map((name, rank) => [name, weights[rank] ?? 0]),
      );
      const draws = createDraws(42, "ranks");
      draws.open(0);
      const company = createUniverse(exponent, () =>
        listTexts(createWords(Array.from({ length: 500 }, (_, rank) => String(rank)))),
      );
      expectShares(
        Array.from({ length: 50_000 }, () => writtenBy((out) => company(draws, out))),
        zipfWeights(500, exponent).map((weight, rank) => [String(rank), weight]),
      );
    });
  }

  it("are one company's many times, and another seed's are others", () => {
    const companies = drawValues({ countries: { Portugal: 1 } }, "company", 5_000);
    const counts = [...countOf(companies).values()].sort((one, other) => other - one);
    // The first of 500 ranks has 1 / H(500) = 14.7 % of all.
    expect(counts[0]).to.be.within(630, 840);
    expect(counts.length).to.be.at.most(500);
    const others = new Set(drawValues({ countries: { Portugal: 1 } }, "company", 5_000, 43));
    expect([...new Set(companies)].filter((company) => others.has(company)).length).to.be.below(200);
  });

  it("of incoherent records follow Zipf's law where that is asked for", () => {
    for (const field of ["company", "city"]) {
      const values = drawValues({ coherent: false, skew: { company: 1, city: 1 } }, field, 10_000);
      const [most = 0] = [...countOf(values).values()].sort((one, other) => other - one);
      // 1 / H(10,000) = 10.2 %; two ranks may have the same name.
      expect(most).to.be.within(900, 1_300);
    }
  });
});

describe("distributions: absent values", () => {
  it("have their rates", () => {
    const nulls = { name: 0.5, company: 0.2, date: 0.01, ipv4: 1, email: 0 };
    const count = 20_000;
    const records = drawRecords({ nulls }, [...Object.keys(nulls), "job"], count);
    for (const [field, rate] of Object.entries({ ...nulls, job: 0 })) {
      const absent = records.filter((record) => record[field] === null).length;
      expect(Math.abs(absent - rate * count)).to.be.at.most(4 * Math.sqrt(count * rate * (1 - rate)));
    }
  });

  it("are independent of one another and change no other value", () => {
    const fields = ["country", "company", "name"];
    const whole = drawRecords({}, fields, 20_000);
    const holed = drawRecords({ nulls: { company: 0.3, name: 0.3 } }, fields, 20_000);
    const pairs = countOf(holed.map(({ company, name }) => `${company === null} ${name === null}`));
    expectFit(
      chiSquareTest(
        ["true true", "true false", "false true", "false false"].map((pair) => pairs.get(pair) ?? 0),
        [0.09, 0.21, 0.21, 0.49],
      ),
    );
    const changed = holed.filter((record, seq) =>
      fields.some((field) => record[field] !== null && record[field] !== whole[seq]?.[field]),
    );
    expect(changed).to.deep.equal([]);
  });
});

describe("distributions: uniform fields", () => {
  for (const unique of [[], ["ipv4", "password_hash"]] as const) {
    it(`have every byte and digit equally often${unique.length > 0 ? ", unique or not" : ""}`, () => {
      const records = drawRecords({ unique: [...unique] }, ["ipv4", "password_hash"], 40_000);
      for (const place of [0, 1, 2, 3]) {
        const bytes = countOf(records.map(({ ipv4 }) => Number(ipv4?.split(".")[place])));
        expectFit(
          chiSquareTest(
            Array.from({ length: 256 }, (_, n) => bytes.get(n) ?? 0),
            Array(256).fill(1),
          ),
        );
      }
      for (const place of [0, 2, 7, 8, 15, 16, 63]) {
        const digits = countOf(records.map((record) => record.password_hash?.[place] ?? ""));
        expectFit(
          chiSquareTest(
            [..."0123456789abcdef"].map((digit) => digits.get(digit) ?? 0),
            Array(16).fill(1),
          ),
        );
      }
    });
  }

  it("are a country's telephone numbers, unique or not", () => {
    for (const unique of [[], ["phone_number"]] as const) {
      const phones = drawValues({ countries: { Angola: 1 }, unique: [...unique] }, "phone_number", 20_000);
      const digits = phones.map((phone) => phone.replace(/\D/g, ""));
      // +244 9[12345679]# ### ###
      for (const place of [5, 6, 8, 11]) {
        const counts = countOf(digits.map((number) => number[place]));
        expectFit(
          chiSquareTest(
            [..."0123456789"].map((digit) => counts.get(digit) ?? 0),
            Array(10).fill(1),
          ),
        );
      }
    }
  });
});
