"""What every database must keep of an executor's batches: executions, task runs, lines and figures."""

from __future__ import annotations

from operator import methodcaller

import pytest
from msgspec.structs import replace

from tiercel.errors import NotFoundError
from tiercel.model.execution import Attempt, ExecutionKind, ExecutionTrigger, Iteration
from tiercel.model.log import LogLevel, MetricEntry, MetricKind
from tiercel.model.state import State
from tiercel.repository import executions, lists, logs, task_runs
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.database import Database
from tiercel.repository.query import Filter, Operation, Query
from tiercel.repository.shards import LeaseLostError, claim_shards, create_shards
from tiercel.testing.builders import START, build_execution, build_log, build_task_run


class BatchSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_every_field_of_an_execution_comes_back(self, database: Database) -> None:
        execution = build_execution(
            7,
            State.FAILED,
            inputs={"name": "ü", "n": 1.5, "list": [1, None, {"a": True}]},
            outputs={"x": None},
            variables={"v": {"w": 1}},
            labels=[("b", "2"), ("a", "1"), ("a", "3")],
            trigger=ExecutionTrigger(id="t", type="acme.Trigger", variables={"executionId": "E9"}),
            parent_id="P1",
            parent_task_run_id="P1T",
            loop_task_id="loop",
            iteration=Iteration(index=3, value={"k": [1]}, key="k", parents=[Iteration(index=0, value="outer")]),
            original_id="O1",
            kind=ExecutionKind.LOOP,
            attempt_number=2,
            scheduled_at=START,
            breakpoints=["a", "b.c"],
            error="it broke",
            notes={"n": [1, 2]},
        )
        await _save(database, Batch(executions=[execution]))
        assert await database.read(lambda c: executions.get_execution(c, execution.id)) == execution

    async def test_every_field_of_a_task_run_comes_back(self, database: Database) -> None:
        execution = build_execution()
        task_run = build_task_run(
            execution,
            3,
            State.RETRYING,
            parent_id="P",
            section="cases.a",
            value="[1]",
            iteration=0,
            attempts=[
                Attempt(history=[(State.CREATED, START), (State.FAILED, START + 5)], worker_id="w", log_file="u")
            ],
            outputs={"value": {"a": [1, "x"]}},
            outputs_uri="kestra:///x",
            is_dynamic=True,
            token=4,
            items="kestra:///items",
            retry_at=START + 9,
            notes={"count": 2},
        )
        await _save(database, Batch(executions=[execution], task_runs=[task_run]))
        assert await database.read(lambda c: task_runs.list_task_runs(c, execution.id)) == [task_run]
        without = await database.read(lambda c: task_runs.list_task_runs(c, execution.id, with_outputs=False))
        assert without == [replace(task_run, outputs=None)]

    async def test_empty_outputs_differ_from_none(self, database: Database) -> None:
        execution = build_execution()
        runs = [build_task_run(execution, 0, outputs={}), build_task_run(execution, 1, outputs=None)]
        await _save(database, Batch(executions=[replace(execution, outputs={})], task_runs=runs))
        assert await database.read(lambda c: task_runs.list_task_runs(c, execution.id)) == runs
        assert (await database.read(lambda c: executions.get_execution(c, execution.id))).outputs == {}

    async def test_a_change_replaces_what_was_stored(self, database: Database) -> None:
        execution = build_execution()
        task_run = build_task_run(execution, outputs={"a": 1})
        await _save(database, Batch(executions=[execution], task_runs=[task_run]))
        ended = replace(execution, state=State.SUCCESS, is_over=True, version=2, outputs={"x": 1}, variables={"v": 1})
        again = replace(task_run, state=State.RESTARTED, outputs=None, token=2)
        await _save(database, Batch(executions=[ended], task_runs=[again]))
        assert await database.read(lambda c: executions.get_execution(c, execution.id)) == ended
        assert await database.read(lambda c: task_runs.list_task_runs(c, execution.id)) == [again]

    async def test_the_last_of_several_entries_wins(self, database: Database) -> None:
        execution = build_execution()
        later = replace(execution, version=2, error="later")
        await _save(database, Batch(executions=[execution, later]))
        assert await database.read(lambda c: executions.get_execution(c, execution.id)) == later

    async def test_task_runs_come_in_order_of_number_and_can_be_removed(self, database: Database) -> None:
        execution = build_execution()
        runs = [build_task_run(execution, number, outputs={"n": number}) for number in (2, 0, 1)]
        await _save(database, Batch(executions=[execution], task_runs=runs))
        await _save(database, Batch(removed_task_runs=[(execution.id, runs[1].id)]))
        found = await database.read(lambda c: task_runs.list_task_runs(c, execution.id))
        assert found == [runs[2], runs[0]]
        assert set(await database.read(lambda c: task_runs.list_outputs(c, execution.id))) == {run.id for run in found}

    async def test_rows_are_those_of_the_moment_of_preparing(self, database: Database) -> None:
        execution = build_execution()
        save = prepare_batch(Batch(executions=[execution]))
        execution.error = "changed by the next pass"
        await database.write(save)
        assert (await database.read(lambda c: executions.get_execution(c, execution.id))).error is None

    async def test_a_batch_of_a_former_owner_writes_nothing(self, database: Database) -> None:
        await database.write(lambda c: create_shards(c, 4))
        first = await database.write(lambda c: claim_shards(c, "first", now=0, until=10, limit=4))
        await _save(database, Batch(epochs=first, executions=[build_execution(1)]))
        await database.write(lambda c: claim_shards(c, "second", now=10, until=20, limit=2))
        with pytest.raises(LeaseLostError) as caught:
            await _save(
                database, Batch(epochs=first, executions=[build_execution(2)], logs=[build_log(build_execution(2))])
            )
        assert caught.value.shards == [0, 1]
        assert await database.read(lambda c: c.fetch("SELECT count(*) FROM executions")) == [(1,)]
        assert await database.read(lambda c: c.fetch("SELECT count(*) FROM logs")) == [(0,)]
        kept = {shard: epoch for shard, epoch in first.items() if shard >= 2}
        await _save(database, Batch(epochs=kept, executions=[build_execution(2)]))

    async def test_logs_and_metrics_come_back_in_order(self, database: Database) -> None:
        execution = build_execution()
        lines = [build_log(execution, f"line {n}", LogLevel.WARN, task_id="t", task_run_id="r") for n in range(5)]
        metric = MetricEntry(
            at=START,
            kind=MetricKind.TIMER,
            name="took",
            value=1.5,
            namespace="dev",
            flow_id="demo",
            execution_id=execution.id,
            task_id="t",
            task_run_id="r",
            tags={"a": "b"},
        )
        await _save(database, Batch(logs=lines, metrics=[metric]))
        found = await database.read(lambda c: logs.list_execution_logs(c, execution.id))
        assert [entry for _, entry in found] == lines
        after = await database.read(lambda c: logs.list_execution_logs(c, execution.id, after_id=found[2][0]))
        assert [entry for _, entry in after] == lines[3:]
        wanted = Query(where=(Filter("executionId", Operation.EQUALS, execution.id),))
        assert (await database.read(lambda c: lists.search_metrics(c, wanted))).items == [metric]

    async def test_a_line_that_is_no_valid_text_is_stored_readably(self, database: Database) -> None:
        execution = build_execution(error="caf\udce9")
        await _save(database, Batch(executions=[execution], logs=[build_log(execution, "\u00e9 \udcff\0 \U0001f985")]))
        ((_, entry),) = await database.read(lambda c: logs.list_execution_logs(c, execution.id))
        assert entry.message == "\u00e9 ?\0 \U0001f985"
        assert (await database.read(lambda c: executions.get_execution(c, execution.id))).error == "caf?"

    async def test_a_deleted_execution_is_gone_with_all_that_hangs_on_it(self, database: Database) -> None:
        execution = build_execution(1, labels=[("a", "b")])
        run = build_task_run(execution, outputs={"a": 1})
        await _save(database, Batch(executions=[execution], task_runs=[run], logs=[build_log(execution)]))
        assert await database.write(lambda c: executions.delete_executions(c, [execution.id, "missing"])) == 1
        assert await database.write(lambda c: logs.delete_execution_logs(c, [execution.id])) == 1
        with pytest.raises(NotFoundError, match=f"execution {execution.id} not found"):
            await database.read(lambda c: executions.get_execution(c, execution.id))
        for table in ("execution_labels", "task_runs", "outputs", "logs"):
            count = f"SELECT count(*) FROM {table}"  # noqa: S608 (names of ours)
            assert await database.read(methodcaller("fetch", count)) == [(0,)]

    async def test_children_are_found_by_their_parent(self, database: Database) -> None:
        children = [build_execution(n, parent_id="P") for n in (2, 1)]
        await _save(database, Batch(executions=[*children, build_execution(3)]))
        assert await database.read(lambda c: executions.list_children(c, "P")) == children[::-1]


async def _save(database: Database, batch: Batch) -> None:
    await database.write(prepare_batch(batch))
