import { Utf8Writer } from "../generate/utf8-writer.ts";
import { type Measurement, median, rateOf, timed } from "./measure.ts";

/** Another program that makes the same records. */
export interface Contender {
  readonly what: string;
  readonly records: number;
  /** Makes so many of them. */
  readonly makeAll: () => void | Promise<void>;
}

const rounds = 3;

/** V8 joins the pieces of a text when it is read for the first time: only as bytes is another's record made. */
const utf8 = Buffer.alloc(64 * 1024);

/** A library that makes texts. @param make gives a record as JSON */
export const inProcess = (what: string, records: number, make: () => string): Contender => ({
  what,
  records,
  makeAll: () => {
    for (let made = 0; made < records; made++) utf8.write(make());
  },
});

/** Our records as JSON in UTF-8 on one core, in turns with those of others. */
export async function measureBeside(
  stage: string,
  what: string,
  write: (seq: number, out: Utf8Writer) => void,
  others: readonly Contender[],
  records = 200_000,
): Promise<Measurement> {
  const out = new Utf8Writer();
  const own: number[] = [];
  const theirs = others.map((): number[] => []);
  let bytes = 0;
  for (let round = 0; round <= rounds; round++) {
    bytes = 0;
    const ownSeconds = await timed(() => {
      for (let seq = 0; seq < records; seq++) {
        out.clear();
        write(seq, out);
        bytes += out.size;
      }
    });
    // The first round warms all of them up.
    if (round > 0) own.push(ownSeconds);
    for (const [index, other] of others.entries()) {
      const seconds = await timed(other.makeAll);
      if (round > 0) theirs[index]?.push(seconds);
    }
  }
  return rateOf(
    stage,
    what,
    { records, seconds: median(own) },
    others.map((other, index) => ({
      what: other.what,
      records: other.records,
      seconds: median(theirs[index] ?? []),
    })),
    { bytesPerRecord: Math.round(bytes / records) },
  );
}
