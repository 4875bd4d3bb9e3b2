import { isIPv6 } from "node:net";

/**
 * What a client is counted under: its IPv4 address, or the network of its IPv6 address, since one subscriber has at least a
 * /64 to choose addresses from. https://www.rfc-editor.org/rfc/rfc6177
 */
export function clientKey(address: string | undefined): string {
  const plain = (address ?? "unknown").replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  return isIPv6(plain) ? `${expandIPv6(plain).slice(0, 4).join(":")}::/64` : plain;
}

/** The eight groups of an address, without leading zeros. */
function expandIPv6(address: string): string[] {
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = groups(head);
  const right = groups(tail ?? "");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill("0"), ...right].map((group) => group.replace(/^0+(?=.)/, ""));
}

function groups(part: string): string[] {
  if (part === "") return [];
  // The last 32 bits may be written as an IPv4 address; they are no part of the network, two groups stand for them.
  return part.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
}
