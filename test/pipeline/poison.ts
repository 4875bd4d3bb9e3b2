import type { IHeaders } from "kafkajs";
import type { DeadLetterReason } from "../../records/decoded.ts";

/** A message that no well-behaved producer sends, and what must become of it. */
export interface Poison {
  readonly what: string;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
  readonly becomes:
    | { readonly kind: "dead"; readonly reason: DeadLetterReason; readonly detail: RegExp }
    /** A row; `error` null: nothing of it had to be repaired. */
    | { readonly kind: "row"; readonly error: RegExp | null };
}

const dead = (reason: DeadLetterReason, detail: RegExp): Poison["becomes"] => ({
  kind: "dead",
  reason,
  detail,
});
const flagged = (error: RegExp): Poison["becomes"] => ({ kind: "row", error });
const clean: Poison["becomes"] = { kind: "row", error: null };

/** Never executed, only inherited: kafkajs takes it for an earlier value of the header. */
const inheritedName = JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') as IHeaders;

const nobody = "00000000-0000-7000-8000-000000000000";
const nested = (levels: number): string => `{"x":${"[".repeat(levels)}${"]".repeat(levels)}}`;
const megabytes = (count: number): string => "x".repeat(count * 1_000_000);

/**
 * Everything that a topic can carry beside records.
 * @param run one that has been planned and whose record 0 is stored
 */
export function poisons(run: { readonly id: string; readonly requested: number | null }): readonly Poison[] {
  const ofRun = (seq: string): IHeaders => ({ run_id: run.id, seq });
  const values: readonly (readonly [string, Buffer | string | null, Poison["becomes"]])[] = [
    ["a tombstone", null, dead("tombstone", /no value/)],
    ["an empty value", "", dead("empty", /empty/)],
    ["white space", " \n ", dead("not_json", /JSON/)],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), dead("not_utf8", /UTF-8/)],
    ["UTF-16", Buffer.from('{"name":"Ann"}', "utf16le"), dead("not_json", /JSON/)],
    ["random bytes", Buffer.from("00ff10807f", "hex"), dead("not_utf8", /UTF-8/)],
    ["JSON that breaks off", '{"name":"Ann', dead("not_json", /JSON/)],
    ["XML", "<user><name>Ann</name></user>", dead("not_json", /JSON/)],
    ["JSON behind a byte order mark", '\uFEFF{"name":"Ann"}', dead("not_json", /JSON/)],
    ["a raw NUL", '{"name":"A\0"}', dead("not_json", /JSON/)],
    ["an array", '[{"name":"Ann"}]', dead("not_an_object", /an array/)],
    ["a number", "17", dead("not_an_object", /a number/)],
    ["a string", '"Ann"', dead("not_an_object", /a string/)],
    ["null", "null", dead("not_an_object", /null/)],
    ["an escaped NUL", '{"name":"A\\u0000nn"}', dead("nul_character", /U\+0000/)],
    ["half a surrogate pair", '{"name":"\\ud83d"}', dead("lone_surrogate", /surrogate/)],
    ["a number beyond PostgreSQL's", '{"name":"Ann","x":1e400000}', clean],
    ["100,000 levels of arrays", nested(100_000), dead("rejected_by_database", /PostgreSQL/)],
    ["2 million levels of nothing", "[".repeat(2_000_000), dead("not_json", /JSON/)],
    ["3 MB of no JSON", megabytes(3), dead("not_json", /JSON/)],
    ["a name of 3 MB", `{"name":"${megabytes(3)}"}`, flagged(/^name: 3000000 characters cut to 255$/)],
    ["3 MB in an unknown field", `{"name":"Ann","x":"${megabytes(3)}"}`, clean],
    ["3,000 levels of arrays", nested(3_000), clean],
    ["an empty object", "{}", flagged(/no field/)],
    ["a number for a name", '{"name":1e300}', flagged(/^name: a number instead of text/)],
    ["a year beyond every calendar", '{"date":"294277-01-01T00:00:00Z"}', flagged(/^date: .* set to NULL$/)],
    ["a year before every calendar", '{"date":"-9999-01-01"}', flagged(/^date: .* set to NULL$/)],
    ["an infinite date", '{"date":"infinity"}', flagged(/^date: .* set to NULL$/)],
    ["objects for text", '{"name":{"a":1},"email":[]}', flagged(/^name: an object .*; email: an array /)],
    ["names of every object", '{"__proto__":{"name":"Eve"},"constructor":1}', clean],
    ["text that looks like a COPY line", '{"name":"\\\\N\\t\\\\.\\n\\\\."}', clean],
  ];
  const headers: readonly (readonly [string, IHeaders, Poison["becomes"]])[] = [
    ["a run without a sequence number", { run_id: run.id }, dead("invalid_headers", /run_id without seq/)],
    ["a sequence number without a run", { seq: "0" }, dead("invalid_headers", /seq without run_id/)],
    ["garbage for a run", { run_id: "\0\xff", seq: "0" }, dead("invalid_headers", /UUID/)],
    ["a negative sequence number", ofRun("-1"), dead("invalid_headers", /whole number/)],
    ["a sequence number beyond 2^53", ofRun("9007199254740993"), dead("invalid_headers", /2\^53/)],
    ["two runs", { ...ofRun("0"), run_id: [run.id, run.id] }, dead("invalid_headers", /run_id is not one/)],
    ["a run that is not there", { run_id: nobody, seq: "0" }, dead("unknown_run", /there is no run/)],
    [
      "a sequence number behind the run's last",
      ofRun(String(run.requested)),
      dead("sequence_out_of_range", /sequence numbers end at/),
    ],
    ["the greatest sequence number", ofRun(String(2 ** 53 - 1)), dead("sequence_out_of_range", /end at/)],
    ["another payload for a stored record", ofRun("0"), dead("identity_conflict", /another payload/)],
    ["a replay of a letter that never was", { replay_of: "999999999" }, clean],
    ["a replay of garbage", { replay_of: "\0" }, clean],
    ["names of what every object inherits", inheritedName, clean],
  ];
  return [
    ...values.map(([what, value, becomes]) => ({
      what,
      value: typeof value === "string" ? Buffer.from(value) : value,
      becomes,
    })),
    ...headers.map(([what, named, becomes]) => ({
      what,
      value: Buffer.from('{"name":"Poison"}'),
      headers: named,
      becomes,
    })),
    {
      what: "no JSON, under the headers of every object",
      value: Buffer.from("?"),
      headers: inheritedName,
      becomes: dead("not_json", /JSON/),
    },
  ];
}
