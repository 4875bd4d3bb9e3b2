/** A failure that the user can do something about: its message says what, so no stack trace is printed. */
export class ExplainedError extends Error {
  override readonly name = "ExplainedError";
  /** What the command ends with: 1 where it failed, 2 where it was called wrongly. */
  readonly exitCode: 1 | 2;

  constructor(
    message: string,
    { exitCode = 1, ...options }: ErrorOptions & { readonly exitCode?: 1 | 2 } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
