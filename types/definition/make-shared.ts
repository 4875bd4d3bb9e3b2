import { faultOfArguments } from "../../generate/faker-limits.ts";
import type { Json, Operator } from "../../generate/shapes/nodes.ts";
import { parentOf, pointTo } from "../../generate/shapes/pointer.ts";
import { type Refusal, refuse } from "./facets.ts";
import { faultOfMethod, isFakerLocale } from "./faker-methods.ts";
import type { Generate } from "./read-generate.ts";

/** Operators that texts and numbers have alike. */
export const sharedOperators: ReadonlySet<string> = new Set(["faker"]);

export function makeShared(
  { argument, pointer }: NonNullable<Generate["operator"]>,
  { args, locale }: Generate["beside"],
): Operator | Refusal {
  const method = argument as string;
  const fault = faultOfMethod(method);
  if (fault !== null) return refuse(pointer, fault);
  if (typeof locale === "string" && !isFakerLocale(locale))
    return refuse(
      pointTo(parentOf(pointer), "locale"),
      `${locale} is none of Faker's locales; they are written like de or de_AT`,
    );
  const list: readonly Json[] = args === undefined ? [] : Array.isArray(args) ? args : [args];
  const wrong = faultOfArguments(method, list);
  if (wrong !== null) return refuse(pointTo(parentOf(pointer), "args"), wrong);
  return { kind: "faker", method, args: list, locale: typeof locale === "string" ? locale : null };
}
