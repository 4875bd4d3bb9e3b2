/**
 * Random draws as a pure function of (key, sequence number): a stream is opened at a sequence number and
 * depends on nothing that was drawn before, so any record can be made again anywhere.
 *
 * The 64 bits of the sequence number pass through a four-round Feistel network keyed by the seed, the record
 * type and the field. Feistel networks are bijective, so two sequence numbers never open the same stream. The
 * stream itself is xoroshiro64** (Blackman and Vigna, https://prng.di.unimi.it/xoroshiro64starstar.c).
 */
export interface Draws {
  /** Opens the stream of this sequence number (0 to 2^53 - 1). */
  open(seq: number): void;
  /** 32 random bits, as an unsigned integer. */
  bits(): number;
  /** A uniform integer from 0 to `bound - 1`; bound up to 2^32 (bias below bound / 2^32). */
  below(bound: number): number;
  /** A uniform choice. */
  pick<T>(choices: readonly T[]): T;
}

/** Draws that can be opened within a sequence number, too. */
export interface PlacedDraws extends Draws {
  /**
   * Opens the stream of one of 2,048 positions (from 0, at which it is the sequence number's) within a sequence number: both
   * stand in the 64 bits that are permuted, so that no two pairs open the same one.
   */
  openAt(seq: number, position: number): void;
}

const two32 = 4_294_967_296;

/** MurmurHash3's 32-bit finaliser: every input bit changes every output bit with probability one half. */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hashes a name into 32 bits (FNV-1a), so that a field's stream follows from its name, not from its place. */
export function hashName(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return mix(h);
}

/**
 * @param seed the run's seed, 0 to 2^53 - 1
 * @param stream what is drawn, e.g. `user@1/email`; other names give independent streams
 */
export function createDraws(seed: number, stream: string): PlacedDraws {
  const name = hashName(stream);
  const key0 = mix(((seed % two32) | 0) ^ name);
  const key1 = mix((Math.floor(seed / two32) | 0) + key0);
  const key2 = mix(key1 + name);
  const key3 = mix(key2 ^ 0x9e3779b9);
  // Typed: V8 keeps plain 32-bit numbers in closures as heap objects and would allocate at every draw.
  const state = new Int32Array(2);

  function bits(): number {
    const s0 = state[0] as number;
    let s1 = state[1] as number;
    const scrambled = Math.imul(s0, 0x9e3779bb);
    const result = Math.imul((scrambled << 5) | (scrambled >>> 27), 5);
    s1 ^= s0;
    state[0] = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
    state[1] = (s1 << 13) | (s1 >>> 19);
    return result >>> 0;
  }

  /** Permutes 64 bits and begins with them. */
  function start(low: number, high: number): void {
    const left = low ^ mix(high + key0);
    const right = high ^ mix(left + key1);
    const first = left ^ mix(right + key2);
    const second = right ^ mix(first + key3);
    // All zeros is the one state that xoroshiro cannot leave.
    state[0] = first === 0 && second === 0 ? 0x9e3779b9 : first;
    state[1] = second;
  }

  return {
    open: (seq) => start((seq % two32) | 0, Math.floor(seq / two32) | 0),
    openAt: (seq, position) => start((seq % two32) | 0, Math.floor(seq / two32) | (position << 21)),
    bits,
    below: (bound) => Math.floor((bits() * bound) / two32),
    pick: <T>(choices: readonly T[]): T => choices[Math.floor((bits() * choices.length) / two32)] as T,
  };
}
