/** A definition with a field for each kind of fault, beside optional ones, nullable ones and some within an object. */
export const parcel = (name: string, onInvalid: "flag" | "dead_letter" = "flag"): string => `
x-record: { name: ${name}, onInvalid: ${onInvalid} }
type: object
additionalProperties: false
required: [id, code, size, weight, price, serial, tags, address]
properties:
  id: { type: string, format: uuid }
  code: { type: string, pattern: "^[A-Z]{3}-[0-9]{4}$" }
  size: { enum: [small, large] }
  weight: { type: integer, minimum: 1, maximum: 40 }
  price: { type: number, multipleOf: 0.01, exclusiveMinimum: 0, maximum: 500 }
  serial: { type: integer, minimum: 9007199254740993, maximum: 9223372036854775807 }
  tags: { type: array, items: { type: string }, minItems: 1, maxItems: 3, uniqueItems: true }
  note: { type: [string, "null"], minLength: 3, maxLength: 20 }
  sent_at: { type: string, format: date-time }
  address:
    type: object
    required: [city, email]
    additionalProperties: false
    properties:
      city: { type: string, maxLength: 30 }
      email: { type: string, format: email }
      ip: { type: string, format: ipv4 }
`;
