import { jsonOf } from "../../generate/json-text.ts";
import type { Related } from "../../generate/related.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Definition, Json } from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import type { DecodeMessage } from "../../records/decoded.ts";
import type { FaultyField } from "../../records/faults/field-faults.ts";
import { type Reference, referencesOf } from "../../records/references.ts";
import { relationsOf } from "../compile/describe-field.ts";
import { editMember } from "./edit-member.ts";

/** A record that is not valid with what was drawn for it is drawn for again so often. */
const mostDraws = 12;

/**
 * The references of a type, each of which can be made to lead nowhere: to a record that might be there and is not, with all that is taken over from
 * it. The record stays valid.
 */
export const orphanFields = (definition: Definition, decode: DecodeMessage): readonly FaultyField[] =>
  referencesOf(relationsOf(definition).links).map((each) => toFaultyField(each, decode));

function toFaultyField({ type, field, links }: Reference, decode: DecodeMessage): FaultyField {
  const paths = links.map(({ path }) => path);
  const strangersOf = rememberFor((related) => related.strangersOf(type, paths));
  const isClean = (json: string): boolean => {
    const decoded = decode(Buffer.from(json));
    return decoded.kind === "row" && decoded.error === null;
  };
  const [ownField = null] = tokensOf(`/${field}`);
  return {
    name: field,
    field: ownField,
    spoil(json, draws, related) {
      const drawStranger = related === null ? null : strangersOf(related);
      if (drawStranger === null || !refersTo(json, field)) return null;
      for (let left = mostDraws; left > 0; left--) {
        const values = drawStranger(draws);
        const spoiled = links.reduce(
          (text, { from }, index) =>
            editMember(text, tokensOf(`/${from}`), () => jsonOf(values[index] as Json), draws),
          json,
        );
        if (isClean(spoiled)) return spoiled;
      }
      return null;
    },
    isDue: (outcome) => outcome.kind === "row" && outcome.error === null,
  };
}

/** Whether a record has what it refers to by: what is optional may be null or missing. */
function refersTo(json: string, path: string): boolean {
  let value: Json | undefined = JSON.parse(json) as Json;
  for (const token of tokensOf(`/${path}`)) value = isObject(value) ? value[token] : undefined;
  return value !== undefined && value !== null;
}

/** What is made of a request once, as long as its records are made. */
function rememberFor<Made>(make: (related: Related) => Made): (related: Related) => Made {
  const known = new WeakMap<Related, { readonly made: Made }>();
  return (related) => {
    const found = known.get(related) ?? { made: make(related) };
    known.set(related, found);
    return found.made;
  };
}
