"""Every operation of the published interface has a route: the list of them is frozen in ``operations.csv``."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from tiercel.api.app import ROUTES
from tiercel.api.tenancy import canonical_path

LIST = Path(__file__).with_name("operations.csv")


def operations():
    with LIST.open(newline="") as lines:
        return [(row["method"], row["path"]) for row in csv.DictReader(lines)]


def patterns():
    """Give the method of each route, the number of its parameters, and what its paths look like."""
    for handler in ROUTES:
        for path in handler.paths:
            text = re.sub(r"\{\w+:path\}", ".+", re.sub(r"\{\w+:str\}", "[^/]+", path))
            for method in handler.http_methods:
                yield str(getattr(method, "value", method)), re.compile(text)


TABLE = list(patterns())


def has_route(method, path):
    """Tell whether a request to the path, with what stands for its parameters, finds a handler."""
    asked = canonical_path(method, re.sub(r"\{\w+\}", "abcdefghijklmnopqrst", path))
    return any(method == known and pattern.fullmatch(asked) for known, pattern in TABLE)


def test_the_list_is_whole():
    found = operations()
    assert len(found) == len(set(found)) == 244


def test_every_operation_has_a_route():
    assert [(method, path) for method, path in operations() if not has_route(method, path)] == []


async def test_every_operation_finds_its_handler(client):
    """The table alone could be right where the router is not: ask for each, with ids of nothing."""
    unrouted = (await client.get("/api/v1/main/nothing")).json()["detail"]
    for method, path in operations():
        if "follow" in path:
            continue
        response = await client.request(method, re.sub(r"\{\w+\}", "abcdefghijklmnopqrst", path))
        assert response.status_code != 405, (method, path)
        if response.status_code == 404:
            assert response.json().get("detail") != unrouted, (method, path)
