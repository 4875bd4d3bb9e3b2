import type { ErrorObject } from "ajv";
import type { FieldError } from "./problem.ts";

/** A schema may say in its own words what a value must be; the OpenAPI document carries the words along. */
export const messageKeyword = "x-message";

/** One message a bad field, in words for a person. `place` stands for the value as a whole. */
export function describeErrors(errors: readonly ErrorObject[], place: string): FieldError[] {
  const messages = new Map<string, string>();
  for (const error of errors) {
    // Which alternative failed how says little; the error of the alternatives together follows.
    if (error.schemaPath.includes("/anyOf/")) continue;
    // What the whole should have can be said once its parts are right.
    if (error.keyword === "anyOf" && error.instancePath === "" && errors.some(isOfOnePart)) continue;
    const field = fieldName(error, place);
    if (!messages.has(field)) messages.set(field, describe(error));
  }
  return Array.from(messages, ([field, message]) => ({ field, message }));
}

const isOfOnePart = ({ schemaPath, keyword, instancePath }: ErrorObject): boolean =>
  !schemaPath.includes("/anyOf") && (instancePath !== "" || keyword === "additionalProperties");

/** `/fields/2` as `fields[2]`. */
function fieldName(error: ErrorObject, place: string): string {
  const steps = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const added: unknown = error.params.missingProperty ?? error.params.additionalProperty;
  if (typeof added === "string") steps.push(added);
  const name = steps.reduce(
    (path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : `${path}${path === "" ? "" : "."}${step}`),
    "",
  );
  return name === "" ? place : name;
}

function describe({ keyword, params, message, parentSchema }: ErrorObject): string {
  if (keyword === "required") return "is required";
  if (keyword === "additionalProperties") {
    const known = Object.keys(parentSchema?.properties ?? {});
    return `is not known; known are ${known.join(", ")}`;
  }
  const own: unknown = parentSchema?.[messageKeyword];
  if (typeof own === "string") return own;
  if (parentSchema?.type === "integer") return describeInteger(parentSchema);
  if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
  if (keyword === "minItems") return `must have at least ${params.limit} ${items(params.limit)}`;
  if (keyword === "maxItems") return `must have at most ${params.limit} ${items(params.limit)}`;
  if (keyword === "uniqueItems") return `must not name the same twice (at ${params.j} and ${params.i})`;
  if (keyword === "type") return `must be ${article(String(params.type))}`;
  return message ?? "is not valid";
}

function describeInteger(schema: Record<string, unknown>): string {
  const { minimum, maximum } = schema;
  if (typeof minimum !== "number" || typeof maximum !== "number") return "must be a whole number";
  return `must be a whole number from ${minimum.toLocaleString("en")} to ${maximum.toLocaleString("en")}`;
}

const items = (limit: unknown): string => (limit === 1 ? "item" : "items");

const article = (type: string): string => `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
