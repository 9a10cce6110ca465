"""B8: how soon lists answer over a million executions and a million log lines, by HTTP as the web interface asks."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import quantiles

from benchmarks.report import report
from benchmarks.server import Server
from tiercel.cli.wiring import clock
from tiercel.repository.sqlite.database import SqliteDatabase

ROWS = 1_000_000
LIMIT_MILLISECONDS = 200
ROUNDS = 30
SPAN_MICROS = 60 * 86_400_000_000
_ROWS = Path(__file__).with_suffix(".sql")
_EXECUTIONS = "/api/v1/main/executions/search"
_LOGS = "/api/v1/main/logs/search"
_ALL = {"filters[startDate][GREATER_THAN]": "2000-01-01T00:00:00Z"}
_ORDERS = ("id", "state.startDate", "state.endDate", "state.duration", "state.current", "namespace", "flowId")
_EXECUTION_QUERIES: dict[str, Mapping[str, str]] = {
    "first page": {},
    "first page, last 8 days by default": {"filters[startDate][GREATER_THAN]": ""},
    "page 100": {"page": "100"},
    "state, common": {"filters[state][IN]": "SUCCESS"},
    "state, rare": {"filters[state][IN]": "KILLED"},
    "state, several": {"filters[state][IN]": "FAILED,WARNING"},
    "state, all but one": {"filters[state][NOT_IN]": "SUCCESS"},
    "namespace": {"filters[namespace][EQUALS]": "company.team7"},
    "namespace and below": {"filters[namespace][PREFIX]": "company"},
    "namespace, end": {"filters[namespace][ENDS_WITH]": "team7"},
    "namespace, part": {"filters[namespace][CONTAINS]": "am7"},
    "namespace, pattern": {"filters[namespace][REGEX]": ".*team7"},
    "namespace, pattern of none": {"filters[namespace][REGEX]": "nothing.*"},
    "namespace, none": {"filters[namespace][EQUALS]": "nowhere"},
    "namespace, part of none": {"filters[namespace][CONTAINS]": "nowhere"},
    "flow": {"filters[namespace][EQUALS]": "company.team7", "filters[flowId][EQUALS]": "flow107"},
    "flow by id alone": {"filters[flowId][EQUALS]": "flow107"},
    "flow by id alone, none": {"filters[flowId][EQUALS]": "nothing"},
    "flow, part of none": {"filters[flowId][CONTAINS]": "nothing"},
    "state in a namespace": {"filters[namespace][EQUALS]": "company.team7", "filters[state][IN]": "FAILED"},
    "label, one of a million": {"filters[labels][EQUALS][number]": "777777"},
    "label, one in three": {"filters[labels][EQUALS][colour]": "red"},
    "label, without": {"filters[labels][NOT_EQUALS][colour]": "red"},
    "time range": {"filters[startDate][GREATER_THAN]": "", "filters[timeRange][EQUALS]": "P7D"},
    "end date": {"filters[endDate][LESS_THAN]": "2020-01-01T00:00:00Z"},
    "kind": {"filters[kind][IN]": "TEST"},
    "children": {"filters[childFilter][EQUALS]": "CHILD"},
    "main ones": {"filters[childFilter][EQUALS]": "MAIN"},
    "children of one": {"filters[triggerExecutionId][EQUALS]": "e000000000000000000007"},
    "scope": {"filters[scope][EQUALS]": "USER"},
    "scope, system": {"filters[scope][EQUALS]": "SYSTEM"},
    "words in inputs, rare": {"filters[q][EQUALS]": "order-777777"},
    "words in inputs, common": {"filters[q][EQUALS]": "customer"},
    "words, none": {"filters[q][EQUALS]": "nowherefound"},
    "words without": {"filters[q][NOT_EQUALS]": "order-777777"},
    "words and state": {"filters[q][EQUALS]": "customer", "filters[state][IN]": "KILLED"},
    "id": {"filters[q][EQUALS]": "e000000000000000777777"},
    **{
        f"sort by {field}, {direction}": {"sort": f"{field}:{direction}"}
        for field in _ORDERS
        for direction in ("asc", "desc")
    },
    "sort by duration in a state": {"sort": "state.duration:desc", "filters[state][IN]": "FAILED"},
}
_LOG_QUERIES: dict[str, Mapping[str, str]] = {
    "logs, first page": {"sort": "timestamp:desc"},
    "logs, of trouble": {"sort": "timestamp:desc", "filters[level][GREATER_THAN_OR_EQUAL_TO]": "ERROR"},
    "logs, from info": {"sort": "timestamp:desc", "filters[level][GREATER_THAN_OR_EQUAL_TO]": "INFO"},
    "logs, namespace": {"sort": "timestamp:desc", "filters[namespace][PREFIX]": "company.team7"},
    "logs, flow": {
        "sort": "timestamp:desc",
        "filters[namespace][EQUALS]": "company.team7",
        "filters[flowId][EQUALS]": "flow107",
    },
    "logs, task": {"sort": "timestamp:desc", "filters[taskId][EQUALS]": "hello"},
    "logs, words, rare": {"sort": "timestamp:desc", "filters[q][EQUALS]": "line 777777"},
    "logs, words, common": {"sort": "timestamp:desc", "filters[q][EQUALS]": "customer"},
    "logs, words, none": {"sort": "timestamp:desc", "filters[q][EQUALS]": "nowherefound"},
}


def measure(seconds: float) -> None:
    """B8; ``seconds`` is not used: every list is asked for a fixed number of times."""
    del seconds
    began = time.perf_counter()
    server = Server()
    seed(server.home, ROWS)
    seeded = time.perf_counter() - began
    with server:
        _await_index(server)
        indexed = time.perf_counter() - began - seeded
        rows = [_timed(server, _EXECUTIONS, name, {**_ALL, **query}) for name, query in _EXECUTION_QUERIES.items()]
        rows.append(_walk(server, _EXECUTIONS, "by cursor, 30 pages on", _ALL))
        longest = {**_ALL, "sort": "state.duration:desc"}
        rows.append(_walk(server, _EXECUTIONS, "by cursor, sorted by duration", longest))
        rows += [_timed(server, _LOGS, name, {**_ALL, **query}) for name, query in _LOG_QUERIES.items()]
        rows.append(_walk(server, _LOGS, "logs, by cursor, 30 pages on", {**_ALL, "sort": "timestamp:desc"}))
    late = [row["what"] for row in rows if float(str(row["p95 (ms)"])) >= LIMIT_MILLISECONDS]
    summary = {
        "seeded in (s)": seeded,
        "index of words ready after (s)": indexed,
        f"above {LIMIT_MILLISECONDS} ms at p95": ", ".join(map(str, late)) or "none",
    }
    report("b8", "B8: lists over a million executions", rows, summary)


def seed(home: Path, rows: int) -> None:
    """Fill a fresh data directory by statements that make the rows inside the database."""

    async def make() -> None:
        await SqliteDatabase.open(home, is_durable=False).close()

    asyncio.run(make())
    raw = sqlite3.connect(home / "tiercel.db")
    indexes = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    tables = ("executions", "execution_labels", "task_runs", "logs")
    of_ours = [(name, sql) for name, sql in indexes if any(f" ON {table} " in sql for table in tables)]
    raw.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY;")
    raw.executescript(";".join(f"DROP INDEX {name}" for name, _ in of_ours))
    raw.execute("CREATE TEMP TABLE seed AS WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n LIMIT ?) "
                "SELECT n, printf('e%021d', n) AS id, ? - ? + n * ? AS at FROM n",
                (rows, clock(), SPAN_MICROS, SPAN_MICROS // rows))  # fmt: skip
    raw.executescript(_ROWS.read_text(encoding="utf-8"))
    raw.commit()
    raw.executescript(";".join(sql for _, sql in of_ours))
    raw.commit()
    raw.close()


def _await_index(server: Server) -> None:
    """Wait until every row is in the index of words, so that it is not being made while lists are measured."""
    while True:
        raw = sqlite3.connect(server.home / "search.db")
        marks = dict(raw.execute("SELECT name, CASE name WHEN 'logs' THEN at ELSE id END FROM marks"))
        raw.close()
        if marks == {"logs": ROWS, "executions": f"e{ROWS - 1:021d}"}:
            return
        time.sleep(0.5)


def _timed(server: Server, path: str, name: str, query: Mapping[str, str]) -> dict[str, object]:
    given = {key: value for key, value in query.items() if value} | {"size": query.get("size", "25")}
    times: list[float] = []
    found: dict[str, object] = {}
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = server.client.get(path, params=given)
        times.append((time.perf_counter() - began) * 1000)
        found = dict(answer.raise_for_status().json())
        if sum(times) > 20_000:  # noqa: PLR2004 (milliseconds; it is far too slow as it is)
            break
    return _row(name, times, found["total"])


def _walk(server: Server, path: str, name: str, query: Mapping[str, str]) -> dict[str, object]:
    times: list[float] = []
    given = dict(query) | {"size": "25"}
    total: object = 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = server.client.get(path, params=given).raise_for_status().json()
        times.append((time.perf_counter() - began) * 1000)
        total = answer["total"]
        given["cursor"] = answer["nextCursor"]
    return _row(name, times, total)


def _row(name: str, times: list[float], total: object) -> dict[str, object]:
    cuts = quantiles(times, n=20) if len(times) > 1 else times * 20
    return {"what": name, "p50 (ms)": cuts[9], "p95 (ms)": cuts[18], "found": total}
