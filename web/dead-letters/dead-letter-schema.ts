import { isUtf8 } from "node:buffer";
import Type, { type Static } from "typebox";
import type { DeadLetter } from "../../ledger/dead-letters/dead-letters.ts";

const nullableText = (description: string, example: string | null = null) =>
  Type.Unsafe<string | null>({ type: ["string", "null"], description, examples: [example] });

/** A reason's name, as a filter. PostgreSQL takes no text with a NUL in it. */
export const reasonSchema = Type.String({
  maxLength: 64,
  pattern: "^[a-z0-9_]+$",
  description: "Only those with this reason",
  "x-message": "must be a reason's name, such as not_an_object",
});

export const deadLetterSchema = Type.Object(
  {
    id: Type.Integer({ minimum: 1, examples: [17] }),
    reason: Type.String({
      description: "Why the message could not become a row, as a name",
      examples: ["not_json"],
    }),
    detail: Type.String({
      description: "The same for a person",
      examples: ["the value is no JSON: Unexpected token 'h', \"hello\" is not valid JSON"],
    }),
    topic: Type.String({ examples: ["synthetic_users"] }),
    partition: Type.Integer({ minimum: 0, examples: [3] }),
    offset: Type.Integer({ minimum: 0, examples: [10_442] }),
    runId: nullableText("The run that its headers name"),
    seq: Type.Unsafe<number | null>({
      type: ["integer", "null"],
      description: "The sequence number that its headers name",
    }),
    key: nullableText("The message's key in base64"),
    payload: nullableText("The message's value in base64; null for a tombstone", "aGVsbG8="),
    text: nullableText("The value's first 500 characters, where it is UTF-8", "hello"),
    headers: Type.Unsafe<Record<string, readonly string[]>>({
      type: "object",
      additionalProperties: { type: "array", items: { type: "string" } },
      description: "Header -> values, each in base64",
    }),
    createdAt: Type.String({ format: "date-time", examples: ["2026-11-24T08:30:00.000Z"] }),
    replays: Type.Integer({ minimum: 0, description: "How often it was sent again without success" }),
    resolvedAt: Type.Unsafe<string | null>({
      type: ["string", "null"],
      format: "date-time",
      description: "When a replay became a row",
    }),
  },
  { title: "DeadLetter", additionalProperties: false },
);

const count = (description: string) => Type.Integer({ minimum: 0, description });

export const forecastSchema = Type.Object(
  {
    rows: count("How many would become rows"),
    repaired: count("Of these, how many with something repaired"),
    uncertain: count("Of how many only the consumer can tell, which could not store them before"),
    dead: Type.Array(
      Type.Object(
        {
          reason: Type.String(),
          count: Type.Integer({ minimum: 1 }),
          detail: Type.String({ description: "Of the first of them, for a person" }),
        },
        { additionalProperties: false },
      ),
      { description: "How many would be dead letters again, by reason" },
    ),
  },
  { title: "ReplayForecast", additionalProperties: false },
);

export function deadLetterJson(letter: DeadLetter): Static<typeof deadLetterSchema> {
  return {
    id: letter.id,
    reason: letter.reason,
    detail: letter.detail,
    topic: letter.topic,
    partition: letter.partition,
    offset: letter.offset,
    runId: letter.runId,
    seq: letter.seq,
    key: letter.key?.toString("base64") ?? null,
    payload: letter.payload?.toString("base64") ?? null,
    text: previewText(letter.payload),
    headers: { ...letter.headers },
    createdAt: letter.createdAt.toISOString(),
    replays: letter.replays,
    resolvedAt: letter.resolvedAt?.toISOString() ?? null,
  };
}

const previewCharacters = 500;

/** The beginning of a message's value, or null where it is no text. */
export function previewText(payload: Buffer | null): string | null {
  if (payload === null || !isUtf8(payload)) return null;
  const text = payload.toString("utf8");
  if (text.length <= previewCharacters) return text;
  // A cut through a surrogate pair must not leave half of it.
  return `${text.slice(0, previewCharacters).replace(/[\ud800-\udbff]$/, "")}…`;
}
