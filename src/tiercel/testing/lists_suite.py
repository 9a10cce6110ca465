"""How every database must filter, order, count and page its lists."""

from __future__ import annotations

import pytest

from tiercel.errors import InvalidError
from tiercel.model.execution import ExecutionKind, ExecutionTrigger, Iteration
from tiercel.model.log import LogLevel, MetricEntry, MetricKind
from tiercel.model.state import State
from tiercel.repository import flows, kv, lists
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.database import Database
from tiercel.repository.query import Condition, Filter, Group, Operation, Query, Sort
from tiercel.testing.builders import START, build_execution, build_flow, build_log

SECOND = 1_000_000


def where(field: str, operation: str, value: str | int | tuple[str, ...] = "", key: str | None = None) -> Filter:
    """A filter, written shortly."""
    return Filter(field, Operation(operation), value, key)


EXECUTION_CASES: list[tuple[Condition, str]] = [
    (where("q", "EQUALS", "PAY"), "4"),
    (where("q", "NOT_EQUALS", "pay"), "12356"),
    (where("q", "EQUALS", "100%"), ""),
    (where("namespace", "EQUALS", "dev"), "126"),
    (where("namespace", "NOT_EQUALS", "dev"), "345"),
    (where("namespace", "PREFIX", "dev"), "1236"),
    (where("namespace", "STARTS_WITH", "dev"), "12346"),
    (where("namespace", "ENDS_WITH", "team"), "3"),
    (where("namespace", "CONTAINS", "V.TE"), "3"),
    (where("namespace", "NOT_CONTAINS", "dev"), "5"),
    (where("namespace", "REGEX", r"dev\..*"), "3"),
    (where("namespace", "IN", ("dev.team", "system")), "35"),
    (where("namespace", "NOT_IN", ("dev.team", "system")), "1246"),
    (where("flowId", "CONTAINS", "_"), "4"),
    (where("flowId", "EQUALS", "payments_in"), "4"),
    (where("state", "EQUALS", "FAILED"), "26"),
    (where("state", "IN", ("FAILED", "SUCCESS")), "1246"),
    (where("state", "NOT_IN", ("FAILED", "SUCCESS")), "35"),
    (where("labels", "EQUALS", "prod", "env"), "13"),
    (where("labels", "NOT_EQUALS", "prod", "env"), "2456"),
    (where("labels", "IN", ("prod", "test"), "env"), "123"),
    (where("labels", "EQUALS", "env:test"), "2"),
    (where("labels", "CONTAINS", "env"), "123"),
    (where("labels", "CONTAINS", "RO", "env"), "13"),
    (where("labels", "NOT_CONTAINS", "RO", "env"), "2456"),
    (where("labels", "IS_NULL", "", "env"), "456"),
    (where("labels", "IS_NOT_NULL", "", "env"), "123"),
    (where("labels", "IS_NOT_NULL", "", "system.correlationId"), "45"),
    (where("labels", "CONTAINS", build_execution(4).id[1:]), "45"),
    (where("labels", "CONTAINS", build_execution(4).id[1:], "env"), ""),
    (where("labels", "EQUALS", build_execution(4).id, "system.correlationId"), "45"),
    (where("startDate", "GREATER_THAN_OR_EQUAL_TO", START + 4 * SECOND), "456"),
    (where("startDate", "LESS_THAN", START + 2 * SECOND), "1"),
    (where("endDate", "GREATER_THAN", START + 2 * SECOND + 1000), "46"),
    (where("triggerExecutionId", "EQUALS", "E9"), "5"),
    (where("triggerExecutionId", "IS_NULL"), "12346"),
    (where("parentId", "EQUALS", "P1"), "6"),
    (where("childFilter", "EQUALS", "CHILD"), "56"),
    (where("childFilter", "EQUALS", "MAIN"), "1234"),
    (where("kind", "EQUALS", "LOOP"), "6"),
    (where("kind", "NOT_EQUALS", "LOOP"), "12345"),
    (where("scope", "EQUALS", "SYSTEM"), "5"),
    (where("scope", "EQUALS", "USER"), "12346"),
    (where("scope", "IN", ("USER", "SYSTEM")), "123456"),
    (where("id", "IN", (build_execution(1).id, build_execution(5).id)), "15"),
    (Group((where("state", "EQUALS", "FAILED"), where("namespace", "EQUALS", "system")), is_any=True), "256"),
    (
        Group(
            (
                where("namespace", "PREFIX", "dev"),
                Group((where("labels", "EQUALS", "prod", "env"), where("kind", "EQUALS", "LOOP")), is_any=True),
            )
        ),
        "136",
    ),
]


class ExecutionListSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    @pytest.fixture
    async def filled(self, database: Database) -> Database:
        executions = [
            build_execution(1, State.SUCCESS, labels=[("env", "prod"), ("team", "a")]),
            build_execution(2, State.FAILED, labels=[("env", "test")]),
            build_execution(3, State.RUNNING, namespace="dev.team", labels=[("env", "prod")]),
            build_execution(4, State.SUCCESS, namespace="devops", flow_id="payments_in"),
            build_execution(
                5, State.PAUSED, namespace="system", labels=[("system.correlationId", build_execution(4).id)]
            ),
            build_execution(6, State.FAILED, parent_id="P1", kind=ExecutionKind.LOOP),
        ]
        executions[3].labels = [("system.correlationId", executions[3].id)]
        executions[4].trigger = ExecutionTrigger(id="t", type="acme.T", variables={"executionId": "E9"})
        executions[5].iteration = Iteration(index=2, value=1)
        await database.write(prepare_batch(Batch(executions=[*executions, build_execution(7, is_deleted=True)])))
        return database

    @pytest.mark.parametrize(("condition", "expected"), EXECUTION_CASES, ids=[str(case[0]) for case in EXECUTION_CASES])
    async def test_filters(self, filled: Database, condition: Condition, expected: str) -> None:
        query = Query(where=(condition,), sort=(Sort("id"),))
        page = await filled.read(lambda c: lists.search_executions(c, query))
        assert "".join(execution.id[-1] for execution in page.items) == expected
        assert page.total == len(expected)
        ids = await filled.read(lambda c: lists.list_execution_ids(c, [condition]))
        assert [key[-1] for key in ids] == list(expected)

    async def test_all_conditions_must_hold(self, filled: Database) -> None:
        query = Query(where=(where("namespace", "EQUALS", "dev"), where("state", "EQUALS", "FAILED")))
        page = await filled.read(lambda c: lists.search_executions(c, query))
        assert [execution.id[-1] for execution in page.items] == ["6", "2"]

    @pytest.mark.parametrize(
        ("sorts", "expected"),
        [
            ([], "654321"),
            ([Sort("id")], "123456"),
            ([Sort("id", is_descending=True)], "654321"),
            ([Sort("state.current"), Sort("id", is_descending=True)], "625341"),
            ([Sort("namespace"), Sort("state.startDate", is_descending=True)], "621345"),
            ([Sort("flowId", is_descending=True), Sort("state.startDate")], "412356"),
            ([Sort("state.endDate"), Sort("id")], "351246"),
            ([Sort("state.duration", is_descending=True), Sort("id")], "124635"),
            ([Sort("loopRunIndex", is_descending=True), Sort("id")], "612345"),
        ],
    )
    async def test_orders_and_their_cursors(self, filled: Database, sorts: list[Sort], expected: str) -> None:
        whole = await filled.read(lambda c: lists.search_executions(c, Query(sort=tuple(sorts))))
        assert "".join(execution.id[-1] for execution in whole.items) == expected
        assert whole.next_cursor is None
        seen, cursor = "", None
        while True:
            query = Query(sort=tuple(sorts), size=4, cursor=cursor)
            page = await filled.read(lambda c, query=query: lists.search_executions(c, query))  # type: ignore[misc]  # a default binds the loop variable
            seen += "".join(execution.id[-1] for execution in page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == expected

    async def test_pages_by_number(self, filled: Database) -> None:
        pages = [
            await filled.read(lambda c, n=n: lists.search_executions(c, Query(size=4, page=n, sort=(Sort("id"),))))  # type: ignore[misc]  # a default binds the loop variable
            for n in (1, 2, 3)
        ]
        assert [[execution.id[-1] for execution in page.items] for page in pages] == [list("1234"), list("56"), []]
        assert [page.total for page in pages] == [6, 6, 6]

    async def test_rows_that_appear_meanwhile_shift_no_cursor(self, filled: Database) -> None:
        first = await filled.read(lambda c: lists.search_executions(c, Query(size=3)))
        await filled.write(prepare_batch(Batch(executions=[build_execution(8)])))
        query = Query(size=3, cursor=first.next_cursor)
        second = await filled.read(lambda c: lists.search_executions(c, query))
        assert [execution.id[-1] for execution in second.items] == list("321")

    async def test_counting_stops_at_its_limit(self, filled: Database) -> None:
        page = await filled.read(lambda c: lists.search_executions(c, Query(count_up_to=4)))
        assert (page.total, page.is_total_capped) == (4, True)
        page = await filled.read(lambda c: lists.search_executions(c, Query(count_up_to=6)))
        assert (page.total, page.is_total_capped) == (6, False)
        page = await filled.read(lambda c: lists.search_executions(c, Query(count_up_to=0)))
        assert (page.total, page.is_total_capped, len(page.items)) == (0, True, 6)

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            (Query(where=(where("colour", "EQUALS", "red"),)), "Field colour is not supported here.*namespace"),
            (Query(where=(where("state", "REGEX", "F.*"),)), "Operation REGEX is not supported for field state"),
            (Query(where=(where("q", "PREFIX", "a"),)), "Operation PREFIX is not supported for field q"),
            (Query(where=(where("startDate", "IN", "a"),)), "Operation IN is not supported for field startDate"),
            (Query(where=(where("scope", "EQUALS", "MINE"),)), "scope is one of SYSTEM, USER, not MINE"),
            (Query(sort=(Sort("colour"),)), "unknown sort field colour.*state.startDate"),
            (Query(size=0), "size: must be from 1 to 1000, not 0"),
            (Query(size=1001), "size: must be from 1 to 1000, not 1001"),
            (Query(page=0), "page: must be 1 or more, not 0"),
            (Query(cursor="?"), "cursor: is not a cursor of this server .Give nextCursor"),
            (Query(cursor="WzFd"), "cursor: belongs to a list with another order: sort as .*Give nextCursor"),
        ],
    )
    async def test_what_is_not_right_is_explained(self, database: Database, query: Query, message: str) -> None:
        with pytest.raises(InvalidError, match=message):
            await database.read(lambda c: lists.search_executions(c, query))

    async def test_changed_labels_are_found_and_former_ones_are_not(self, database: Database) -> None:
        await database.write(prepare_batch(Batch(executions=[build_execution(labels=[("a", "1"), ("b", "1")])])))
        changed = build_execution(labels=[("a", "2"), ("b", "1")], version=2)
        await database.write(prepare_batch(Batch(executions=[changed])))
        for key, value, count in (("a", "1", 0), ("a", "2", 1), ("b", "1", 1)):
            query = Query(where=(where("labels", "EQUALS", value, key),))
            page = await database.read(lambda c, query=query: lists.search_executions(c, query))  # type: ignore[misc]  # a default binds the loop variable
            assert page.total == count

    async def test_the_latest_of_each_flow_and_all_namespaces(self, filled: Database) -> None:
        asked = [("dev", "demo"), ("devops", "payments_in"), ("dev", "none")]
        found = await filled.read(lambda c: lists.list_latest_executions(c, asked))
        assert [execution.id[-1] for execution in found] == ["6", "4"]
        assert await filled.read(lists.list_execution_namespaces) == ["dev", "dev.team", "devops", "system"]


class OtherListSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_flows_are_found_at_their_latest_revision(self, database: Database) -> None:
        for flow in (
            build_flow("b", "dev", labels=(("env", "prod"),)),
            build_flow("a", "dev.team", description="Pays the bills"),
            build_flow("c", "system", source="id: c # needle\n"),
            build_flow("gone", "dev"),
            build_flow("b", "dev", source="second", labels=(("env", "test"),)),
        ):
            await database.write(lambda c, flow=flow: flows.save_flow(c, flow))  # type: ignore[misc]  # a default binds the loop variable
        await database.write(lambda c: flows.delete_flow(c, "dev", "gone", now=START))
        for condition, expected in (
            ((), "abc"),
            ((where("labels", "EQUALS", "test", "env"),), "b"),
            ((where("labels", "EQUALS", "prod", "env"),), ""),
            ((where("q", "EQUALS", "BILLS"),), "a"),
            ((where("namespace", "PREFIX", "dev"),), "ab"),
            ((where("scope", "EQUALS", "SYSTEM"),), "c"),
            ((where("flowId", "IN", ("a", "c", "gone")),), "ac"),
        ):
            page = await database.read(lambda c, w=condition: lists.search_flows(c, Query(where=w)))  # type: ignore[misc]  # a default binds the loop variable
            assert "".join(flow.id for flow in page.items) == expected
            assert page.total == len(expected)
        page = await database.read(
            lambda c: lists.search_flow_sources(c, Query(where=(where("q", "EQUALS", "NEEDLE"),)))
        )
        assert [flow.id for flow in page.items] == ["c"]
        page = await database.read(
            lambda c: lists.search_flows(c, Query(sort=(Sort("namespace", is_descending=True),)))
        )
        assert [(flow.id, flow.revision) for flow in page.items] == [("c", 1), ("a", 1), ("b", 2)]

    async def test_logs_are_found_by_level_text_and_place(self, database: Database) -> None:
        execution = build_execution(1)
        lines = [
            build_log(execution, "one trace", LogLevel.TRACE, at=START),
            build_log(execution, "two 50% done", LogLevel.INFO, at=START + 1, task_id="t", task_run_id="r1"),
            build_log(execution, "three", LogLevel.WARN, at=START + 2, task_id="u", attempt_number=1),
            build_log(execution, "four", LogLevel.ERROR, at=START + 3, execution_id=None, trigger_id="cron"),
            build_log(build_execution(2, namespace="system"), "five", LogLevel.ERROR, at=START + 4),
        ]
        await database.write(prepare_batch(Batch(logs=lines)))
        for condition, expected in (
            ((), [0, 1, 2, 3, 4]),
            ((where("level", "GREATER_THAN_OR_EQUAL_TO", "WARN"),), [2, 3, 4]),
            ((where("level", "LESS_THAN_OR_EQUAL_TO", "info"),), [0, 1]),
            ((where("level", "IN", ("TRACE", "ERROR")),), [0, 3, 4]),
            ((where("q", "EQUALS", "50%"),), [1]),
            ((where("executionId", "EQUALS", execution.id),), [0, 1, 2]),
            ((where("taskId", "EQUALS", "u"),), [2]),
            ((where("taskRunId", "EQUALS", "r1"),), [1]),
            ((where("attemptNumber", "EQUALS", 1),), [2]),
            ((where("triggerId", "EQUALS", "cron"),), [3]),
            ((where("scope", "EQUALS", "SYSTEM"),), [4]),
            ((where("startDate", "GREATER_THAN", START + 1), where("endDate", "LESS_THAN", START + 4)), [2, 3]),
            ((where("flowId", "EQUALS", "demo"), where("namespace", "EQUALS", "dev")), [0, 1, 2, 3]),
        ):
            page = await database.read(lambda c, w=condition: lists.search_logs(c, Query(where=w)))  # type: ignore[misc]  # a default binds the loop variable
            assert [entry for _, entry in page.items] == [lines[n] for n in expected]
        with pytest.raises(InvalidError, match="level is one of TRACE, DEBUG, INFO, WARN, ERROR, not LOUD"):
            await database.read(lambda c: lists.search_logs(c, Query(where=(where("level", "EQUALS", "LOUD"),))))
        errors = (where("level", "EQUALS", "ERROR"), where("namespace", "EQUALS", "dev"))
        page = await database.read(lambda c: lists.search_logs(c, Query(where=errors)))
        assert [entry for _, entry in page.items] == [lines[3]]
        newest = Query(sort=(Sort("timestamp", is_descending=True),), size=2)
        page = await database.read(lambda c: lists.search_logs(c, newest))
        assert [entry.message for _, entry in page.items] == ["five", "four"]

    async def test_metrics_are_ordered_by_value(self, database: Database) -> None:
        entries = [
            MetricEntry(
                at=START + n,
                kind=MetricKind.COUNTER,
                name=name,
                value=float(value),
                namespace="dev",
                flow_id="demo",
                execution_id="e",
                task_id="t",
                task_run_id="r",
            )
            for n, (name, value) in enumerate((("rows", 3), ("rows", 1), ("bytes", 2)))
        ]
        await database.write(prepare_batch(Batch(metrics=entries)))
        query = Query(where=(where("name", "EQUALS", "rows"),), sort=(Sort("value"),))
        page = await database.read(lambda c: lists.search_metrics(c, query))
        assert page.items == [entries[1], entries[0]]
        everything = await database.read(lambda c: lists.search_metrics(c, Query()))
        assert (everything.items, everything.total) == (entries, 3)

    async def test_keys_of_all_namespaces_are_listed(self, database: Database) -> None:
        for namespace, key, expires in (("a", "two", None), ("b", "one", START + 5), ("a", "three", START + 50)):
            await database.write(
                lambda c, n=namespace, k=key, e=expires: kv.save_kv(c, n, k, 1, type="NUMBER", now=START, expires_at=e)  # type: ignore[misc]  # defaults bind the loop variables
            )
        await database.write(lambda c: kv.delete_kv(c, "a", "two", now=START))
        page = await database.read(lambda c: lists.search_kv(c, Query()))
        assert [(entry.namespace, entry.key) for entry in page.items] == [("b", "one"), ("a", "three")]
        live = Query(where=(where("expirationDate", "GREATER_THAN", START + 10),))
        page = await database.read(lambda c: lists.search_kv(c, live))
        assert [entry.key for entry in page.items] == ["three"]
