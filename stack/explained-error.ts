/** A failure that the user can do something about: its message says what, so no stack trace is printed. */
export class ExplainedError extends Error {
  override readonly name = "ExplainedError";
}
