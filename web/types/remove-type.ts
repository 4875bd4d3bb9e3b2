import { Problem } from "../http/problem.ts";
import type { Registry } from "./registry.ts";
import { typeNotFound } from "./type-catalogue.ts";

/** Deletes a type with all its versions. @throws Problem where it is not there, is part of the product, or has runs under way */
export function createRemoveType(registry: Registry): (name: string) => Promise<void> {
  return async (name) => {
    if (name === registry.builtIn.name) throw new Problem("type-conflict", `${name} is part of the product.`);
    const deleted = await registry.remove(name);
    if (deleted.kind === "not_found") throw typeNotFound();
    if (deleted.kind === "in_use")
      throw new Problem(
        "type-in-use",
        deleted.runs === 1
          ? `A run of ${name} is under way; cancel it, or wait for its end.`
          : `${deleted.runs.toLocaleString("en")} runs of ${name} are under way; cancel them, or wait for their end.`,
      );
  };
}
