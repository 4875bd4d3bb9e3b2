import type { VNode } from "preact";
import type { RecordField } from "../../records/record-field.ts";
import { defaultText, type FormState } from "./form-state.ts";
import { described, Hint, InputError } from "./input-parts.tsx";
import { firstText } from "./options/option-inputs.ts";
import { inWords, isNullable, optionKind, titleOf } from "./options/option-kind.ts";
import { nullInput, nullLabel } from "./run-form.ts";

interface EssentialsProps {
  /** Of the type, on which all else depends. */
  readonly choice: VNode;
  readonly form: FormState;
  /** Those that can be chosen; none where every record has all. */
  readonly fields: readonly RecordField[];
  readonly maxCount: number;
  /** What the run gets where no seed is typed. */
  readonly drawnSeed: number;
}

/** What every run is asked about: how many, like what, and which fields. */
export function Essentials({ choice, form, fields, maxCount, drawnSeed }: EssentialsProps): VNode {
  return (
    <div class="essentials">
      {choice}
      <div class="numbers">
        <Count form={form} maxCount={maxCount} />
        <Seed form={form} drawnSeed={drawnSeed} />
      </div>
      <Presets form={form} />
      {fields.length === 0 ? null : <FieldChoice form={form} fields={fields} />}
    </div>
  );
}

function Count({ form, maxCount }: { readonly form: FormState; readonly maxCount: number }): VNode {
  const schema = form.properties.count ?? {};
  const error = form.errors.get("count");
  return (
    <div class="input">
      <label for="count">Records</label>
      <input
        id="count"
        name="count"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        required
        value={firstText(form.texts, "count")}
        data-default={defaultText(form, "count")}
        {...described("count", error, true)}
      />
      <InputError input="count" message={error} />
      {isNullable(schema) ? (
        <label class="check" id="count-hint">
          <input
            type="checkbox"
            name={nullInput("count")}
            value="true"
            checked={form.texts.has(nullInput("count"))}
          />
          <span>{nullLabel}</span>
        </label>
      ) : (
        <Hint input="count">Up to {shortCount(maxCount)}</Hint>
      )}
    </div>
  );
}

function Seed({ form, drawnSeed }: { readonly form: FormState; readonly drawnSeed: number }): VNode {
  const error = form.errors.get("seed");
  return (
    <div class="input">
      <label for="seed">Seed</label>
      <input
        id="seed"
        name="seed"
        type="text"
        inputMode="numeric"
        autoComplete="off"
        value={firstText(form.texts, "seed")}
        placeholder={String(drawnSeed)}
        {...described("seed", error, true)}
      />
      <InputError input="seed" message={error} />
      <Hint input="seed">Same seed, same records</Hint>
    </div>
  );
}

/** What each preset is like, in a line; a preset without one has its name alone. */
const presetNotes: Readonly<Record<string, string>> = {
  realistic: "The world's people, growing",
  uniform: "Everything equally often",
  launch_day: "First weeks, with a rush",
};

function Presets({ form }: { readonly form: FormState }): VNode | null {
  const schema = form.properties.preset;
  const kind = schema === undefined ? null : optionKind(schema);
  if (schema === undefined || kind?.kind !== "choice") return null;
  const chosen = firstText(form.texts, "preset") || defaultText(form, "preset");
  const error = form.errors.get("preset");
  return (
    <fieldset id="preset" class="presets" {...described("preset", error, false)}>
      <legend>{titleOf("preset", schema)}</legend>
      <InputError input="preset" message={error} />
      <div class="preset-cards">
        {kind.values.map((value) => (
          <label class="preset-card">
            <input type="radio" name="preset" value={value} checked={value === chosen} />
            <span>
              {inWords(value)}
              {presetNotes[value] === undefined ? null : <span class="note">{presetNotes[value]}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function FieldChoice({
  form,
  fields,
}: {
  readonly form: FormState;
  readonly fields: readonly RecordField[];
}): VNode {
  const chosen = form.texts.get("fields") ?? [];
  const error = form.errors.get("fields");
  return (
    <fieldset id="fields" class="choices" {...described("fields", error, false)}>
      <legend>Fields</legend>
      <p class="choose" data-choose hidden>
        <button type="button" class="link" data-choose-all>
          Select all
        </button>
        <button type="button" class="link" data-choose-none>
          Select none
        </button>
      </p>
      <InputError input="fields" message={error} />
      <div class="checks">
        {fields.map((field) => (
          <label class="check" title={field.description}>
            <input type="checkbox" name="fields" value={field.name} checked={chosen.includes(field.name)} />
            <span>{field.label ?? field.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** 10,000,000,000 as 10 billion. */
const shortCount = (count: number): string =>
  count.toLocaleString("en", { notation: "compact", compactDisplay: "long", maximumSignificantDigits: 3 });
