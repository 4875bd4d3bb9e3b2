import { allLocales } from "@faker-js/faker";
import { faker } from "@faker-js/faker/locale/en";

/** They run a template of the definition's, take a function, or draw by a regular expression that only V8 can read. */
const refused: Readonly<Record<string, string>> = {
  "helpers.fake": "evaluates a template; use template",
  "helpers.mustache": "evaluates a template; use template",
  "helpers.fromRegExp": "reads regular expressions of its own; use pattern",
  "helpers.multiple": "takes a function; use an array",
  "helpers.uniqueArray": "takes a function; use an array with uniqueItems",
  "helpers.maybe": "takes a function; use nulls or absent",
};

/** What is wrong with a method's path; null where Faker has it and its values can be used. */
export function faultOfMethod(path: string): string | null {
  const reason = Object.hasOwn(refused, path) ? refused[path] : undefined;
  if (reason !== undefined) return `${path} ${reason}`;
  const [module = "", method = "", ...rest] = path.split(".");
  const methods = methodsOf(module);
  if (rest.length === 0 && methods.includes(method)) return null;
  const near = methods.length > 0 ? `; ${module} has ${methods.join(", ")}` : "; see https://fakerjs.dev/api";
  return `Faker has no method ${path}${near}`;
}

function methodsOf(module: string): readonly string[] {
  const modules: Readonly<Record<string, unknown>> = faker as unknown as Readonly<Record<string, unknown>>;
  const candidate = Object.hasOwn(modules, module) && !module.startsWith("_") ? modules[module] : undefined;
  if (typeof candidate !== "object" || candidate === null) return [];
  return Object.entries(candidate).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
}

export const isFakerLocale = (name: string): boolean => Object.hasOwn(allLocales, name);
