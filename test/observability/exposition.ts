/** A metric as Prometheus reads it. */
export interface ExposedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Names of the labels of its series. */
  readonly labels: ReadonlySet<string>;
  /** Names of its series: of a histogram `_bucket`, `_sum` and `_count`. */
  readonly series: ReadonlySet<string>;
}

/** Reads Prometheus's text format. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function readExposition(text: string): ExposedMetric[] {
  const metrics: { name: string; type: string; help: string; labels: Set<string>; series: Set<string> }[] =
    [];
  for (const line of text.split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    const last = metrics.at(-1);
    if (kind === "HELP") metrics.push({ name, type: "", help: rest, labels: new Set(), series: new Set() });
    else if (kind === "TYPE" && last?.name === name) last.type = rest;
    else if (line !== "" && last !== undefined) {
      const [, series = "", labels = ""] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? /.exec(line) ?? [];
      last.series.add(series);
      for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) if (label !== "le") last.labels.add(label);
    }
  }
  return metrics;
}

/** A metric that a PromQL expression names, with the labels that it selects by. */
export interface Selector {
  readonly name: string;
  readonly labels: readonly string[];
}

const words = new Set(["and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset"]);

/** Metrics named in an expression: what is neither a function, nor a keyword, nor in brackets. */
export function readSelectors(expression: string): Selector[] {
  const plain = expression
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, "");
  return Array.from(plain.matchAll(/(?<![\w".])([a-zA-Z_:][\w:]*)\b(?!\s*\()(\{[^}]*\})?/g))
    .filter(([, name = ""]) => !words.has(name))
    .map(([, name = "", selector = ""]) => ({
      name,
      labels: Array.from(selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g), ([, label = ""]) => label),
    }));
}
