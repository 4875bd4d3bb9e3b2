import { checkedAttempts } from "../generate/attempts.ts";
import type { Related } from "../generate/related.ts";
import { CannotSample } from "../generate/sampler.ts";
import { createValidator, TooManySteps } from "../generate/shapes/create-validator.ts";
import type { Definition } from "../generate/shapes/nodes.ts";
import { Utf8Writer } from "../generate/utf8-writer.ts";
import { compileMessages } from "./changes/changing-type.ts";
import { limits } from "./definition/limits.ts";
import type { Fault } from "./definition/problem.ts";

const trials = 1_000;
/** What they are made by. */
export const trialRun = { seed: 0, referenceDate: new Date("2026-01-01T00:00:00Z") } as const;

/**
 * Makes a type's first records and validates them. What only drawing can tell is told here, by fewer draws than a run may take: one of a type
 * that passed does not run out of them.
 * @param maxMs records that are large are fewer; one is made in any case
 * @param related the other types, of one whose records cannot be made without theirs
 */
export function tryRecords(definition: Definition, maxMs = 500, related?: Related): readonly Fault[] {
  const validate = createValidator(definition.schema, { maxSteps: limits.validations })("");
  const out = new Utf8Writer();
  try {
    const { capacity, write } = compileMessages(definition, {
      ...trialRun,
      maxAttempts: checkedAttempts,
      ...(definition.count === null ? {} : { count: definition.count }),
      ...(related === undefined ? {} : { related }),
    });
    const made = Math.min(
      trials,
      capacity,
      definition.changes === null ? (related?.countOf(definition.name) ?? trials) : trials,
    );
    const endMs = performance.now() + maxMs;
    for (let seq = 0; seq < made; seq++) {
      if (seq > 0 && performance.now() > endMs) break;
      out.clear();
      write(seq, out);
      if (statesIn(out.toString(), definition).every((state) => validate(state))) continue;
      return (validate.errors ?? []).slice(0, 1).map(({ schemaPath, instancePath, message }) => ({
        pointer: decodeURI(schemaPath.replace(/^[^#]*#/, "")),
        message: `a record that was made is not valid here: ${instancePath === "" ? "it" : instancePath} ${message}`,
      }));
    }
    return [];
  } catch (error) {
    if (error instanceof TooManySteps) return [{ pointer: "", message: error.message }];
    if (!(error instanceof CannotSample)) throw error;
    return [{ pointer: error.pointer, message: error.message }];
  }
}

/** What a message says of its record: what was and what is, or nothing where it has no value. */
function statesIn(json: string, { changes }: Definition): readonly unknown[] {
  if (json === "") return [];
  const value = JSON.parse(json) as { readonly before?: unknown; readonly after?: unknown };
  return changes?.envelope === "debezium"
    ? [value.before, value.after].filter((state) => state !== null)
    : [value];
}
