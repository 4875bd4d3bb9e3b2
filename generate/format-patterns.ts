import type { Format } from "./shapes/nodes.ts";
import type { PatternPart } from "./shapes/pattern.ts";

type Part = PatternPart | string;

const point = (character: string): number => character.codePointAt(0) as number;

/** A text as it is, or a part. */
const toPart = (part: Part): PatternPart =>
  typeof part === "string"
    ? {
        kind: "sequence",
        parts: Array.from(part, (each) => ({ kind: "set", ranges: [[point(each), point(each)]] })),
      }
    : part;

/** One character of these ranges: `az09` is a letter or a digit. */
const of = (ranges: string): PatternPart => {
  const points = Array.from(ranges, point);
  return {
    kind: "set",
    ranges: Array.from({ length: points.length / 2 }, (_, at) => [
      points[2 * at] as number,
      points[2 * at + 1] as number,
    ]),
  };
};
const inTurn = (...parts: readonly Part[]): PatternPart => ({ kind: "sequence", parts: parts.map(toPart) });
const either = (...branches: readonly Part[]): PatternPart => ({
  kind: "either",
  branches: branches.map(toPart),
});
const times = (part: Part, min: number, max = min): PatternPart => ({
  kind: "repeat",
  part: toPart(part),
  min,
  max,
});

const lower = of("az");
const digit = of("09");
const hex = of("09af");
const minute = inTurn(of("05"), digit);
const hour = either(inTurn(of("01"), digit), inTurn("2", of("03")));
/** RFC 2606's names: nobody's. */
const domain = inTurn(times(inTurn(label(), "."), 0, 1), "example.", either("com", "net", "org"));
const word = times(lower, 3, 9);
const umlautWord = inTurn(
  times(lower, 1, 5),
  either("ä", "é", "ñ", "ö", "ü", "č", "ø", "ł", "д", "日"),
  times(lower, 1, 5),
);
const path = times(inTurn("/", word), 1, 3);
const query = times(inTurn("?", word, "=", times(digit, 1, 4)), 0, 1);
const web = either("https://", "http://");
const pointer = times(inTurn("/", either(word, digit, "a~1b", "m~0n")), 0, 4);

function label(): PatternPart {
  return inTurn(lower, times(of("az09"), 1, 7), lower);
}

/** Texts of the formats that are a matter of syntax alone; `email`, `ipv4` and `uuid` have samplers of their own. */
export const formatPatterns: Readonly<Record<Exclude<Format, "ipv4" | "regex">, PatternPart>> = {
  time: inTurn(hour, ":", minute, ":", minute, "Z"),
  duration: either(
    inTurn("P", of("19"), times(digit, 0, 1), either("D", "W")),
    inTurn("PT", of("19"), "H", of("15"), digit, "M"),
    inTurn("PT", of("19"), times(digit, 0, 1), either("H", "M", "S")),
    inTurn("P", of("19"), "DT", of("19"), "H"),
  ),
  email: inTurn(word, times(inTurn(".", word), 0, 1), times(digit, 0, 3), "@", domain),
  "idn-email": inTurn(umlautWord, ".", word, "@", domain),
  hostname: inTurn(times(inTurn(label(), "."), 0, 2), domain),
  "idn-hostname": inTurn(umlautWord, ".", domain),
  ipv6: inTurn("2001:db8:", times(inTurn(times(hex, 4), ":"), 5), times(hex, 4)),
  uri: inTurn(web, domain, path, query),
  "uri-reference": either(inTurn(path, query), inTurn(web, domain, path)),
  "uri-template": inTurn(web, domain, path, "/{", word, "}"),
  iri: inTurn(web, domain, path, "/", umlautWord),
  "iri-reference": inTurn(path, "/", umlautWord),
  "json-pointer": pointer,
  "relative-json-pointer": inTurn(either("0", of("19")), pointer),
  byte: inTurn(
    times(times(of("AZaz09++//"), 4), 2, 8),
    either(
      "",
      inTurn(times(of("AZaz09++//"), 1), of("AAQQggww"), "=="),
      inTurn(times(of("AZaz09++//"), 2), of("AAEEIIMMQQUUYY"), "="),
    ),
  ),
};

/** Regular expressions that every dialect reads alike. */
export const someExpressions: readonly string[] = [
  "^[a-z]+$",
  "^[A-Z]{3}-[0-9]{4}$",
  "^\\d{5}$",
  "[0-9a-f]{8}",
  "^(yes|no)$",
  "^.{1,80}$",
  "\\s+",
  "^\\w+@\\w+\\.\\w+$",
];
