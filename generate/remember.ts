import { writeJson } from "./json-text.ts";
import type { Sampler } from "./sampler.ts";
import type { Json } from "./shapes/nodes.ts";
import type { Place } from "./streams.ts";

/** Keeps a sequence number's value until the next: whatever depends on it, it is drawn once. */
export function remember(sampler: Sampler, place: Place | null): Sampler {
  let current = -1;
  let position = 0;
  let kept: Json = null;
  const value = (seq: number): Json => {
    if (seq === current && (place === null || place.position === position)) return kept;
    // Forgotten first: where drawing fails, no other value may be left.
    current = -1;
    kept = sampler.value(seq);
    current = seq;
    position = place?.position ?? 0;
    return kept;
  };
  return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
}
