import { patternLimits } from "../../generate/shapes/parse-pattern.ts";

/** What a file of definitions may hold. Each bounds what checking it costs; none is near what people write. */
export const limits = {
  bytes: 512 * 1_024,
  definitions: 100,
  /** Faults of form in a definition, beyond which it is not read any further. */
  faults: 100,
  /** Objects and arrays within one another, in the file. */
  depth: 64,
  /** Values in the file, each as often as an alias repeats it. */
  values: 50_000,
  /** Nodes of a checked definition, `$ref` followed. */
  nodes: 4_000,
  /** Schemas of a definition: each is compiled. */
  schemas: 6_000,
  /** Nodes that are validated and drawn again: each has a validator of its own. */
  checked: 500,
  /** Schemas, properties, values and branches that are put together, each as often as a reference or a choice repeats it. */
  steps: 50_000,
  /** All that a file's definitions cost together, in steps; one is begun while some are left. */
  fileSteps: 200_000,
  /** Fields that are made from one another, one behind the other. */
  chain: 100,
  /** Fields that records are counted by, whose values together are a key of PostgreSQL's index; the database holds to it too. */
  statsBy: 4,
  /** Fields that are summed up. */
  statsSum: 8,
  /** Children of one record. */
  children: 10_000,
  /** Fields of other records that one value is made from, each as often as it has children. */
  relatedFields: 100_000,
  /** Properties of one object. */
  properties: 1_000,
  /** Members of one allOf, anyOf, oneOf or prefixItems, patterns and dependencies of one object. */
  branches: 1_000,
  /** References that lead to one another without coming to a part of the value. */
  references: 100,
  /** Objects and arrays within one another, in a record. */
  recordDepth: 32,
  /** Items of an array. */
  items: 10_000,
  /** Days, ranks and values that are weighed, of all fields together. */
  tableEntries: 1_000_000,
  /** Schemas that are held against a record and its parts until it is known to be valid. */
  validations: 1_000_000,
  /** A record as JSON, in bytes: a message of Kafka's usual size, with room for what is around it. */
  recordBytes: 900_000,
  /** Kafka's key, beside the record in one message. */
  keyBytes: 100_000,
  /** That a record has on average. */
  updates: 50,
  /** Of a key by which PostgreSQL finds a row. */
  indexedBytes: 2_500,
  /** Fields that updates are told to change. */
  changingFields: 100,
  /** As JSON, in bytes: of an array that may be shorter no more items are made. */
  arrayBytes: 100_000,
  /** Characters of a text. */
  length: 65_536,
  ...patternLimits,
  /** Those of all of a definition's. */
  allPatternParts: 100_000,
  /** Digits behind the point: as many as a double keeps. */
  decimals: 15,
} as const;
