"""What dashboards of datasets have in common: the types on which one is drawn, and rows with their datasets."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from asset_parts import Source, dataset
from record_types import RecordType

Types = dict[str, RecordType]

# What a column may be of, as PostgreSQL calls it.
text = frozenset(["text"])
instant = frozenset(["timestamp with time zone"])
numeric = frozenset(["numeric", "bigint", "double precision"])
json_value = frozenset(["jsonb"])


@dataclass(frozen=True)
class DatasetDashboard:
    """Of types that belong together; there only while all of them are registered with these columns."""

    name: str
    needs: dict[str, dict[str, frozenset[str]]]
    """Type -> column -> what it may be of."""
    make: Callable[[str, Types], dict[str, str]]
    """Of its owner and its types."""

    @property
    def owner(self) -> str:
        return f"dataset:{self.name}"

    def find_types(self, registered: list[RecordType]) -> Types | None:
        """Null where one is missing, or somebody has registered another type under its name."""
        found = {each.name: each for each in registered if each.name in self.needs}
        fits = len(found) == len(self.needs) and all(
            each.type_of(column) in types for name, each in found.items() for column, types in self.needs[name].items()
        )
        return found if fits else None


# A dataset is called as a run is: by its time, and enough of its id to tell two of a second apart.
members_sql = """
SELECT runs.id AS run_id,
       record_type,
       dataset_id,
       to_char(datasets.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
         || ' · ' || right(dataset_id::text, 6) AS dataset
  FROM runs
  JOIN datasets ON datasets.id = dataset_id
"""

listed_sql = "SELECT dataset FROM ({members}) AS members WHERE record_type = '{type}'"

# The filter's names stand in the SQL: only so are the latest rows those of the datasets that it names.
latest_sql = """
(
  {{%- set chosen = filter_values('dataset') %}}
  {{%- if chosen %}}
  SELECT members.dataset, members.dataset_id{columns}
    FROM ({members}) AS members
   CROSS JOIN LATERAL (
     SELECT * FROM public."{table}" WHERE _run_id = members.run_id ORDER BY _seq DESC LIMIT {rows}
   ) AS stored
   WHERE stored._error IS NULL AND members.dataset IN {{{{ chosen|where_in }}}}
  {{%- else %}}
  SELECT COALESCE(members.dataset, 'none') AS dataset, members.dataset_id{columns}
    FROM (SELECT * FROM public."{table}" ORDER BY _id DESC LIMIT {rows}) AS stored
    LEFT JOIN ({members}) AS members ON members.run_id = stored._run_id
   WHERE stored._error IS NULL
  {{%- endif %}}
)"""


def latest_rows(table: str, columns: Iterable[str], rows: int) -> str:
    """SQL: clean rows, the latest of each dataset that the dashboard's filter names, or of all."""
    listed = "".join(f", stored.{column}" for column in columns)
    return latest_sql.format(table=table, columns=listed, rows=rows, members=members_sql)


def list_of_datasets(source: Source, type_name: str) -> dict[str, Any]:
    """Those that have records of a type, for the dashboard's filter: of any number of rows."""
    return dataset(
        source,
        description=f"Datasets that have records of the type {type_name}.",
        sql=listed_sql.format(members=members_sql, type=type_name),
        columns={"dataset": ("Dataset", "TEXT")},
        metrics={"datasets": ("Datasets", "COUNT(*)", ",d")},
    )
