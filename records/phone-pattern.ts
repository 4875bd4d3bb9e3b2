/** A pattern of telephone numbers such as `+351 91# [2-9]##`, ready to write the number of an index. */
export interface PhonePattern {
  /** How many numbers it has. */
  readonly capacity: number;
  /** What the number begins with. */
  readonly prefix: string;
  /** Then, for each group, all that it can be, and what stands behind it. */
  readonly groups: readonly { readonly values: readonly string[]; readonly behind: string }[];
}

/** A group has at most this many values, so that tables stay small. */
const maxGroupValues = 10_000;

/** Patterns share the tables of like groups. */
const tables = new Map<string, readonly string[]>();

/** Reads a pattern in which `#` is any digit and `[279]` one of these. */
export function parsePhonePattern(pattern: string): PhonePattern {
  const signs = pattern.match(/\[\d+\]|./g) ?? [];
  const groups: { values: readonly string[]; behind: string }[] = [];
  let prefix = "";
  let group: string[] = [];
  const close = (): void => {
    if (group.length > 0) groups.push({ values: groupValues(group), behind: "" });
    group = [];
  };
  for (const sign of signs) {
    const digits = sign === "#" ? "0123456789" : sign.startsWith("[") ? sign.slice(1, -1) : null;
    if (digits !== null) {
      if (group.reduce((product, place) => product * place.length, digits.length) > maxGroupValues) close();
      group.push(digits);
      continue;
    }
    close();
    const last = groups.at(-1);
    if (last === undefined) prefix += sign;
    else last.behind += sign;
  }
  close();
  const capacity = groups.reduce((product, { values }) => product * values.length, 1);
  return { capacity, prefix, groups };
}

function groupValues(places: readonly string[]): readonly string[] {
  const key = places.join(" ");
  let values = tables.get(key);
  if (values === undefined) {
    values = places.reduce<string[]>(
      (heads, digits) => heads.flatMap((head) => Array.from(digits, (digit) => head + digit)),
      [""],
    );
    tables.set(key, values);
  }
  return values;
}

/** The number of an index from 0 to `capacity - 1`; no two indices give the same. */
export function writePhoneNumber({ prefix, groups }: PhonePattern, index: number): string {
  let text = prefix;
  let rest = index;
  for (let g = 0; g < groups.length; g++) {
    const group = groups[g];
    if (group === undefined) break;
    const size = group.values.length;
    const quotient = Math.floor(rest / size);
    text += group.values[rest - quotient * size] as string;
    text += group.behind;
    rest = quotient;
  }
  return text;
}
