/** Whether the bytes from `start` to below `end` are a valid value of a field: valid UTF-8, nothing of it escaped. */
export type FieldCheck = (bytes: Buffer, start: number, end: number) => boolean;

/** By format: of those that it has, a check that takes the forms in which they are nearly always written. */
export const quickChecks: Readonly<Record<string, FieldCheck>> = { email: isPlainEmail, ipv4: isIpv4 };

const at = 0x40;
const dot = 0x2e;
const hyphen = 0x2d;

/** Letters, digits, `_`, `-` and `+`: a few of those that a mailbox's name may have, and nearly all that are used. */
const mailboxBytes = bytesOf(/[A-Za-z0-9_+-]/);
const labelBytes = bytesOf(/[A-Za-z0-9-]/);

function bytesOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    byte < 128 && pattern.test(String.fromCharCode(byte)) ? 1 : 0,
  );
}

/** Words with single dots between them, an @, and two or more labels with single dots between them. */
function isPlainEmail(bytes: Buffer, start: number, end: number): boolean {
  let wordAt = start;
  let place = start;
  for (; place < end && bytes[place] !== at; place++) {
    const byte = bytes[place] as number;
    if (mailboxBytes[byte] === 1) continue;
    if (byte !== dot || place === wordAt) return false;
    wordAt = place + 1;
  }
  return place > wordAt && place < end && isDomain(bytes, place + 1, end);
}

/** Labels do not begin or end with a hyphen. */
function isDomain(bytes: Buffer, start: number, end: number): boolean {
  let labels = 0;
  let labelAt = start;
  for (let place = start; place <= end; place++) {
    const byte = place === end ? dot : (bytes[place] as number);
    if (labelBytes[byte] === 1) continue;
    if (byte !== dot || place === labelAt) return false;
    if (bytes[labelAt] === hyphen || bytes[place - 1] === hyphen) return false;
    labelAt = place + 1;
    labels += 1;
  }
  return labels > 1;
}

/** Four numbers from 0 to 255 without leading zeros. */
function isIpv4(bytes: Buffer, start: number, end: number): boolean {
  let numbers = 0;
  let number = 0;
  let digits = 0;
  for (let place = start; place <= end; place++) {
    const byte = place === end ? dot : (bytes[place] as number);
    if (byte === dot) {
      if (digits === 0) return false;
      numbers += 1;
      number = 0;
      digits = 0;
      continue;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9 || (digits > 0 && number === 0)) return false;
    number = number * 10 + digit;
    digits += 1;
    if (number > 255) return false;
  }
  return numbers === 4;
}
