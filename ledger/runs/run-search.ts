/** What a text typed into the search may mean; null for each thing that it cannot. A run is found by any of them. */
export interface RunSearch {
  /** The id begins with the text: it lies between these two. */
  readonly idFrom: string | null;
  readonly idTo: string | null;
  /** The id ends with the text. */
  readonly idEnd: string | null;
  readonly seed: number | null;
  readonly field: string | null;
  /** The run's error has the text in it. */
  readonly error: string;
}

/** Fewer hexadecimal digits would be part of most ids. */
const leastIdDigits = 4;

/**
 * Reads what somebody looks for: the beginning or the end of an id, a seed, a field's name or label, a part of an error.
 * @returns null where the text is empty
 */
export function readRunSearch(
  text: string,
  fields: readonly { readonly name: string; readonly label?: string }[],
): RunSearch | null {
  const sought = text.trim().toLowerCase();
  if (sought === "") return null;
  const digits = sought.replaceAll("-", "");
  const isOfId = /^[0-9a-f]+$/.test(digits) && digits.length >= leastIdDigits && digits.length <= 32;
  const isIdStart = isOfId && (sought === digits || spellId(digits.padEnd(32, "0")).startsWith(sought));
  const isIdEnd = isOfId && (sought === digits || spellId(digits.padStart(32, "0")).endsWith(sought));
  const seed = /^\d{1,16}$/.test(sought) ? Number(sought) : null;
  const field = fields.find(({ name, label }) => name === sought || label?.toLowerCase() === sought);
  return {
    idFrom: isIdStart ? spellId(digits.padEnd(32, "0")) : null,
    idTo: isIdStart ? spellId(digits.padEnd(32, "f")) : null,
    // Of a whole id the beginning says it all; a spelled end has its dashes where PostgreSQL writes them.
    idEnd: isIdEnd ? dashedEnd(digits) : null,
    seed: seed !== null && Number.isSafeInteger(seed) ? seed : null,
    field: field?.name ?? null,
    error: sought,
  };
}

/** 32 hexadecimal digits as an id is written. */
const spellId = (digits: string): string =>
  digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

function dashedEnd(digits: string): string {
  const whole = spellId(digits.padStart(32, "0"));
  let at = whole.length;
  for (let left = digits.length; left > 0; at--) if (whole[at - 1] !== "-") left--;
  return whole.slice(at);
}
