import type { Definition, Field, Node } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { logDefinition } from "../changes/log-definition.ts";
import type { Fault } from "../definition/problem.ts";
import { columnName, pipelineColumns } from "./column-name.ts";
import { type ColumnType, columnType, commonType, isNumeric } from "./column-type.ts";
import { createConjunction } from "./conjunction.ts";

/** The table of a type's records. */
export interface TableLayout {
  readonly table: string;
  /** One for each field, in the definition's order. Each may be null: a flagged record may lack a value. */
  readonly columns: readonly TableColumn[];
  readonly pipeline: typeof pipelineColumns;
  /** Those of the columns that the rows are counted by, and those that are summed up. */
  readonly statistics: Readonly<Record<"by" | "sum", readonly TableColumn[]>>;
}

export interface TableColumn {
  readonly name: string;
  readonly sqlType: ColumnType;
  /** The record's property. */
  readonly field: string;
  /** Where the field's schema stands in the definition, as JSON pointer; the first of them where the root is a choice. */
  readonly pointer: string;
  /** What its values are made by; several where the root is a choice. */
  readonly nodes: readonly Node[];
}

/** The layout of a type's table, which follows from its definition alone; null where its records go to Kafka only. */
export function layOutTable(definition: Definition): TableLayout | null {
  const { table, root, schema, stats } = logDefinition(definition);
  if (table === null) return null;
  const conjunction = createConjunction(schema);
  const columns = [...collectFields(root)].map(
    ([field, nodes]): TableColumn => ({
      name: columnName(field),
      sqlType: commonType(nodes.map((node) => columnType(node, conjunction))),
      field,
      pointer: nodes[0]?.pointer ?? "",
      nodes,
    }),
  );
  const named = (names: readonly string[]) =>
    names.flatMap((name) => columns.find(({ field }) => field === name) ?? []);
  return {
    table,
    columns,
    pipeline: pipelineColumns,
    statistics: { by: named(stats.by), sum: named(stats.sum) },
  };
}

/** The layout of the table of a type's last states; null where there is none. */
export const layOutStates = (definition: Definition): TableLayout | null =>
  definition.changes === null
    ? null
    : layOutTable({
        ...definition,
        changes: null,
        table: definition.changes.state,
        stats: { by: [], sum: [] },
      });

function collectFields(root: Node): ReadonlyMap<string, readonly Node[]> {
  const nodes = new Map<string, Node[]>();
  for (const { name, node } of fieldsOf(root)) nodes.set(name, [...(nodes.get(name) ?? []), node]);
  return nodes;
}

/** Those of all branches where the root is a choice. */
function fieldsOf(node: Node): readonly Field[] {
  if (node.kind === "choice") return node.branches.flatMap(fieldsOf);
  return node.kind === "object" ? node.fields : [];
}

/** What PostgreSQL cannot have as a table. */
export function checkTable(definition: Definition): readonly Fault[] {
  const layout = layOutTable(definition);
  if (layout === null) return [];
  const owners = new Map<string, string>();
  const clashes = layout.columns.flatMap(({ name, field, pointer }) => {
    const owner = owners.get(name);
    owners.set(name, field);
    const message = `would have the column ${JSON.stringify(name)}, which is that of ${JSON.stringify(owner)}; rename one of them`;
    return owner === undefined ? [] : [{ pointer, message }];
  });
  return [...clashes, ...checkSums(layout, definition.stats.sum), ...checkWidth(layout)];
}

/** A field of numbers has a column of numbers, unless it may have other values too. */
function checkSums({ statistics }: TableLayout, names: readonly string[]): readonly Fault[] {
  return statistics.sum.flatMap(({ field, sqlType }) =>
    isNumeric(sqlType)
      ? []
      : [
          {
            pointer: pointTo("/x-record/stats/sum", names.indexOf(field)),
            message: `names ${JSON.stringify(field)}, which may have other values than numbers: its column is ${sqlType}`,
          },
        ],
  );
}

/** Of a row that cannot be stored elsewhere; PostgreSQL's pages have 8,192 bytes. */
const maxRowBytes = 8_160;
const maxColumns = 1_600;

/**
 * What a value takes of a row at most, with the gap before it. PostgreSQL moves texts and the like out of rows that are too long, and
 * leaves those that are no longer than a pointer of 18 bytes, rounded up.
 */
const bytesOf: Readonly<Record<ColumnType, number>> = {
  text: 24,
  jsonb: 24,
  numeric: 24,
  uuid: 16,
  bigint: 15,
  "double precision": 15,
  timestamptz: 15,
  date: 7,
  boolean: 1,
};

/** `_id _run_id _seq _partition _offset _error _raw _created_at`, and the row's head without the bits that tell which columns are null. */
const pipelineBytes = 8 + 16 + 8 + 8 + 8 + 24 + 24 + 15 + 31;

/** So that no row of a registered type is refused for its width: where it would be follows from the values. */
function checkWidth({ columns, pipeline }: TableLayout): readonly Fault[] {
  const count = columns.length + Object.keys(pipeline).length;
  const bytes = columns.reduce(
    (sum, { sqlType }) => sum + bytesOf[sqlType],
    pipelineBytes + Math.ceil(count / 8),
  );
  if (count <= maxColumns && bytes <= maxRowBytes) return [];
  const message = `has ${columns.length.toLocaleString("en")} fields, whose values may take ${bytes.toLocaleString("en")} bytes of a row and PostgreSQL has ${maxRowBytes.toLocaleString("en")}; put some into objects, each of which is one column, or write x-record: {table: null} for Kafka only`;
  return [{ pointer: pointTo("", "properties"), message }];
}
