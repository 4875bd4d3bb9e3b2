import { expect } from "chai";
import type { Message } from "kafkajs";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";
import type { SpoilRecord } from "../../records/faults/spoiled-record.ts";
import { createKeyReader } from "../../records/message-key.ts";
import { createComposer } from "../../workers/compose-messages.ts";

/** What a broker takes in one batch by default. */
const brokersLimit = 1_048_588;
const chunk = { runId: "7d3f6a52-2c55-4a0e-9d43-6a2b2d1c5e10", index: 0, firstSeq: 0, endSeq: 500 };

describe("composing the messages of a chunk with faults", () => {
  for (const [size, perBatch, count] of [
    [100, 500, 500],
    [3_000, 400, 500],
    [100_000, 10, 50],
    [900_000, 1, 20],
  ] as const) {
    it(`makes batches of records of ${size} bytes that a broker takes, and holds no more than one and what comes next`, () => {
      let made = 0;
      const spoil: SpoilRecord = () => {
        made += 1;
        const value = "x".repeat(size);
        return { value, clean: value, fault: null, sent: { inPlace: 1, atEnd: 1 } };
      };
      const composed = createComposer({ write: () => undefined, readKey: null, spoil })(
        { ...chunk, endSeq: count, generation: 1, paced: false },
        0,
      );
      for (const batches of [composed.inPlace(0, count), composed.atEnd()]) {
        made = 0;
        let sent = 0;
        for (const batch of batches) {
          sent += batch.length;
          expect(batch.length).to.be.within(1, perBatch);
          expect(made - sent).to.be.at.most(1);
          expect(encodeRecordBatch(batch as readonly Message[], 0).length).to.be.below(brokersLimit);
        }
        expect(sent).to.equal(count);
      }
    });
  }

  it("gives each message the key of its record, also where the record is spoiled", () => {
    const spoil: SpoilRecord = (seq) => ({
      value: seq === 1 ? null : "{",
      clean: `{"id":${seq}}`,
      fault: null,
      sent: { inPlace: 1, atEnd: 0 },
    });
    const readKey = createKeyReader(["id"]);
    const composed = createComposer({ write: () => undefined, readKey, spoil })(
      { ...chunk, generation: 1, paced: false },
      0,
    );
    const messages = [...composed.inPlace(0, 3)].flat() as readonly Message[];
    expect(messages.map(({ key }) => String(key))).to.deep.equal(["0", "1", "2"]);
    const [records] = createComposer({ write: () => undefined, readKey, spoil: null })(
      { ...chunk, generation: 1, paced: false },
      0,
    ).inPlace(0, 3);
    expect(records).to.include({ readKey });
  });

  it("sends nothing in the place of records that all come at the end", () => {
    const spoil: SpoilRecord = () => ({
      value: "{}",
      clean: "{}",
      fault: null,
      sent: { inPlace: 0, atEnd: 1 },
    });
    const composed = createComposer({ write: () => undefined, readKey: null, spoil })(
      { ...chunk, generation: 1, paced: false },
      0,
    );
    expect([...composed.inPlace(0, 500)]).to.deep.equal([]);
    expect([...composed.atEnd()].map(({ length }) => length)).to.deep.equal([500]);
  });
});
