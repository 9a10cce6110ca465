"""The states of executions and task runs, and every transition that is allowed between them.

The tables are the single statement of the state machine: the engine's one writer of states refuses what they do not
list, and the diagrams of the documentation are generated from them.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """A state of an execution, a task run or an attempt."""

    CREATED = "CREATED"
    SUBMITTED = "SUBMITTED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    RESTARTED = "RESTARTED"
    KILLING = "KILLING"
    QUEUED = "QUEUED"
    RETRYING = "RETRYING"
    BREAKPOINT = "BREAKPOINT"
    SUCCESS = "SUCCESS"
    WARNING = "WARNING"
    SKIPPED = "SKIPPED"
    RETRIED = "RETRIED"
    RESUBMITTED = "RESUBMITTED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    CANCELLED = "CANCELLED"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing follows by itself."""
        return self in TERMINAL

    @property
    def is_failed(self) -> bool:
        """Whether it counts as a failure."""
        return self is State.FAILED


TERMINAL = frozenset(
    {
        State.SUCCESS,
        State.WARNING,
        State.SKIPPED,
        State.RETRIED,
        State.RESUBMITTED,
        State.FAILED,
        State.KILLED,
        State.CANCELLED,
    }
)
