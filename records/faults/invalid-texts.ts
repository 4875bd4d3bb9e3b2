import type { Draws } from "../../generate/draws.ts";

/** Texts that have been found where a date should be. None is RFC 3339. */
const wrongDates: readonly ((date: Date) => string)[] = [
  () => "2026-02-30",
  () => "2025-02-29T12:00:00Z",
  () => "2026-13-01T00:00:00Z",
  () => "2026-00-10",
  () => "0000-00-00 00:00:00",
  () => "yesterday",
  () => "n/a",
  () => "",
  (date) => `${isoDate(date)}T24:15:00Z`,
  (date) => `${isoDate(date)}T10:61:00Z`,
  (date) => `${isoDate(date)} at noon`,
  (date) => isoDate(date).replaceAll("-", "/"),
  (date) => isoDate(date).split("-").reverse().join("."),
  (date) => isoDate(date).split("-").reverse().join("/"),
  (date) => date.toUTCString(),
  (date) => String(Math.floor(date.getTime() / 1_000)),
];

const isoDate = (date: Date): string => date.toISOString().slice(0, 10);

/** Made of the record's own date where it has one. */
export function invalidDate(value: unknown, draws: Draws): string {
  const date = new Date(typeof value === "string" ? value : "2026-01-31");
  return draws.pick(wrongDates)(Number.isNaN(date.getTime()) ? new Date("2026-01-31") : date);
}

/** Ways in which an address is spoiled, none of which leaves one that RFC 5322 would take. */
const wrongEmails: readonly ((address: string) => string)[] = [
  (address) => address.replace("@", ""),
  (address) => address.replace("@", " at "),
  (address) => address.replace("@", "@@"),
  (address) => address.replace(/@.*/, "@"),
  (address) => address.replace(/.*@/, "@"),
  (address) => address.replace("@", "@-"),
  (address) => address.replace("@", ".@"),
  (address) => `${address}.`,
  (address) => `${address},`,
  (address) => `<${address}>`,
  () => "",
];

export const invalidEmail = (address: string, draws: Draws): string => draws.pick(wrongEmails)(address);

const wrongAddresses: readonly ((address: string, draws: Draws) => string)[] = [
  (address, draws) => address.replace(/^\d+/, String(256 + draws.below(744))),
  (address) => address.replace(/\.\d+$/, ""),
  (address, draws) => `${address}.${draws.below(256)}`,
  (address, draws) => `${address}:${1 + draws.below(65_535)}`,
  (address) => `${address}/24`,
  (address) => ` ${address}`,
  (address) => address.replaceAll(".", ","),
  (address) => `::ffff:${address}`,
  () => "fe80::1",
  () => "localhost",
  () => "unknown",
  () => "",
];

export function invalidIpv4(value: unknown, draws: Draws): string {
  return draws.pick(wrongAddresses)(typeof value === "string" ? value : "192.0.2.1", draws);
}
