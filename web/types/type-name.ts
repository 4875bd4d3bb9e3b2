import type { Request } from "express";
import { typeNamePattern } from "../runs/request/request-schema.ts";
import { typeNotFound } from "./type-catalogue.ts";

export const versionedTypeName = new RegExp(`^(${typeNamePattern})(?:@([1-9][0-9]{0,8}))?$`);

/** What `order` or `order@1` in the address stands for; no version means the newest. @throws Problem where it is no type's name */
export function typeNameOf(req: Request): { readonly name: string; readonly version: number | null } {
  const [, name, version] = versionedTypeName.exec(String(req.params.name)) ?? [];
  if (name === undefined) throw typeNotFound();
  return { name, version: version === undefined ? null : Number(version) };
}
