/** An option that a schema alone cannot refuse: it contradicts another, or asks for more than there is. */
export class InvalidOption extends Error {
  override readonly name = "InvalidOption";
  /** Where the value stands in the request, e.g. `period.to`. */
  readonly field: string;

  /** @param message what is wrong and what would be right, to be read behind the field's name */
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
