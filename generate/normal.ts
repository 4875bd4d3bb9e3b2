/** Coefficients of AS 241's three quotients of polynomials, the highest power first. */
const central = Float64Array.of(
  2509.0809287301227,
  33430.57558358813,
  67265.7709270087,
  45921.95393154987,
  13731.69376550946,
  1971.5909503065513,
  133.14166789178438,
  3.3871328727963665,
);
const centralDivisor = Float64Array.of(
  5226.495278852854,
  28729.085735721943,
  39307.89580009271,
  21213.794301586597,
  5394.196021424751,
  687.1870074920579,
  42.31333070160091,
  1,
);
const near = Float64Array.of(
  0.0007745450142783414,
  0.022723844989269184,
  0.2417807251774506,
  1.2704582524523684,
  3.6478483247632045,
  5.769497221460691,
  4.630337846156546,
  1.4234371107496835,
);
const nearDivisor = Float64Array.of(
  1.0507500716444169e-9,
  0.0005475938084995345,
  0.015198666563616457,
  0.14810397642748008,
  0.6897673349851,
  1.6763848301838038,
  2.053191626637759,
  1,
);
const far = Float64Array.of(
  2.0103343992922881e-7,
  2.7115555687434876e-5,
  0.0012426609473880784,
  0.026532189526576124,
  0.29656057182850487,
  1.7848265399172913,
  5.463784911164114,
  6.657904643501103,
);
const farDivisor = Float64Array.of(
  2.0442631033899397e-15,
  1.421511758316446e-7,
  1.8463183175100548e-5,
  0.0007868691311456133,
  0.014875361290850615,
  0.1369298809227358,
  0.599832206555888,
  1,
);

/**
 * The inverse of the standard normal distribution, exact to about 16 digits: Wichura's algorithm AS 241, PPND16
 * ("The percentage points of the normal distribution", 1988).
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(central, r)) / polynomial(centralDivisor, r);
  }
  const tail = q < 0 ? probability : 1 - probability;
  if (!(tail > 0)) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-Math.log(tail));
  const value =
    root <= 5
      ? polynomial(near, root - 1.6) / polynomial(nearDivisor, root - 1.6)
      : polynomial(far, root - 5) / polynomial(farDivisor, root - 5);
  return q < 0 ? -value : value;
}

function polynomial(coefficients: Float64Array, x: number): number {
  let sum = 0;
  for (let at = 0; at < coefficients.length; at++) sum = sum * x + (coefficients[at] as number);
  return sum;
}

/**
 * The standard normal distribution below `x`, to about 7 digits, which is as exact as the bounds of a distribution need:
 * Abramowitz and Stegun's 26.2.17, in its tail by 26.2.12's first terms so that it never becomes 0 too early.
 */
export function normalProbability(x: number): number {
  if (x > 0) return 1 - normalProbability(-x);
  const z = -x;
  if (z > 38) return 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 6) return (density / z) * (1 - 1 / (z * z) + 3 / z ** 4);
  const t = 1 / (1 + 0.2316419 * z);
  return (
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  );
}
