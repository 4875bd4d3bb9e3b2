import type { Pool } from "../../ledger/database/database.ts";
import type { DashboardPage } from "./dashboard-page.ts";
import type { Sent } from "./make-data.ts";
import type { SupersetClient } from "./superset-client.ts";

/** What the checks look at. */
export interface Subject {
  readonly superset: SupersetClient;
  readonly page: DashboardPage;
  readonly pool: Pool;
  readonly webUrl: string;
  readonly stackDirectory: string;
  readonly sent: Sent;
  readonly python: string;
  /** What Superset was started with. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where pictures of the dashboard are put; null where nobody wants any. */
  readonly pictures: string | null;
  readonly signal: AbortSignal;
}
