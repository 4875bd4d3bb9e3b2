import { isIP } from "node:net";
import type { RequestHandler } from "express";
import { Problem } from "../http/problem.ts";

/** Where the service listens, and the names that the operator gave it beside. */
export interface ServedHosts {
  readonly host: string;
  readonly allowedHosts: readonly string[];
}

/**
 * Refuses requests for hosts that this service does not go by. A page elsewhere can have its own name resolve to this
 * address (DNS rebinding) and is of the same origin then, but its name still stands in the Host header.
 */
export function refuseUnknownHosts(served: ServedHosts): RequestHandler {
  const isServed = createHostCheck(served);
  return (req, _res, next) => {
    // Express's, which minds the forwarded header of a trusted proxy.
    if (isServed(req.host ?? "")) return next();
    throw new Problem("misdirected", "This host is not served here; ALLOWED_HOSTS would have to name it.");
  };
}

/** A check of Host headers; the port does not matter to it. */
export function createHostCheck({ host, allowedHosts }: ServedHosts): (header: string) => boolean {
  const names = new Set(["localhost", "::1", host, ...allowedHosts].map(plainName));
  // Rebinding needs a name: who asks by an address has asked for this machine.
  const listensEverywhere = plainName(host) === "0.0.0.0" || plainName(host) === "::";
  return (header) => {
    const name = hostNameOf(header);
    if (name === null) return false;
    return names.has(name) || /^127(\.\d{1,3}){3}$/.test(name) || (listensEverywhere && isIP(name) !== 0);
  };
}

/**
 * The name in a Host header without port and brackets, or null where it is no host. Brackets stand around an IPv6 address and
 * around nothing else. https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
 */
export function hostNameOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i.exec(header);
  if (match?.[1] === undefined) return null;
  const name = plainName(match[1]);
  return match[1].startsWith("[") && isIP(name) !== 6 ? null : name;
}

/** A name may end in the root's dot and be in any case. https://www.rfc-editor.org/rfc/rfc1034#section-3.1 */
const plainName = (name: string): string => name.toLowerCase().replace(/^\[|\]$|\.$/g, "");
