import type { VNode } from "preact";
import type { RunStatus } from "../../ledger/runs/run.ts";

export function StatusBadge({ status }: { readonly status: RunStatus }): VNode {
  return (
    <span class="badge" data-status={status}>
      {status}
    </span>
  );
}
