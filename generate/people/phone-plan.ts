import type { Draws } from "../draws.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import { createChooser } from "../weighted.ts";
import { drawPhoneNumber, type PhonePattern, parsePhonePattern, writePhoneNumber } from "./phone-pattern.ts";
import { phonePlans } from "./tables/phone-plans.ts";

/** All telephone numbers of a country, ordered. */
export interface PhonePlan {
  readonly capacity: number;
  /** Writes the number of an index from 0 to `capacity - 1`, in international form; no two give the same. */
  readonly write: (index: number, out: Utf8Writer) => void;
  /** Writes any number, equally likely. */
  readonly draw: (draws: Draws, out: Utf8Writer) => void;
}

const plans = new Map<string, PhonePlan>();

/** @param code the country's ISO 3166-1 code */
export function phonePlanOf(code: string): PhonePlan {
  let plan = plans.get(code);
  if (plan === undefined) {
    const patterns = phonePlans[code];
    if (patterns === undefined) throw new RangeError(`${code} has no telephone numbers`);
    plan = createPhonePlan(patterns);
    plans.set(code, plan);
  }
  return plan;
}

/** @param sources as `parsePhonePattern` reads them; no number may belong to two */
export function createPhonePlan(sources: readonly string[]): PhonePlan {
  const patterns = sources.map(parsePhonePattern);
  const choose = createChooser(patterns.map(({ capacity }) => capacity));
  return {
    capacity: patterns.reduce((sum, { capacity }) => sum + capacity, 0),
    draw: (draws, out) => drawPhoneNumber(patterns[choose(draws)] as PhonePattern, draws, out),
    write(index, out) {
      let rest = index;
      for (let p = 0; p < patterns.length; p++) {
        const pattern = patterns[p] as PhonePattern;
        if (rest < pattern.capacity) return writePhoneNumber(pattern, rest, out);
        rest -= pattern.capacity;
      }
      throw new RangeError(`a telephone number's index must be below the plan's capacity, it is ${index}`);
    },
  };
}
