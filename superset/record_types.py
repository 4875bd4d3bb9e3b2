"""The types of records that are registered and have a table."""

from dataclasses import dataclass

import psycopg2

type_query = """
    SELECT name, topic, p.table_name, by_columns, sum_columns, columns, column_types,
           ARRAY(SELECT atttypid IN ('date'::regtype, 'timestamptz'::regtype)
                   FROM unnest(by_columns) WITH ORDINALITY AS columns (by_name, place)
                   JOIN pg_attribute ON attrelid = records AND attname = by_name ORDER BY place)
      FROM record_statistics_progress AS p
      JOIN record_types AS t ON t.table_name = p.table_name AND version = 1 AND deleted_at IS NULL
     CROSS JOIN LATERAL to_regclass(format('public.%I', p.table_name)) AS records
     CROSS JOIN LATERAL (
       SELECT array_agg(attname::text ORDER BY attnum), array_agg(format_type(atttypid, NULL) ORDER BY attnum)
         FROM pg_attribute
        WHERE attrelid = records AND attnum > 0 AND NOT attisdropped
     ) AS all_of_them (columns, column_types)
     WHERE records IS NOT NULL AND p.table_name ~ '^[a-z][a-z0-9_]*$' AND topic ~ '^[a-zA-Z0-9._-]+$'
     ORDER BY name
"""

deleted_query = "SELECT name FROM record_types WHERE version = 1 AND deleted_at IS NOT NULL"


@dataclass(frozen=True)
class RecordType:
    name: str
    topic: str
    table: str
    by: list[str]
    sum: list[str]
    columns: list[str]
    """Of the table, in its order; the pipeline's first."""
    column_types: list[str]
    by_is_day: list[bool]

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()

    def type_of(self, column: str) -> str | None:
        return dict(zip(self.columns, self.column_types, strict=True)).get(column)

    @property
    def owner(self) -> str:
        return owner_of(self.name)


def owner_of(type_name: str) -> str:
    """What is made for a type belongs to."""
    return f"type:{type_name}"


def read_types(database_url: str) -> tuple[list[RecordType], set[str]]:
    """Those that are registered and have a table; the names of those that are deleted."""
    connection = psycopg2.connect(database_url, application_name="superset-types", connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            cursor.execute(deleted_query)
            deleted = {name for (name,) in cursor.fetchall()}
            # Behind: what is deleted in between is removed the next time, rather than what is back.
            cursor.execute(type_query)
            types = [RecordType(*row) for row in cursor.fetchall()]
            return types, deleted - {each.name for each in types}
    finally:
        connection.close()
