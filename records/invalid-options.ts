/** What is wrong with one option of a request. */
export interface OptionError {
  /** Where it stands in the request, e.g. `faults.invalid_date`. */
  readonly field: string;
  /** What is wrong and what would be right, to be read behind the field's name: "must be …". */
  readonly message: string;
}

/** A request whose options each are well formed and do not go together: no schema can say so. */
export class InvalidOptionsError extends Error {
  override readonly name = "InvalidOptionsError";
  readonly errors: readonly OptionError[];

  constructor(errors: readonly OptionError[]) {
    super(errors.map(({ field, message }) => `${field} ${message}`).join("; "));
    this.errors = errors;
  }
}
