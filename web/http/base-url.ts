import type { Request } from "express";

/** Where the asker reached this service; what it claims of itself is repeated only where it looks like an address. */
export function baseUrlOf(req: Request, fallbackHost: string): string {
  const claimed = req.get("host") ?? "";
  const host = /^[a-zA-Z0-9.:[\]_-]+$/.test(claimed) ? claimed : fallbackHost;
  return `${req.protocol}://${host}`;
}
