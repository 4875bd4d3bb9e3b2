import type { Run } from "../../ledger/runs/run.ts";
import { builtInType } from "../../types/built-in.ts";

type Named = Pick<Run, "id" | "createdAt">;

/** What the dashboards' filters call a run, as the view run_names does, or a dataset. */
export function runName({ id, createdAt }: Named): string {
  return `${createdAt.toISOString().slice(0, 19).replace("T", " ")} · ${id.slice(-6)}`;
}

/** The dashboard of a run's type, showing that run. */
export const runDashboardUrl = (
  supersetUrl: string,
  run: Pick<Run, "id" | "createdAt" | "recordType">,
): string => filtered(typeDashboardUrl(supersetUrl, run.recordType.name), "run", run);

/** Showing what its filter calls by that name; the filter's state stands in the address, in Rison. */
function filtered(url: string, filter: string, chosen: Named): string {
  const name = `'${runName(chosen)}'`;
  const state =
    `(NATIVE_FILTER-${filter}:(extraFormData:(filters:!((col:${filter},op:IN,val:!(${name})))),` +
    `filterState:(label:${name},value:!(${name})),id:NATIVE_FILTER-${filter},ownState:()))`;
  return `${url}?native_filters=${encodeURIComponent(state)}`;
}

/** The users' slug is that of superset/assets/dashboards/synthetic_data.yaml, the others' that of superset/type_assets.py. */
export const typeDashboardUrl = (supersetUrl: string, type: string): string =>
  type === builtInType.name ? dashboardUrl(supersetUrl) : slugUrl(supersetUrl, `type-${type}`);

/** Of those that superset/follow_types.py draws on the types of a dataset; of that dataset, or of all that have these types. */
export function datasetDashboardUrl(supersetUrl: string, name: string, dataset?: Named): string {
  const url = slugUrl(supersetUrl, `dataset-${name}`);
  return dataset === undefined ? url : filtered(url, "dataset", dataset);
}

export const dashboardUrl = (supersetUrl: string): string => slugUrl(supersetUrl, "synthetic-data");

const slugUrl = (supersetUrl: string, slug: string): string =>
  `${supersetUrl.replace(/\/$/, "")}/superset/dashboard/${slug}/`;
