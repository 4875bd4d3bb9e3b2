import type { StoredType } from "../records/record-type.ts";
import { userType } from "./user/user.ts";

/** The type that nobody registers, and that is meant where none is named. Whoever uses it knows of it what they know of any type. */
export const builtInType: StoredType = userType;

export const isBuiltIn = ({ recordType }: { readonly recordType: { readonly name: string } }): boolean =>
  recordType.name === builtInType.name;
