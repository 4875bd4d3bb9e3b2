import type { ComponentChildren, VNode } from "preact";

/**
 * What is wrong with an input. Always there, empty where nothing is: the page's script fills it in without touching the
 * input in which somebody types.
 */
export function InputError({
  input,
  message,
}: {
  readonly input: string;
  readonly message: string | undefined;
}): VNode {
  return (
    <p class="input-error" id={errorId(input)}>
      {message === undefined ? "" : sentence(message)}
    </p>
  );
}

export function Hint({
  input,
  children,
}: {
  readonly input: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <p class="hint" id={hintId(input)}>
      {children}
    </p>
  );
}

/** The attributes by which an input names its error and its hint. */
export function described(input: string, error: string | undefined, hasHint: boolean) {
  return {
    "aria-describedby": hasHint ? `${errorId(input)} ${hintId(input)}` : errorId(input),
    "aria-invalid": error === undefined ? undefined : ("true" as const),
  };
}

/** A definition's text, in which `backticks` mark what is typed. */
export function Text({ text }: { readonly text: string }): VNode {
  return <>{text.split("`").map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>))}</>;
}

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const errorId = (input: string): string => `${input}-error`;
const hintId = (input: string): string => `${input}-hint`;
