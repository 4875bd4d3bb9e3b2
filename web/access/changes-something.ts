import type { Request } from "express";

/** Whether the request's method is none of those that only read. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
export const changesSomething = ({ method }: Request): boolean =>
  method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
