"""Fills an installation with the flows of a shop, and with runs of every kind, over HTTP.

    python docs/demo/seed.py http://localhost:8090

Everything that is shown really ran here: nothing is written past the interface. Flows and dashboards that are there
already stay as they are, so it may be repeated; every time there are further runs.
"""

# ruff: noqa: INP001 (a script)
from __future__ import annotations

import sys
from pathlib import Path

import httpx

HERE = Path(__file__).parent
YAML = {"content-type": "application/x-yaml"}
REGIONS = ("north", "south", "west")
TOO_MANY = 60
FILES = {
    "queries/sales.sql": "-- what was sold on a day\nSELECT sum(price) FROM orders WHERE day = :day;\n",
    "README.md": "# Orders\n\nFlows that take over what customers ordered.\n",
}


def main() -> None:
    """Fill the installation whose address is the first argument."""
    with httpx.Client(base_url=f"{sys.argv[1]}/api/v1/main", timeout=60) as client:
        save_sources(client)
        keep_values(client)
        run_flows(client)
        backfill(client)


def save_sources(client: httpx.Client) -> None:
    """Save the flows, then the dashboard."""
    for path in sorted((HERE / "flows").glob("*.yaml")):
        accept(client.post("/flows", content=path.read_bytes(), headers=YAML), taken=(409, 422))
    accept(client.post("/dashboards", content=(HERE / "dashboard.yaml").read_bytes(), headers=YAML), taken=(409, 422))


def keep_values(client: httpx.Client) -> None:
    """Set keys, a secret and files of a namespace."""
    place = "/namespaces/shop.orders"
    accept(client.put(f"{place}/kv/last_order", content="1042", headers={"content-type": "text/plain"}))
    accept(
        client.put(f"{place}/kv/regions", content='["north", "south", "west"]', headers={"content-type": "text/plain"})
    )
    accept(client.put(f"{place}/secrets", json={"key": "SHOP_TOKEN", "value": "not-shown-anywhere"}))
    for path, text in FILES.items():
        accept(client.post(f"{place}/files", params={"path": f"/{path}"}, files={"fileContent": (path, text)}))


def run_flows(client: httpx.Client) -> None:
    """Start flows so that every state is there: ended well and badly, tried again, paused, queued and running."""
    for number in range(24):
        orders = TOO_MANY if number % 7 == 0 else 4 + number
        start(client, "shop.orders/import_orders", region=REGIONS[number % 3], orders=str(orders))
    for day in range(5, 17):
        start(client, "shop.finance/daily_report", day=f"2026-01-{day:02d}")
    for number in range(3):
        start(client, "shop.stock/sync_prices")
        start(client, "shop.finance/refund", waits=False, order=str(1042 + number), amount=str(79.9 * (number + 1)))
    for _ in range(2):
        start(client, "shop.orders/watch_deliveries", waits=False)


def start(client: httpx.Client, flow: str, *, waits: bool = True, **inputs: str) -> None:
    """Start one execution, and wait for its end unless it waits for somebody."""
    form = {name: (None, value) for name, value in inputs.items()}
    accept(client.post(f"/executions/{flow}", params={"wait": str(waits).lower()}, files=form or None))


def backfill(client: httpx.Client) -> None:
    """Run a day of the past again, hour by hour."""
    trigger = {"namespace": "shop.orders", "flowId": "import_orders", "triggerId": "hourly"}
    span = {"start": "2026-01-04T00:00:00Z", "end": "2026-01-04T06:00:00Z"}
    accept(client.put("/triggers", json={**trigger, "backfill": span}), taken=(409,))


def accept(answer: httpx.Response, *, taken: tuple[int, ...] = ()) -> None:
    """Let an answer pass, also the one that says that something is there already.

    Raises:
        SystemExit: It was refused.
    """
    if answer.is_error and answer.status_code not in taken:
        sys.exit(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:500]}")


if __name__ == "__main__":
    main()
