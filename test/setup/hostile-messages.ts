import type { IHeaders } from "kafkajs";
import { createDraws, type Draws } from "../../generate/draws.ts";

/** What becomes of a message: a row, a dead letter, or nothing, since it says again what its number has already. */
export type Outcome = "row" | "letter" | "absorbed";

/** A message that somebody sends who means no good, or knows no better. */
export interface HostileMessage {
  /** Its kind. */
  readonly what: string;
  /** Its token, by which it is found again; a row has it in `raw_payload`. */
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly becomes: Outcome;
}

/** A run of which no worker makes records: whoever claims one of its numbers first has it. */
export interface ClaimedRun {
  readonly id: string;
  readonly count: number;
}

interface Body {
  readonly value: Buffer | null;
  readonly becomes: "row" | "letter";
}
type MakeBody = (token: string, draws: Draws) => Body;
type MakeHeaders = (draws: Draws) => { readonly headers: IHeaders; readonly becomes: "row" | "letter" };

const nobody = "00000000-0000-7000-8000-000000000000";
const nested = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const object = (token: string, members: string): string => `{"token":"${token}",${members}}`;

/** A row whose JSON has these members beside its token. */
const row =
  (members: (draws: Draws) => string): MakeBody =>
  (token, draws) => ({ value: Buffer.from(object(token, members(draws))), becomes: "row" });
/** No row: its bytes are made of those of a good record. */
const letter =
  (spoil: (good: string, draws: Draws) => Buffer | string | null): MakeBody =>
  (token, draws) => {
    const value = spoil(object(token, '"name":"Ann"'), draws);
    return { value: typeof value === "string" ? Buffer.from(value) : value, becomes: "letter" };
  };
/** No row, because of a member that its object has. */
const unstorable = (member: string): MakeBody => letter((good) => good.replace('"name":"Ann"', member));

const digits = (draws: Draws, count: number): string =>
  `1${Array.from({ length: count - 1 }, () => draws.below(10)).join("")}`;
const within = (bytes: readonly number[]) =>
  letter((good) => {
    const [start, end] = good.split("Ann") as [string, string];
    return Buffer.concat([Buffer.from(start), Buffer.from(bytes), Buffer.from(end)]);
  });

const smallBodies: Readonly<Record<string, MakeBody>> = {
  "huge exponents": row(
    (draws) =>
      `"n":[${Array(1 + draws.below(20))
        .fill("1e131071")
        .join(",")}]`,
  ),
  "an exponent beyond PostgreSQL's numbers": row(
    (draws) => `"name":"x","n":${draws.pick(["1e400000", "-2E-400000"])}`,
  ),
  "a number of 10,000 digits for text": row((draws) => `"phone_number":${digits(draws, 10_000)}`),
  "a number of 10,000 digits": row((draws) => `"n":-0.${digits(draws, 10_000)}e${draws.below(1_000)}`),
  "one key twice": row((draws) => `"name":"a","name":${draws.pick(['"b"', "1.50", "null", "[]"])}`),
  "one key a hundred times": row(() => `"name":${Array(100).fill("1").join(',"name":')}`),
  "half a character in a key that is overwritten": unstorable('"name":"\\ud800","name":"Ann"'),
  "NUL in a key that is overwritten": unstorable('"x":{"\\u0000":1},"x":1'),
  "a high surrogate alone": unstorable('"name":"\\uD83D"'),
  "surrogates the wrong way round": unstorable('"name":"\\ude00\\ud83d"'),
  "half a character in a name": unstorable('"\\udc00":1'),
  "an escaped NUL": unstorable('"name":"A\\u0000nn"'),
  "what looks like an escaped NUL": row(() => '"name":"\\\\u0000\\\\ud800"'),
  "a raw NUL": within([0]),
  "half a character": within([0xc3]),
  "an overlong NUL": within([0xc0, 0x80]),
  "a surrogate in UTF-8": within([0xed, 0xa0, 0x80]),
  "a byte order mark": letter((good) => `\uFEFF${good}`),
  "UTF-16": letter((good, draws) => {
    const bytes = Buffer.from(`\uFEFF${good}`, "utf16le");
    return draws.below(2) === 0 ? bytes : bytes.swap16();
  }),
  "a schema registry's frame": letter((good, draws) => {
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(draws.bits(), 1);
    return Buffer.concat([frame, Buffer.from(good)]);
  }),
  "random bytes": letter((_, draws) =>
    Buffer.from([0xff, ...Array.from({ length: 200 }, () => draws.below(256))]),
  ),
  "JSON that breaks off": letter((good, draws) => good.slice(0, 1 + draws.below(good.length - 1))),
  "no value": letter(() => null),
  "an empty value": letter(() => ""),
  "white space": letter(() => " \r\n\t"),
  "no object": letter((good, draws) => draws.pick([`[${good}]`, "17", '"Ann"', "null", "1e400000"])),
  "some levels of nesting": row((draws) => `"x":${nested(1 + draws.below(3_000))}`),
  "a thousand keys": row(() => Array.from({ length: 1_000 }, (_, n) => `"${n}":${n}`).join(",")),
  "names of every object": row(() => '"__proto__":{"name":"Eve"},"constructor":1,"name":{"toString":1}'),
  "years that Python has not": row(
    (draws) =>
      `"date":"${draws.pick(["9999-12-31T23:59:59-15:00", "0001-01-01T00:00:00+15:00", "294277-01-01T00:00:00Z", "2016-12-31T23:59:60.5Z"])}"`,
  ),
  "text that looks like COPY's": row(() => '"name":"\\\\N\\t\\\\.\\n\\\\."'),
  "arrays where text is due": row(
    (draws) => `"name":${nested(1 + draws.below(2_000))},"date":{"toString":null}`,
  ),
};

const largeBodies: Readonly<Record<string, MakeBody>> = {
  "9,000 huge exponents": row(() => `"n":[${Array(9_000).fill("1e131071").join(",")}]`),
  "100,000 levels of arrays": unstorable(`"x":${nested(100_000)}`),
  "100,000 levels of objects": unstorable(`"x":${'{"":'.repeat(100_000)}1${"}".repeat(100_000)}`),
  "100,000 keys": row(() => Array.from({ length: 100_000 }, (_, n) => `"${n.toString(36)}":0`).join(",")),
  "a name of a megabyte": row(() => `"name":"${"x".repeat(900_000)}"`),
  "an address of a megabyte of dots": row(() => `"email":"${"a.".repeat(450_000)}a@"`),
  "a date of a megabyte": row(() => `"date":"${"T".repeat(900_000)}"`),
  "a megabyte of emoji": row(() => `"name":"${"😀".repeat(220_000)}"`),
  "a megabyte of backslashes": row(() => `"x":"${"\\\\".repeat(450_000)}"`),
  "a number of 500,000 digits": row((draws) => `"name":${digits(draws, 500_000)}`),
  "a megabyte of empty objects": row(() => `"x":[${"{},".repeat(300_000)}1]`),
  "a megabyte of no JSON": letter(() => "x".repeat(900_000)),
};

const inherited = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as IHeaders;
const claim = (run_id: string | string[], seq: string | string[]): IHeaders => ({ run_id, seq });

const badHeaders: Readonly<Record<string, MakeHeaders>> = {
  "a run without a number": () => ({ headers: { run_id: nobody }, becomes: "letter" }),
  "a number without a run": () => ({ headers: { seq: "0" }, becomes: "letter" }),
  "garbage for a run": (draws) => ({
    headers: claim(draws.pick(["\0", "x", nobody.toUpperCase().replace("0", "A"), `${nobody} `]), "0"),
    becomes: "letter",
  }),
  "garbage for a number": (draws) => ({
    headers: claim(nobody, draws.pick(["-1", "1.5", "9007199254740993", "", "\0", "1e3", "９"])),
    becomes: "letter",
  }),
  "two runs": () => ({ headers: claim([nobody, nobody], "0"), becomes: "letter" }),
  "a run that is not there": (draws) => ({
    headers: claim(nobody, String(draws.below(1_000))),
    becomes: "letter",
  }),
  "NUL and half characters in headers": () => ({
    headers: { "a\0b": "\0", "\ud800": Buffer.from([0xed, 0xa0, 0x80]), "😀": "" },
    becomes: "row",
  }),
  "names of what every object inherits": () => ({ headers: inherited, becomes: "row" }),
  "a replay of garbage": (draws) => ({
    headers: { replay_of: draws.pick(["\0", "x", "-1", "999999999999"]) },
    becomes: "row",
  }),
  "a trace of garbage": () => ({ headers: { traceparent: "00-\0-x" }, becomes: "row" }),
  "two thousand headers": () => ({ headers: { x: Array(2_000).fill("y") }, becomes: "letter" }),
};

const largeHeaders: Readonly<Record<string, MakeHeaders>> = {
  "a header's name of 100 kB": () => ({ headers: { ["n\0".repeat(50_000)]: "x" }, becomes: "row" }),
  "a header of a megabyte": () => ({ headers: { x: Buffer.alloc(900_000, 0xff) }, becomes: "row" }),
  "300,000 headers": () => ({ headers: { "": Array(300_000).fill("") }, becomes: "letter" }),
};

/** One of so many messages is large. */
const smallOnes = 250;

/**
 * Makes messages of every hostile kind, in groups that keep their order in one partition; a pure function of the seed and a group's
 * number. Of a run's numbers each is claimed by one group: by a message, by the same again, and by something else.
 */
export function createHostileMessages(
  seed: number,
  run: ClaimedRun | null = null,
): (group: number) => readonly HostileMessage[] {
  const draws = createDraws(seed, "hostile messages");

  function pickFrom<T>(kinds: Readonly<Record<string, T>>): readonly [string, T] {
    return draws.pick(Object.entries(kinds));
  }

  return (group) => {
    draws.open(group);
    const isLarge = draws.below(smallOnes) === 0;
    const key = Buffer.from(`${seed}-${group}`);
    if (run !== null && group < run.count) {
      const [what, make] = pickFrom(smallBodies);
      const { value, becomes } = make(key.toString(), draws);
      const message = { what, key, value, headers: claim(run.id, String(group)) };
      return [
        { ...message, becomes },
        { ...message, what: `${what}, again`, becomes: "absorbed" },
        {
          ...message,
          what: `another payload than ${what}`,
          value: Buffer.from('{"name":"Eve"}'),
          becomes: "letter",
        },
      ];
    }
    if (draws.below(3) > 0) {
      const [what, make] = pickFrom(isLarge ? largeBodies : smallBodies);
      return [{ what, key, headers: {}, ...make(key.toString(), draws) }];
    }
    const [what, make] = pickFrom(isLarge ? largeHeaders : badHeaders);
    return [{ what, key, value: Buffer.from(object(key.toString(), '"name":"Ann"')), ...make(draws) }];
  };
}
