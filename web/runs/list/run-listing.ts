import Type, { type Static } from "typebox";
import { type RunFilter, type RunOrder, runOrders } from "../../../ledger/runs/list-runs.ts";
import { readRunSearch } from "../../../ledger/runs/run-search.ts";
import { builtInType } from "../../../types/built-in.ts";
import { typeNamePattern } from "../request/request-schema.ts";
import { runStatusSchema } from "../request/run-schema.ts";

const searchSchema = Type.String({
  maxLength: 200,
  // PostgreSQL takes no text with a NUL in it.
  pattern: "^[^\\u0000]*$",
  description:
    "Only those that it may mean: the beginning or the end of an id (4 digits or more), a seed, a field, a part of an error",
  "x-message": "must be a text of at most 200 characters, without NUL",
});

/** What narrows a list of runs down; the same for the page, the list and the commands to many. */
export const runFilterProperties = {
  status: Type.Optional(runStatusSchema),
  q: Type.Optional(searchSchema),
  type: Type.Optional(
    Type.String({ pattern: `^${typeNamePattern}$`, description: "Only those of this type of records" }),
  ),
  dataset: Type.Optional(Type.String({ format: "uuid", description: "Only those of this dataset" })),
};

/** What a list of runs can be asked for. */
export const runListProperties = {
  ...runFilterProperties,
  sort: Type.Optional(
    Type.Enum([...runOrders], {
      description:
        "`newest` by default. `longest` begins with the runs that have not ended, the oldest of them first.",
    }),
  ),
  before: Type.Optional(Type.String({ format: "uuid", description: "The last id of the page before" })),
};

const listing = Type.Object(runListProperties);
export type RunListing = Static<typeof listing>;

/** The search knows the labels of the built-in type's fields. */
export function runFilterOf({
  status,
  q,
  type,
  dataset,
}: Pick<RunListing, "status" | "q" | "type" | "dataset">): RunFilter {
  return {
    type: type ?? null,
    status: status ?? null,
    search: readRunSearch(q ?? "", builtInType.fields),
    dataset: dataset ?? null,
  };
}

export const runOrderOf = ({ sort }: RunListing): RunOrder => sort ?? "newest";

/** The address of a list, with what was asked for and what is changed of it; null takes away. */
export function listingUrl(
  path: string,
  listing: RunListing & { readonly limit?: number },
  change: { readonly [Name in keyof RunListing]?: RunListing[Name] | null } = {},
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...listing, ...change })) {
    const isDefault = value === null || value === undefined || value === "" || value === "newest";
    if (!isDefault) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
