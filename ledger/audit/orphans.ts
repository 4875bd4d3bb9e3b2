import { type Reference, referencesOf } from "../../records/references.ts";
import type { Member } from "./members.ts";

/** Which records of a run lead nowhere on purpose. */
export interface Orphans {
  /** Whether the run was asked for any. */
  readonly areMade: boolean;
  /** The reference of a record that does; null: none. */
  readonly brokenIn: (seq: number) => Reference | null;
  /** The records of which a reference does, in order. */
  readonly listBroken: (field: string) => Iterable<number>;
}

/** The labels of a run's records, which are made again for it. */
export function orphansOf({ type, run }: Member): Orphans {
  const spoil = (run.options.faults?.orphan ?? 0) > 0 ? (type.openRun(run)?.spoil ?? null) : null;
  const references = referencesOf(type.relations.links);
  const brokenIn = (seq: number): Reference | null => {
    const fault = spoil?.(seq).fault;
    if (fault?.kind !== "orphan") return null;
    return references.find(({ field }) => field === fault.field?.name) ?? null;
  };
  return {
    areMade: spoil !== null,
    brokenIn,
    *listBroken(field) {
      const count = spoil === null ? 0 : (run.related?.countOf(type.name) ?? 0);
      for (let seq = 0; seq < count; seq++) if (brokenIn(seq)?.field === field) yield seq;
    },
  };
}
