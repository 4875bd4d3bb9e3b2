import type { VNode } from "preact";

interface TypeChoiceProps {
  readonly chosen: string;
  readonly names: readonly string[];
}

const formId = "type-choice";

/** The form that the choice of a type is sent by: another type has another form. */
export const TypeChoiceForm = (): VNode => <form id={formId} method="get" action="/" />;

/** What the records of the run are. */
export function TypeChoice({ chosen, names }: TypeChoiceProps): VNode {
  return (
    <div class="input">
      <label for="run-type">Type</label>
      <div class="type-choice">
        <select id="run-type" name="type" form={formId} data-type-choice>
          {(names.includes(chosen) ? names : [...names, chosen]).map((name) => (
            <option value={name} selected={name === chosen}>
              {name}
            </option>
          ))}
        </select>
        <button type="submit" class="quiet" form={formId}>
          Choose
        </button>
      </div>
      <p class="hint">
        <a href={`/types/${chosen}`}>What its records are</a> · <a href="/new-type">New type</a>
      </p>
    </div>
  );
}
