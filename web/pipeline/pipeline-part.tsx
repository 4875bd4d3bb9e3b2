import type { ComponentChildren, VNode } from "preact";
import type { Part } from "./pipeline-state.ts";

interface PartSectionProps<Found> {
  readonly id: string;
  readonly title: string;
  readonly part: Part<Found>;
  readonly children: (found: Found) => ComponentChildren;
}

/** A part's section: what it has told, or that it has told nothing. */
export function PartSection<Found>({ id, title, part, children }: PartSectionProps<Found>): VNode {
  return (
    <section class="part" aria-labelledby={`${id}-title`} data-part={id} data-part-status={part.status}>
      <h2 id={`${id}-title`}>{title}</h2>
      {part.status === "up" ? (
        children(part.found)
      ) : (
        <p class="unanswered">
          No answer: <code>{part.error}</code>
        </p>
      )}
    </section>
  );
}

/** Bytes for a person: `340 B`, `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
