import { expect } from "chai";
import fc from "fast-check";
import Type from "typebox";
import { createOwnType } from "../../types/compile/own-type.ts";
import type { DataOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import { requestParser } from "../../web/http/parse.ts";
import { hashMeaning } from "../../web/runs/request/request-meaning.ts";
import { askedType, type RunRequest, runRequestSchema } from "../../web/runs/request/request-schema.ts";
import { settleRun } from "../../web/runs/request/settle-run.ts";
import { parseOne } from "../types/definitions.ts";

const allFields = userType.fields.map(({ name }) => name);
const schema = runRequestSchema(askedType(userType), 1_000_000);
const parse = requestParser("body", Type.Unsafe<RunRequest>(schema));
const limits = { maxQueuedRecords: 1_000_000, maxRecordsPerRun: 1_000_000 };

/** The hash of a request as it arrives. */
function hashOf(json: string | Readonly<Record<string, unknown>>, chunkSize = 5_000): string {
  const request = parse(JSON.parse(typeof json === "string" ? json : JSON.stringify(json)));
  const settled = settleRun(userType, { chunkSize, ...limits }, request);
  return hashMeaning(userType, { request, settled, defaultChunkSize: chunkSize });
}

describe("Requests mean the same", () => {
  const same: readonly (readonly [what: string, one: string, other: string])[] = [
    [
      "fields in another order",
      '{"count":5,"fields":["name","email"]}',
      '{"count":5,"fields":["email","name"]}',
    ],
    [
      "all fields, named or not",
      '{"count":5}',
      JSON.stringify({ count: 5, fields: [...allFields].reverse() }),
    ],
    ["properties in another order", '{"count":5,"seed":1}', '{ "seed": 1, "count": 5 }'],
    ["numbers written otherwise", '{"count":5,"growth":2}', '{"count":5.0,"growth":0.2e1}'],
    [
      "a date and its midnight",
      '{"count":5,"referenceDate":"2026-11-01"}',
      '{"count":5,"referenceDate":"2026-11-01T00:00:00Z"}',
    ],
    [
      "an instant at another offset",
      '{"count":5,"referenceDate":"2026-11-01T00:00:00Z"}',
      '{"count":5,"referenceDate":"2026-11-01T05:30:00.000+05:30"}',
    ],
    [
      "weights in another order",
      '{"count":5,"countries":{"Spain":8,"Portugal":2},"nulls":{"job":0.1,"company":0.2}}',
      '{"count":5,"countries":{"Portugal":2,"Spain":8},"nulls":{"company":0.2,"job":0.1}}',
    ],
    [
      "weights of nothing",
      '{"count":5,"locale":{"de":1},"countries":{"Germany":1},"faults":{}}',
      '{"count":5,"locale":{"de":1,"fr":0},"countries":{"Germany":1,"Spain":0},"nulls":{"job":0},"faults":{"late":0}}',
    ],
    ["one locale, by name or weight", '{"count":5,"locale":"de"}', '{"count":5,"locale":{"de":1}}'],
    [
      "unique fields in another order",
      '{"count":5,"unique":["email","ipv4"]}',
      '{"count":5,"unique":["ipv4","email"]}',
    ],
    [
      "defaults spelled out",
      '{"count":5}',
      '{"count":5,"preset":"realistic","coherent":true,"countries":"population","period":{"days":365},"growth":3,' +
        '"rhythm":"daily_and_weekly","skew":{"city":1},"unique":[],"nulls":{},"faults":{},"chunkSize":5000}',
    ],
    [
      "what the preset gives spelled out",
      '{"count":5,"preset":"launch_day"}',
      '{"count":5,"preset":"launch_day","growth":8,"spike":{"halfLifeDays":2,"factor":40,"day":14}}',
    ],
    [
      "what goes with incoherent records",
      '{"count":5,"coherent":false}',
      '{"count":5,"coherent":false,"preset":"uniform"}',
    ],
    [
      "a constant rate, said or not",
      '{"count":5,"rate":10}',
      '{"count":5,"rate":1e1,"shape":{"kind":"constant"}}',
    ],
    [
      "a shape's parts in another order",
      '{"count":null,"rate":10,"shape":{"kind":"ramp","from":1,"seconds":60}}',
      '{"count":null,"rate":10,"shape":{"seconds":60,"from":1,"kind":"ramp"}}',
    ],
  ];
  for (const [what, one, other] of same) {
    it(`with ${what}`, () => {
      expect(hashOf(one)).to.equal(hashOf(other));
    });
  }

  it("whatever the operator changes of what they leave open", () => {
    expect(hashOf({ count: 5 }, 1_000)).to.equal(hashOf({ count: 5 }, 5_000));
  });
});

describe("Requests are known by the hashes that are in the ledger", () => {
  const ofUsers: readonly (readonly [hash: string, request: object])[] = [
    ["a7b59f14220279bf034e35863bb5c8f0e489b130e214b6eead2d04fe26f2ea8b", { count: 5 }],
    [
      "e529190ce4572ecfa789bd95afedef32c653a467a80a65b69b8c9e6febccf530",
      { count: 5, fields: ["email", "name"] },
    ],
    [
      "c2bfa809e9b69dd755ef51facc0060da3f3e63398bb601aeea90e3931a50bf83",
      { count: 7, preset: "launch_day", unique: ["ipv4", "email"], nulls: { job: 0.1, company: 0 } },
    ],
    [
      "0c64ac4a21a46795288a386a56f780cfc78b6c097eb1c95115b9d9198144fde2",
      { count: 5, faults: { late: 0.1, not_json: 0 }, referenceDate: "2026-11-01T00:00:00+05:00" },
    ],
  ];
  for (const [hash, request] of ofUsers) {
    it(`of the built-in type: ${JSON.stringify(request)}`, () => {
      expect(hashOf({ ...request })).to.equal(`2:${hash}`);
    });
  }

  const reading = createOwnType(
    parseOne("$id: reading\nx-record: {count: 400}\nrequired: [a]\nproperties: {a: {type: integer}}"),
  );
  const ofReadings: readonly (readonly [hash: string, request: RunRequest])[] = [
    ["bfef7cc1ca4da9f3833007ed127fd56bf4962475bf53f63baa2434aaf46e11b6", {}],
    ["49b01b0357042f35221cc095d049a3bc872266bac0ddcbef8defd9e1206db6db", { count: 5 }],
    [
      "6992a3a8a4373dee789100a7fa7f08e191ae4ac9ebacab8ebad0e1f09582a343",
      { count: 5, seed: 1, referenceDate: "2026-11-01", chunkSize: 10 },
    ],
  ];
  for (const [hash, request] of ofReadings) {
    it(`of a registered type: ${JSON.stringify(request)}`, () => {
      const settled = settleRun(reading, { chunkSize: 5_000, ...limits }, request);
      const asked = { request, settled, defaultChunkSize: 5_000 };
      expect(hashMeaning(reading, asked)).to.equal(`2:${hash}`);
    });
  }
});

describe("Requests do not mean the same", () => {
  const different: readonly (readonly [what: string, one: object, other: object])[] = [
    ["other counts", { count: 5 }, { count: 6 }],
    ["other fields", { count: 5, fields: ["name"] }, { count: 5, fields: ["name", "email"] }],
    ["other seeds", { count: 5, seed: 1 }, { count: 5, seed: 2 }],
    ["a seed and none", { count: 5, seed: 1 }, { count: 5 }],
    ["a reference date and none", { count: 5, referenceDate: midnight() }, { count: 5 }],
    [
      "other instants",
      { count: 5, referenceDate: "2026-11-01" },
      { count: 5, referenceDate: "2026-11-01T00:00:00+01:00" },
    ],
    ["other presets", { count: 5, preset: "uniform" }, { count: 5 }],
    ["other weights", { count: 5, locale: { de: 1, fr: 1 } }, { count: 5, locale: { de: 1, fr: 2 } }],
    ["other unique fields", { count: 5, unique: ["email"] }, { count: 5 }],
    ["other faults", { count: 5, faults: { late: 0.1 } }, { count: 5 }],
    ["other rates", { count: 5, rate: 1 }, { count: 5, rate: 2 }],
    ["a rate and none", { count: 5, rate: 1 }, { count: 5 }],
    [
      "other shapes",
      { count: 5, rate: 1, shape: { kind: "ramp", from: 0, seconds: 9 } },
      { count: 5, rate: 1 },
    ],
    ["other chunk sizes", { count: 5, chunkSize: 100 }, { count: 5 }],
  ];
  for (const [what, one, other] of different) {
    it(`with ${what}`, () => {
      expect(hashOf({ ...one })).not.to.equal(hashOf({ ...other }));
    });
  }

  it("exactly where they are settled otherwise", () => {
    const share = fc.constantFrom(0, 0.1, 0.2);
    const anyRequest = fc.record(
      {
        count: fc.constantFrom(5, 6),
        fields: fc.shuffledSubarray(["name", "email", "country"], { minLength: 2 }),
        preset: fc.constantFrom("realistic", "launch_day", "uniform"),
        countries: fc.oneof(
          fc.constantFrom("population", "uniform"),
          fc.record({ Spain: fc.constant(1), Portugal: share }),
        ),
        growth: fc.constantFrom(1, 3, 8),
        nulls: fc.record({ name: share, email: share }, { requiredKeys: [] }),
        unique: fc.shuffledSubarray(["email", "ipv4"]),
      },
      { requiredKeys: ["count"] },
    );
    const settledAs = (request: Readonly<Record<string, unknown>>): string => {
      const { count, fields, ...settled } = settleRun(userType, { chunkSize: 1, ...limits }, parse(request));
      const options = settled.options as DataOptions;
      const weights = (of: object): unknown[] =>
        Object.entries(of)
          .filter(([, weight]) => weight > 0)
          .sort();
      const countries =
        typeof options.countries === "string" ? options.countries : weights(options.countries);
      const rest = {
        ...options,
        countries,
        nulls: weights(options.nulls),
        unique: [...options.unique].sort(),
      };
      return JSON.stringify([count, fields, rest]);
    };
    fc.assert(
      fc.property(anyRequest, anyRequest, (one, other) => {
        expect(hashOf(one) === hashOf(other)).to.equal(settledAs(one) === settledAs(other));
      }),
      { numRuns: 500 },
    );
  });
});

function midnight(): string {
  return new Date().toISOString().slice(0, 10);
}
