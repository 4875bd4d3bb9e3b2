import type { Definition, Node } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import { buildArray } from "./build-array.ts";
import { buildChoice, buildTypeChoice, inferType, typesOf } from "./build-choice.ts";
import { prepareObject } from "./build-object.ts";
import { buildScalar } from "./build-scalar.ts";
import { type At, type Builder, countNodes, countSteps, type FileBudget, type Prepared } from "./builder.ts";
import { collectFacets } from "./collect-facets.ts";
import { type Facets, isRefusal, type Refusal, refuse, type TypeName } from "./facets.ts";
import { createPatternOf } from "./known-patterns.ts";
import { limits } from "./limits.ts";
import { takesOver } from "./make-related.ts";
import { type Generate, readGenerate } from "./read-generate.ts";
import { createResolve, type Located } from "./references.ts";

export interface TreeRequest {
  readonly schema: Schema;
  readonly record: Pick<Definition, "name" | "belongsTo" | "changes">;
  readonly keyFields: readonly string[];
  readonly count: number | null;
  readonly streamOf: (place: string) => string;
  readonly maxRecursion: number;
  readonly file: FileBudget;
}

/** The share of nulls where null is allowed and nothing is said of it. */
const usualNulls = 0.1;

/** Builds the tree of a record's nodes. @throws TooMuchWork */
export function buildTree({
  schema,
  record,
  keyFields,
  count,
  streamOf,
  maxRecursion,
  file,
}: TreeRequest): Node | Refusal {
  const builder: Builder = {
    record,
    resolve: createResolve(schema),
    maxRecursion,
    streamOf,
    keyFields: new Set(keyFields),
    count,
    opened: [],
    spendNode: countNodes(file),
    spend: countSteps(file),
    patternOf: createPatternOf(),
    prepare: (located, at) => prepare(located, at, builder),
  };
  const at: At = {
    place: "",
    names: { name: record.name, siblings: new Set(), isInArray: false },
    scope: null,
    open: new Map([["", 1]]),
    depth: 0,
    settled: new Set(),
    isNullSettled: true,
  };
  return builder.prepare([{ schema, pointer: "" }], at).build();
}

function prepare(located: readonly Located[], at: At, builder: Builder): Prepared {
  builder.spendNode(1, "");
  const refused = (refusal: Refusal): Prepared => ({
    scope: null,
    absent: null,
    isGenerated: false,
    build: () => refusal,
  });
  const facets = collectFacets(located, {
    ...builder,
    open: at.open,
    settled: at.settled,
  });
  if (isRefusal(facets)) return refused(facets);
  if (at.depth > limits.recordDepth)
    return refused(refuse(facets.pointer, `is nested more than ${limits.recordDepth} deep`));
  const generate = readGenerate(facets.generate, facets.values !== null);
  if ("message" in generate) return refused({ faults: [generate], canBeLeftOut: false });
  const nulls = settleNulls(facets, generate, at);
  if (typeof nulls !== "number") return refused(nulls);
  const { scope, build } = prepareByKind({ located, facets, generate, nulls }, at, builder);
  return { scope, absent: generate.absent, isGenerated: generate.pointer !== "", build };
}

const isNullable = ({ types, values }: Facets): boolean =>
  (types === null || types.value.has("null")) && (values === null || values.value.includes(null));

function settleNulls(facets: Facets, { nulls, pointer }: Generate, { isNullSettled }: At): number | Refusal {
  if (isNullSettled) return 0;
  if (nulls !== null && nulls > 0 && !isNullable(facets) && facets.groups.length === 0)
    return refuse(
      pointTo(pointer, "nulls"),
      `asks for null, which the schema does not allow; write type: [${facets.types ? [...facets.types.value].join(", ") : "…"}, "null"]`,
    );
  if (nulls !== null) return nulls;
  return pointer === "" && facets.types?.value.has("null") && facets.values === null ? usualNulls : 0;
}

interface Value {
  readonly located: readonly Located[];
  readonly facets: Facets;
  readonly generate: Generate;
  readonly nulls: number;
}

function prepareByKind(
  { located, facets, generate, nulls }: Value,
  at: At,
  builder: Builder,
): Pick<Prepared, "scope" | "build"> {
  const checks = [...facets.checks].filter(
    (keyword) => keyword !== "unevaluatedProperties" || !hasOnlyNamed(facets),
  );
  const request = { located, facets, nulls, checks, isNullsSaid: generate.nulls !== null };
  const isScalar = generate.operator !== null || facets.values !== null;
  const [group] = facets.groups;
  if (group && !isScalar) return { scope: null, build: () => buildChoice(group, request, at, builder) };
  // Beside an operator a choice is not made but checked.
  for (const { keyword } of facets.groups) checks.push(keyword);
  const types = typesOf(facets);
  if (isScalar) {
    const type = scalarType(types, generate);
    return {
      scope: null,
      build: () =>
        isFault(type)
          ? type
          : buildScalar({ ...request, type, generate, isNullable: isNullable(facets) }, at, builder),
    };
  }
  if (types !== null && types.length > 1)
    return { scope: null, build: () => buildTypeChoice(types, request, at, builder) };
  const type = types === null ? inferType(facets) : (types[0] ?? "null");
  if (type === "object") return prepareObject(request, at, builder);
  if (type === "array") return { scope: null, build: () => buildArray(request, at, builder) };
  return {
    scope: null,
    build: () => buildScalar({ ...request, type, generate, isNullable: isNullable(facets) }, at, builder),
  };
}

/** No property is made that is not described, so that none is left unevaluated. */
const hasOnlyNamed = ({ properties, required, counts }: Facets): boolean =>
  !counts.has("minProperties") && [...required.keys()].every((name) => properties.has(name));

const isFault = (type: TypeName | Refusal): type is Refusal => typeof type !== "string";

const ofNumbers: ReadonlySet<string> = new Set([
  "uniform",
  "normal",
  "lognormal",
  "exponential",
  "zipf",
  "product",
  "add",
  "ordinal",
  "count",
  "sum",
  "series",
]);
const ofTexts: ReadonlySet<string> = new Set([
  "person",
  "pattern",
  "uuid",
  "words",
  "format",
  "concat",
  "template",
  "machine",
]);

/** The type that an operator's values have, of those that the schema allows. */
function scalarType(types: readonly TypeName[] | null, { operator }: Generate): TypeName | Refusal {
  if (operator === null || operator.name === "values") return types?.[0] ?? "string";
  const { name, pointer, argument } = operator;
  if (takesOver(name)) return types?.find((each) => each !== "null") ?? "string";
  const wanted: readonly TypeName[] =
    ofNumbers.has(name) || (name === "sequence" && typeof argument === "number")
      ? ["number", "integer"]
      : ofTexts.has(name)
        ? ["string"]
        : ["string", "number", "integer"];
  if (types === null) return wanted[0] as TypeName;
  const type = types.find((each) => wanted.includes(each));
  if (type) return type;
  const gives = wanted.length === 1 ? "texts" : wanted.includes("string") ? "texts or numbers" : "numbers";
  return refuse(pointer, `gives ${gives}, and the type is ${types.join(" or ")}`);
}
