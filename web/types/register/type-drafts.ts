import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDefinitions } from "../../../types/definition/parse-definitions.ts";
import { examplesFolder } from "./register-examples.ts";

/** A text to begin a definition with. */
export interface TypeDraft {
  /** By which the address asks for it. */
  readonly id: string;
  /** Of the type that it is an example of, as it comes with the product; null of one that does not come as a type. */
  readonly shippedAs: string | null;
  readonly title: string;
  readonly text: string;
}

const short: TypeDraft = {
  id: "short",
  shippedAs: null,
  title: "A short one",
  text: `# A sale: what is left open follows from types, formats, bounds and the names of fields.
$id: sale
type: object
required: [id, email, quantity, price, amount]
properties:
  id: { type: string, format: uuid }
  email: { type: string }
  quantity: { type: integer, minimum: 1, maximum: 5 }
  price: { type: number, x-generate: { lognormal: [3, 0.8], decimals: 2 } }
  amount: { type: number, x-generate: { product: [quantity, price] } }
`,
};

/** The examples that come with the product. They are registered already, so each gets names of its own to be changed. */
export function readTypeDrafts(): readonly TypeDraft[] {
  const examples = readdirSync(examplesFolder).map((file): TypeDraft => {
    const text = readFileSync(path.join(examplesFolder, file), "utf8");
    const { name, title } = parseDefinitions(text).definitions[0] ?? { name: "", title: null };
    return {
      id: path.parse(file).name,
      shippedAs: name,
      title: title ?? name,
      // Its topic and table begin with its name.
      text: text.replaceAll(new RegExp(`\\b${name}`, "g"), `my_${name}`),
    };
  });
  return [short, ...examples];
}
