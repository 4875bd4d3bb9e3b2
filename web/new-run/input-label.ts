import type { FormState } from "./form-state.ts";
import { inputMembers } from "./options/option-inputs.ts";
import { inWords, optionKind, titleOf } from "./options/option-kind.ts";

/** An input's name for a person: `Absent values: Company`. */
export function inputLabel({ properties, labels }: FormState, input: string): string {
  const [name = input, member] = input.split(".", 2);
  const schema = properties[name];
  if (schema === undefined) return inWords(name);
  const title = name === "count" ? "Records" : titleOf(name, schema);
  if (member === undefined) return title;
  const memberSchema = inputMembers(optionKind(schema))?.get(member);
  return `${title}: ${labels.get(member) ?? titleOf(member, memberSchema ?? {})}`;
}
