import { createHash } from "node:crypto";
import type { Json } from "../generate/shapes/nodes.ts";
import { keyOf } from "../generate/shapes/same-json.ts";

/** SHA-256 of what a definition says: neither the order of its keys nor how values are written matters. */
export const digestOf = (definition: Json): string =>
  createHash("sha256").update(keyOf(definition)).digest("hex");
