import type { SignedIn } from "../access/visitor.ts";
import type { Readiness } from "../readiness.ts";
import { Page, renderPage } from "./layout.tsx";

/** What each part is for, in the words of somebody who waits for records. */
const parts: Readonly<Record<string, { readonly label: string; readonly purpose: string }>> = {
  postgres: {
    label: "PostgreSQL",
    purpose: "keeps the ledger and the rows; without it no run is accepted",
  },
  redis: { label: "Redis", purpose: "holds the jobs; without it runs wait" },
  kafka: { label: "Kafka", purpose: "carries the records; without it runs wait" },
  workers: { label: "Workers", purpose: "make the records and send them to Kafka" },
  consumers: { label: "Consumers", purpose: "write what is in Kafka to PostgreSQL" },
};

/** The readiness for a person. */
export function renderStatusPage({ status, checks }: Readiness, signedIn: SignedIn | null): string {
  return renderPage(
    <Page title="Status" section={null} signedIn={signedIn} refreshSeconds={5}>
      <h1>{status === "ready" ? "Everything is up" : "Something is down"}</h1>
      <p class="lede">
        {status === "ready"
          ? "Runs are carried out as they come."
          : "What is committed stays committed; runs go on by themselves once it is back."}
      </p>
      <dl class="checks">
        {Object.entries(checks).map(([name, check]) => (
          <div data-readiness-check={check.status}>
            <dt>
              <span class="dot" aria-hidden="true" />
              {parts[name]?.label ?? name} <span class="note">{check.status}</span>
            </dt>
            <dd>
              {check.detail}
              <span class="note">{parts[name]?.purpose}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Page>,
  );
}
