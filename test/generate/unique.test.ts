import { expect } from "chai";
import fc from "fast-check";
import { InvalidOption } from "../../generate/invalid-option.ts";
import { createCountryDeck } from "../../generate/people/country-deck.ts";
import { mixCountries } from "../../generate/people/country-mix.ts";
import { type UniqueField, uniqueFields } from "../../generate/people/model-schema.ts";
import { settleModel } from "../../generate/people/settle-model.ts";
import { uniqueCapacity } from "../../generate/people/unique-capacity.ts";
import { createPermutation } from "../../generate/permutation.ts";
import { createUniqueNumber } from "../../generate/unique-number.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { createRecordWriter } from "../../types/user/generate.ts";
import { settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import { drawValues, generatorOf, referenceDate } from "../setup/draw-records.ts";

const seeds = fc.maxSafeNat();

describe("a permutation", () => {
  it("takes every value of its domain once, whatever its size", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 3_000 }), fc.nat(5), (seed, size, tweak) => {
        const permute = createPermutation(seed, "test", size);
        const taken = new Set(Array.from({ length: size }, (_, index) => permute(index, tweak)));
        expect(taken.size).to.equal(size);
        expect(Math.min(...taken)).to.equal(0);
        expect(Math.max(...taken)).to.equal(size - 1);
      }),
    );
  });

  it("of 2^53 values gives no two indices the same, wherever they are", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.uniqueArray(fc.maxSafeNat(), { minLength: 2, maxLength: 50 }),
        (seed, indices) => {
          const permute = createPermutation(seed, "test", 2 ** 53);
          const places = indices.map((index) => permute(index));
          expect(new Set(places).size).to.equal(indices.length);
          expect(places.every((place) => Number.isSafeInteger(place) && place >= 0)).to.equal(true);
        },
      ),
    );
  });

  it("is another for another seed, name or tweak", () => {
    const places = (seed: number, name: string, tweak: number): string =>
      Array.from({ length: 50 }, (_, index) => createPermutation(seed, name, 1e9)(index, tweak)).join();
    expect(
      new Set([places(1, "a", 0), places(2, "a", 0), places(1, "b", 0), places(1, "a", 1)]).size,
    ).to.equal(4);
  });
});

describe("a unique number", () => {
  it("has as many digits as its sequence number, from the fourth on", () => {
    const numberOf = createUniqueNumber(7, "test");
    fc.assert(
      fc.property(fc.maxSafeNat(), (seq) => {
        const number = numberOf(seq);
        if (seq < 1_000) expect(number).to.be.below(1_000);
        else expect(String(number)).to.have.length(String(seq).length);
      }),
    );
    expect(new Set(Array.from({ length: 30_000 }, (_, seq) => numberOf(seq))).size).to.equal(30_000);
  });
});

/** The number whose digits stand before this byte; -1 where none do. */
function numberBefore(bytes: Buffer, end: number): number {
  let number = 0;
  let power = 1;
  for (let place = end - 1; ; place--) {
    const digit = (bytes[place] as number) - 0x30;
    if (digit < 0 || digit > 9) return power === 1 ? -1 : number;
    number += digit * power;
    power *= 10;
  }
}

describe("unique fields", () => {
  it("of 1,000,000 e-mails hold none twice", function () {
    // A second, minutes on a machine that has much else to do.
    this.timeout(120_000);
    const count = 1_000_000;
    const atATime = 1_000;
    const write = createRecordWriter(userType, {
      ...{ seed: 42, fields: ["email"], referenceDate },
      options: settleOptions(userType, { locale: "de", unique: ["email"] }),
    });
    const out = new Utf8Writer();
    const ends = new Uint32Array(atATime);
    const [at] = Buffer.from("@");
    // Each address ends in a number of its own, which no other part of an address can be mistaken for: if all numbers
    // below the count are there once, no address is there twice. One bit each, which a processor's cache can hold.
    const seen = new Uint8Array(count / 8);
    for (let first = 0; first < count; first += atATime) {
      out.clear();
      for (let n = 0; n < atATime; n++) {
        write(first + n, out);
        ends[n] = out.size - '@example.net"}'.length;
      }
      const bytes = out.toBytes();
      for (let n = 0; n < atATime; n++) {
        const end = ends[n] as number;
        const number = bytes[end] === at ? numberBefore(bytes, end) : -1;
        const bit = 1 << (number & 7);
        const others = seen[number >> 3] ?? bit;
        if ((others & bit) !== 0) expect.fail(`${number}: ${bytes.toString("latin1", end - 40, end)}`);
        seen[number >> 3] = others | bit;
      }
    }
    expect(seen.every((bits) => bits === 255)).to.equal(true);
  });

  for (const coherent of [true, false]) {
    for (const field of uniqueFields) {
      it(`hold no ${field} twice in 100,000 ${coherent ? "coherent" : "incoherent"} records, near or far`, () => {
        const generate = generatorOf({ coherent, unique: [field] }, [field]);
        const far =
          Math.min(uniqueCapacity(field, settleModel({ coherent, unique: [field] })), 2 ** 53) - 50_000;
        const values = new Set<string>();
        for (let seq = 0; seq < 50_000; seq++) values.add(generate(seq)).add(generate(far + seq));
        expect(values.size).to.equal(100_000);
      });
    }
  }

  it("give every telephone number of a country, and then no more", () => {
    const countries = { Tuvalu: 1 };
    const model = settleModel({ countries, unique: ["phone_number"] });
    const capacity = uniqueCapacity("phone_number", model);
    expect(
      new Set(drawValues({ countries, unique: ["phone_number"] }, "phone_number", capacity)).size,
    ).to.equal(capacity);
    const generate = generatorOf({ countries, unique: ["phone_number"] });
    expect(() => generate(capacity)).to.throw(RangeError, "suffice for");
  });

  it("deal the countries so that each record has a place of its own among its country's", () => {
    const weights = fc.dictionary(
      fc.constantFrom("Spain", "Niue", "Chad", "Fiji"),
      fc.integer({ min: 1, max: 9 }),
      {
        minKeys: 1,
      },
    );
    fc.assert(
      fc.property(seeds, weights, fc.nat(1e6), (seed, countries, start) => {
        const deck = createCountryDeck(seed, mixCountries({ coherent: true, countries, locale: null }));
        const places = Array.from(
          { length: 500 },
          (_, n) => `${deck.countryOf(start + n)} ${deck.placeOf(start + n)}`,
        );
        expect(new Set(places).size).to.equal(500);
      }),
    );
  });

  const refused = (request: Parameters<typeof settleModel>[0]): InvalidOption => {
    try {
      settleModel(request);
    } catch (error) {
      if (error instanceof InvalidOption) return error;
      throw error;
    }
    throw new Error("was not refused");
  };

  it("are refused where the records are more than they can give, with the number that they can", () => {
    const countries = { Tuvalu: 1 };
    const capacity = uniqueCapacity("phone_number", settleModel({ countries, unique: ["phone_number"] }));
    expect(settleModel({ countries, unique: ["phone_number"], count: capacity }).unique).to.deep.equal([
      "phone_number",
    ]);
    const error = refused({ countries, unique: ["phone_number"], count: capacity + 1 });
    expect(error.field).to.equal("unique");
    expect(error.message).to.contain(
      `can give ${capacity.toLocaleString("en")} different values of phone_number`,
    );
    expect(refused({ unique: ["ipv4"], count: 2 ** 32 + 1 }).message).to.contain("4,294,967,296");
  });

  it("can be asked of an endless run only where they never run out", () => {
    const endless: readonly UniqueField[] = ["email", "password_hash"];
    expect(settleModel({ unique: [...endless], count: null }).unique).to.deep.equal(endless);
    for (const field of ["phone_number", "ipv4"] as const) {
      expect(refused({ unique: [field], count: null }).message).to.contain("a run without an end");
    }
  });

  it("suffice for hundreds of millions of people of the world", () => {
    expect(uniqueCapacity("phone_number", settleModel({ unique: ["phone_number"] }))).to.be.above(4e8);
  });
});
