"""
Makes the assets of a type of records: a dashboard, with a dataset of its statistics and one of its latest rows. No name
of a column stands in SQL, which Superset reads as a template: what somebody has called a field is only ever shown.
"""

from typing import Any

from asset_parts import (
    Chart,
    Source,
    bars,
    dataset,
    donut,
    files_of,
    make_dashboard,
    number,
    over_time,
    period_filter,
    select_filter,
    table,
)
from record_types import RecordType

latest_rows = 1_000

statistics_sql = """
SELECT COALESCE(run_names.run, 'other producers') AS run,
       minute AT TIME ZONE 'UTC' AS minute,
       outcome, reason, messages{further}
  FROM (
    SELECT run_id,
           stored_minute AS minute,
           CASE WHEN repair IS NULL THEN 'stored' ELSE 'flagged' END AS outcome,
           repair AS reason,
           records AS messages{values}
      FROM record_statistics
     WHERE statistic = '{table}'
    UNION ALL
    SELECT run_id, date_trunc('minute', created_at, 'UTC'), 'dead letter', reason, COUNT(*){nothing}
      FROM dead_letters
     WHERE resolved_at IS NULL AND topic = '{topic}'
     GROUP BY run_id, date_trunc('minute', created_at, 'UTC'), reason
  ) AS counted
  LEFT JOIN run_names USING (run_id)
"""
# Python has no years but 1 to 9999.
day_of = "CASE WHEN by_values[{0}] ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN by_values[{0}]::date END"
text_of = "COALESCE(by_values[{0}], '(none)')"

latest_sql = """
SELECT COALESCE(run_names.run, 'other producers') AS run,
       {id} AS id,
       {created_at} AT TIME ZONE 'UTC' AS stored_at,
       left({error}, 300) AS error{fields}
  FROM (SELECT * FROM public."{table}" ORDER BY _id DESC LIMIT {rows}) AS latest ({names})
  LEFT JOIN run_names ON run_id = {run_id}
"""


def make_type_assets(type_: RecordType) -> dict[str, str]:
    """File name -> text, as the files of assets/."""
    statistics = Source(type_.owner, f"{type_.table}: statistics", "minute")
    latest = Source(type_.owner, f"{type_.table}: latest rows", "stored_at")
    charts = make_charts(type_, statistics, latest)
    slug = f"type-{type_.name}"
    return files_of(
        slug,
        datasets=[statistics_dataset(type_, statistics), latest_dataset(type_, latest)],
        charts=charts,
        dashboard=make_dashboard(
            type_.owner,
            title=type_.title,
            slug=slug,
            description=f"Records of the type {type_.name}: how many, what became of them, and what they are like.",
            charts=charts,
            label_colors={"stored": "#2e8b6f", "flagged": "#e0a100", "dead letter": "#c8453b", "Records": "#2f6fb3"},
            filters=[select_filter("run", "Run", statistics), period_filter()],
        ),
    )


def statistics_dataset(type_: RecordType, source: Source) -> dict[str, Any]:
    keys = [f"by_{place}" for place, _ in enumerate(type_.by, 1)]
    sums = [f"sum_{place}" for place, _ in enumerate(type_.sum, 1)]
    values = [
        (day_of if is_day else text_of).format(place) + f" AS by_{place}"
        for place, is_day in enumerate(type_.by_is_day, 1)
    ]
    added = [f"sums[{place}] AS sum_{place}" for place, _ in enumerate(type_.sum, 1)]
    nothing = [f"NULL::{'date' if is_day else 'text'}" for is_day in type_.by_is_day] + ["NULL::numeric" for _ in sums]
    further = "".join(f", {key}" for key in [*keys, *sums])
    sql = statistics_sql.format(
        further=further,
        values="".join(f",\n           {each}" for each in [*values, *added]),
        nothing="".join(f", {each}" for each in nothing),
        table=type_.table,
        topic=type_.topic,
    )
    is_row = "outcome <> 'dead letter'"
    share = "COALESCE(SUM(messages) FILTER (WHERE outcome = '{}'), 0)::float8 / NULLIF({}, 0)"
    stored = f"SUM(messages) FILTER (WHERE {is_row})"
    return dataset(
        source,
        description=f"Exact counts and sums of {type_.table}, a few seconds old, and its dead letters.",
        sql=sql,
        columns={
            **{"run": ("Run", "TEXT"), "minute": ("Minute (UTC)", "TIMESTAMP"), "outcome": ("Outcome", "TEXT")},
            **{"reason": ("Reason", "TEXT"), "messages": ("Messages", "NUMERIC")},
            **{
                key: (name, "DATE" if is_day else "TEXT")
                for key, name, is_day in zip(keys, type_.by, type_.by_is_day, strict=True)
            },
            **{key: (name, "NUMERIC") for key, name in zip(sums, type_.sum, strict=True)},
        },
        metrics={
            "records": ("Records", f"COALESCE({stored}, 0)", ",d"),
            "total_messages": ("Messages", "SUM(messages)", ",d"),
            "flagged_share": ("Flagged", share.format("flagged", stored), ".2%"),
            "dead_letter_share": ("Dead letters", share.format("dead letter", "SUM(messages)"), ".2%"),
            **{
                f"total_{key}": (f"Sum of {name}", f"SUM({key})", ",.2~f")
                for key, name in zip(sums, type_.sum, strict=True)
            },
        },
    )


def latest_dataset(type_: RecordType, source: Source) -> dict[str, Any]:
    names = [f"c{place}" for place, _ in enumerate(type_.columns, 1)]
    by_name = dict(zip(type_.columns, names, strict=True))
    fields = latest_columns(type_)
    sql = latest_sql.format(
        id=by_name["_id"],
        created_at=by_name["_created_at"],
        error=by_name["_error"],
        run_id=by_name["_run_id"],
        fields="".join(f",\n       left({key}::text, 300) AS {key}" for key in fields),
        table=type_.table,
        names=", ".join(names),
        rows=latest_rows,
    )
    return dataset(
        source,
        description=f"The latest {latest_rows:,} rows of {type_.table}.",
        sql=sql,
        columns={
            **{"run": ("Run", "TEXT"), "id": ("Id", "BIGINT"), "stored_at": ("Stored at (UTC)", "TIMESTAMP")},
            **{"error": ("Flagged", "TEXT")},
            **{key: (name, "TEXT") for key, name in fields.items()},
        },
        metrics={"rows": ("Rows", "COUNT(*)", ",d")},
    )


def latest_columns(type_: RecordType) -> dict[str, str]:
    """What the fields' columns are called in the SQL -> their own names; more would be no table that anybody reads."""
    pipeline = {"_id", "_run_id", "_seq", "_partition", "_offset", "_error", "_raw", "_created_at"}
    fields = [(f"c{place}", name) for place, name in enumerate(type_.columns, 1) if name not in pipeline]
    return dict(fields[:20])


def make_charts(type_: RecordType, statistics: Source, latest: Source) -> list[tuple[Chart, int]]:
    """Each with its width, of 12."""
    by = [
        over_time(statistics, f"By {name}", f"by_{place}", "P1D", ["records"], [])
        if type_.by_is_day[place - 1]
        else bars(statistics, f"By {name}", f"by_{place}", "records")
        for place, name in enumerate(type_.by, 1)
    ]
    return [
        (number(statistics, "Records", "records", f"rows of {type_.table}", ",d"), 4),
        (number(statistics, "Flagged", "flagged_share", "stored, with something wrong", ".2%"), 4),
        (number(statistics, "Dead-lettered", "dead_letter_share", "of all messages", ".2%"), 4),
        (over_time(statistics, "Messages over time", "minute", "PT1H", ["total_messages"], ["outcome"]), 8),
        (donut(statistics, "Outcomes", "outcome", "total_messages"), 4),
        *((each, width) for each, width in zip(by, widths(len(by)), strict=True)),
        *(
            pair
            for place, name in enumerate(type_.sum, 1)
            for pair in (
                (number(statistics, f"Sum of {name}", f"total_sum_{place}", "of all records", ",.2~f", 0.3), 4),
                (over_time(statistics, f"Sum of {name} over time", "minute", "PT1H", [f"total_sum_{place}"], []), 8),
            )
        ),
        (table(latest, "Latest records", ["stored_at", *latest_columns(type_), "error"], "id", latest_rows), 12),
    ]


def widths(count: int) -> list[int]:
    """Two beside one another, the last of an odd number alone."""
    return [12 if place == count and count % 2 == 1 else 6 for place in range(1, count + 1)]
