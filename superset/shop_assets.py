"""Makes the dashboard of a shop: types/datasets/shop.yaml, and whatever else has an order with these fields."""

from asset_parts import (
    Source,
    bars,
    columns,
    dataset,
    files_of,
    funnel,
    make_dashboard,
    number,
    over_time,
    select_filter,
    world_map,
)
from dataset_parts import DatasetDashboard, Types, instant, json_value, latest_rows, list_of_datasets, numeric, text

orders_shown = 100_000

needs = {
    "order": {
        **{"user_email": text, "placed_at": instant, "status": text, "lines": numeric, "total": numeric},
        "shipping_address": json_value,
    },
}

orders_sql = """
SELECT dataset,
       user_email AS customer,
       placed_at AT TIME ZONE 'UTC' AS placed_at,
       status,
       LEAST(lines, 10) AS basket,
       lines,
       total,
       shipping_address ->> 'country' AS country,
       alpha_3
  FROM {orders} AS orders
  LEFT JOIN country_codes ON country_codes.country = shipping_address ->> 'country'
"""

# Whoever has shipped an order has been paid for it.
steps_sql = """
SELECT dataset, step, COUNT(*) AS orders
  FROM {orders} AS orders
  JOIN (VALUES (1, 'placed'), (2, 'paid'), (3, 'shipped'), (4, 'returned')) AS steps (place, step)
    ON place <= array_position(ARRAY['placed', 'paid', 'shipped', 'returned'], status)
 GROUP BY dataset, step
"""

customers_sql = """
SELECT dataset, user_email AS customer, COUNT(*) AS orders, LEAST(COUNT(*), 15) AS times, SUM(total) AS revenue
  FROM {orders} AS orders
 GROUP BY dataset, user_email
"""


def make_assets(owner: str, types: Types) -> dict[str, str]:
    rows = latest_rows(types["order"].table, needs["order"], orders_shown)
    orders = Source(owner, "shop: orders", "placed_at")
    steps = Source(owner, "shop: steps of orders")
    customers = Source(owner, "shop: customers")
    listed = Source(owner, "shop: datasets")
    description = f"Of each dataset, the latest {orders_shown:,} orders."
    datasets = [
        list_of_datasets(listed, "order"),
        dataset(
            orders,
            description=description,
            sql=orders_sql.format(orders=rows),
            columns={
                **{"dataset": ("Dataset", "TEXT"), "customer": ("Customer", "TEXT")},
                **{"placed_at": ("Placed at (UTC)", "TIMESTAMP"), "status": ("Status", "TEXT")},
                **{"basket": ("Lines", "BIGINT"), "lines": ("Lines, all", "BIGINT"), "total": ("Total", "NUMERIC")},
                **{"country": ("Country", "TEXT"), "alpha_3": ("ISO code", "TEXT")},
            },
            metrics={
                "revenue": ("Revenue", "SUM(total)", ".4~s"),
                "orders": ("Orders", "COUNT(*)", ",d"),
                "average_order": ("Average order", "AVG(total)", ",.2f"),
                "average_lines": ("Lines an order", "AVG(lines)", ",.2f"),
                "returned_share": ("Returned", "AVG((status = 'returned')::int)", ".1%"),
            },
        ),
        dataset(
            steps,
            description=f"How far orders have come. {description}",
            sql=steps_sql.format(orders=rows),
            columns={
                **{"dataset": ("Dataset", "TEXT"), "step": ("Step", "TEXT"), "orders": ("Orders", "BIGINT")},
            },
            metrics={"reached": ("Orders", "SUM(orders)", ",d")},
        ),
        dataset(
            customers,
            description=f"Who has placed orders, how many and for how much. {description}",
            sql=customers_sql.format(orders=rows),
            columns={
                **{"dataset": ("Dataset", "TEXT"), "customer": ("Customer", "TEXT"), "orders": ("Orders", "BIGINT")},
                **{"times": ("Orders", "BIGINT"), "revenue": ("Revenue", "NUMERIC")},
            },
            metrics={
                "customers": ("Customers", "COUNT(*)", ",d"),
                "spent": ("Revenue", "SUM(revenue)", ".3~s"),
            },
        ),
    ]
    charts = [
        (number(orders, "Revenue", "revenue", "of all orders", ".4~s"), 2),
        (number(orders, "Orders", "orders", f"the latest {orders_shown:,} at most", ",d"), 2),
        (number(orders, "Average order", "average_order", "its total", ",.2f"), 2),
        (number(orders, "Lines an order", "average_lines", "on average", ".2f"), 2),
        (number(customers, "Customers", "customers", "with an order", ",d"), 2),
        (number(orders, "Returned", "returned_share", "of all orders", ".1%"), 2),
        (
            over_time(
                orders,
                "Revenue over time",
                "placed_at",
                "P1W",
                ["revenue"],
                ["status"],
                description="By week, and what has become of the orders since.",
            ),
            8,
        ),
        (
            funnel(
                steps,
                "How far orders come",
                "step",
                "reached",
                "Orders that have reached a state, also where they have gone on since.",
            ),
            4,
        ),
        (
            columns(
                orders,
                "Basket size",
                "basket",
                "orders",
                description="Orders by how many lines they have; the last has 10 and more.",
            ),
            4,
        ),
        (
            columns(
                customers,
                "Customers by number of orders",
                "times",
                "customers",
                description="The last has 15 and more.",
            ),
            4,
        ),
        (
            bars(
                customers,
                "Best customers",
                "customer",
                "spent",
                rows=10,
                y_axis_format=".3~s",
                description="By what they have spent.",
            ),
            4,
        ),
        (world_map(orders, "Revenue by country", "alpha_3", "revenue", "Where orders are shipped to."), 8),
        (bars(orders, "Top countries", "country", "revenue", y_axis_format=".3~s"), 4),
    ]
    return files_of(
        "dataset-shop",
        datasets=datasets,
        charts=charts,
        dashboard=make_dashboard(
            owner,
            title="Shop",
            slug="dataset-shop",
            description="What a shop has sold, to whom, and what has become of its orders.",
            charts=charts,
            label_colors={"placed": "#cfe3f3", "paid": "#8fbfe0", "shipped": "#6fbf9f", "returned": "#e08a80"},
            refresh_seconds=30,
            filters=[select_filter("dataset", "Dataset", listed)],
        ),
    )


shop = DatasetDashboard("shop", needs, make_assets)
