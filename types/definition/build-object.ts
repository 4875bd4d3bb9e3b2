import type { Extras, Field, Node } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { type At, type Builder, checkOf, type Entry, type Scope } from "./builder.ts";
import { collectFacets } from "./collect-facets.ts";
import { type Facets, isRefusal, openAll, type Refusal, refuse } from "./facets.ts";
import type { KnownPattern } from "./known-patterns.ts";
import { limits } from "./limits.ts";
import { isAllowed } from "./make-values.ts";
import type { Fault } from "./problem.ts";
import type { Located } from "./references.ts";

/** The share of records in which an optional field is there if the definition says nothing of it. */
const usualPresence = 0.9;
const usualExtras = 3;

interface ObjectRequest {
  readonly located: readonly Located[];
  readonly facets: Facets;
  readonly nulls: number;
  readonly checks: readonly string[];
}

/** @returns the object's scope, and what builds it */
export function prepareObject(
  { located, facets, nulls, checks }: ObjectRequest,
  at: At,
  builder: Builder,
): { scope: Scope; build: () => Node | Refusal } {
  const names = [...new Set([...facets.properties.keys(), ...facets.required.keys()])];
  const siblings = new Set(names);
  const fields = new Map<string, Entry>();
  const scope: Scope = { parent: at.scope, fields };
  const open = openAll(at.open, facets.references);
  const within = (place: string, name: string, isInArray = at.names.isInArray): At => ({
    place,
    names: { name, siblings, isInArray },
    scope,
    open,
    depth: at.depth + 1,
    settled: new Set(),
    isNullSettled: false,
  });
  const faultOfName = createNameCheck(facets, builder);
  for (const name of names) {
    const said = faultOfName(name) ?? schemasOf(name, facets, builder);
    fields.set(name, createEntry(said, within(pointTo(at.place, name), name), builder));
  }

  function build(): Node | Refusal {
    if (names.length > limits.properties)
      return refuse(
        pointTo(facets.pointer, "properties"),
        `has ${names.length} properties; ${limits.properties} are allowed`,
      );
    const faults: Fault[] = [];
    const built: Field[] = [];
    for (const [name, entry] of fields) {
      const isRequired = facets.required.has(name);
      const node = entry.build();
      if (isRefusal(node)) {
        if (!node.canBeLeftOut) faults.push(...node.faults);
        else if (isRequired)
          faults.push(
            ...node.faults.map(({ pointer, message }) => ({
              pointer,
              message: `${message} (and ${JSON.stringify(name)} is required)`,
            })),
          );
        continue;
      }
      const { absent, isGenerated } = entry.prepared();
      if (isRequired && absent !== null && absent > 0)
        faults.push({
          pointer: pointTo(node.pointer, "x-generate", "absent"),
          message: `says that ${JSON.stringify(name)} is absent at times, and it is required`,
        });
      const isAlways = isRequired || (at.depth === 0 && builder.keyFields.has(name));
      built.push({
        isRequired,
        name,
        node,
        presence: isAlways ? 1 : absent !== null ? 1 - absent : isGenerated ? 1 : usualPresence,
      });
    }
    if (faults.length > 0) return { faults, canBeLeftOut: false };
    const settled = settleCounts(built, facets);
    if (isRefusal(settled)) return settled;
    const extras = buildExtras(
      facets,
      settled,
      (place, name) => within(pointTo(at.place, place), name, true),
      builder,
    );
    if (isRefusal(extras)) return extras;
    return {
      kind: "object",
      stream: builder.streamOf(at.place),
      pointer: facets.pointer,
      nulls,
      // A name that is made for one pattern may happen to match another.
      check: checkOf(
        extras.length > 0 && facets.patternProperties.length > 1 ? [...checks, "patternProperties"] : checks,
        located,
      ),
      fields: settled,
      extras,
    };
  }
  return { scope, build };
}

function createEntry(located: readonly Located[], at: At, builder: Builder): Entry {
  let prepared: ReturnType<Builder["prepare"]> | undefined;
  let built: Node | Refusal | undefined;
  const prepare = (): ReturnType<Builder["prepare"]> => {
    prepared ??= builder.prepare(located, at);
    return prepared;
  };
  return {
    place: at.place,
    prepared: prepare,
    build: () => {
      if (built === undefined) {
        builder.opened.push(at.place);
        built = prepare().build();
        builder.opened.pop();
      }
      return built;
    },
  };
}

/** All that is said of a property: by its name, by patterns, and by what closes the objects that do not name it. */
function schemasOf(name: string, facets: Facets, { spend }: Builder): readonly Located[] {
  const own = facets.properties.get(name) ?? [];
  const matches = ({ matches, costOf }: KnownPattern): boolean => {
    spend(costOf(name), facets.pointer);
    return matches(name);
  };
  const byPattern = facets.patternProperties
    .filter(({ pattern }) => matches(pattern))
    .map(({ located }) => located);
  spend(facets.closings.length, facets.pointer);
  const rests = facets.closings
    .filter(({ names, patterns }) => !names.has(name) && !patterns.some(matches))
    .map(({ rest }) => rest);
  const all = [...own, ...byPattern, ...rests];
  return all.length > 0
    ? all
    : [{ schema: {}, pointer: facets.required.get(name) ?? facets.pointer, isDerived: true }];
}

/** What takes the place of a property's schemas where `propertyNames` does not allow its name, as far as the name alone can tell. */
function createNameCheck(
  { propertyNames }: Facets,
  builder: Builder,
): (name: string) => readonly Located[] | null {
  const [first] = propertyNames;
  if (first === undefined) return () => null;
  const facets = collectFacets(propertyNames, {
    ...builder,
    open: new Map(),
    maxRecursion: 0,
    settled: new Set(),
  });
  return (name) => {
    if (isRefusal(facets)) return null;
    builder.spend(
      facets.patterns.reduce((sum, { value }) => sum + value.costOf(name), 1),
      first.pointer,
    );
    const isListed = facets.values === null || facets.values.value.includes(name);
    return isListed && isAllowed(name, facets) ? null : [{ schema: false, pointer: first.pointer }];
  };
}

/** Optional fields beyond `maxProperties` are never there, as many as `minProperties` needs always. */
function settleCounts(fields: readonly Field[], facets: Facets): readonly Field[] | Refusal {
  const min = facets.counts.get("minProperties")?.value ?? 0;
  const max = facets.counts.get("maxProperties");
  const required = fields.filter(({ name }) => facets.required.has(name)).length;
  if (max && max.value < Math.max(required, min))
    return refuse(
      max.pointer,
      `is ${max.value}, below ${required >= min ? `the ${required} required properties` : `minProperties (${min})`}`,
    );
  let room = (max?.value ?? Number.POSITIVE_INFINITY) - required;
  let missing = min - required;
  return fields.flatMap((field) => {
    if (facets.required.has(field.name)) return [field];
    if (room <= 0) return [];
    room -= 1;
    missing -= 1;
    return [missing >= 0 ? { ...field, presence: 1 } : field];
  });
}

/** Properties whose names the definition leaves open: of maps, and where `minProperties` asks for more than are named. */
function buildExtras(
  facets: Facets,
  fields: readonly Field[],
  within: (place: string, name: string) => At,
  builder: Builder,
): readonly Extras[] | Refusal {
  const min = Math.max(0, (facets.counts.get("minProperties")?.value ?? 0) - fields.length);
  const max = Math.max(
    0,
    (facets.counts.get("maxProperties")?.value ?? Number.POSITIVE_INFINITY) - fields.length,
  );
  if (min > limits.properties)
    return refuse(
      facets.counts.get("minProperties")?.pointer ?? facets.pointer,
      `is above ${limits.properties.toLocaleString("en")}, the most properties that are made`,
    );
  const rests = facets.closings.map(({ rest }) => rest);
  const describes =
    facets.patternProperties.length > 0 || rests.some(({ schema }) => typeof schema === "object");
  if (max === 0 || (min === 0 && (fields.length > 0 || !describes))) return [];
  const [pattern] = facets.patternProperties;
  const isClosed = rests.some(({ schema }) => schema === false);
  const tooFew = (): Refusal =>
    refuse(
      facets.counts.get("minProperties")?.pointer ?? facets.pointer,
      `asks for ${min + fields.length} properties, and ${fields.length} can be there`,
    );
  if (isClosed && !pattern) return min > 0 ? tooFew() : [];
  const byPattern: Located[] = pattern
    ? [{ schema: { pattern: pattern.pattern.source }, pointer: pattern.located.pointer, isDerived: true }]
    : [];
  const text: Located = {
    schema: {
      type: "string",
      minLength: 1,
      ...(byPattern.length > 0 || facets.propertyNames.length > 0 ? {} : { maxLength: 16 }),
    },
    pointer: facets.pointer,
    isDerived: true,
  };
  const names = builder
    .prepare([text, ...byPattern, ...facets.propertyNames], within("additionalProperties/names", ""))
    .build();
  if (isRefusal(names)) return names.canBeLeftOut && min === 0 ? [] : names;
  // Of those that close the object only some may know the pattern.
  const closing = facets.closings
    .filter(({ patterns }) => !patterns.some((each) => each.source === pattern?.pattern.source))
    .map(({ rest }) => rest);
  const values = builder
    .prepare(
      pattern
        ? [pattern.located, ...closing]
        : rests.length > 0
          ? rests
          : [{ schema: {}, pointer: facets.pointer, isDerived: true }],
      within("additionalProperties/0", ""),
    )
    .build();
  if (isRefusal(values)) return values.canBeLeftOut && min === 0 ? [] : values;
  if (names.kind !== "scalar") return tooFew();
  return [{ names, values, min, max: Math.min(Math.max(min, usualExtras), max) }];
}
