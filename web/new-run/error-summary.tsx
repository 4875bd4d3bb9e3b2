import type { VNode } from "preact";
import type { FormState } from "./form-state.ts";
import { inputLabel } from "./input-label.ts";

/** Why a form that was sent did not start a run, with a way to each input. */
export function ErrorSummary({ form }: { readonly form: FormState }): VNode {
  return (
    <div class="notice error" role="alert" data-summary>
      <p>The run was not started:</p>
      <ul>
        {Array.from(form.errors, ([input, message]) => (
          <li>
            <a href={`#${input}`}>{inputLabel(form, input)}</a> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
