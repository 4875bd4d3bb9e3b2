import type { Definition } from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import type { DefinitionMediaType } from "../../types/definition/media-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import type { Queryable } from "../database/database.ts";

/** One version of an own type, as it was registered. */
export interface RecordTypeVersion {
  readonly name: string;
  readonly version: number;
  readonly topic: string;
  /** Null: its records go to Kafka only. */
  readonly table: string | null;
  /** Of the last states of records that change; null: there is none. */
  readonly stateTable: string | null;
  /** The definition as it came, of this type alone. */
  readonly text: string;
  readonly mediaType: DefinitionMediaType;
  /** Of what the definition says, whatever the order and spelling. */
  readonly digest: string;
  /** Fields that came with a later version than the first, and with which. */
  readonly fieldVersions: Readonly<Record<string, number>>;
  readonly createdAt: Date;
  /** Since when the type takes no runs. */
  readonly deletedAt: Date | null;
}

const versionColumns =
  'name, version, topic, table_name AS "table", state_table AS "stateTable", definition AS text, media_type AS "mediaType", digest, field_versions AS "fieldVersions", created_at AS "createdAt", deleted_at AS "deletedAt"';

/** The newest version of each own type that is not deleted, by name. */
export async function listRecordTypes(db: Queryable): Promise<readonly RecordTypeVersion[]> {
  const { rows } = await db.query<RecordTypeVersion>(
    `SELECT DISTINCT ON (name) ${versionColumns} FROM record_types WHERE deleted_at IS NULL ORDER BY name, version DESC`,
  );
  return rows;
}

/** All versions of these types, deleted ones too, the oldest first. */
export async function listVersions(
  db: Queryable,
  names: readonly string[],
): Promise<readonly RecordTypeVersion[]> {
  const { rows } = await db.query<RecordTypeVersion>(
    `SELECT ${versionColumns} FROM record_types WHERE name = ANY($1) ORDER BY name, version`,
    [names],
  );
  return rows;
}

/** A version of a type, or its newest one; null where there is none. Deleted ones too: their runs are still audited. */
export async function findRecordType(
  db: Queryable,
  name: string,
  version: number | null,
): Promise<RecordTypeVersion | null> {
  const { rows } = await db.query<RecordTypeVersion>(
    `SELECT ${versionColumns} FROM record_types WHERE name = $1 AND version = coalesce($2, version) ORDER BY version DESC LIMIT 1`,
    [name, version],
  );
  return rows[0] ?? null;
}

/** @throws where this version of the product does not take what an earlier one took */
export function definitionOf({
  name,
  version,
  text,
  fieldVersions,
}: Pick<RecordTypeVersion, "name" | "version" | "text" | "fieldVersions">): Definition {
  const { definitions, problems } = parseVersion(text, version, fieldVersions);
  const [definition] = definitions;
  if (definition !== undefined && problems.length === 0) return definition;
  const said = problems.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ");
  throw new Error(`the registered definition of ${name}@${version} cannot be read any more: ${said}`);
}

/** Streams are named by the version in which what they draw last changed: that of their field. */
export const parseVersion = (
  text: string,
  version: number,
  fieldVersions: Readonly<Record<string, number>>,
): ReturnType<typeof parseDefinitions> =>
  parseDefinitions(text, {
    versionOf: () => version,
    streamVersionOf: (_, place) => {
      const [field = ""] = tokensOf(place);
      return Object.hasOwn(fieldVersions, field) ? (fieldVersions[field] as number) : 1;
    },
  });
