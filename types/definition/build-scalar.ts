import { sizeOf } from "../../generate/shapes/decimal.ts";
import type { Node, ScalarNode } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { type At, type Builder, checkOf } from "./builder.ts";
import { type Facets, isRefusal, type Refusal, refuse, type TypeName } from "./facets.ts";
import { findField } from "./find-field.ts";
import { makeNumber } from "./make-number.ts";
import { makeRelated, relatedOperators } from "./make-related.ts";
import { makeText } from "./make-text.ts";
import { makeValues } from "./make-values.ts";
import type { Generate } from "./read-generate.ts";
import type { Located } from "./references.ts";
import type { Surroundings } from "./scalar.ts";

export interface ScalarRequest {
  readonly located: readonly Located[];
  readonly facets: Facets;
  readonly type: TypeName;
  readonly generate: Generate;
  readonly nulls: number;
  readonly isNullable: boolean;
  /** Keywords that only a check can meet. */
  readonly checks: readonly string[];
}

export function buildScalar(request: ScalarRequest, at: At, builder: Builder): Node | Refusal {
  const { located, facets, type, generate, isNullable } = request;
  const around: Surroundings = {
    names: at.names,
    isNullable,
    record: builder.record,
    findField: (path, pointer) => findField(path, pointer, at.scope, isNullable, builder),
  };
  const base = {
    kind: "scalar",
    stream: builder.streamOf(at.place),
    pointer: facets.pointer,
    unique: generate.unique,
    skew: generate.skew,
    saysDecimals: generate.decimals !== null,
  } as const;
  const asked = generate.operator;
  if (asked !== null && relatedOperators.has(asked.name)) {
    const made = makeRelated(facets, type, { ...generate, operator: asked }, around);
    if (isRefusal(made)) return made;
    const { operator, grid, length } = made;
    const isOwn = operator.kind === "ref" && operator.type === builder.record.name;
    if (isOwn && !isNullable)
      return refuse(
        asked.pointer,
        'refers to an earlier record of its own type, and the first has none: allow null, as type: [string, "null"]',
      );
    return {
      ...base,
      type: scalarTypeOf(type),
      operator,
      grid,
      length,
      nulls: request.nulls,
      check: checkOf(request.checks, located),
    };
  }
  if (
    facets.values !== null ||
    generate.operator?.name === "values" ||
    type === "boolean" ||
    type === "null"
  ) {
    const made = makeValues(facets, type, generate, request.nulls, builder.spend);
    if (isRefusal(made)) return made;
    const { nulls, type: valuesType, operator } = made;
    return refuseTooFew(
      {
        ...base,
        type: valuesType,
        operator,
        length: null,
        grid: null,
        nulls,
        check: checkOf(request.checks, located),
      },
      generate,
      builder,
    );
  }
  const made =
    type === "string"
      ? makeText(facets, generate, around)
      : makeNumber(facets, type === "integer" ? "integer" : "number", generate, around);
  if (isRefusal(made)) return made;
  const { operator, grid, length, checks } = made;
  const node: ScalarNode = {
    ...base,
    type: scalarTypeOf(type),
    operator,
    length,
    grid,
    nulls: request.nulls,
    check: checkOf([...checks, ...request.checks], located),
  };
  return refuseTooFew(node, generate, builder);
}

const scalarTypeOf = (type: TypeName): ScalarNode["type"] =>
  type === "string" || type === "integer" || type === "boolean" ? type : "number";

function refuseTooFew(
  node: ScalarNode,
  { unique, pointer }: Generate,
  { count }: Builder,
): ScalarNode | Refusal {
  const capacity = capacityOf(node);
  if (!unique || count === null || capacity >= count) return node;
  return refuse(
    pointTo(pointer, "unique"),
    `can give ${capacity.toLocaleString("en")} different values, fewer than the ${count.toLocaleString("en")} records of count`,
  );
}

/** How many different values a node can give, as far as that is plain; otherwise infinitely many. */
export function capacityOf(node: Node): number {
  if (node.kind !== "scalar") return Number.POSITIVE_INFINITY;
  const nulls = node.nulls > 0 ? 1 : 0;
  if (node.operator.kind === "const") return 1 + nulls;
  if (node.operator.kind === "values") return node.operator.values.length + nulls;
  return node.grid === null ? Number.POSITIVE_INFINITY : Number(sizeOf(node.grid)) + nulls;
}
