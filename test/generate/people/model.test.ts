import { expect } from "chai";
import { InvalidOption } from "../../../generate/invalid-option.ts";
import type { ModelRequest } from "../../../generate/people/model.ts";
import { settleModel } from "../../../generate/people/settle-model.ts";

describe("settling a request's options", () => {
  it("fills in the preset realistic", () => {
    expect(settleModel({})).to.deep.equal({
      preset: "realistic",
      coherent: true,
      locale: null,
      countries: "population",
      period: { days: 365 },
      growth: 3,
      rhythm: "daily_and_weekly",
      spike: null,
      skew: { company: 1, city: 1 },
      unique: [],
      nulls: {},
    });
  });

  it("fills in the preset that is named, and lets the request's own options win", () => {
    expect(settleModel({ preset: "uniform" })).to.include({
      coherent: true,
      countries: "uniform",
      growth: 1,
    });
    expect(settleModel({ preset: "launch_day", growth: 2 })).to.deep.include({
      growth: 2,
      period: { days: 60 },
      spike: { day: 14, factor: 40, halfLifeDays: 2 },
    });
    expect(settleModel({ skew: { city: 0.5 } }).skew).to.deep.equal({ company: 1, city: 0.5 });
  });

  it("takes the preset uniform for records that are not coherent, unless another is named", () => {
    expect(settleModel({ coherent: false }).preset).to.equal("uniform");
    expect(settleModel({ coherent: false, preset: "realistic" }).rhythm).to.equal("daily_and_weekly");
  });

  it("lets the countries follow from the locale, unless they are given", () => {
    expect(settleModel({ locale: "de_AT" })).to.deep.include({ locale: { de_AT: 1 }, countries: "locale" });
    expect(settleModel({ locale: "fr_CH", countries: "uniform" }).countries).to.equal("uniform");
  });

  const refused: readonly (readonly [ModelRequest, field: string, message: string])[] = [
    [{ countries: { Portugall: 1 } }, "countries.Portugall", 'did you mean "Portugal"?'],
    [{ countries: { PT: 1 } }, "countries.PT", 'did you mean "Portugal"?'],
    [{ countries: { Atlantis: 1 } }, "countries.Atlantis", 'names such as "Portugal"'],
    [{ countries: { Antarctica: 1 } }, "countries.Antarctica", "coherent: false"],
    [{ countries: { Spain: 0 } }, "countries", "above 0"],
    [{ locale: { de: 0 } }, "locale", "above 0"],
    [{ locale: "de", countries: { Spain: 1 } }, "locale", "people live in Germany"],
    [{ locale: "de", coherent: false }, "locale", "incoherent"],
    [{ period: { from: "2026-02-01" } }, "period", "both from and to"],
    [{ period: { from: "2026-02-01", to: "2026-01-31" } }, "period.to", "must not be before"],
    [{ period: { from: "2026-02-01", to: "2026-03-01", days: 3 } }, "period", "either days"],
    [{ period: { from: "1000-01-01", to: "2999-12-31" } }, "period", "36,525"],
    [{ spike: { day: 30, factor: 2, halfLifeDays: 1 }, period: { days: 30 } }, "spike.day", "30 days"],
  ];
  for (const [request, field, message] of refused) {
    it(`refuses ${JSON.stringify(request)}`, () => {
      try {
        settleModel(request);
      } catch (error) {
        if (!(error instanceof InvalidOption)) throw error;
        expect(error.field).to.equal(field);
        expect(error.message).to.contain(message);
        return;
      }
      expect.fail("was not refused");
    });
  }
});
