/** An RFC 3339 date-time, or an ISO 8601 one without an offset, which is read as UTC. */
const dateTime =
  /^(\d{4})-(\d\d)-(\d\d)[Tt\s](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)?$/;

const year1Ms = Date.parse("0001-01-01T00:00:00Z");
const year10000Ms = Date.parse("+010000-01-01T00:00:00Z");

/**
 * Whether a date-time is an instant before the year 1 or after the year 9999 in UTC: PostgreSQL stores it, and Python's
 * datetime, with which Superset and Airflow read, has no such year. Of what is no date-time it says false.
 */
export function isBeyondYears(text: string): boolean {
  const parts = dateTime.exec(text);
  if (parts === null) return false;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as Six;
  // No offset brings another year out of them; the year 0 is none in any case.
  if (year !== 1 && year !== 9999) return false;
  const offset = (parts[8] === "-" ? -1 : 1) * (60 * Number(parts[9] ?? 0) + Number(parts[10] ?? 0));
  // PostgreSQL rounds to microseconds, perhaps up to the next second.
  const carry = Math.round(Number(parts[7] ?? 0) * 1e6) === 1e6 ? 1 : 0;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return false;
  const instantMs = date.setUTCHours(hour, minute - offset, second + carry);
  return instantMs < year1Ms || instantMs >= year10000Ms;
}

type Six = [number, number, number, number, number, number];
