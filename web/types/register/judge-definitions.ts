import type { Definition } from "../../../generate/shapes/nodes.ts";
import { definitionOf } from "../../../ledger/types/record-types.ts";
import { createOwnType } from "../../../types/compile/own-type.ts";
import { mediaTypeOf } from "../../../types/definition/media-type.ts";
import { Problem } from "../../http/problem.ts";
import type { PreviewType, TypePreview } from "../preview-type.ts";
import type { Registry } from "../registry.ts";
import { columnsOf, type TypeDetails } from "../type-catalogue.ts";
import { type RegisteredDefinitions, registerDefinitions } from "./register-definitions.ts";

/** What would come of one definition. */
export interface JudgedType {
  readonly name: string;
  readonly version: number;
  readonly topic: string;
  readonly table: string | null;
  /** Whether the very same is there already; null where it cannot be registered. */
  readonly isUnchanged: boolean | null;
  readonly columns: TypeDetails["columns"];
  /** Null of those beyond what a page shows. */
  readonly preview: TypePreview | null;
}

/** What is to be said of a text in which definitions are to be. */
export interface JudgedDefinitions {
  readonly text: string;
  /** Why it cannot be registered, as the API says it; null where nothing is wrong, or nothing is there. */
  readonly problem: Problem | null;
  readonly types: readonly JudgedType[];
}

/** A page shows the records of so many types. */
const mostPreviewed = 5;

/** Judges a text by registering it, or by what registering it would do. */
export async function judgeDefinitions(
  { registry, previewType }: { readonly registry: Registry; readonly previewType: PreviewType },
  { text, isDryRun }: { readonly text: string; readonly isDryRun: boolean },
): Promise<JudgedDefinitions> {
  if (text.trim() === "") return { text, problem: null, types: [] };
  try {
    const registered = await registerDefinitions(registry, { text, mediaType: mediaTypeOf(text), isDryRun });
    const found = definitionsOf(registered);
    const types = found.map(({ definition }) => createOwnType(definition));
    const previews: TypePreview[] = [];
    for (const type of types.slice(0, mostPreviewed))
      previews.push(await previewType(type, previewSeed, types));
    return {
      text,
      problem: registered.kind === "refused" ? registered.problem : null,
      types: found.map(({ definition, isUnchanged }, index) => ({
        name: definition.name,
        version: definition.version,
        topic: definition.topic,
        table: definition.table,
        isUnchanged,
        columns: columnsOf(definition),
        preview: previews[index] ?? null,
      })),
    };
  } catch (error) {
    // What was typed is not to be lost with the database.
    if (!(error instanceof Problem)) throw error;
    return { text, problem: error, types: [] };
  }
}

const previewSeed = 42;

/** As they would be registered or, where that is refused, as they stand. */
function definitionsOf(
  registered: RegisteredDefinitions,
): readonly { readonly definition: Definition; readonly isUnchanged: boolean | null }[] {
  if (registered.kind === "refused")
    return registered.candidates.map(({ definition }) => ({ definition, isUnchanged: null }));
  return registered.types.map(({ type, isUnchanged }) => ({
    // A later version's fields draw from the streams of the version in which they came.
    definition: { ...definitionOf(type), topic: type.topic, table: type.table },
    isUnchanged,
  }));
}
