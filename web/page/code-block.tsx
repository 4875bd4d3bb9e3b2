import type { VNode } from "preact";

interface CodeBlockProps {
  readonly label: string;
  readonly text: string;
  /** Where the page's script puts a newer text. */
  readonly id?: string;
}

/** A command or an example, with a button that copies it where there is JavaScript. */
export function CodeBlock({ label, text, id }: CodeBlockProps): VNode {
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
        <code id={id} data-live={id === undefined ? undefined : ""}>
          {text}
        </code>
      </pre>
    </figure>
  );
}
