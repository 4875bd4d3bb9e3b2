import type { Definition, Node } from "../../generate/shapes/nodes.ts";
import type { CollectContext, Opened, Refusal } from "./facets.ts";
import type { Names } from "./guess-operator.ts";
import { limits } from "./limits.ts";
import type { Located, Resolve } from "./references.ts";

/** The fields of an object, which those beside them and within them may depend on. */
export interface Scope {
  readonly parent: Scope | null;
  readonly fields: ReadonlyMap<string, Entry>;
}

/** A field, built where it is first asked for. */
export interface Entry {
  readonly place: string;
  readonly prepared: () => Prepared;
  readonly build: () => Node | Refusal;
}

/** A value whose kind is known and that is not built yet. */
export interface Prepared {
  /** Of objects whose fields are fixed. */
  readonly scope: Scope | null;
  /** What `x-generate` says of its absence; null where it says nothing. */
  readonly absent: number | null;
  readonly isGenerated: boolean;
  readonly build: () => Node | Refusal;
}

/** Where in a record a value stands. */
export interface At {
  /** As JSON pointer, with names of its own for items and branches. */
  readonly place: string;
  readonly names: Names;
  readonly scope: Scope | null;
  /** References that what is around it came by. */
  readonly open: Opened;
  readonly depth: number;
  /** Groups whose branch is chosen, by pointer. */
  readonly settled: ReadonlySet<string>;
  /** Whether null is taken care of around it. */
  readonly isNullSettled: boolean;
}

export interface Builder {
  readonly record: Pick<Definition, "name" | "belongsTo" | "changes">;
  readonly resolve: Resolve;
  /** How often a reference may be within itself. */
  readonly maxRecursion: number;
  readonly streamOf: (place: string) => string;
  /** Fields that are there in every record beside the required ones: those of the key. */
  readonly keyFields: ReadonlySet<string>;
  readonly count: number | null;
  readonly prepare: (located: readonly Located[], at: At) => Prepared;
  /** Fields that are being built, the outermost first. */
  readonly opened: string[];
  /** @throws TooMuchWork */
  readonly spendNode: (count: number, pointer: string) => void;
  readonly spend: CollectContext["spend"];
  readonly patternOf: CollectContext["patternOf"];
}

/** A definition whose references and choices come to more than is checked. */
export class TooMuchWork extends Error {
  override readonly name = "TooMuchWork";
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(message);
    this.pointer = pointer;
  }
}

/** What a file's definitions may still cost together, in steps. */
export interface FileBudget {
  left: number;
}

/** A node costs about as much as so many steps. */
const stepsOfNode = 25;

export function countNodes(file: FileBudget): Builder["spendNode"] {
  const message = `comes to more than ${limits.nodes.toLocaleString("en")} fields, items and branches, $ref and choices followed`;
  return countTo(limits.nodes, { file, steps: stepsOfNode }, () => new TooMuchWork("", message));
}

export const countSteps = (file: FileBudget): CollectContext["spend"] =>
  countTo(
    limits.steps,
    { file, steps: 1 },
    (pointer) =>
      new TooMuchWork(
        pointer,
        `takes more than ${limits.steps.toLocaleString("en")} steps until all is put together that $ref, allOf and choices say of one value`,
      ),
  );

function countTo(
  limit: number,
  { file, steps }: { readonly file: FileBudget; readonly steps: number },
  tooMuch: (pointer: string) => Error,
): (cost: number, pointer: string) => void {
  let left = limit;
  return (cost, pointer) => {
    left -= cost;
    file.left -= cost * steps;
    if (left < 0) throw tooMuch(pointer);
  };
}

/** Schemas that a value must be valid against: those that stand in the definition as such. */
export const checkOf = (keywords: Iterable<string>, located: readonly Located[]): Node["check"] => {
  const list = [...new Set(keywords)];
  if (list.length === 0) return null;
  return {
    keywords: list,
    pointers: located.filter(({ isDerived }) => isDerived !== true).map(({ pointer }) => pointer),
  };
};
