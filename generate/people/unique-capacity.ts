import { deckCapacity } from "./country-deck.ts";
import { mixCountries } from "./country-mix.ts";
import type { Model } from "./model.ts";
import type { UniqueField } from "./model-schema.ts";
import { independentPhones } from "./samplers.ts";

/** How many sequence numbers there are; what can give as many never runs out. */
const all = 2 ** 53;

/** How many different values a field has under these options: so many records, from sequence number 0, can have one each. */
export function uniqueCapacity(field: UniqueField, model: Model): number {
  switch (field) {
    case "email":
    case "password_hash":
      return all;
    case "ipv4":
      return 2 ** 32;
    case "phone_number":
      return model.coherent ? deckCapacity(mixCountries(model)) : independentPhones.capacity;
  }
}
