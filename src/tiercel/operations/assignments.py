"""What the executor and a worker say to each other: work given out, and what came of it.

The two packages do not know each other; the composition root hands each the other behind these protocols.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tiercel.expressions.values import Value
from tiercel.model.event import Evaluated, Event, TaskRunEnded
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import Flow
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.repository.records import Work


@dataclass(slots=True, frozen=True, eq=False)
class Assignment:
    """One command with all that is needed to carry it out.

    Attributes:
        execution: The live record: read on other threads only for what never changes after creation.
        task_run: The task run it is about; None for an evaluation in the context of the flow.
        attempt_number: From 1.
        variables: What expressions see, lazy; it may be read on another thread while the execution goes on.
        is_dry: A trigger is only to tell what it would find.
        lender_id: Another execution whose files may be read, for a task that is tried with what that one gave.
    """

    work: Work
    flow: Flow
    execution: Execution
    task_run: TaskRun | None
    attempt_number: int
    variables: Mapping[str, Value]
    is_dry: bool = False
    lender_id: str | None = None


@dataclass(slots=True, frozen=True, eq=False)
class InlineResult:
    """What an inline run left behind."""

    event: TaskRunEnded
    logs: Sequence[LogEntry] = ()
    metrics: Sequence[MetricEntry] = ()


class Crew(Protocol):
    """Those who work for the executor. All methods are called on the event loop and return at once."""

    def run_inline(self, assignment: Assignment) -> InlineResult | None:
        """Run an inline task now; None when it needs the outside, so that it must be assigned."""

    def evaluate(self, assignment: Assignment) -> Evaluated | None:
        """Answer an Evaluate command now; None when it needs the outside, so that it must be assigned."""

    def assign(self, assignments: Sequence[Assignment]) -> None:
        """Begin work that has been committed; the answers come as reports."""

    def has(self, execution_id: str, key: str, token: int) -> bool:
        """Whether that work is here and its report has not been handed over yet; ``key`` as in the job row."""

    def cancel(self, execution_id: str, key: str, token: int | None, *, is_killed: bool) -> bool:
        """Stop work, of any token when None; answered by a report when ``is_killed``. False when it is not here."""


class Reports(Protocol):
    """Where a worker reports; called on the event loop."""

    def report(
        self,
        execution_id: str,
        event: Event | None,
        logs: Sequence[LogEntry] = (),
        metrics: Sequence[MetricEntry] = (),
        job: str | None = None,
    ) -> None:
        """Hand over an event with the lines and figures that belong before it; any of them may be missing.

        ``job`` is the key of the job row when the event does not name its task run and token itself.
        """
