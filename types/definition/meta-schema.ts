import { rhythms } from "../../generate/people/model-schema.ts";
import { formats, personFeatures } from "../../generate/shapes/nodes.ts";
import { limits } from "./limits.ts";

/** A keyword's schema: with `x-message` it says in its words what is right, wherever it refuses. */
type Said = { readonly [keyword: string]: unknown };

const says = (message: string, schema: object): Said => ({ ...schema, "x-message": message });

/** What a keyword does, for editors and for the reference. */
const does = (description: string, schema: object): Said & { readonly description: string } => ({
  ...schema,
  description,
});

const share = says("must be a share from 0 to 1", { type: "number", minimum: 0, maximum: 1 });
const text = { type: "string", minLength: 1, maxLength: 1_000 };
const number = { type: "number", minimum: -1e15, maximum: 1e15 };
const positive = { type: "number", exclusiveMinimum: 0, maximum: 1e15 };
const weights = says("must be weights of at least 0, one for each value", {
  type: "array",
  items: { type: "number", minimum: 0, maximum: 1e9 },
  minItems: 1,
  maxItems: 10_000,
});
const pair = (first: object, second: object, message: string): Said =>
  says(message, { type: "array", prefixItems: [first, second], minItems: 2, maxItems: 2, items: false });
const numbersOrFields = says("must list names of fields and numbers", {
  type: "array",
  items: { type: ["string", "number"] },
  minItems: 1,
  maxItems: 100,
});
const duration = says(
  "must be a duration such as P90D, PT12H or P1DT30M (weeks, days, hours, minutes, seconds)",
  {
    type: "string",
    pattern: "^P(?=[0-9T])(\\d{1,5}W|(\\d{1,6}D)?(T(?=\\d)(\\d{1,6}H)?(\\d{1,6}M)?(\\d{1,8}S)?)?)$",
  },
);
const day = says(
  "must be a date (2026-01-01) or a date-time with its offset (2026-01-01T00:00:00Z), years 1000 to 2999",
  {
    type: "string",
    pattern:
      "^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d))?$",
  },
);
const field = says("must be the name of a field beside it; a/b of one within it, /a from the record's root", {
  type: "string",
  minLength: 1,
  maxLength: 1_000,
});

const target = { type: "string", minLength: 1, maxLength: 1_000 };
const ofChildren = says("must be TYPE.FIELD, a field of this record's children", target);

/** What gives a field's values: of these keywords there is one. */
export const operatorSchemas = {
  faker: does("What that method of Faker gives", {
    ...says("must be a method of Faker by its path", text),
    examples: ["commerce.productName"],
  }),
  person: does(
    "A feature of the record's person; all of a record's fit one another",
    says(`must be one of ${personFeatures.join(", ")}`, { enum: personFeatures }),
  ),
  values: does(
    "One of these values, of any types",
    says("must be a list of values", { type: "array", minItems: 1, maxItems: 10_000 }),
  ),
  uniform: does(
    "Numbers, each from the lowest to the highest equally often",
    pair(number, number, "must be [lowest, highest]"),
  ),
  normal: does(
    "Numbers that are normally distributed, within the schema's bounds",
    pair(number, positive, "must be [mean, standard deviation], the second above 0"),
  ),
  lognormal: does(
    "Numbers whose logarithm is normally distributed, such as prices; within the schema's bounds",
    pair(
      { type: "number", minimum: -30, maximum: 30 },
      { type: "number", exclusiveMinimum: 0, maximum: 5 },
      "must be [mu, sigma] of the logarithm: mu from -30 to 30, sigma above 0 to 5",
    ),
  ),
  exponential: does(
    "Numbers that are exponentially distributed, counted from the lowest, such as waiting times",
    says("must be the mean, above 0", positive),
  ),
  zipf: does(
    "Numbers of which the first come most often: the one of rank r in proportion to 1 / r^exponent",
    says("must be an exponent above 0 to 4", { type: "number", exclusiveMinimum: 0, maximum: 4 }),
  ),
  pattern: does(
    "A text that the regular expression matches as a whole",
    says("must be a regular expression", { type: "string", minLength: 1 }),
  ),
  sequence: does(
    "The record's sequence number, within a text or (of integers) alone; no value comes twice",
    says(
      "must be a text with one {000…}, whose zeros are the least number of digits, or (of integers) the first number",
      {
        type: ["string", "integer"],
        pattern: "^[^{}]*\\{0{1,18}\\}[^{}]*$",
        minimum: 0,
        maximum: 2 ** 52,
      },
    ),
  ),
  uuid: does("A UUID of version 4", says("must be true", { const: true })),
  words: does("Words of Latin, as long as the schema says", says("must be true", { const: true })),
  format: does(
    "A text of a format that the schema need not name",
    says(`must be one of ${formats.join(", ")}`, { enum: formats }),
  ),
  between: does(
    "A time of that period: a date, a date-time or (of integers) seconds since 1970",
    says(
      "must be [first, last], both a date (2026-01-01) or a date-time, or the time before the reference date, P365D",
      {
        type: ["array", "string"],
        prefixItems: [day, day],
        minItems: 2,
        maxItems: 2,
        pattern: "^P[1-9]\\d{0,4}D$",
      },
    ),
  ),
  after: does("A time after that of another field, by a random span", field),
  before: does("A time before that of another field, by a random span", field),
  product: does(
    "The product of other fields and numbers, which must lie within the field's bounds whatever they are",
    numbersOrFields,
  ),
  add: does("The sum of other fields and numbers, within the field's bounds likewise", numbersOrFields),
  concat: does(
    "Other fields' values and texts, one behind the other",
    says("must list names of fields, and texts as {text: …}", {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: {
        type: ["string", "object"],
        required: ["text"],
        properties: { text: { type: "string" } },
        additionalProperties: false,
      },
    }),
  ),
  template: does(
    "A text with other fields' values in it; {{ and }} are braces",
    says("must be a text with names of fields in braces", {
      type: "string",
      minLength: 1,
      maxLength: 10_000,
    }),
  ),
  ref: does(
    "A field of a record of another type in the same request: a foreign key that holds. With `FIELD/PATH` another field of the record to which FIELD refers. Of its own type an earlier record; the first has none",
    says("must be TYPE.FIELD, or FIELD/PATH of the record that FIELD refers to", target),
  ),
  parent: does(
    "A field of the record whose child or reading this one is",
    says("must be the name of a field of the parent", target),
  ),
  ordinal: does(
    "Which of its parent's children it is, from 1; of readings which of its entity's; of records that change which state",
    says("must be true", { const: true }),
  ),
  sum: does("The sum over the record's own children; 0 where it has none", ofChildren),
  count: does(
    "How many children the record has",
    says("must be the name of a type of children", { type: "string", minLength: 1, maxLength: 48 }),
  ),
  min: does("The least value of its children; null where it has none", ofChildren),
  max: does("The greatest value of its children; null where it has none", ofChildren),
  tick: does(
    "The instant of a reading: from the reference date on, `every` so often, later by up to `jitter`. Of a record that changes: when it does",
    says("must be true", { const: true }),
  ),
  series: does(
    "A number that moves on from reading to reading: a base, the day's and the week's course, a trend a day, and noise of which half is left after the half life",
    says(
      "must have some of base (a number, a field or {parent: FIELD}), daily, weekly, trend, noise (numbers) and halfLife (a duration)",
      {
        type: "object",
        properties: {
          base: {
            anyOf: [
              number,
              target,
              {
                type: "object",
                required: ["parent"],
                properties: { parent: target },
                additionalProperties: false,
              },
            ],
          },
          daily: number,
          weekly: number,
          trend: number,
          noise: { type: "number", minimum: 0, maximum: 1e15 },
          halfLife: duration,
        },
        additionalProperties: false,
        minProperties: 1,
      },
    ),
  ),
  machine: does(
    "A state that changes at times: of each state, into which others it goes over, and with what probability at each reading. The first is the one to begin with, where no state can be come back to. Of a record that changes: at each update",
    says("must have the states, each with probabilities of others", {
      type: "object",
      minProperties: 1,
      maxProperties: 100,
      additionalProperties: {
        type: "object",
        maxProperties: 100,
        additionalProperties: { type: "number", minimum: 0, maximum: 1 },
      },
    }),
  ),
} as const;

export type OperatorName = keyof typeof operatorSchemas;
export const operatorNames = Object.keys(operatorSchemas) as readonly OperatorName[];

/** What further says how an operator gives its values. */
export const argumentSchemas = {
  args: does(
    "Arguments of Faker's method",
    says("must be a list of arguments, or the one that it takes", {}),
  ),
  locale: does(
    "In which language or country Faker makes them",
    says("must be one of Faker's locales", { type: "string" }),
  ),
  weights: does("How often each value comes, beside the others; also of an `enum`", weights),
  within: does("How far from the other time at most; by default 30 days more than `atLeast`", duration),
  atLeast: does("How far from the other time at least; nothing by default", duration),
  growth: does(
    "By what factor times come more often at the period's end than at its beginning",
    says("must be a number from 0.001 to 1,000", { type: "number", minimum: 0.001, maximum: 1_000 }),
  ),
  rhythm: does(
    "By what of hours and weekdays times come more or less often",
    says(`must be one of ${rhythms.join(", ")}`, { enum: rhythms }),
  ),
  pick: does(
    "Which record a reference picks: each as likely (`uniform`, the default), some far more often ({zipf: EXPONENT}), or all as often (`each`)",
    says("must be uniform, each or {zipf: EXPONENT}, the exponent above 0 to 4", {
      anyOf: [
        { enum: ["uniform", "each"] },
        {
          type: "object",
          required: ["zipf"],
          properties: { zipf: { type: "number", exclusiveMinimum: 0, maximum: 4 } },
          additionalProperties: false,
        },
      ],
    }),
  ),
} as const;

/** What may stand beside any operator where it makes sense, or alone. */
export const modifierSchemas = {
  nulls: does("In what share of the records it is null, where null is allowed", share),
  absent: does("In what share of the records an optional field is not there", share),
  unique: does(
    "No value comes twice in a run; a run of more records than there are values is refused",
    says("must be true or false", { type: "boolean" }),
  ),
  skew: does(
    "Zipf's exponent of how often each value comes: of some many, of most few",
    says("must be a number from 0 to 4", { type: "number", minimum: 0, maximum: 4 }),
  ),
  decimals: does(
    "Digits behind the point of numbers",
    says(`must be a whole number from 0 to ${limits.decimals}`, {
      type: "integer",
      minimum: 0,
      maximum: limits.decimals,
    }),
  ),
} as const;

/** Which operators a keyword beside them belongs to. */
export const argumentsOf: Readonly<Record<keyof typeof argumentSchemas, readonly OperatorName[]>> = {
  args: ["faker"],
  locale: ["faker"],
  weights: ["values"],
  within: ["after", "before"],
  atLeast: ["after", "before"],
  growth: ["between"],
  rhythm: ["between"],
  pick: ["ref"],
};

const bareOperators = ["uuid", "words", "ordinal", "tick"] as const;

const generateSchema = {
  title: "How a field's values are made",
  type: ["string", "object"],
  if: { type: "object" },
  else: {
    allOf: [
      says(`must be one of ${bareOperators.join(", ")}, or an operator with its argument, {OPERATOR: …}`, {
        enum: bareOperators,
      }),
    ],
  },
  properties: {
    ...operatorSchemas,
    ...argumentSchemas,
    ...modifierSchemas,
  },
  additionalProperties: says(
    `is not known; operators are ${operatorNames.join(", ")}, and beside them stand ${[...Object.keys(argumentSchemas), ...Object.keys(modifierSchemas)].join(", ")}`,
    { not: {} },
  ),
  minProperties: 1,
};

const name = says("must be a name: a to z, then up to 47 of a to z, 0 to 9 and _", {
  type: "string",
  pattern: "^[a-z][a-z0-9_]{0,47}$",
});
const fieldNames = says("must be a field's name or a list of them", {
  type: ["string", "array"],
  items: { type: "string" },
  minItems: 1,
  maxItems: 32,
  uniqueItems: true,
});
const fieldList = (maxItems: number, what: string) =>
  says(`must be a list of up to ${maxItems} different fields ${what}`, {
    type: "array",
    items: { type: "string" },
    maxItems,
    uniqueItems: true,
  });

const children = { type: "integer", minimum: 0, maximum: limits.children };

const countOfChildren = says(
  `must be one of {fixed: N}, {range: [N, N]}, {geometric: 0.4}, {poisson: MEAN} and {zipf: EXPONENT}, the last three also with min and max, up to ${limits.children.toLocaleString("en")} children`,
  {
    oneOf: [
      { required: ["fixed"], properties: { fixed: children }, maxProperties: 1 },
      {
        required: ["range"],
        properties: { range: { type: "array", prefixItems: [children, children], minItems: 2, maxItems: 2 } },
        maxProperties: 1,
      },
      ...Object.entries({
        geometric: { type: "number", exclusiveMinimum: 0, maximum: 1 },
        poisson: { type: "number", exclusiveMinimum: 0, maximum: 1_000 },
        zipf: { type: "number", exclusiveMinimum: 0, maximum: 10 },
      }).map(([kind, schema]) => ({
        required: [kind],
        properties: { [kind]: schema, min: children, max: children },
        additionalProperties: false,
      })),
    ],
  },
);

const changesSchema = says("must be an object with updates, deletes, over, envelope, state and fields", {
  type: "object",
  description: "Each record is created, updated and deleted in time, with a message for every change",
  properties: {
    updates: does(
      "How many updates a record has on average",
      says(`must be a number from 0 to ${limits.updates}, in hundredths`, {
        type: "number",
        minimum: 0,
        maximum: limits.updates,
      }),
    ),
    deletes: { ...share, description: "The share of the records that are deleted in the end" },
    over: {
      ...duration,
      description: "How long before the reference date the first change is; P30D where nothing is said",
    },
    envelope: does(
      "debezium: {before, after, source, op, ts_ms}, and a tombstone behind a deletion; upsert: the record as it is then, and a tombstone for a deletion",
      says("must be debezium or upsert", { enum: ["debezium", "upsert"] }),
    ),
    state: does(
      "A second table, with the last state of each record",
      says("must be a name: a to z, then up to 47 of a to z, 0 to 9 and _", {
        type: "string",
        pattern: "^[a-z][a-z0-9_]{0,47}$",
      }),
    ),
    fields: fieldList(limits.changingFields, "that updates change"),
  },
  additionalProperties: says("is not known; changes has updates, deletes, over, envelope, state and fields", {
    not: {},
  }),
});

const recordSchema = {
  title: "What a type of records is called, and where its records go",
  type: "object",
  properties: {
    name,
    topic: says("must be a topic's name: up to 200 of a to z, A to Z, 0 to 9, . _ and -", {
      type: "string",
      pattern: "^(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,200}$",
    }),
    table: says("must be a name (a to z, then up to 47 of a to z, 0 to 9 and _) or null", {
      type: ["string", "null"],
      pattern: "^[a-z][a-z0-9_]{0,47}$",
    }),
    key: fieldNames,
    messageKey: says("must be a field's name, a list of them, or null for messages without a key", {
      ...fieldNames,
      type: ["string", "array", "null"],
      description: "What becomes Kafka's key",
    }),
    count: {
      description:
        "How many records a run has where the request does not say; of children, how many each parent has",
      allOf: [
        { if: { not: { type: "object" } }, else: countOfChildren },
        {
          if: { type: "object" },
          else: says(
            "must be a whole number from 1, or of children {geometric: 0.4, min: 1, max: 20} or the like",
            { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
          ),
        },
      ],
    },
    childOf: { ...name, description: "The type whose records have children of this one" },
    seriesOf: { ...name, description: "The type of which each record has readings" },
    every: { ...duration, description: "How much later the next reading is" },
    jitter: { ...duration, description: "How much later than due a reading is at most" },
    changes: changesSchema,
    onInvalid: { enum: ["flag", "dead_letter"] },
    format: { enum: ["json", "avro", "protobuf", "json_schema"] },
    stats: {
      type: "object",
      description: "What is counted of the rows, beside run, minute and what was repaired",
      properties: {
        by: fieldList(limits.statsBy, "by whose values together the records are counted"),
        sum: fieldList(limits.statsSum, "of numbers"),
      },
      additionalProperties: says("is not known; stats has by and sum", { not: {} }),
    },
  },
  additionalProperties: says(
    "is not known; x-record has name, topic, table, key, messageKey, count, childOf, seriesOf, every, jitter, changes, onInvalid, format and stats",
    { not: {} },
  ),
};

/** JSON Schema 2020-12 with the two keywords, for editors and for the checks alike. */
export const metaSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:synthetic-data:record-type",
  title: "A type of records",
  $dynamicAnchor: "meta",
  allOf: [{ $ref: "https://json-schema.org/draft/2020-12/schema" }],
  type: ["object", "boolean"],
  properties: {
    "x-record": recordSchema,
    "x-generate": generateSchema,
    // OpenAPI has its definitions there.
    components: {
      type: "object",
      properties: { schemas: { type: "object", additionalProperties: { $dynamicRef: "#meta" } } },
    },
  },
} as const;
