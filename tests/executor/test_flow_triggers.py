"""Flows that start when executions of others enter a state."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.model.event import RestartRequested
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.model.state import State
from tiercel.operations import flows
from tiercel.operations.actor import LOCAL
from tiercel.operations.flow_triggers import FlowTriggers
from tiercel.repository.announcements import TARGET, list_announcements, to_row
from tiercel.repository.executions import get_execution
from tiercel.repository.records import Announcement

LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"
FAIL = "{id: bad, type: io.kestra.plugin.core.execution.Fail}"
TRIGGER = "type: io.kestra.plugin.core.trigger.Flow"
OF_UP = "conditions: [{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: dev, flowId: up}]"


def upstream(flow_id: str = "up", task: str = LOG) -> str:
    return f"id: {flow_id}\nnamespace: dev\nlabels: {{l: v}}\ntasks: [{task}]\n"


def listener(trigger: str, more: str = "", flow_id: str = "down") -> str:
    return f"id: {flow_id}\nnamespace: dev\n{more}\ntriggers:\n  - {{id: t, {TRIGGER}, {trigger}}}\ntasks: [{LOG}]\n"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path) as opened:
        yield opened


def trigger_of(execution: Execution) -> ExecutionTrigger:
    assert execution.trigger is not None
    return execution.trigger


async def until_answered(stage: Stage, at_least: int = 0) -> list[Execution]:
    """Wait until nothing more follows from what has ended; give the executions of flow ``down``, oldest first."""
    async with asyncio.timeout(60):
        while True:
            left, rows = await stage.environment.database.read(
                lambda connection: (
                    list_announcements(connection, limit=1),
                    connection.fetch("SELECT id, is_over FROM executions WHERE flow_id = 'down' ORDER BY id"),
                )
            )
            if not left and len(rows) >= at_least and all(is_over for _, is_over in rows):
                return [await stage.stored(one) for one, _ in rows]
            await asyncio.sleep(0)


async def test_what_ends_starts_what_listens_with_its_correlation_and_variables(stage: Stage) -> None:
    await stage.save(listener("labels: {own: '{{ flow.id }}'}, " + OF_UP))
    first = await stage.run(upstream())
    (found,) = await until_answered(stage)
    assert found.state is State.SUCCESS
    assert found.labels == [("own", "down"), ("system.correlationId", first.id)]
    assert trigger_of(found).id == "t"
    assert trigger_of(found).variables == {
        "executionId": first.id,
        "executionLabels": {"l": "v"},
        "state": "SUCCESS",
        "namespace": "dev",
        "flowId": "up",
        "flowRevision": 1,
    }


@pytest.mark.parametrize(
    ("trigger", "more"),
    [
        (f"disabled: true, {OF_UP}", ""),
        (OF_UP, "disabled: true"),
        (f"states: [FAILED], {OF_UP}", ""),
        ("conditions: [{type: io.kestra.plugin.core.condition.ExecutionNamespace, namespace: other}]", ""),
    ],
)
async def test_what_is_off_or_looks_elsewhere_starts_nothing(stage: Stage, trigger: str, more: str) -> None:
    await stage.save(listener(trigger, more))
    await stage.run(upstream())
    assert await until_answered(stage) == []


async def test_a_flow_never_starts_itself(stage: Stage) -> None:
    await stage.run(listener("states: [SUCCESS]"))
    assert len(await until_answered(stage)) == 1


async def test_a_removed_flow_listens_no_more(stage: Stage) -> None:
    await stage.save(listener(OF_UP))
    await flows.delete_flow(stage.environment, LOCAL, ("dev", "down"))
    await stage.run(upstream())
    assert await until_answered(stage) == []


async def test_each_state_counts_in_its_order_and_again_after_a_restart(stage: Stage) -> None:
    await stage.save(listener(f"states: [CREATED, RUNNING, FAILED], {OF_UP}"))
    first = await stage.run(upstream(task=FAIL))
    await stage.executor.submit(first.id, RestartRequested(at=stage.environment.clock()))
    await stage.executor.wait(first.id)
    found = [trigger_of(one).variables["state"] for one in await until_answered(stage)]
    assert found == ["CREATED", "RUNNING", "FAILED", "RUNNING", "FAILED"]


async def test_an_announcement_that_is_read_again_starts_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    answer = FlowTriggers.answer

    async def keep_and_answer(self: FlowTriggers, announcements: list[Announcement]) -> None:
        kept.extend(announcements)
        await answer(self, announcements)

    monkeypatch.setattr(FlowTriggers, "answer", keep_and_answer)
    async with open_stage(tmp_path) as stage:
        await stage.save(listener(OF_UP))
        await stage.run(upstream())
        (found,) = await until_answered(stage)
        # As after a crash between the start of what follows and the removal of the row.
        await stage.environment.database.write(
            lambda connection: connection.insert(TARGET, [to_row(announcement) for announcement in kept])
        )
    async with open_stage(tmp_path) as stage:
        assert [one.id for one in await until_answered(stage)] == [found.id]
    assert len(kept) == 2


async def test_what_was_met_is_remembered_by_the_next_process(tmp_path: Path) -> None:
    waiting = "flows: [{namespace: dev, flowId: up}, {namespace: dev, flowId: other}]"
    async with open_stage(tmp_path) as stage:
        await stage.save(listener(f"states: [SUCCESS], preconditions: {{id: p, {waiting}}}"))
        await stage.run(upstream())
        assert await until_answered(stage) == []
    async with open_stage(tmp_path) as stage:
        await stage.run(upstream("other"))
        assert len(await until_answered(stage)) == 1
        await stage.run(upstream("other"))
        assert len(await until_answered(stage)) == 1  # both must be met anew


async def test_what_was_left_unanswered_is_answered_by_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(FlowTriggers, "answer", never)
        async with open_stage(tmp_path) as stage:
            await stage.save(listener(OF_UP))
            first = await stage.run(upstream())
    async with open_stage(tmp_path) as stage:
        (found,) = await until_answered(stage)
        assert trigger_of(found).variables["executionId"] == first.id


async def test_an_answer_that_breaks_does_not_keep_the_others_from_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer = FlowTriggers.answer
    broken = []

    async def break_on_the_first(self: FlowTriggers, announcements: list[Announcement]) -> None:
        if any(one.execution_id in broken for one in announcements):
            raise RuntimeError("a fault")
        await answer(self, announcements)

    monkeypatch.setattr(FlowTriggers, "answer", break_on_the_first)
    async with open_stage(tmp_path) as stage:
        await stage.save(listener(OF_UP))
        flow = await stage.save(upstream())
        executions = [await stage.prepare(flow) for _ in range(3)]
        broken.append(executions[0].id)
        await asyncio.gather(*(stage.executor.run(execution) for execution in executions))
        found = {trigger_of(one).variables["executionId"] for one in await until_answered(stage)}
    assert found == {execution.id for execution in executions[1:]}
    assert f"nothing follows from execution {broken[0]}" in caplog.text


BAD_INPUTS = ("inputs: {x: '{{ nope.z }}'}", "inputs: [{id: x, type: STRING}]")


async def test_inputs_that_cannot_be_rendered_start_nothing_in_1_3_and_say_so(stage: Stage) -> None:
    await stage.save(listener(f"{BAD_INPUTS[0]}, {OF_UP}", BAD_INPUTS[1]))
    first = await stage.run(upstream())
    assert await until_answered(stage) == []
    (line,) = [entry for entry in await stage.logs(first.id) if entry.level.value == "WARN"]
    assert line.message.startswith("Trigger t of flow dev.down fires, but its flow is not started: ")


async def test_inputs_that_cannot_be_rendered_make_a_failed_execution_in_2_0(stage: Stage) -> None:
    await stage.save(listener(f"{BAD_INPUTS[0]}, dependsOn: [{{namespace: dev, flowId: up}}]", BAD_INPUTS[1]))
    first = await stage.run(upstream())
    (found,) = await until_answered(stage)
    assert [state for state, _ in found.history] == [State.CREATED, State.FAILED]
    assert trigger_of(found).variables["executionId"] == first.id
    assert "nope" in str(found.error)
    assert await stage.task_runs(found.id) == []


async def test_flows_nobody_listens_to_leave_no_announcement(stage: Stage) -> None:
    await stage.save(listener(OF_UP))
    await stage.run(upstream("alone"))
    last = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT seq FROM sqlite_sequence WHERE name = 'announcements'")
    )
    assert last == []


async def test_a_chain_keeps_the_correlation_of_its_first(stage: Stage) -> None:
    await stage.save(listener(OF_UP, flow_id="middle"))
    of_middle = OF_UP.replace("flowId: up", "flowId: middle")
    await stage.save(listener(of_middle))
    first = await stage.run(upstream())
    found = await until_answered(stage, at_least=1)
    assert dict(found[0].labels)["system.correlationId"] == first.id
    stored = await stage.environment.database.read(
        lambda connection: get_execution(connection, trigger_of(found[0]).variables["executionId"])
    )
    assert stored.flow_id == "middle"


async def test_a_circle_of_triggers_that_turns_too_fast_is_stopped(stage: Stage) -> None:
    await stage.save(listener(OF_UP))
    of_down = OF_UP.replace("flowId: up", "flowId: down")
    first = await stage.run(listener(of_down, flow_id="up"))
    found = await until_answered(stage, at_least=10)
    assert len(found) == 10
    assert {dict(one.labels)["system.correlationId"] for one in found} == {first.id}
    rows = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT message FROM logs WHERE message LIKE '%through others%'")
    )
    assert len(rows) == 1
