import type { VNode } from "preact";
import type { Config } from "../../service/config.ts";
import { dashboardUrl } from "../runs/dashboard-url.ts";

/** Where more is to be seen. */
export function PipelineLinks({ links }: { readonly links: Config["links"] }): VNode {
  const known = [
    { name: "Bull Board", href: "/queues/", what: "every job" },
    { name: "Kafka UI", href: links.kafkaUi, what: "topics and groups" },
    { name: "Airflow", href: links.airflow, what: "DAG runs" },
    {
      name: "Superset",
      href: links.superset === null ? null : dashboardUrl(links.superset),
      what: "the dashboard",
    },
    { name: "Grafana", href: links.grafana, what: "metrics over time" },
    { name: "Metrics", href: "/metrics", what: "for Prometheus" },
    { name: "JSON", href: "/api/pipeline", what: "this page for programs" },
  ];
  return (
    <nav class="elsewhere" aria-label="Elsewhere">
      <h2>Elsewhere</h2>
      <ul>
        {known.map(({ name, href, what }) =>
          href === null ? null : (
            <li>
              <a href={href}>{name}</a> <span class="note">{what}</span>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}
