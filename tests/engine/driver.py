"""Carries out the engine's commands in memory: a fake clock, expressions by the real renderer, trivial tasks.

It keeps every event it fed, so that tests can feed them again.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tiercel.engine import Changes, Facts, Plan, Run, Start, World, decide_all, new_execution, variables
from tiercel.errors import ExpressionError
from tiercel.expressions import Context, Value, compile_template, is_truthy, render_structure
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.command import (
    AnnounceEnd,
    AnnounceOver,
    CancelTask,
    CancelTimer,
    CloseDirectory,
    Command,
    CreateExecution,
    Evaluate,
    KillChild,
    NotifyParent,
    OpenDirectory,
    RestartChild,
    ResumeChild,
    RunTask,
    StartChild,
    StoreOutputs,
    WakeAt,
    WriteLog,
)
from tiercel.model.event import (
    ChildEnded,
    ChildPaused,
    ChildRefused,
    ChildStarted,
    Effects,
    Evaluated,
    Event,
    ExecutionAdmitted,
    ExecutionQueued,
    KillRequested,
    OutputsStored,
    RestartRequested,
    ResumeRequested,
    TaskRunEnded,
    TaskRunStarted,
    TimerFired,
)
from tiercel.model.execution import Execution, ExecutionKind, ExecutionTrigger, TaskRun
from tiercel.model.flow import Flow, TaskDefinition
from tiercel.model.state import State

SECOND = 1_000_000
START = 1_700_000_000 * SECOND


class StillHost:
    """The outside for expressions: a clock that stands still, nothing to read."""

    def now(self) -> ZonedDateTime:
        raise ExpressionError("evaluation", "no clock here")

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        raise ExpressionError("evaluation", f"{name} is not served here")


@dataclass
class Outcome:
    """What a task did."""

    state: State = State.SUCCESS
    outputs: dict[str, Any] | None = None
    error: str | None = None
    effects: Effects | None = None
    takes: int = 0


Runner = Callable[["Driver", Run, TaskRun, TaskDefinition], Outcome]


class Store:
    """Rows as a database would hold them: encoded, so that nothing lives on by accident."""

    def __init__(self) -> None:
        self.executions: dict[str, bytes] = {}
        self.task_runs: dict[str, bytes] = {}
        self.of_execution: dict[str, set[str]] = {}

    def write(self, changes: Changes) -> None:
        if changes.execution is not None:
            self.executions[changes.execution.id] = msgspec.msgpack.encode(changes.execution)
        for task_run in changes.task_runs:
            self.task_runs[task_run.id] = msgspec.msgpack.encode(task_run)
            self.of_execution.setdefault(task_run.execution_id, set()).add(task_run.id)
        for task_run_id in changes.removed:
            row = msgspec.msgpack.decode(self.task_runs.pop(task_run_id), type=TaskRun)
            self.of_execution[row.execution_id].discard(task_run_id)

    def execution(self, execution_id: str) -> Execution:
        return msgspec.msgpack.decode(self.executions[execution_id], type=Execution)

    def rows(self, execution_id: str) -> list[TaskRun]:
        ids = sorted(self.of_execution.get(execution_id, ()))
        return [msgspec.msgpack.decode(self.task_runs[one], type=TaskRun) for one in ids]

    def load(self, plan: Plan, execution_id: str, parent: Run | None = None) -> Run:
        rows = self.rows(execution_id)
        owners = {row.id for row in rows if not row.state.is_terminal}
        every = (self.execution(one) for one in self.executions)
        children = [one for one in every if one.parent_task_run_id in owners]
        return Run.load(plan, self.execution(execution_id), rows, parent=parent, children=children)


@dataclass
class Driver:
    """One world: flows, executions, time."""

    flows: Mapping[str, Flow] = field(default_factory=dict)
    runner: Runner | None = None
    world: World = field(default_factory=World)
    now: int = START
    runs: dict[str, Run] = field(default_factory=dict)
    logs: list[tuple[str, str | None, str, str]] = field(default_factory=list)
    commands: list[tuple[str, Command]] = field(default_factory=list)
    decided: list[tuple[int, Command]] = field(default_factory=list)
    events: list[tuple[str, list[Event], int]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    ended: list[tuple[str, State]] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    storage_error: str | None = None
    reloads: bool = False
    has_slots: bool = True
    store: Store = field(default_factory=Store)
    chooses: Callable[[int], int] = lambda _count: 0

    def __post_init__(self) -> None:
        self._inbox: deque[tuple[str, list[Event]]] = deque()
        self._answers: list[Event] = []
        self._timers: list[tuple[int, int, str, WakeAt]] = []
        self._live_timers: dict[tuple[str, str | None, str], int] = {}
        self._jobs: list[tuple[int, int, str, TaskRunEnded]] = []
        self._sequence = 0
        self.given_ids: list[str] = []
        self.started_at = self.now

    def new_id(self) -> str:
        given = f"id{len(self.given_ids) + 1:06d}"
        self.given_ids.append(given)
        return given

    def start(self, flow: Flow, **start: Any) -> Run:
        """Start an execution and admit it; nothing runs until `settle`."""
        execution = new_execution(flow, self.new_id(), self.now, Start(**start))
        return self.adopt(Run.start(Plan(flow), execution))

    def queue(self, flow: Flow, **start: Any) -> Run:
        """Start an execution for which no slot is free."""
        execution = new_execution(flow, self.new_id(), self.now, Start(**start))
        run = self.runs[execution.id] = Run.start(Plan(flow), execution)
        self.send(execution.id, ExecutionQueued(self.now))
        return run

    def adopt(self, run: Run) -> Run:
        self.runs[run.execution.id] = run
        self.store.write(run.take_changes())
        self.send(run.execution.id, ExecutionAdmitted(at=self.now))
        return run

    def send(self, execution_id: str, *events: Event) -> None:
        """Bring events that happened side by side."""
        self._inbox.append((execution_id, list(events)))

    def next_due(self) -> int | None:
        """When the next timer or job comes, if nothing comes at once."""
        if self._inbox:
            return self.now
        return min((heap[0][0] for heap in (self._timers, self._jobs) if heap), default=None)

    def settle(
        self, *, until: Callable[[], bool] = lambda: False, limit: int = 100_000, may_stop: bool = False
    ) -> None:
        """Feed events and let time pass until nothing is left to come, or ``until`` holds."""
        for _ in range(limit):
            if self._inbox:
                index = self.chooses(len(self._inbox))
                execution_id, events = self._inbox[index]
                del self._inbox[index]
                self.feed(execution_id, events)
            elif until() or not self._pass_time():
                return
        assert may_stop, "it never comes to rest"

    def kill_first(self) -> None:
        """Bring the event that was sent last before all others."""
        self._inbox.appendleft(self._inbox.pop())
        self.feed(*self._inbox.popleft())

    def feed(self, execution_id: str, events: list[Event]) -> None:
        run = self.runs[execution_id]
        self.now += 1
        self.events.append((execution_id, events, self.now))
        answers: list[Event] = []
        self._answers = answers
        for command in decide_all(run, events, Facts(self.now, self.new_id)):
            self.commands.append((execution_id, command))
            self.decided.append((self.now, command))
            self.carry_out(run, command)
        if answers:
            self.send(execution_id, *answers)
        self.store.write(run.take_changes())
        if self.reloads:
            self.reload(execution_id)
        if run.execution.state is State.RESTARTED:
            is_part = run.execution.kind is ExecutionKind.LOOP  # which counts at no limit of its own
            is_free = self.has_slots or is_part
            self.send(execution_id, ExecutionAdmitted(at=self.now) if is_free else ExecutionQueued(at=self.now))

    def reload(self, execution_id: str) -> None:
        """Forget an execution and build it again from what was written."""
        known = self.runs[execution_id]
        parent = self.runs.get(known.execution.parent_id or "") if known.execution.iteration else None
        self.runs[execution_id] = self.store.load(known.plan, execution_id, parent)
        for run in self.runs.values():
            if run.parent is known:
                run.parent = self.runs[execution_id]

    def carry_out(self, run: Run, command: Command) -> None:  # noqa: C901, PLR0912, PLR0915 (one case a command)
        execution_id = run.execution.id
        match command:
            case Evaluate():
                self._answers.append(self.evaluate(run, command))
            case RunTask():
                self.run_task(run, command)
            case OpenDirectory():
                self.send(execution_id, TaskRunStarted(self.now, command.task_run_id, command.token))
            case CloseDirectory():
                ended = TaskRunEnded(self.now, command.task_run_id, command.token, command.state)
                self.send(execution_id, ended)
            case CancelTask():
                self.cancel(run, command)
            case WakeAt():
                self._sequence += 1
                key = (execution_id, command.task_run_id, command.key)
                self._live_timers[key] = self._sequence
                heapq.heappush(self._timers, (command.at, self._sequence, execution_id, command))
            case CancelTimer():
                self._live_timers.pop((execution_id, command.task_run_id, command.key), None)
            case StartChild():
                self.start_child(run, command)
            case CreateExecution():
                self.create_execution(run, command.execution)
            case KillChild():
                if command.child_id in self.runs:
                    self.send(command.child_id, KillRequested(self.now))
            case RestartChild():
                self.send(command.child_id, RestartRequested(self.now))
                started = ChildStarted(self.now, command.task_run_id, command.child_id, command.position)
                self.send(execution_id, started)
            case ResumeChild():
                self.send(command.child_id, ResumeRequested(self.now))
            case WriteLog():
                task = run.task_runs[command.task_run_id].task_id if command.task_run_id else None
                self.logs.append((execution_id, task, command.level.value, command.message))
            case NotifyParent():
                self.notify_parent(run, command)
            case StoreOutputs():
                self.store_outputs(run, command)
            case AnnounceEnd():
                self.ended.append((execution_id, command.state))
            case AnnounceOver():
                self.over.append(execution_id)

    def store_outputs(self, run: Run, command: StoreOutputs) -> None:
        execution_id = run.execution.id
        if self.storage_error is not None:
            self.send(execution_id, OutputsStored(self.now, error=self.storage_error))
            return
        self.files[execution_id] = command.outputs
        self.send(execution_id, OutputsStored(self.now, f"kestra:///{execution_id}/outputs.ion"))

    def context(self, run: Run, task_run_id: str | None) -> Context:
        task_run = run.task_runs[task_run_id] if task_run_id else None
        return Context(variables(run, task_run, self.world), StillHost(), run.execution.dialect)

    def evaluate(self, run: Run, command: Evaluate) -> Evaluated:
        try:
            context = self.context(run, command.task_run_id)
            value = render_structure(command.structure, context, typed=command.is_typed)
        except ExpressionError as error:
            return Evaluated(self.now, command.task_run_id, command.purpose, error=str(error))
        return Evaluated(self.now, command.task_run_id, command.purpose, value)

    def run_task(self, run: Run, command: RunTask) -> None:
        task_run = run.task_runs[command.task_run_id]
        execution_id = run.execution.id
        try:
            outcome = (self.runner or run_trivial)(self, run, task_run, command.task)
        except ExpressionError as error:
            outcome = Outcome(State.FAILED, error=str(error))
        ended = TaskRunEnded(
            self.now,
            task_run.id,
            command.token,
            outcome.state,
            outcome.outputs,
            error=outcome.error,
            effects=outcome.effects,
            started_at=self.now,
        )
        if command.task.is_inline:
            self._answers.append(ended)
            return
        self.send(execution_id, TaskRunStarted(self.now, task_run.id, command.token, "worker"))
        if not outcome.takes:
            self.send(execution_id, ended)
            return
        self._sequence += 1
        heapq.heappush(self._jobs, (self.now + outcome.takes, self._sequence, execution_id, ended))

    def cancel(self, run: Run, command: CancelTask) -> None:
        for job in list(self._jobs):
            if (job[3].task_run_id, job[3].token) == (command.task_run_id, command.token):
                self._jobs.remove(job)
        heapq.heapify(self._jobs)
        if command.is_killed:
            ended = TaskRunEnded(self.now, command.task_run_id, command.token, State.KILLED)
            self.send(run.execution.id, ended)

    def start_child(self, run: Run, command: StartChild) -> None:
        flow = self.flows.get(f"{command.namespace}.{command.flow_id}")
        if flow is None:
            refused = ChildRefused(self.now, command.task_run_id, "no such flow", command.position)
            self.send(run.execution.id, refused)
            return
        trigger = ExecutionTrigger(
            id=run.task_runs[command.task_run_id].task_id,
            type="io.kestra.plugin.core.flow.Subflow",
            variables={"executionId": run.execution.id},
        )
        child = self.start(
            flow,
            inputs=command.inputs,
            labels=command.labels,
            trigger=trigger,
            parent_id=run.execution.id if command.is_waited else None,
            parent_task_run_id=command.task_run_id,
            position=command.position,
        )
        if command.outputs:
            child.execution.notes["asked"] = command.outputs
        started = ChildStarted(self.now, command.task_run_id, child.execution.id, command.position)
        self.send(run.execution.id, started)

    def create_execution(self, run: Run, execution: Execution) -> None:
        parent = run if execution.iteration is not None else None
        self.adopt(Run.start(run.plan, execution, parent=parent))

    def notify_parent(self, run: Run, command: NotifyParent) -> None:
        execution, state = run.execution, command.state
        if execution.parent_id not in self.runs or execution.parent_task_run_id is None:
            return
        position = execution.iteration.index if execution.iteration else execution.notes.get("position", 0)
        if state.is_terminal:
            event: Event = ChildEnded(
                self.now,
                execution.parent_task_run_id,
                execution.id,
                state,
                command.outputs,
                position,
                command.has_failed_outputs,
            )
        else:
            is_paused = state is State.PAUSED
            event = ChildPaused(self.now, execution.parent_task_run_id, execution.id, is_paused, position)
        self.send(execution.parent_id, event)

    def _pass_time(self) -> bool:
        """Let the next timer or job come; False when there is none."""
        due = [(heap[0][0], heap[0][1], is_job) for is_job, heap in ((False, self._timers), (True, self._jobs)) if heap]
        if not due:
            return False
        at, sequence, is_job = min(due)
        self.now = max(self.now, at)
        if is_job:
            _, _, execution_id, ended = heapq.heappop(self._jobs)
            self.send(execution_id, ended)
            return True
        _, _, execution_id, timer = heapq.heappop(self._timers)
        key = (execution_id, timer.task_run_id, timer.key)
        if self._live_timers.get(key) == sequence:
            del self._live_timers[key]
            self.send(execution_id, TimerFired(self.now, timer.key, timer.task_run_id))
        return True


def run_trivial(driver: Driver, run: Run, task_run: TaskRun, task: TaskDefinition) -> Outcome:
    """Tasks by the last part of their type: Return, Log, Fail, Sleep, OutputValues, SetVariables, Exit."""
    properties = render_structure(task.properties, driver.context(run, task_run.id), typed=False)
    assert isinstance(properties, dict)
    match task.type.rsplit(".", 1)[-1]:
        case "Return":
            return Outcome(outputs={"value": properties.get("format")})
        case "Fail":
            condition = properties.get("condition")
            if condition is None or is_truthy(str(condition)):
                return Outcome(State.FAILED, error=properties.get("errorMessage", "Task failure"))
        case "Sleep":
            return Outcome(takes=int(properties["seconds"]) * SECOND)
        case "OutputValues":
            return Outcome(outputs={"values": properties["values"]})
        case "SetVariables":
            return Outcome(effects=Effects(set_variables=properties["variables"]))
        case "Exit":
            return Outcome(effects=Effects(exit_state=State(properties.get("state", "SUCCESS"))))
        case _:
            pass
    return Outcome()


__all__ = ["SECOND", "START", "Driver", "Outcome", "compile_template", "run_trivial"]
