import type { ComponentChildren, VNode } from "preact";

interface ScrollRegionProps {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly tall?: boolean;
  /** Under which name the page's script finds and replaces it. */
  readonly part?: string;
  readonly children: ComponentChildren;
}

/** Holds what may be wider than the page. It can be focused, since without a mouse it is scrolled by the arrow keys. */
export function ScrollRegion({ label, tall, part, children }: ScrollRegionProps): VNode {
  return (
    <section
      class={tall ? "scroll wide tall" : "scroll wide"}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: https://www.w3.org/WAI/WCAG22/Techniques/general/G202
      tabIndex={0}
      aria-label={label}
      data-part={part}
    >
      {children}
    </section>
  );
}
