import type { Context } from "./context.ts";
import { madeText, writtenText } from "./drawn-text.ts";
import { createDraws } from "./draws.ts";
import { personSamplers } from "./people/coherent-samplers.ts";
import type { SamplingContext, Sampler as WriteUserField } from "./people/sampling-context.ts";
import { uniqueCapacity } from "./people/unique-capacity.ts";
import { createPermutation } from "./permutation.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import type { Operator, PersonFeature, ScalarNode } from "./shapes/nodes.ts";

type Prepare = (context: SamplingContext) => WriteUserField;

const features: Readonly<Record<PersonFeature, Prepare>> = {
  ...personSamplers,
  first_name:
    ({ people }) =>
    (_draws, out, seq) => {
      const { firstNames, first } = people().of(seq);
      out.word(firstNames.texts, first);
    },
  last_name:
    ({ people }) =>
    (_draws, out, seq) => {
      const { lastNames, last } = people().of(seq);
      out.word(lastNames.texts, last);
    },
};

/** Longer than any feature is. */
const longestFeature = 1_024;

/**
 * A feature of the built-in person of the sequence number: the same person, with the same address, whichever field and type asks. So its
 * stream is the built-in user's. In arrays each place has a person of its own.
 */
export function samplePerson(
  { feature }: Extract<Operator, { kind: "person" }>,
  node: ScalarNode,
  context: Context,
): Sampler {
  const { people, seed, place, redraw } = context;
  if (node.unique) limitPerson(feature, node, context);
  const draws = createDraws(seed, `user@1/${feature}${redraw}`);
  const write = features[feature](people);
  // One that is drawn again is another person, the same for all fields that are drawn again together.
  const isOther = place !== null || (redraw !== "" && !node.unique);
  const number = isOther ? createPermutation(seed, `user@2/person${redraw}`, 2 ** 53) : null;
  const text = writtenText(longestFeature, (seq, out) => {
    // Another permutation for each place, none of which is the order outside of arrays.
    const person = number === null ? seq : number(seq, place === null ? 0 : place.position + 1);
    draws.open(person);
    write(draws, out, person);
  });
  const max = node.length?.max;
  return max === undefined || max >= 255 ? text : madeText(text.value, max);
}

function limitPerson(feature: PersonFeature, node: ScalarNode, { people, place, limit }: Context): void {
  if (feature !== "email" && feature !== "phone_number") {
    throw new CannotSample(
      node.pointer,
      `must not be unique: people share a ${feature}; email and phone_number can be unique`,
    );
  }
  if (place !== null) {
    throw new CannotSample(node.pointer, "must not be unique within an array: people are counted by records");
  }
  limit(node, uniqueCapacity(feature, people.model));
}

/** Which of the person's features are to be unique, of the nodes of a definition. */
export function uniquePersonFeatures(nodes: Iterable<ScalarNode>): ("email" | "phone_number")[] {
  const found = new Set<"email" | "phone_number">();
  for (const { operator, unique } of nodes) {
    if (!unique || operator.kind !== "person") continue;
    if (operator.feature === "email" || operator.feature === "phone_number") found.add(operator.feature);
  }
  return [...found];
}
