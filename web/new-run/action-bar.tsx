import type { VNode } from "preact";
import type { RunEstimate } from "./estimate/estimate-run.ts";
import { EstimateText } from "./estimate/estimate-text.tsx";
import type { FormState } from "./form-state.ts";
import { inputLabel } from "./input-label.ts";

interface ActionBarProps {
  readonly form: FormState;
  /** Null where PostgreSQL does not say. */
  readonly estimate: RunEstimate | null;
}

/** What starts the run, always in sight, with what it will cost or what keeps it from starting. */
export function ActionBar({ form, estimate }: ActionBarProps): VNode {
  return (
    <div class="action-bar">
      <p class="outlook" id="outlook" aria-live="polite" data-live>
        {form.errors.size > 0 ? <Mend form={form} /> : <EstimateText estimate={estimate} />}
      </p>
      <div class="buttons">
        <noscript>
          <button type="submit" class="quiet" formaction="/preview">
            Preview
          </button>
        </noscript>
        <button type="submit" data-start>
          Start the run
        </button>
      </div>
    </div>
  );
}

function Mend({ form }: { readonly form: FormState }): VNode {
  return (
    <span class="mend">
      To mend:{" "}
      {[...form.errors.keys()].map((input, index) => (
        <>
          {index === 0 ? null : ", "}
          <a href={`#${input}`}>{inputLabel(form, input)}</a>
        </>
      ))}
    </span>
  );
}
