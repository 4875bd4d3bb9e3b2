import type { VNode } from "preact";
import { csrfField } from "../access/refuse-forgery.ts";

/** What every form carries that a browser sends. */
export const CsrfInput = ({ token }: { readonly token: string }): VNode => (
  <input type="hidden" name={csrfField} value={token} />
);
