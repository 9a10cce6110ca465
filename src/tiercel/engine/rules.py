"""Where the two published dialects decide differently, as values: one record a dialect."""

from __future__ import annotations

from dataclasses import dataclass

from tiercel.model.dialect import Dialect
from tiercel.model.state import State


@dataclass(frozen=True, slots=True)
class Rules:
    """What one dialect does where the other does something else.

    Attributes:
        ranking: The first of these that a child ended in is the state of its parent.
        awaits_siblings: A Parallel or Dag whose child failed waits for running siblings instead of ending them.
        counts_rounds_ahead: A LoopUntil whose condition does not hold counts the round to come and tests it again.
        pauses_between_rounds: The task run of a LoopUntil is PAUSED between rounds, as the execution is.
        loops_after_failure: A LoopUntil whose child failed tests its condition after ``errors`` and may go round again.
        shows_unfinished_outputs: ``outputs`` has an entry for tasks that have not ended yet.
        has_parent_everywhere: ``parent`` and ``parents`` are there inside every flowable, not only inside each-tasks.
        has_end_date: ``execution.endDate`` is there once the execution has ended.
        resumes_to_any_state: Resuming a Pause to another state than RUNNING ends it in that state.
        marks_killing: Flowables are KILLING while what is below them is being killed.
        forgets_running_before_exit: An execution whose first task is an Exit never was RUNNING.
        labels_marked: A task run's state changed by hand marks the execution as restarted.
        voids_what_runs: A broken promise (SLA) leaves no trace of attempts under way, and lets nothing run afterwards.
        fails_on_untold_promise: An assertion (SLA) that cannot be rendered fails the execution.
        outputs_of_failed_outputs: A Subflow whose child could not render its outputs still tells id and state.
        tells_earlier_outputs: A child started again is told the outputs its task run had before.
    """

    ranking: tuple[State, ...]
    awaits_siblings: bool
    counts_rounds_ahead: bool
    pauses_between_rounds: bool
    loops_after_failure: bool
    shows_unfinished_outputs: bool
    has_parent_everywhere: bool
    has_end_date: bool
    resumes_to_any_state: bool
    marks_killing: bool
    forgets_running_before_exit: bool
    labels_marked: bool
    voids_what_runs: bool
    fails_on_untold_promise: bool
    outputs_of_failed_outputs: bool
    tells_earlier_outputs: bool


RULES = {
    Dialect.V1_3: Rules(
        ranking=(State.KILLED, State.FAILED, State.WARNING, State.PAUSED),
        awaits_siblings=True,
        counts_rounds_ahead=True,
        pauses_between_rounds=False,
        loops_after_failure=False,
        shows_unfinished_outputs=False,
        has_parent_everywhere=False,
        has_end_date=False,
        resumes_to_any_state=True,
        marks_killing=False,
        forgets_running_before_exit=False,
        labels_marked=False,
        voids_what_runs=True,
        fails_on_untold_promise=False,
        outputs_of_failed_outputs=True,
        tells_earlier_outputs=True,
    ),
    Dialect.V2_0: Rules(
        ranking=(State.KILLED, State.FAILED, State.CANCELLED, State.WARNING, State.PAUSED),
        awaits_siblings=False,
        counts_rounds_ahead=False,
        pauses_between_rounds=True,
        loops_after_failure=True,
        shows_unfinished_outputs=True,
        has_parent_everywhere=True,
        has_end_date=True,
        resumes_to_any_state=False,
        marks_killing=True,
        forgets_running_before_exit=True,
        labels_marked=True,
        voids_what_runs=False,
        fails_on_untold_promise=True,
        outputs_of_failed_outputs=False,
        tells_earlier_outputs=False,
    ),
}
"""The rules by dialect; look them up once when a run is loaded."""
