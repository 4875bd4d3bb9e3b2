import { createPermutation } from "../permutation.ts";
import type { CountryShare } from "./country-mix.ts";
import { phonePlanOf } from "./phone-plan.ts";

/**
 * Countries dealt like cards, for telephone numbers that never repeat. A country's numbers can be told apart only if
 * each of its records has a number of its own among them; drawn independently, how many there were before a record
 * could only be counted. So each block of sequence numbers holds every country a fixed number of times, in an order
 * that is shuffled by a permutation, and a record's place among its country's follows at once.
 */
export interface CountryDeck {
  /** The number of sequence numbers, from 0, for which the countries' numbers suffice. */
  readonly capacity: number;
  /** The index of the country among the shares. */
  readonly countryOf: (seq: number) => number;
  /** The record's place among those of its country, from 0; no two records of a country have the same. */
  readonly placeOf: (seq: number) => number;
}

const largeBlock = 2 ** 18;
const smallBlocks = 10_000;

export function createCountryDeck(seed: number, shares: readonly CountryShare[]): CountryDeck {
  const cards = dealBlock(shares.map(({ weight }) => weight));
  const size = cards.reduce((sum, count) => sum + count, 0);
  const starts = cards.map((_, index) => cards.slice(0, index).reduce((sum, count) => sum + count, 0));
  const countries = new Uint8Array(size);
  cards.forEach((count, index) => {
    countries.fill(index, starts[index], (starts[index] ?? 0) + count);
  });
  const shuffle = createPermutation(seed, "user@2/country deck", size);
  // A record's country and place are asked for one after the other.
  let current = -1;
  let card = 0;
  const cardOf = (seq: number): number => {
    if (seq !== current) {
      const block = Math.floor(seq / size);
      card = shuffle(seq - block * size, block);
      current = seq;
    }
    return card;
  };
  return {
    capacity: deckCapacity(shares),
    countryOf: (seq) => countries[cardOf(seq)] as number,
    placeOf: (seq) => {
      const place = cardOf(seq);
      const country = countries[place] as number;
      return Math.floor(seq / size) * (cards[country] as number) + place - (starts[country] as number);
    },
  };
}

/** How many records can have telephone numbers of their own: whole blocks, until the first country has no more. */
export function deckCapacity(shares: readonly CountryShare[]): number {
  const cards = dealBlock(shares.map(({ weight }) => weight));
  const size = cards.reduce((sum, count) => sum + count, 0);
  const blocks = shares.map(({ country }, index) =>
    Math.floor(phonePlanOf(country.code).capacity / (cards[index] ?? 1)),
  );
  return Math.min(...blocks) * size;
}

/** How often each country is in a block: exactly by weight where a small block can, else to some four millionths. */
function dealBlock(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = weights.map((weight) => weight / sum);
  for (let size = 1; size <= smallBlocks; size++) {
    if (shares.every((share) => isNearlyWhole(share * size)))
      return shares.map((share) => Math.round(share * size));
  }
  return shares.map((share) => Math.max(1, Math.round(share * largeBlock)));
}

const isNearlyWhole = (value: number): boolean => value >= 0.5 && Math.abs(value - Math.round(value)) < 1e-7;
