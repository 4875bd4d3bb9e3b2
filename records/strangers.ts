import type { Draws } from "../generate/draws.ts";
import type { Related } from "../generate/related.ts";
import type { Json } from "../generate/shapes/nodes.ts";
import { belowWide } from "../generate/streams.ts";
import type { RecordType, RunOfRecords } from "./record-type.ts";

/** Of so many at least one is drawn, where there are as many. */
const usualStrangers = 1_000;

/**
 * Records that a request might have and has not: those that would follow behind its last one. What is unique by construction is unique among all
 * numbers, so theirs is none of those that there are.
 * @param runOf a type's run in the request
 */
export function createStrangers(
  types: ReadonlyMap<string, RecordType>,
  runOf: (type: string) => RunOfRecords,
  { countOf, fieldOf, dealOf }: Omit<Related, "strangersOf">,
): Related["strangersOf"] {
  const isReferredTo = (name: string, path: string): boolean =>
    [...types.values()].some(({ relations }) =>
      relations.links.some((link) => link.kind === "ref" && link.type === name && link.path === path),
    );

  /** Whether no record of the type behind the last has in this field what one before has. */
  function tells(name: string, path: string): boolean {
    const type = types.get(name);
    const uniqueness = type?.describeField(path)?.uniqueness;
    if (uniqueness === "always") return true;
    // A dataset asks for it where records are found by it.
    if (uniqueness === "on_request" && isReferredTo(name, path)) return true;
    // Children behind the last one are those of parents behind the last one.
    return (
      type?.relations.belongsTo?.kind === "children" &&
      type.relations.links.some(
        (link) => link.kind === "parent" && link.from === path && tells(link.type, link.path),
      )
    );
  }

  /** So many records can be made with unique values, and have parents that can. */
  function capacityOf(name: string): number {
    const type = types.get(name) as RecordType;
    const own = type.capacityOf(runOf(name));
    const { belongsTo } = type.relations;
    if (belongsTo?.kind !== "children") return own;
    return Math.min(own, dealOf(name).firstChildOf(capacityOf(belongsTo.of)));
  }

  return (name, paths) => {
    const count = countOf(name);
    if (count === null || !paths.some((path) => tells(name, path))) return null;
    const left = Math.min(capacityOf(name) - count, Math.max(count, usualStrangers));
    if (left < 1) return null;
    const fields = paths.map((path) => fieldOf(name, path));
    return (draws: Draws): readonly Json[] => {
      const stranger = count + belowWide(draws, left);
      return fields.map((field) => field.value(stranger));
    };
  };
}
