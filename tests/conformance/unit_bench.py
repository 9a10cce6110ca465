"""Runs one task by itself: the real type, through the real worker, with given variables as its whole context."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from conformance.expression_values import decode
from conformance.facts import Facts
from conformance.installation import Installation
from conformance.product import RefusedError
from conformance.unit_words import plain
from tiercel.errors import InvalidError
from tiercel.model.command import RunTask
from tiercel.model.dialect import Dialect
from tiercel.model.event import Event, TaskRunEnded
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment
from tiercel.storage import paths
from tiercel.worker.scratch import Scratch
from tiercel.worker.worker import Worker

NAMESPACE = "io.kestra.unittest"
FLOW_ID = "unit"


@dataclass(slots=True)
class Outcome:
    """What came of one task."""

    state: State
    outputs: dict[str, Json]
    error: str
    logs: list[LogEntry]
    metrics: list[MetricEntry]
    execution: Execution
    task: Facts
    dialect: Dialect


class Desk:
    """Takes the reports of the worker on one attempt after the other."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget what was reported."""
        self.logs: list[LogEntry] = []
        self.metrics: list[MetricEntry] = []
        self.ended: asyncio.Future[TaskRunEnded] = asyncio.get_running_loop().create_future()

    def report(
        self,
        execution_id: str,
        event: Event | None,
        logs: Sequence[LogEntry] = (),
        metrics: Sequence[MetricEntry] = (),
        job: str | None = None,
    ) -> None:
        """Keep what is handed over."""
        self.logs += logs
        self.metrics += metrics
        if isinstance(event, TaskRunEnded) and not self.ended.done():
            self.ended.set_result(event)


class Bench:
    """One context for one task or several after one another; all share a working directory."""

    def __init__(self, product: Installation, variables: Facts) -> None:
        self.product = product
        flow = dict(variables.get("flow") or {})
        self.variables = {**variables, "flow": {"id": FLOW_ID, "namespace": NAMESPACE, **flow}}
        self.namespace = str(self.variables["flow"]["namespace"])
        self.execution_id = str((variables.get("execution") or {}).get("id") or uuid.uuid4().hex)
        self.task_id = str((variables.get("task") or {}).get("id") or "unit")
        self.task_run_id = str((variables.get("taskrun") or {}).get("id") or uuid.uuid4().hex)
        home = Path(product.environment.settings.home) / "units"
        self._token = 0
        self._worker = Worker(product.environment, product.wired.registry, home)
        self._desk = Desk()
        self.directory = Scratch(home).shared(self.execution_id, self.task_run_id)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Have the worker ready."""
        await self._worker.open(self._desk)
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            yield
        finally:
            self._worker.close()

    @property
    def execution_directory(self) -> str:
        """Where the files of the execution are in storage."""
        return paths.execution_directory(self.namespace, str(self.variables["flow"]["id"]), self.execution_id)

    async def run(self, task: Facts) -> Outcome:
        """Run a task as written in a flow.

        Raises:
            RefusedError: A flow with it could not be saved.
        """
        flow = self._flow(task)
        self._token += 1
        assignment = self._assignment(flow)
        desk = self._desk
        desk.begin()
        inline = self._worker.run_inline(assignment) if flow.tasks[0].is_inline else None
        if inline is not None:
            desk.report(self.execution_id, inline.event, inline.logs, inline.metrics)
        else:
            self._worker.assign([assignment])
        event = await desk.ended
        return Outcome(
            event.state,
            await asyncio.to_thread(self._outputs, event),
            event.error or "",
            desk.logs,
            desk.metrics,
            assignment.execution,
            task,
            flow.dialect,
        )

    def _flow(self, task: Facts) -> Flow:
        written = {"id": self.task_id, **plain(task)}
        document = {"id": FLOW_ID, "namespace": NAMESPACE, "tasks": [written]}
        parsed = self.product.parse(yaml.safe_dump(document, sort_keys=False))
        if parsed.flow is None:
            raise RefusedError(InvalidError(parsed.errors))
        return msgspec.structs.replace(parsed.flow, namespace=self.namespace, id=str(self.variables["flow"]["id"]))

    def _assignment(self, flow: Flow) -> Assignment:
        now = self.product.environment.clock()
        given = self.variables.get("taskrun") or {}
        run = TaskRun(
            id=self.task_run_id,
            execution_id=self.execution_id,
            task_id=self.task_id,
            number=0,
            value=given.get("value"),
            history=[(State.CREATED, now)],
            token=self._token,
        )
        execution = Execution(
            id=self.execution_id,
            namespace=flow.namespace,
            flow_id=flow.id,
            revision=int(self.variables["flow"].get("revision") or 1),
            dialect=flow.dialect,
            state=State.RUNNING,
            history=[(State.CREATED, now), (State.RUNNING, now)],
        )
        work = RunTask(self.task_run_id, self._token, flow.tasks[0], directory_id=self.task_run_id)
        return Assignment(work, flow, execution, run, 1, decode(self.variables))

    def _outputs(self, event: TaskRunEnded) -> dict[str, Json]:
        if event.outputs_uri is not None:
            found: dict[str, Json] = msgspec.json.decode(self.product.file(event.outputs_uri))
            return found
        return event.outputs or {}


def rows_of(content: bytes) -> list[object]:
    """The rows of an Ion file as plain data."""
    from tiercel.tasks.storage.ion import plain as plain_row, read_rows  # noqa: PLC0415 (slow to load)

    return [plain_row(row) for row in read_rows([content])]


def as_mapping(value: object) -> Mapping[str, object]:
    """The value, if it is a map."""
    return value if isinstance(value, Mapping) else {}
