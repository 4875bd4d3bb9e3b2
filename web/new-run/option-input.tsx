import type { VNode } from "preact";
import { defaultText, type FormState } from "./form-state.ts";
import { described, Hint, InputError, Text } from "./input-parts.tsx";
import { firstText, inputMembers } from "./options/option-inputs.ts";
import { inWords, type OptionKind, optionKind, type Schema, titleOf } from "./options/option-kind.ts";
import { writeText } from "./options/option-text.ts";

interface OptionProps {
  readonly form: FormState;
  readonly name: string;
  readonly schema: Schema;
}

/** A property's input or inputs, as its schema wants them. */
export function OptionInput({ form, name, schema }: OptionProps): VNode {
  const kind = optionKind(schema);
  if (kind.kind === "list") return <Choices form={form} name={name} schema={schema} values={kind.values} />;
  if (inputMembers(kind) !== null) return <MemberInputs form={form} name={name} schema={schema} />;
  return (
    <div class="input">
      <label for={name}>{titleOf(name, schema)}</label>
      <Control form={form} input={name} schema={schema} fallback={defaultText(form, name)} hasHint />
      <InputError input={name} message={form.errors.get(name)} />
      <Hint input={name}>
        <Text text={descriptionOf(schema)} />
        <Example kind={kind} schema={schema} />
      </Hint>
    </div>
  );
}

interface ControlProps {
  readonly form: FormState;
  readonly input: string;
  readonly schema: Schema;
  /** What holds where nothing is typed. */
  readonly fallback: string;
  readonly hasHint: boolean;
}

/** One input: a choice where the values can be counted up, else a line to type in. */
export function Control({ form, input, schema, fallback, hasHint }: ControlProps): VNode {
  const kind = optionKind(schema);
  const text = firstText(form.texts, input);
  const attributes = { id: input, name: input, ...described(input, form.errors.get(input), hasHint) };
  const choices = choicesOf(kind);
  if (choices !== null) {
    return (
      <select {...attributes}>
        <option value="">
          {fallback === "" ? "–" : `By default: ${choiceLabel(kind, fallback).toLowerCase()}`}
        </option>
        {choices.map((value) => (
          <option value={value} selected={value === text}>
            {choiceLabel(kind, value)}
          </option>
        ))}
      </select>
    );
  }
  const names = kind.kind === "mix" ? kind.names : [];
  return (
    <>
      <input
        {...attributes}
        type={schema.format === "date" ? "date" : "text"}
        inputMode={kind.kind === "number" ? (kind.isWhole ? "numeric" : "decimal") : "text"}
        autoComplete="off"
        spellcheck={false}
        value={text}
        placeholder={fallback}
        list={names.length > 0 ? `${input}-names` : undefined}
      />
      {names.length > 0 ? (
        <datalist id={`${input}-names`}>
          {names.map((value) => (
            <option value={value} />
          ))}
        </datalist>
      ) : null}
    </>
  );
}

function choicesOf(kind: OptionKind): readonly string[] | null {
  if (kind.kind === "boolean") return ["true", "false"];
  return kind.kind === "choice" ? kind.values : null;
}

function choiceLabel(kind: OptionKind, value: string): string {
  if (kind.kind !== "boolean") return inWords(value);
  return value === "true" ? "Yes" : "No";
}

function Choices({
  form,
  name,
  schema,
  values,
}: OptionProps & { readonly values: readonly string[] }): VNode {
  const chosen = form.texts.get(name) ?? [];
  const error = form.errors.get(name);
  return (
    <fieldset id={name} class="choices" {...described(name, error, true)}>
      <legend>{titleOf(name, schema)}</legend>
      <InputError input={name} message={error} />
      <Hint input={name}>
        <Text text={descriptionOf(schema)} />
      </Hint>
      <div class="checks">
        {values.map((value) => (
          <label class="check">
            <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
            <span>{form.labels.get(value) ?? inWords(value)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** An input a member, each with the member's own description where it has one. */
function MemberInputs({ form, name, schema }: OptionProps): VNode {
  const kind = optionKind(schema);
  const members = [...(inputMembers(kind) ?? [])];
  const error = form.errors.get(name);
  const areExplained = members.some(([, member]) => descriptionOf(member) !== "");
  return (
    <fieldset
      id={name}
      class="members"
      data-variants={kind.kind === "variants" ? name : undefined}
      {...described(name, error, true)}
    >
      <legend>{titleOf(name, schema)}</legend>
      <InputError input={name} message={error} />
      <Hint input={name}>
        <Text text={descriptionOf(schema)} />
      </Hint>
      <div class={areExplained ? "member-list" : "member-list short"}>
        {members.map(([member, memberSchema]) => (
          <Member form={form} name={name} kind={kind} member={member} schema={memberSchema} />
        ))}
      </div>
    </fieldset>
  );
}

interface MemberProps extends OptionProps {
  readonly kind: OptionKind;
  readonly member: string;
}

function Member({ form, name, kind, member, schema }: MemberProps): VNode {
  const input = `${name}.${member}`;
  const description = descriptionOf(schema);
  const fallback =
    defaultText(form, name, member) || (schema.default === undefined ? "" : writeText(schema.default));
  const variants = variantsWith(kind, member);
  return (
    <div class="member" data-variant={variants.length > 0 ? variants.join(" ") : undefined}>
      <label for={input}>
        {variants.length > 0 ? <span class="variant">{variants.map(inWords).join(", ")}: </span> : null}
        {form.labels.get(member) ?? titleOf(member, schema)}
      </label>
      <Control form={form} input={input} schema={schema} fallback={fallback} hasHint={description !== ""} />
      <InputError input={input} message={form.errors.get(input)} />
      {description === "" ? null : (
        <Hint input={input}>
          <Text text={description} />
        </Hint>
      )}
    </div>
  );
}

/** The variants to which a member belongs. */
function variantsWith(kind: OptionKind, member: string): string[] {
  if (kind.kind !== "variants") return [];
  return [...kind.variants].filter(([, members]) => members.has(member)).map(([name]) => name);
}

/** What is written as text is best shown. */
function Example({ kind, schema }: { readonly kind: OptionKind; readonly schema: Schema }): VNode | null {
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  if ((kind.kind !== "mix" && kind.kind !== "map") || examples.length === 0) return null;
  return (
    <>
      {". For example "}
      {examples.map((example, index) => (
        <>
          {index === 0 ? null : " or "}
          <code>{writeText(example).replaceAll(",", ", ")}</code>
        </>
      ))}
      .
    </>
  );
}

const descriptionOf = (schema: Schema): string =>
  typeof schema.description === "string" ? schema.description : "";
