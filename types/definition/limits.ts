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
  nodes: 10_000,
  /** Properties of one object. */
  properties: 1_000,
  /** References that lead to one another without coming to a part of the value. */
  references: 100,
  /** Objects and arrays within one another, in a record. */
  recordDepth: 32,
  /** Items of an array. */
  items: 10_000,
  /** Characters of a text. */
  length: 65_536,
  patternLength: 1_000,
  /** Digits behind the point: as many as a double keeps. */
  decimals: 15,
} as const;
