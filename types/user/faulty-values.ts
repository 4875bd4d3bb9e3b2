import type { Draws } from "../../generate/draws.ts";
import type { Field } from "./text-definition.ts";

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

/** The text again and again: from one character more than the column takes to twice as many as it takes. */
export function tooLong(value: unknown, { schema, column }: Field, draws: Draws): string {
  if (column.type !== "varchar") throw new TypeError(`${column.name} has no greatest length`);
  const text = typeof value === "string" && value !== "" ? value : (schema.examples[0] ?? "x");
  const length = column.length + 1 + draws.below(column.length);
  // In characters, as PostgreSQL counts them.
  const characters = Array.from(`${text} `.repeat(Math.ceil(length / Array.from(text).length)));
  return characters.slice(0, length).join("");
}

const otherTypes: readonly ((value: unknown, draws: Draws) => unknown)[] = [
  (_value, draws) => draws.below(1_000_000_000),
  (_value, draws) => -draws.below(1_000) / 8,
  (_value, draws) => draws.below(2) === 0,
  (value) => ({ value }),
  (value) => [value],
  () => ({}),
  () => [],
];

/** Any JSON value but text and null. */
export function wrongType(value: unknown, draws: Draws): unknown {
  return draws.pick(otherTypes)(value, draws);
}

/** Ways in which an address is spoiled, none of which leaves one that RFC 5322 would take. */
export const emailFaults: readonly ((address: string) => string)[] = [
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
