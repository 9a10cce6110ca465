"""Inline tasks and evaluations: run at once, on the loop, without anything that could block.

Whatever turns out to need the outside is given up without a trace and done again on a thread, where it may wait. That
is safe, since until then nothing has had an effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tiercel.errors import ExpressionError, TiercelError
from tiercel.expressions import Host, render_structure
from tiercel.model.command import CloseDirectory, Evaluate, OpenDirectory, RunTask
from tiercel.model.dialect import Dialect
from tiercel.model.event import Effects, Evaluated, TaskRunEnded
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, InlineResult
from tiercel.operations.environment import Environment
from tiercel.operations.outside import HereHost, OutsideNeededError
from tiercel.plugins import Plugin, Resources, RunContext, RunFacts, TaskError
from tiercel.plugins.plans import Plans
from tiercel.worker.lines import Lines, storable
from tiercel.worker.rendering import context_of, mask_of, steadily
from tiercel.worker.results import ROW_LIMIT_BYTES, OutputsError, encode_outputs, plain_value
from tiercel.worker.traces import failure_trace, named, text_of

_HOST = HereHost()


class InlineHost:
    """What an inline task gets of the plugins' ``Host``: log, figures and pure rendering."""

    __slots__ = ("_assignment", "_environment", "lines")

    def __init__(self, environment: Environment, assignment: Assignment) -> None:
        self._environment = environment
        self._assignment = assignment
        self.lines = Lines(assignment, environment.clock, mask_of(environment, assignment))

    def log(self, level: str, message: str) -> None:
        """Write one line."""
        self.lines.write(level, message)

    def metric(self, kind: str, name: str, value: float, tags: Mapping[str, str]) -> None:
        """Record a figure."""
        self.lines.measure(kind, name, value, tags)

    def render(self, structure: Json, variables: Mapping[str, Json] | None, *, is_typed: bool) -> Json:
        """Render without the outside."""
        seen = {**self._assignment.variables, **variables} if variables else None
        context = context_of(self._environment, self._assignment, _HOST, seen)
        return render_structure(structure, context, typed=is_typed)

    def call(self, operation: str, arguments: Mapping[str, Json]) -> Json:  # noqa: ARG002 (the protocol's)
        """Refuse: this needs a worker."""
        raise OutsideNeededError(operation)

    def read_file(self, uri: str) -> Iterator[bytes]:
        """Refuse: this needs a worker."""
        raise OutsideNeededError(uri)

    def write_file(self, name: str, chunks: Iterable[bytes]) -> str:  # noqa: ARG002 (the protocol's)
        """Refuse: this needs a worker."""
        raise OutsideNeededError(name)

    def working_directory(self) -> str:
        """Refuse: this needs a worker."""
        raise OutsideNeededError("a working directory")

    @property
    def resources(self) -> Resources:
        """Refuse: this needs a worker."""
        raise OutsideNeededError("shared resources")

    def part(self, written: Mapping[str, Json]) -> Plugin:
        """Refuse: this needs a worker."""
        raise OutsideNeededError(str(written.get("type")))

    def progress(self, fraction: float | None, message: str) -> None:
        """Nobody sees the progress of what is over at once."""

    def is_cancelled(self) -> bool:
        """An inline run cannot be interrupted."""
        return False

    def wait(self, seconds: float) -> bool:
        """Refuse: this needs a worker."""
        raise OutsideNeededError(f"{seconds} seconds")


def run_inline(environment: Environment, plans: Plans, assignment: Assignment) -> InlineResult | None:
    """Run an inline task; None when it needs the outside."""
    work = assignment.work
    if not isinstance(work, RunTask):
        raise TypeError(f"{type(work).__name__} is no task")
    started_at = environment.clock()
    host = InlineHost(environment, assignment)
    try:
        outputs, effects = _run(environment, plans, assignment, host)
        ended = TaskRunEnded(
            at=environment.clock(),
            task_run_id=work.task_run_id,
            token=work.token,
            state=State.SUCCESS,
            outputs=outputs,
            effects=effects,
            started_at=started_at,
        )
    except OutsideNeededError:
        return None
    except (Exception, SystemExit) as error:  # noqa: BLE001 (a failing task is data, also one that exits)
        if not is_told(error):
            host.log(trace_level(assignment), failure_trace(error))
        ended = TaskRunEnded(
            at=environment.clock(),
            task_run_id=work.task_run_id,
            token=work.token,
            state=State.FAILED,
            outputs=failure_outputs(error),
            error=host.lines.mask(failure_message(error)),
            started_at=started_at,
            has_run=not plans.is_update(work.task),
        )
    return InlineResult(ended, host.lines.entries, host.lines.figures)


def _run(
    environment: Environment, plans: Plans, assignment: Assignment, host: InlineHost
) -> tuple[dict[str, Json] | None, Effects | None]:
    work, dialect = assignment.work, assignment.flow.dialect
    if not isinstance(work, RunTask):
        raise TypeError(f"{type(work).__name__} is no task")
    task = plans.get_plan(work.task, dialect).render(context_of(environment, assignment, _HOST))
    context = RunContext(host, facts_of(assignment))
    encoded = encode_outputs(task.run(context), dialect)
    if encoded is not None and len(encoded.text) > ROW_LIMIT_BYTES:
        raise OutsideNeededError("large outputs")
    return encoded.values if encoded is not None else None, context.effects


def facts_of(assignment: Assignment) -> RunFacts:
    """Say which run an assignment is."""
    work, execution, task_run = assignment.work, assignment.execution, assignment.task_run
    if not isinstance(work, RunTask | OpenDirectory | CloseDirectory) or task_run is None:
        raise TypeError(f"{type(work).__name__} is no task")
    return RunFacts(
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        revision=execution.revision,
        execution_id=execution.id,
        task_id=task_run.task_id,
        task_type=work.task.type,
        task_run_id=task_run.id,
        dialect=assignment.flow.dialect,
        attempt_number=assignment.attempt_number,
        value=task_run.value,
        is_dry=assignment.is_dry,
    )


def evaluate(environment: Environment, assignment: Assignment) -> Evaluated | None:
    """Answer an Evaluate command; None when it needs the outside."""
    try:
        return evaluated(environment, assignment, _HOST)
    except OutsideNeededError:
        return None


def evaluated(environment: Environment, assignment: Assignment, host: Host) -> Evaluated:
    """Render what an Evaluate command asks for; a failure is part of the answer."""
    work = assignment.work
    if not isinstance(work, Evaluate):
        raise TypeError(f"{type(work).__name__} asks for no value")
    value: Json = None
    message = None
    try:
        context = context_of(environment, assignment, host)
        rendered = steadily(lambda: render_structure(work.structure, context, typed=work.is_typed))
        value = plain_value(rendered, assignment.flow.dialect)
    except (ExpressionError, OutputsError) as error:
        message = storable(mask_of(environment, assignment)(str(error)))
    return Evaluated(
        at=environment.clock(), task_run_id=work.task_run_id, purpose=work.purpose, value=value, error=message
    )


def failed_evaluation(assignment: Assignment, at: int, message: str) -> Evaluated:
    """Answer an Evaluate command that could not even be tried."""
    work = assignment.work
    if not isinstance(work, Evaluate):
        raise TypeError(f"{type(work).__name__} asks for no value")
    return Evaluated(at=at, task_run_id=work.task_run_id, purpose=work.purpose, error=message)


def failure_message(error: BaseException) -> str:
    """Say why an attempt failed: errors meant for users as they stand, all others with their kind."""
    return text_of(error) if is_told(error) else named(error)


def is_told(error: BaseException) -> bool:
    """Whether an error was made for users, so that where in the program it came up would tell them nothing."""
    return isinstance(error, (TaskError, TiercelError, OutputsError))


def trace_level(assignment: Assignment) -> str:
    """Give the level of such lines, which is another in each published version."""
    return "TRACE" if assignment.flow.dialect is Dialect.V1_3 else "DEBUG"


def failure_outputs(error: BaseException) -> dict[str, Json] | None:
    """Give what a task produced before it failed."""
    return error.outputs if isinstance(error, TaskError) else None
