import type { Context, Scope } from "./context.ts";
import { type SampleExtras, sampleExtras } from "./extras.ts";
import { jsonOf, writeJson } from "./json-text.ts";
import { createChance } from "./nulls.ts";
import type { Sampler } from "./sampler.ts";
import type { Field, Json, ObjectNode, ScalarNode } from "./shapes/nodes.ts";
import { createWords, type Words } from "./words.ts";

export interface FieldWriter {
  readonly name: string;
  /** The key with what stands before it: first of all, and behind another. */
  readonly key: Words;
  /** Bytes of key and value. */
  readonly room: number;
  readonly sampler: Sampler;
  /** Null: always. */
  readonly isPresent: ((seq: number) => boolean) | null;
}

/** An object, its properties in the definition's order whatever depends on what. */
export function sampleObject(node: ObjectNode, context: Context): Sampler {
  const inside = fieldScope(context, node);
  return assembleObject(
    node.fields.map((field) => prepareField(field, inside)),
    node.extras.map((each) => sampleExtras(each, inside)),
  );
}

/** An object of fields that are prepared. */
export function assembleObject(fields: readonly FieldWriter[], extras: readonly SampleExtras[]): Sampler {
  return {
    room: 0,
    write(seq, out) {
      let written = 0;
      for (let at = 0; at < fields.length; at++) {
        const { key, room, sampler, isPresent } = fields[at] as FieldWriter;
        if (isPresent !== null && !isPresent(seq)) continue;
        out.reserve(room);
        out.word(key, written === 0 ? 0 : 1);
        sampler.write(seq, out);
        written++;
      }
      if (extras.length > 0) {
        for (const [name, value] of drawExtras(fields, extras, seq)) {
          out.reserve(2);
          out.byte(written === 0 ? 0x7b : 0x2c);
          writeJson(name, out);
          out.reserve(1);
          out.byte(0x3a);
          writeJson(value, out);
          written++;
        }
      }
      out.reserve(2);
      if (written === 0) out.byte(0x7b);
      out.byte(0x7d);
    },
    value: (seq) =>
      // Defines properties, where an assignment would take `__proto__` for the prototype.
      Object.fromEntries([
        ...fields
          .filter(({ isPresent }) => isPresent === null || isPresent(seq))
          .map(({ name, sampler }): [string, Json] => [name, sampler.value(seq)]),
        ...drawExtras(fields, extras, seq),
      ]),
  };
}

/** Where an object's fields are made. */
export function fieldScope(context: Context, node: ObjectNode): Context {
  const inside: Context = { ...context, scope: createScope(node, context, () => inside) };
  return inside;
}

export function prepareField({ name, node, presence }: Field, context: Context): FieldWriter {
  const key = jsonOf(name);
  const sampler = context.compile(node, context);
  const words = createWords([`{${key}:`, `,${key}:`]);
  return {
    name,
    key: words,
    room: (words.starts[1] as number) + sampler.room,
    sampler,
    isPresent: presence === 1 ? null : createChance(presence, node, "#present", context),
  };
}

function drawExtras(
  fields: readonly FieldWriter[],
  extras: readonly SampleExtras[],
  seq: number,
): Map<string, Json> {
  const taken = new Set(fields.map(({ name }) => name));
  return new Map(extras.flatMap((draw) => draw(seq, taken)));
}

/** Finds an object's own fields, each made when it is first asked for, and behind them those of the objects around it. */
function createScope({ fields }: ObjectNode, { scope }: Context, inside: () => Context): Scope {
  const own = new Set(fields.map(({ node }) => node));
  const made = new Map<ScalarNode, Sampler>();
  return (node) => {
    if (!own.has(node)) {
      if (scope === null)
        throw new Error(`${node.pointer} is no field of an object around what depends on it`);
      return scope(node);
    }
    let sampler = made.get(node);
    if (sampler === undefined) {
      sampler = inside().compileShared(node, inside());
      made.set(node, sampler);
    }
    return sampler;
  };
}
