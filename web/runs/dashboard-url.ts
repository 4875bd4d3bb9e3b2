import type { Run } from "../../ledger/runs/run.ts";
import { builtInType } from "../../types/built-in.ts";

/** What the dashboard's filter calls a run: the view run_names. */
export function runName({ id, createdAt }: Pick<Run, "id" | "createdAt">): string {
  return `${createdAt.toISOString().slice(0, 19).replace("T", " ")} · ${id.slice(-6)}`;
}

/** The dashboard of a run's type, showing that run: its filter's state stands in the address, in Rison. */
export function runDashboardUrl(
  supersetUrl: string,
  run: Pick<Run, "id" | "createdAt" | "recordType">,
): string {
  const name = `'${runName(run)}'`;
  const filter =
    `(NATIVE_FILTER-run:(extraFormData:(filters:!((col:run,op:IN,val:!(${name})))),` +
    `filterState:(label:${name},value:!(${name})),id:NATIVE_FILTER-run,ownState:()))`;
  return `${typeDashboardUrl(supersetUrl, run.recordType.name)}?native_filters=${encodeURIComponent(filter)}`;
}

/** The users' slug is that of superset/assets/dashboards/synthetic_data.yaml, the others' that of superset/type_assets.py. */
export const typeDashboardUrl = (supersetUrl: string, type: string): string =>
  type === builtInType.name ? dashboardUrl(supersetUrl) : slugUrl(supersetUrl, `type-${type}`);

/** Of those that are drawn on several types together, by superset/follow_types.py. */
export const datasetDashboardUrl = (supersetUrl: string, name: string): string =>
  slugUrl(supersetUrl, `dataset-${name}`);

export const dashboardUrl = (supersetUrl: string): string => slugUrl(supersetUrl, "synthetic-data");

const slugUrl = (supersetUrl: string, slug: string): string =>
  `${supersetUrl.replace(/\/$/, "")}/superset/dashboard/${slug}/`;
