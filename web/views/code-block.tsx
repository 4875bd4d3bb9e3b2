import type { VNode } from "preact";

/** A command or an example, with a button that copies it where there is JavaScript. */
export function CodeBlock({ label, text }: { readonly label: string; readonly text: string }): VNode {
  return (
    <figure class="code">
      <figcaption>
        {label}
        <button type="button" class="link" data-copy hidden>
          Copy
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
