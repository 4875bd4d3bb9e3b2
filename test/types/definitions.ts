import { expect } from "chai";
import type { Definition, Node, ScalarNode } from "../../generate/shapes/nodes.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";

/** The one definition of a text with which nothing is wrong. */
export function parseOne(text: string): Definition {
  const { definitions, problems } = parseDefinitions(text);
  expect(problems).to.deep.equal([]);
  expect(definitions).to.have.length(1);
  return definitions[0] as Definition;
}

/** A type with one field, of this schema in YAML's flow style. */
export const withField = (schema: string, name = "x"): string =>
  `$id: thing\ntype: object\nrequired: [other]\nproperties:\n  other: { type: integer, minimum: 1, maximum: 3 }\n  ${JSON.stringify(name)}: ${schema}\n`;

export function fieldOf({ root }: Definition, name = "x"): Node {
  const field = root.kind === "object" ? root.fields.find((each) => each.name === name) : undefined;
  if (field === undefined) throw new Error(`there is no field ${name}`);
  return field.node;
}

export function scalarOf(schema: string, name = "x"): ScalarNode {
  const node = fieldOf(parseOne(withField(schema, name)), name);
  if (node.kind !== "scalar") throw new Error(`${name} is no scalar`);
  return node;
}
