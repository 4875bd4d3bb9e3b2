import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  stringify,
} from "yaml";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { parentOf, pointTo } from "../../generate/shapes/pointer.ts";
import { limits } from "./limits.ts";
import type { Problem } from "./problem.ts";

/** A definition as it stands in its file. */
export interface Source {
  readonly value: { readonly [keyword: string]: Json };
  /** A file of its own that says the same: what is written there, or where that leans on what is around it, its value. */
  readonly text: string;
  /** The line of a place or, where the file does not have it, of what is around it. */
  readonly lineOf: (pointer: string) => number;
}

/**
 * Reads a file's definitions: YAML documents, or JSON, which is read as the YAML that it is, since only so are there lines. Each document is
 * a definition or a list of them. Whole numbers beyond 2^53 keep their digits.
 */
export function readSources(text: string): { sources: readonly Source[]; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (line: number | null, message: string, pointer = ""): void => {
    problems.push({ definition: sources.length, pointer, line, message });
  };
  const sources: Source[] = [];
  if (Buffer.byteLength(text) > limits.bytes) {
    report(null, `is longer than ${limits.bytes.toLocaleString("en")} bytes; split it into several files`);
    return { sources, problems };
  }
  const lines = new LineCounter();
  const plain = text.replace(/^\uFEFF/, "");
  const documents = composeDocuments(plain, lines);
  if ("tooDeepAt" in documents) {
    report(lineAt(lines, documents.tooDeepAt), `is nested more than ${limits.depth} deep`);
    return { sources, problems };
  }
  let budget: number = limits.values;
  let documentFrom = 0;
  for (const document of documents) {
    // What stands before a document, such as a comment, is part of it.
    const written = plain.slice(documentFrom, document.range[2]);
    documentFrom = document.range[2];
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) {
      report(
        lineAt(lines, fault.pos[0]),
        `is not valid YAML or JSON: ${(fault.message.split("\n")[0] ?? "").replace(/ at line \d+.*$/, "")}`,
      );
      continue;
    }
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
      continue;
    const roots = isSeq(document.contents) ? document.contents.items : [document.contents];
    const anchors = new Map<string, unknown>();
    for (const root of roots) {
      const lineNumbers = new Map<string, number>();
      const reader = createReader(lines, lineNumbers, anchors, budget);
      const value = reader.read(root, "", 0);
      budget = reader.left();
      for (const { pointer, line, message } of reader.faults) report(line, message, pointer);
      if (reader.faults.length > 0) continue;
      if (sources.length === limits.definitions) {
        report(
          lineNumbers.get("") ?? null,
          `are more than ${limits.definitions} definitions; split the file`,
        );
        return { sources, problems };
      }
      if (isObject(value))
        sources.push({
          value,
          text: isSeq(document.contents)
            ? (cutOut(plain, document.contents.flow === true && anchors.size === 0, root) ?? stringify(value))
            : `${written.trim()}\n`,
          lineOf: (pointer) => findLine(lineNumbers, pointer),
        });
      else
        report(lineNumbers.get("") ?? null, "must be a JSON Schema of a record: an object with `properties`");
    }
  }
  if (sources.length === 0 && problems.length === 0) report(1, "holds no definition");
  return { sources, problems };
}

/** An item of a list; null where it cannot stand alone, since its lines are indented or it refers to another. */
function cutOut(text: string, isWhole: boolean, item: unknown): string | null {
  const range = (item as { range?: readonly number[] | null } | null)?.range;
  return range && isWhole ? `${text.slice(range[0], range[1])}\n` : null;
}

const halfPair = "half a surrogate pair, which is no character and has no UTF-8";

const lineAt = (lines: LineCounter, offset: number): number => Math.max(1, lines.linePos(offset).line);

function findLine(lineNumbers: ReadonlyMap<string, number>, pointer: string): number {
  for (let place = pointer; place !== ""; place = parentOf(place)) {
    const line = lineNumbers.get(place);
    if (line !== undefined) return line;
  }
  return lineNumbers.get("") ?? 1;
}

/**
 * The composer calls itself for each level, and V8 ends the process where a regular expression meets the end of the stack: what is too deep
 * never reaches it. A level of JSON takes up to three of the parser's.
 */
function composeDocuments(
  text: string,
  lines: LineCounter,
): readonly Document.Parsed[] | { readonly tooDeepAt: number } {
  // Token by token the parser does not tell of the first line.
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  // `uniqueKeys` compares each with each; the reader does it by a set.
  const composer = new Composer({
    uniqueKeys: false,
    intAsBigInt: true,
    logLevel: "silent",
    lineCounter: lines,
  });
  const documents: Document.Parsed[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > 3 * limits.depth) return { tooDeepAt: parser.offset };
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  return documents;
}

function createReader(
  lines: LineCounter,
  lineNumbers: Map<string, number>,
  anchors: Map<string, unknown>,
  budget: number,
) {
  const faults: { pointer: string; line: number | null; message: string }[] = [];
  const open = new Set<unknown>();
  let left = budget;

  function report(pointer: string, message: string): null {
    faults.push({ pointer, line: findLine(lineNumbers, pointer), message });
    return null;
  }

  function note(pointer: string, node: unknown): void {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    if (range?.[0] !== undefined && !lineNumbers.has(pointer))
      lineNumbers.set(pointer, lineAt(lines, range[0]));
  }

  function read(node: unknown, pointer: string, depth: number): Json {
    note(pointer, node);
    left -= 1;
    if (left < 0) {
      if (left === -1)
        report(
          pointer,
          `is the value after ${limits.values.toLocaleString("en")}, aliases counted as what they stand for; that many are allowed`,
        );
      return null;
    }
    if (depth > limits.depth) return report(pointer, `is nested more than ${limits.depth} deep`);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) return report(pointer, `*${node.source} has no anchor before it`);
      if (open.has(target)) return report(pointer, `*${node.source} stands within what it stands for`);
      return read(target, pointer, depth);
    }
    if (isScalar(node)) {
      if (node.anchor) anchors.set(node.anchor, node);
      return readScalar(node.value, pointer);
    }
    if (!isMap(node) && !isSeq(node)) return null;
    if (node.anchor) anchors.set(node.anchor, node);
    open.add(node);
    const value = isSeq(node)
      ? node.items.map((item, index) => read(item, pointTo(pointer, index), depth + 1))
      : readMap(node.items, pointer, depth);
    open.delete(node);
    return value;
  }

  function readMap(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    pointer: string,
    depth: number,
  ): Json {
    const entries = new Map<string, Json>();
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? nameOf(key) : null;
      if (name === null) {
        report(pointer, "has a key that is not a text");
        continue;
      }
      if (!name.isWellFormed()) {
        report(pointer, `has the name ${JSON.stringify(name)}, with ${halfPair}`);
        continue;
      }
      const place = pointTo(pointer, name);
      if (entries.has(name)) report(place, `${JSON.stringify(name)} is there twice`);
      if (name === "<<") report(place, "is YAML 1.1's merge, which 1.2 has not; use $ref or allOf");
      note(place, key);
      entries.set(name, read(value, place, depth + 1));
    }
    // Unlike an assignment this gives a field of its own even to `__proto__`.
    return Object.fromEntries(entries);
  }

  function readScalar(value: unknown, pointer: string): Json {
    if (typeof value === "bigint") {
      if (!Number.isFinite(Number(value)))
        return report(pointer, `is a number beyond ±${Number.MAX_VALUE}, which JSON's readers do not hold`);
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    }
    if (typeof value === "string" && !value.isWellFormed())
      return report(pointer, `is a text with ${halfPair}`);
    if (typeof value === "number" && !Number.isFinite(value))
      return report(pointer, "is a number that JSON does not have");
    if (
      value === null ||
      typeof value === "boolean" ||
      typeof value === "number" ||
      typeof value === "string"
    )
      return value;
    return report(pointer, "is a value that JSON does not have");
  }

  return { read, faults, left: () => left };
}

/** As it is written: a field may be called `null` or `2026`. */
function nameOf(key: { readonly value: unknown; readonly source?: string }): string | null {
  if (typeof key.value === "string") return key.value;
  return key.source ?? null;
}
