"""The lines and figures of one attempt: levels, secrets and identity are put in here and nowhere else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from math import isfinite
from typing import TypeVar

from tiercel.model.log import LogEntry, LogLevel, MetricEntry, MetricKind
from tiercel.operations.assignments import Assignment

T = TypeVar("T")

_LEVELS = {level.value: level for level in LogLevel}
_LONGEST_MESSAGE = 256 * 1024
_CUT = " ... (cut)"


class Lines:
    """Collects what an attempt writes until it is taken; one thread may write while another takes.

    Attributes:
        mask: Hides secrets in a text.
        on_first: Called when there is something to take again; for lines that are to be shown soon.
    """

    __slots__ = ("_assignment", "_clock", "_lowest", "entries", "figures", "mask", "on_first", "thread")

    def __init__(
        self, assignment: Assignment, clock: Callable[[], int], mask: Callable[[str], str], *, thread: str | None = None
    ) -> None:
        self._assignment = assignment
        self._clock = clock
        self.mask = mask
        self.thread = thread
        self._lowest = lowest_level(assignment)
        self.on_first: Callable[[], None] | None = None
        self.entries: deque[LogEntry] = deque()
        self.figures: deque[MetricEntry] = deque()

    def write(self, level: str, message: str) -> LogEntry | None:
        """Add a line; None when its level is below what the task stores."""
        entry = self.make(level, message)
        if entry is None:
            return None
        is_first = not self.entries
        self.entries.append(entry)
        if is_first and self.on_first is not None:
            self.on_first()
        return entry

    def make(self, level: str, message: str) -> LogEntry | None:
        """Make a line without adding it; None when its level is below what the task stores."""
        severity = _LEVELS.get(level, LogLevel.INFO)
        if severity.rank < self._lowest:
            return None
        execution, task_run = self._assignment.execution, self._assignment.task_run
        return LogEntry(
            at=self._clock(),
            level=severity,
            message=storable(self.mask(message)),
            namespace=execution.namespace,
            flow_id=execution.flow_id,
            execution_id=execution.id,
            task_id=task_run.task_id if task_run is not None else None,
            task_run_id=task_run.id if task_run is not None else None,
            attempt_number=self._assignment.attempt_number,
            thread=self.thread,
            execution_kind=execution.kind,
        )

    def measure(self, kind: str, name: str, value: float, tags: Mapping[str, str]) -> None:
        """Add a figure.

        Raises:
            ValueError: It is no finite number.
        """
        if not isfinite(value):
            raise ValueError(f"The metric '{name}' must be a finite number, not {value}")
        execution, task_run = self._assignment.execution, self._assignment.task_run
        if task_run is None:
            return
        self.figures.append(
            MetricEntry(
                at=self._clock(),
                kind=MetricKind(kind),
                name=storable(name),
                value=value,
                namespace=execution.namespace,
                flow_id=execution.flow_id,
                execution_id=execution.id,
                task_id=task_run.task_id,
                task_run_id=task_run.id,
                tags={storable(self.mask(key)): storable(self.mask(tag)) for key, tag in tags.items()},
                execution_kind=execution.kind,
            )
        )

    def take(self) -> tuple[list[LogEntry], list[MetricEntry]]:
        """Give what was collected since the last time."""
        return _drain(self.entries), _drain(self.figures)


def _drain(queue: deque[T]) -> list[T]:
    taken = []
    while queue:
        taken.append(queue.popleft())
    return taken


def lowest_level(assignment: Assignment) -> int:
    """Give the rank of the lowest level that the task stores."""
    task = getattr(assignment.work, "task", None)
    name = task.log_level if task is not None else None
    return _LEVELS[name].rank if name in _LEVELS else 0


def storable(text: str) -> str:
    """Cut a text that is too long for a row, and replace what UTF-8 cannot hold."""
    if len(text) > _LONGEST_MESSAGE:
        text = text[:_LONGEST_MESSAGE] + _CUT
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "")
