import { createGeneratorSync, type JsonSchema } from "json-schema-faker";
import type { WriteRecord } from "../../generate/write-record.ts";
import { type Contender, inProcess, measureBeside } from "../beside.ts";
import type { Measurement } from "../measure.ts";
import { openDataset } from "../open-dataset.ts";
import { benchOptions } from "../records.ts";
import { openSnowfakery } from "../snowfakery.ts";

const orders = 50_000;
/** Of others, so that a round takes seconds; an order comes with a fifth of a user and two and a half lines. */
const theirOrders = 5_000;
const recordsPerOrder = 3.7;

/** The shop of types/datasets/shop.yaml on one core, beside the nearest that other tools make of it. */
export async function benchOtherTools(): Promise<Measurement[]> {
  const { members } = await openDataset("shop", { user: orders / 5, order: orders });
  const records = members.reduce((sum, { count }) => sum + count, 0);
  return [
    await measureBeside(
      "other-tools",
      "the shop: users, orders, lines",
      writeAll(members),
      [withJsonSchemaFaker(), await openSnowfakery(theirOrders, theirOrders * recordsPerOrder)],
      records,
    ),
  ];
}

/** All records of all types, numbered through. */
function writeAll(
  members: readonly { readonly count: number; readonly write: WriteRecord }[],
): (seq: number, out: Parameters<WriteRecord>[1]) => void {
  return (seq, out) => {
    let before = 0;
    for (const { count, write } of members) {
      if (seq < before + count) return void write(seq - before, out);
      before += count;
    }
  };
}

/**
 * Each document is by itself, so an order has its lines within it, as many of them as any other number up to four; whose they are and what their
 * sum is cannot be said, nor that the user's address is one that there is.
 */
function withJsonSchemaFaker(): Contender {
  const generator = createGeneratorSync({ seed: benchOptions.seed });
  const text = { type: "string", minLength: 4, maxLength: 20 };
  const required = (properties: Record<string, JsonSchema>) => ({
    type: "object",
    properties,
    required: Object.keys(properties),
  });
  const user = required({
    name: text,
    email: { type: "string", format: "email" },
    date: { type: "string", format: "date-time" },
  });
  const line = required({
    line: { type: "integer", minimum: 1, maximum: 20 },
    product: text,
    quantity: { type: "integer", minimum: 1, maximum: 5 },
    price: { type: "number", minimum: 1, maximum: 100 },
    amount: { type: "number", minimum: 1, maximum: 500 },
  });
  const order = required({
    id: { type: "string", format: "uuid" },
    user_email: { type: "string", format: "email" },
    placed_at: { type: "string", format: "date-time" },
    status: { enum: ["placed", "paid", "shipped", "returned"] },
    coupon: { type: ["string", "null"], pattern: "^[A-Z]{6}$" },
    shipping_address: required({ city: text, country: text }),
    total: { type: "number", minimum: 1, maximum: 1_000 },
    lines: { type: "array", items: line, minItems: 1, maxItems: 4 },
  });
  let made = 0;
  return {
    ...inProcess("json-schema-faker, of records that do not belong together", theirOrders, () => {
      const one = made++ % 5 === 0 ? { user: generator.generate(user) } : {};
      return JSON.stringify({ ...one, order: generator.generate(order) });
    }),
    records: theirOrders * recordsPerOrder,
  };
}
