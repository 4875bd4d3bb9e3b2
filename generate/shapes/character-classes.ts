/** Both ends included. */
export type Ranges = readonly (readonly [number, number])[];

export const lastPoint = 0x10ffff;
const digit: Ranges = [[48, 57]];
const word: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const space: Ranges = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const classes: Readonly<Record<string, Ranges>> = {
  d: digit,
  w: word,
  s: space,
  D: invert(digit),
  W: invert(word),
  S: invert(space),
};
export const newlines: Ranges = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
export const properties: Readonly<Record<string, Ranges>> = {
  L: [
    [65, 90],
    [97, 122],
    [0xc0, 0xd6],
    [0xd8, 0xf6],
    [0xf8, 0x2c1],
    [0x370, 0x373],
    [0x386, 0x386],
    [0x388, 0x38a],
    [0x38e, 0x3a1],
    [0x3a3, 0x3f5],
    [0x400, 0x481],
    [0x531, 0x556],
    [0x5d0, 0x5ea],
    [0x620, 0x64a],
    [0x904, 0x939],
    [0x3041, 0x3096],
    [0x30a1, 0x30fa],
    [0x4e00, 0x9fff],
    [0xac00, 0xd7a3],
  ],
  Lu: [
    [65, 90],
    [0xc0, 0xd6],
    [0xd8, 0xde],
    [0x391, 0x3a1],
    [0x3a3, 0x3ab],
    [0x410, 0x42f],
  ],
  Ll: [
    [97, 122],
    [0xdf, 0xf6],
    [0xf8, 0xff],
    [0x3b1, 0x3c9],
    [0x430, 0x44f],
  ],
  N: digit,
  Nd: digit,
};
export const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, "0": 0 };

export function invert(ranges: Ranges): Ranges {
  const inverted: [number, number][] = [];
  let next = 0;
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (low > next) inverted.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next <= lastPoint) inverted.push([next, lastPoint]);
  return inverted;
}
