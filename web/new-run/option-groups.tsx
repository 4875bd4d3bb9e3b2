import type { VNode } from "preact";
import { errorsOf, type FormState, typedInputs } from "./form-state.ts";
import { OptionInput } from "./option-input.tsx";
import { firstText } from "./options/option-inputs.ts";
import { inWords, optionKind, titleOf } from "./options/option-kind.ts";

interface Group {
  readonly id: string;
  readonly title: string;
  readonly names: readonly string[];
  /** What holds where nothing of it is set. */
  readonly unset: string;
}

const groups: readonly Group[] = [
  {
    id: "who",
    title: "Who",
    names: ["coherent", "locale", "countries", "skew"],
    unset: "people as the preset has them",
  },
  {
    id: "when",
    title: "When",
    names: ["period", "growth", "rhythm", "spike"],
    unset: "dates as the preset has them",
  },
  { id: "rules", title: "Rules", names: ["unique", "nulls"], unset: "nothing unique, nothing absent" },
  { id: "faults", title: "Faults", names: ["faults"], unset: "clean records" },
  { id: "pace", title: "Pace", names: ["rate", "shape"], unset: "as fast as it goes" },
  { id: "technical", title: "Technical", names: ["referenceDate", "chunkSize"], unset: "defaults" },
];

/** Properties that stand outside the groups. */
const essentials = ["type", "count", "seed", "preset", "fields"];

/** The options that most runs leave alone, in groups that say what is set in them. */
export function OptionGroups({ form }: { readonly form: FormState }): VNode {
  const grouped = new Set([...essentials, ...groups.flatMap(({ names }) => names)]);
  const others = Object.keys(form.properties).filter((name) => !grouped.has(name));
  const all: readonly Group[] = [...groups, { id: "more", title: "More", names: others, unset: "defaults" }];
  return (
    <div class="groups">
      {all.map((group) => {
        const names = group.names.filter((name) => form.properties[name] !== undefined);
        return names.length === 0 ? null : <OptionGroup form={form} group={{ ...group, names }} />;
      })}
    </div>
  );
}

function OptionGroup({ form, group }: { readonly form: FormState; readonly group: Group }): VNode {
  const isFaulty = group.names.some((name) => errorsOf(form, name).length > 0);
  return (
    <details class="group" open={isFaulty}>
      <summary>
        <span class="group-title">{group.title}</span>{" "}
        <span class="group-set" id={`set-${group.id}`} data-live>
          <GroupSummary form={form} group={group} />
        </span>
      </summary>
      <div class="group-body">
        {group.names.map((name) => {
          const schema = form.properties[name];
          return schema === undefined ? null : <OptionInput form={form} name={name} schema={schema} />;
        })}
      </div>
    </details>
  );
}

function GroupSummary({ form, group }: { readonly form: FormState; readonly group: Group }): VNode {
  const wrong = group.names.flatMap((name) => errorsOf(form, name)).length;
  const set = group.names.flatMap((name) => describeSet(form, name));
  return (
    <>
      {wrong > 0 ? <strong class="to-mend">{wrong} to mend</strong> : null}
      {wrong > 0 && set.length > 0 ? " · " : null}
      {set.length > 0 ? <span class="set">{set.join(" · ")}</span> : wrong > 0 ? null : group.unset}
    </>
  );
}

/** `Countries: Portugal 2, Spain 8`; nothing where the property is left open. */
function describeSet(form: FormState, name: string): string[] {
  const schema = form.properties[name];
  if (schema === undefined) return [];
  const parts = typedInputs(form, name).map((input) => {
    const member = input.slice(name.length + 1);
    if (member === "")
      return (form.texts.get(input) ?? []).map((text) => valueInWords(form, name, text)).join(", ");
    const text = firstText(form.texts, input);
    return member === "kind" ? text : `${(form.labels.get(member) ?? inWords(member)).toLowerCase()} ${text}`;
  });
  return parts.length === 0 ? [] : [`${titleOf(name, schema)}: ${parts.join(", ")}`];
}

function valueInWords(form: FormState, name: string, text: string): string {
  const schema = form.properties[name];
  const kind = schema === undefined ? "text" : optionKind(schema).kind;
  if (kind === "boolean") return text === "true" ? "yes" : "no";
  if (kind === "choice") return inWords(text).toLowerCase();
  if (kind === "list") return (form.labels.get(text) ?? inWords(text)).toLowerCase();
  return text.replaceAll(/\s*=\s*/g, " ").replaceAll(/\s*,\s*/g, ", ");
}
