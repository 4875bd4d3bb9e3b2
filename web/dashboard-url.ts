import type { Run } from "../ledger/run.ts";

/** What the dashboard's filter calls a run: the view run_names. */
export function runName({ id, createdAt }: Pick<Run, "id" | "createdAt">): string {
  return `${createdAt.toISOString().slice(0, 19).replace("T", " ")} · ${id.slice(-6)}`;
}

/** Superset's dashboard, showing one run: its filter's state stands in the address, in Rison. */
export function runDashboardUrl(supersetUrl: string, run: Pick<Run, "id" | "createdAt">): string {
  const name = `'${runName(run)}'`;
  const filter =
    `(NATIVE_FILTER-run:(extraFormData:(filters:!((col:run,op:IN,val:!(${name})))),` +
    `filterState:(label:${name},value:!(${name})),id:NATIVE_FILTER-run,ownState:()))`;
  return `${dashboardUrl(supersetUrl)}?native_filters=${encodeURIComponent(filter)}`;
}

/** Its slug is that of superset/assets/dashboards/synthetic_data.yaml. */
export function dashboardUrl(supersetUrl: string): string {
  return `${supersetUrl.replace(/\/$/, "")}/superset/dashboard/synthetic-data/`;
}
