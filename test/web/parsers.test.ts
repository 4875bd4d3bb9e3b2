import { expect } from "chai";
import fc from "fast-check";
import Type from "typebox";
import { generateText } from "../../generate/write-record.ts";
import { findPaceFaults } from "../../ledger/runs/pace-request.ts";
import { userType } from "../../types/user/user.ts";
import { createHostCheck } from "../../web/access/allowed-hosts.ts";
import { requestParser } from "../../web/http/parse.ts";
import { Problem } from "../../web/http/problem.ts";
import { formRequest, readTexts, requestProperties, spreadTexts } from "../../web/new-run/run-form.ts";
import { completeOptions } from "../../web/runs/request/record-options.ts";
import { askedType, type RunRequest, runRequestSchema } from "../../web/runs/request/request-schema.ts";
import { anyCharacter } from "../setup/any-character.ts";

const maxCount = 1_000;
const schema = runRequestSchema(askedType(userType), maxCount);
const parse = requestParser("body", Type.Unsafe<RunRequest>(schema));
const fieldNames = userType.fields.map((field) => field.name);

/** What one of the request's values may be: nearly right, or anything. */
const near = fc.record(
  {
    count: fc.oneof(fc.integer({ min: -1, max: maxCount + 1 }), fc.double(), fc.string()),
    fields: fc.oneof(fc.array(fc.constantFrom(...fieldNames, "nonsense")), fc.jsonValue()),
    seed: fc.oneof(fc.maxSafeInteger(), fc.double(), fc.bigInt().map(Number)),
    referenceDate: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.tuple(fc.nat(9999), fc.nat(13), fc.nat(32)).map((parts) => parts.join("-")),
      fc
        .tuple(
          fc.integer({ min: 999, max: 3001 }),
          fc.integer({ min: 0, max: 13 }),
          fc.integer({ min: 0, max: 32 }),
        )
        .map(
          ([year, month, day]) => `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
        ),
      fc.string(),
    ),
    chunkSize: fc.oneof(fc.integer({ min: -1, max: 100_001 }), fc.jsonValue()),
    unknown: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

/** The parsed value, or null where it was refused as it should be. */
function parsedOrRefused(value: unknown): ReturnType<typeof parse> | null {
  try {
    return parse(value);
  } catch (error) {
    expect(error).to.be.instanceOf(Problem).with.property("kind", "invalid-request");
    if (error instanceof Problem) {
      expect(error.errors).to.not.be.empty;
      for (const { field, message } of error.errors) expect([field, message]).to.not.include("");
    }
    return null;
  }
}

describe("A request for records", () => {
  it("of any JSON is taken or refused with every bad field, never anything else", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parsedOrRefused(value)));
  });

  it("is refused, and not tripped over, where a list of names holds objects that are not to be compared", () => {
    for (const field of ["fields", "unique"]) {
      for (const value of [{ valueOf: null }, { toString: 1 }, { constructor: null }]) {
        expect(parsedOrRefused({ count: 1, [field]: [value, {}, value] }), JSON.stringify(value)).to.equal(
          null,
        );
        expect(parsedOrRefused({ count: 1, [field]: [{}, value] }), JSON.stringify(value)).to.equal(null);
      }
    }
  });

  it("that is taken can be carried out", () => {
    fc.assert(
      fc.property(near, (value) => {
        const request = parsedOrRefused(JSON.parse(JSON.stringify(value)));
        if (request === null || findPaceFaults(request).length > 0) return;
        if (request.count !== null)
          expect(request.count).to.be.within(1, maxCount).and.to.satisfy(Number.isInteger);
        const options = completeOptions(userType, request);
        const maker = userType.openRun(options);
        if (maker === null) throw new Error("the type makes its own records");
        expect(options.referenceDate.getTime()).to.not.be.NaN;
        expect(options.seed).to.be.within(0, Number.MAX_SAFE_INTEGER);
        const record: object = JSON.parse(generateText(maker.write)((request.count ?? maxCount) - 1));
        expect(Object.keys(record)).to.have.members(request.fields ?? fieldNames);
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not change what it was given", () => {
    fc.assert(
      fc.property(near, (value) => {
        const before = JSON.stringify(value);
        parsedOrRefused(value);
        expect(JSON.stringify(value)).to.equal(before);
      }),
    );
  });
});

describe("The form's values", () => {
  const properties = requestProperties(runRequestSchema(askedType(userType), maxCount));
  const inputs = [
    ...Object.keys(properties),
    "period.from",
    "skew.city",
    "nulls.company",
    "faults.late",
    "shape.kind",
    "shape.from",
    "count.none",
    "drawnSeed",
    "__proto__",
    "toString",
  ];
  const sent = fc.dictionary(
    fc.constantFrom(...inputs),
    fc.oneof(
      fc.string(),
      fc.array(fc.string()),
      fc.constant(undefined),
      fc.constantFrom("ramp", "company=0.2", "1"),
    ),
  );

  it("are a request, or refused, whatever was typed or sent", () => {
    fc.assert(
      fc.property(sent, (fields) => void parsedOrRefused(formRequest(properties, readTexts(fields)))),
    );
  });

  it("say the same when texts that stand for several inputs are spread over them", () => {
    fc.assert(
      fc.property(sent, (fields) => {
        const texts = readTexts(fields);
        expect(formRequest(properties, spreadTexts(properties, texts))).to.deep.equal(
          formRequest(properties, texts),
        );
      }),
    );
  });
});

describe("A query string", () => {
  it("turns only what is written as a number into one", () => {
    const parseQuery = requestParser("query", runRequestSchema(askedType(userType), maxCount));
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        try {
          expect(parseQuery({ count: text }).count).to.equal(text === "" ? null : Number(text));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
        }
      }),
    );
  });
});

describe("A Host header", () => {
  it("lets no name in but those that are served, whatever stands around them", () => {
    const isServed = createHostCheck({ host: "127.0.0.1", allowedHosts: ["data.example"] });
    const around = fc.string({
      unit: fc.constantFrom(".", "-", "a", ":", "@", "/", "[", "]", "1", " ", "\\"),
    });
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom("localhost", "data.example", "127.0.0.1"),
        (before, after, name) => {
          const header = `${before}${name}${after}`;
          if (isServed(header)) {
            const { hostname } = new URL(`http://${header}`);
            expect(hostname.replace(/\.$/, "")).to.match(/^(localhost|data\.example|127\.\d+\.\d+\.\d+)$/);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("has brackets around an IPv6 address and around nothing else", () => {
    const isServed = createHostCheck({ host: "127.0.0.1", allowedHosts: ["cafe"] });
    expect(["[::1]", "[::1]:8080", "cafe"].map(isServed)).to.deep.equal([true, true, true]);
    for (const header of ["[127.0.0.1]", "[cafe]", "[::1", "[cafe]:80", "[::1.]"]) {
      expect(isServed(header), header).to.equal(false);
    }
  });
});
