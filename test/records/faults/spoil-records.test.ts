import { isUtf8 } from "node:buffer";
import { expect } from "chai";
import fc from "fast-check";
import type { GenerateRecord } from "../../../generate/write-record.ts";
import { isDueOutcome } from "../../../records/faults/due-outcome.ts";
import { type FaultName, faultKinds } from "../../../records/faults/fault-kinds.ts";
import { offeredFaults } from "../../../records/faults/field-faults.ts";
import { type Sending, sendingOrder } from "../../../records/faults/sending-order.ts";
import { createSpoiler } from "../../../records/faults/spoil-records.ts";
import type { SpoiledRecord, SpoilRecord } from "../../../records/faults/spoiled-record.ts";
import { createDecoder } from "../../../types/user/decode.ts";
import { createGenerator, type RecordOptions } from "../../../types/user/generate.ts";
import { createRunFields } from "../../../types/user/missing-fields.ts";
import { settleOptions } from "../../../types/user/options.ts";
import { userType } from "../../../types/user/user.ts";

const allFields = userType.fields.map((field) => field.name);
const decode = createDecoder(userType);
const faultNames = offeredFaults(userType.fieldFaults());
const faultyFields = (name: FaultName): string[] =>
  (userType.fieldFaults().get(name)?.fields ?? []).map((field) => field.name);

interface Wishes {
  readonly faults: Partial<Record<FaultName, number>>;
  readonly seed?: number;
  readonly fields?: readonly string[];
}

function optionsOf({ faults, seed = 42, fields = allFields }: Wishes): RecordOptions {
  return {
    seed,
    fields,
    referenceDate: new Date("2026-07-01T00:00:00Z"),
    options: settleOptions(userType, { faults, fields }),
  };
}

const generators = new Map<string, GenerateRecord>();

/** What is spoiled. It is the same whatever the faults and their seed are: to prepare it anew for each took most of the time. */
function cleanRecords(fields: readonly string[] = allFields): GenerateRecord {
  const key = fields.join();
  const generate = generators.get(key) ?? createGenerator(userType, optionsOf({ faults: {}, fields }));
  generators.set(key, generate);
  return generate;
}

const prepare = (wishes: Wishes): SpoilRecord | null =>
  createSpoiler(userType, optionsOf(wishes), cleanRecords(wishes.fields));

function spoilerOf(wishes: Wishes): SpoilRecord {
  const spoil = prepare(wishes);
  if (spoil === null) throw new Error("a run with faults has no spoiler");
  return spoil;
}

const bytesOf = (value: SpoiledRecord["value"]): Buffer | null =>
  typeof value === "string" ? Buffer.from(value) : value;

const everyKind = Object.fromEntries(faultNames.map((name) => [name, 1 / faultNames.length]));

/** What is left of a message where its words are all the same. */
const shapeOf = (bytes: Buffer | null): string =>
  String(bytes?.toString("latin1")).replaceAll(/[\w.@' -]+/g, "x");

/** Pearson's statistic; with k - 1 degrees of freedom it has mean k - 1 and variance 2 (k - 1). */
function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, index) => {
    const expected = total * (shares[index] ?? 0);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

describe("faults on purpose", () => {
  it("cost a clean run nothing: it has no spoiler", () => {
    expect(prepare({ faults: {} })).to.equal(null);
    expect(prepare({ faults: { late: 0, not_json: 0 } })).to.equal(null);
  });

  it("follow from seed and sequence number alone, whatever was made before", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(fc.maxSafeNat(), { minLength: 1 }), (seed, seqs) => {
        const used = spoilerOf({ faults: everyKind, seed });
        for (const seq of seqs) {
          expect(used(seq)).to.deep.equal(spoilerOf({ faults: everyKind, seed })(seq));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("hit the same records with the same kind whichever fields are selected", () => {
    const faults = { late: 0.2, not_json: 0.2, missing_field: 0.2, too_long: 0.2 };
    const whole = spoilerOf({ faults });
    const part = spoilerOf({ faults, fields: ["city", "date"] });
    for (let seq = 0; seq < 500; seq++) expect(part(seq).fault?.kind).to.equal(whole(seq).fault?.kind);
  });

  it("leave every other record, and every other field of a record, as a clean run has them", () => {
    const generate = cleanRecords();
    const spoil = spoilerOf({ faults: everyKind });
    for (let seq = 0; seq < 3_000; seq++) {
      const { value, fault } = spoil(seq);
      if (fault === null || faultKinds[fault.kind].scope === "delivery")
        expect(value).to.equal(generate(seq));
      if (fault === null || faultKinds[fault.kind].scope !== "field") continue;
      const clean = JSON.parse(generate(seq));
      const spoiled = JSON.parse(String(value));
      for (const name of allFields) {
        if (name !== fault.field?.name) expect(spoiled[name]).to.equal(clean[name]);
        else expect(spoiled[name], fault.kind).not.to.equal(clean[name]);
      }
    }
  });

  it("come as often as was asked, by chi-square, clean records among them", () => {
    const rates = { invalid_date: 0.01, too_long: 0.05, not_json: 0.2, tombstone: 0.04, late: 0.1 };
    const names = [...(Object.keys(rates) as (keyof typeof rates)[]), null];
    const shares = [...Object.values(rates), 0.6];
    for (const seed of [1, 2 ** 53 - 1]) {
      const spoil = spoilerOf({ faults: rates, seed, fields: ["name", "date"] });
      const counts = names.map(() => 0);
      for (let seq = 0; seq < 30_000; seq++) {
        const index = names.indexOf((spoil(seq).fault?.kind ?? null) as (typeof names)[number]);
        counts[index] = (counts[index] ?? 0) + 1;
      }
      // The 99.99th percentile of 5 degrees of freedom.
      expect(chiSquare(counts, shares), `${seed}: ${counts}`).to.be.below(25.7);
    }
  });

  it("spare no record where the shares add up to 1, as people write that", () => {
    const spoil = spoilerOf({ faults: { late: 0.1, not_json: 0.7, empty: 0.2 } });
    for (let seq = 0; seq < 2_000; seq++) expect(spoil(seq).fault).not.to.equal(null);
  });

  describe("of each kind", () => {
    for (const name of faultNames) {
      const kind = faultKinds[name];
      const due = kind.scope === "field" ? "flagged" : kind.scope === "message" ? "dead letters" : "rows";
      it(`${name} makes of 2,000 records ${due} and nothing else`, () => {
        const fieldSets = [allFields, ...allFields.map((field) => [field])];
        const seen = new Set<string>();
        for (const [index, fields] of fieldSets.entries()) {
          if (kind.scope === "field" && !faultyFields(name).some((field) => fields.includes(field))) continue;
          const spoil = spoilerOf({ faults: { [name]: 1 }, fields, seed: index });
          const { flagMissing } = createRunFields(userType, fields);
          for (let seq = 0; seq < (index === 0 ? 2_000 : 200); seq++) {
            const { value, fault } = spoil(seq);
            const bytes = bytesOf(value);
            const outcome = flagMissing(decode(bytes));
            const found = outcome.kind === "row" ? outcome.error : outcome.reason;
            // So many times over, each expectation would cost more than what it looks at.
            const isWrong =
              fault?.kind !== name ||
              !isDueOutcome(fault, outcome) ||
              // One line of NDJSON can show it.
              bytes?.includes("\n") ||
              // 500 of them in one request stay below the 1 MB that Kafka takes.
              (bytes?.length ?? 0) >= 2_000 ||
              (name !== "not_utf8" && bytes !== null && !isUtf8(bytes));
            if (isWrong) expect.fail(`${fault?.kind} of ${seq} made ${bytes}, which became ${found}`);
            if (seen.size <= 3) seen.add(shapeOf(bytes));
          }
        }
        const isAlwaysTheSame = name === "empty" || name === "tombstone";
        if (kind.scope !== "delivery" && !isAlwaysTheSame) expect(seen.size).to.be.above(3);
      });
    }

    it("hit each field that they can hit", () => {
      for (const name of faultNames) {
        const kind = faultKinds[name];
        if (kind.scope !== "field") continue;
        const spoil = spoilerOf({ faults: { [name]: 1 } });
        const hit = new Set(Array.from({ length: 1_000 }, (_, seq) => spoil(seq).fault?.field?.name));
        expect([...hit]).to.have.members(faultyFields(name));
      }
    });
  });

  describe("on their way", () => {
    const order = (wishes: Wishes, first: number, end: number): Sending[] => [
      ...sendingOrder(first, end, spoilerOf(wishes)),
    ];

    it("send late records behind all others of their chunk, by number", () => {
      const sent = order({ faults: { late: 0.2 } }, 100, 600);
      const late = sent.filter(({ fault }) => fault !== null).map(({ seq }) => seq);
      const timely = sent.filter(({ fault }) => fault === null).map(({ seq }) => seq);
      expect(late).to.have.length.above(50);
      expect(sent.map(({ seq }) => seq)).to.deep.equal([...timely, ...late]);
      expect(timely).to.deep.equal(timely.toSorted((a, b) => a - b));
      expect(late).to.deep.equal(late.toSorted((a, b) => a - b));
    });

    it("send each duplicate twice, the same both times: at once or at the end", () => {
      const sent = order({ faults: { duplicate: 0.3 } }, 0, 500);
      const bySeq = new Map<number, Sending[]>();
      for (const one of sent) bySeq.set(one.seq, [...(bySeq.get(one.seq) ?? []), one]);
      expect(bySeq.size).to.equal(500);
      let atOnce = 0;
      for (const [, messages] of bySeq) {
        const [first, second] = messages;
        expect(messages).to.have.length(first?.fault == null ? 1 : 2);
        if (second === undefined) continue;
        expect(second).to.deep.equal(first);
        const at = sent.indexOf(second);
        if (sent[at - 1] === first) atOnce += 1;
        else expect(at).to.be.at.least(500);
      }
      const duplicates = sent.length - 500;
      expect(duplicates).to.be.within(100, 200);
      expect(atOnce).to.be.within(duplicates / 4, (duplicates * 3) / 4);
    });

    it("are the same messages at any size of the chunks, but for their order", () => {
      const text = ({ seq, value, fault }: Sending): string => `${seq} ${value} ${fault?.kind}`;
      fc.assert(
        fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 120 }), (seed, size) => {
          const spoil = spoilerOf({ faults: everyKind, seed });
          const whole = [...sendingOrder(0, 300, spoil)].map(text);
          const parts: string[] = [];
          for (let first = 0; first < 300; first += size) {
            parts.push(...[...sendingOrder(first, Math.min(300, first + size), spoil)].map(text));
          }
          expect(parts.toSorted()).to.deep.equal(whole.toSorted());
        }),
        { numRuns: 30 },
      );
    });
  });
});
