"""The states of executions and task runs, and every transition that is allowed between them.

The tables are the single statement of the state machine: the engine's one writer of states refuses what they do not
list, and the diagrams of the documentation are generated from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """A state of an execution, a task run or an attempt."""

    CREATED = "CREATED"
    SUBMITTED = "SUBMITTED"
    RUNNING = "RUNNING"
    PAUSING = "PAUSING"
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

ENDS = frozenset({State.SUCCESS, State.WARNING, State.FAILED, State.KILLED, State.CANCELLED})
"""The states work can end in by what it does."""

PASSING = frozenset({State.PAUSING})
"""States of an execution that another one follows within the same decision: they are only ever history."""

LIVE = frozenset(State) - TERMINAL
"""Something is still to come."""

TASK_RUN_TRANSITIONS: Mapping[State, frozenset[State]] = {
    # Ends straight from CREATED: runIf, an empty loop, a child that cannot be started, Exit, kill, a failed sibling.
    State.CREATED: ENDS | {State.SUBMITTED, State.RUNNING, State.SKIPPED, State.BREAKPOINT, State.RETRIED},
    State.BREAKPOINT: ENDS | {State.CREATED, State.RETRIED},
    State.SUBMITTED: ENDS | {State.RUNNING, State.RETRYING, State.RETRIED},
    # Back to SUBMITTED when its worker was lost.
    State.RUNNING: ENDS | {State.SUBMITTED, State.PAUSED, State.KILLING, State.RETRIED},
    State.KILLING: ENDS | {State.RETRIED},
    State.PAUSED: ENDS | {State.RUNNING, State.RESTARTED, State.RETRIED},
    State.RETRYING: ENDS | {State.CREATED, State.RETRIED},
    State.RESTARTED: ENDS | {State.SUBMITTED, State.RUNNING, State.SKIPPED, State.BREAKPOINT, State.RETRIED},
    # After the end: retry, the passage of a subflow's state, a change by hand, restart, a flowable begun again.
    State.FAILED: frozenset(
        {State.RETRYING, State.RETRIED, State.WARNING, State.SUCCESS, State.CANCELLED, State.RESTARTED, State.RUNNING}
    ),
    State.WARNING: frozenset({State.SUCCESS, State.FAILED, State.RESTARTED, State.RUNNING}),
    State.SUCCESS: frozenset({State.WARNING, State.FAILED, State.RESTARTED, State.RUNNING}),
    State.SKIPPED: frozenset({State.SUCCESS, State.WARNING, State.FAILED, State.RESTARTED}),
    State.KILLED: frozenset({State.SUCCESS, State.WARNING, State.FAILED, State.RESTARTED, State.RUNNING}),
    State.CANCELLED: frozenset({State.SUCCESS, State.WARNING, State.FAILED, State.RESTARTED, State.RUNNING}),
    State.RETRIED: frozenset({State.RESTARTED}),
}
"""From a state of a task run to those that may follow; a state that is not here is never entered."""

EXECUTION_TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.CREATED: ENDS | {State.QUEUED, State.RUNNING, State.KILLING},
    State.QUEUED: ENDS | {State.RUNNING, State.KILLING},
    State.RUNNING: ENDS | {State.PAUSING, State.PAUSED, State.RETRYING, State.RETRIED, State.KILLING, State.BREAKPOINT},
    State.PAUSING: frozenset({State.PAUSED}),
    State.PAUSED: ENDS | {State.RUNNING, State.RESTARTED, State.KILLING},
    State.RESTARTED: ENDS | {State.RUNNING, State.QUEUED, State.KILLING},
    State.BREAKPOINT: ENDS | {State.RUNNING, State.KILLING},
    State.RETRYING: ENDS | {State.RUNNING, State.KILLING},
    State.KILLING: ENDS,
    # After the end: retry, flow outputs that cannot be rendered, a change by hand, restart.
    State.FAILED: frozenset(
        {State.RETRYING, State.RETRIED, State.RESTARTED, State.SUCCESS, State.WARNING, State.KILLED, State.CANCELLED}
    ),
    State.SUCCESS: frozenset({State.FAILED, State.RESTARTED, State.WARNING, State.KILLED, State.CANCELLED}),
    State.WARNING: frozenset({State.FAILED, State.RESTARTED, State.SUCCESS, State.KILLED, State.CANCELLED}),
    State.CANCELLED: frozenset({State.FAILED, State.RESTARTED, State.SUCCESS, State.WARNING, State.KILLED}),
    State.KILLED: frozenset({State.RESTARTED}),
    State.RETRIED: frozenset({State.RESTARTED}),
}
"""From a state of an execution to those that may follow."""
