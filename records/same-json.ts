/**
 * Whether two values of JSON.parse say the same, whatever the order of an object's names. Does not recurse: what
 * JSON.parse and PostgreSQL take may be nested deeper than a stack of calls (Node's isDeepStrictEqual ends with a
 * RangeError at some 2,000 levels). 0 and -0 are one number, as they are to PostgreSQL.
 */
export function isSameJson(one: unknown, other: unknown): boolean {
  const pairs: [unknown, unknown][] = [[one, other]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const left = new Map(Object.entries(a));
    if (left.size !== Object.keys(b).length) return false;
    for (const [name, value] of Object.entries(b)) {
      if (!left.has(name)) return false;
      pairs.push([left.get(name), value]);
    }
  }
  return true;
}
