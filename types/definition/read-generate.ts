import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import type { Said } from "./facets.ts";
import { argumentsOf, type OperatorName, operatorNames } from "./meta-schema.ts";
import type { Fault } from "./problem.ts";

/** `x-generate` of one field; its form has been checked. */
export interface Generate {
  readonly pointer: string;
  readonly operator: {
    readonly name: OperatorName;
    readonly argument: Json;
    readonly pointer: string;
  } | null;
  /** Arguments and modifiers beside the operator, by name. */
  readonly beside: { readonly [name: string]: Json };
  readonly nulls: number | null;
  readonly absent: number | null;
  readonly unique: boolean;
  readonly skew: number;
  readonly decimals: number | null;
}

const nothing = {
  operator: null,
  beside: {},
  nulls: null,
  absent: null,
  unique: false,
  skew: 0,
  decimals: null,
};

/** @param hasValues whether the schema lists the values, to which weights may belong too */
export function readGenerate(said: Said<Json> | null, hasValues: boolean): Generate | Fault {
  if (said === null) return { pointer: "", ...nothing };
  const { value, pointer } = said;
  if (!isObject(value))
    return { pointer, ...nothing, operator: { name: value as OperatorName, argument: true, pointer } };
  const names = operatorNames.filter((name) => Object.hasOwn(value, name));
  if (names.length > 1) return { pointer, message: `has ${names.join(" and ")}; a field has one operator` };
  const [name] = names;
  for (const [argument, owners] of Object.entries(argumentsOf)) {
    if (!Object.hasOwn(value, argument) || (name !== undefined && owners.includes(name))) continue;
    if (argument === "weights" && hasValues && name === undefined) continue;
    const right = argument === "weights" ? "values, or an enum in the schema" : owners.join(" or ");
    return { pointer: pointTo(pointer, argument), message: `belongs to ${right}` };
  }
  return {
    pointer,
    operator:
      name === undefined ? null : { name, argument: value[name] as Json, pointer: pointTo(pointer, name) },
    beside: value,
    nulls: numberOf(value.nulls),
    absent: numberOf(value.absent),
    unique: value.unique === true,
    skew: numberOf(value.skew) ?? 0,
    decimals: numberOf(value.decimals),
  };
}

const numberOf = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);
