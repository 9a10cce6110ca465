"""One decision in progress: the only writer of states, the creation of task runs, and the orders collected.

Work is put in a queue and done in order, so that a decision never recurses into itself and children of several parents
come to be level by level.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tiercel.engine.run import Run
from tiercel.engine.scope import Scope
from tiercel.errors import ConflictError
from tiercel.model.command import Command, WriteLog
from tiercel.model.execution import Attempt, StateAt, TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import EXECUTION_TRANSITIONS, LIVE, TASK_RUN_TRANSITIONS, State

COME_BACK = "come_back"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the shell looked up for a decision.

    Attributes:
        now: Microseconds UTC.
        new_id: Gives an id that was never given before.
        encrypt: Encrypts a flow output of type SECRET; None refuses such outputs.
    """

    now: int
    new_id: Callable[[], str]
    encrypt: Callable[[str], Json] | None = None


class TransitionError(ConflictError):
    """A state would follow another that the table does not let it follow: a fault of the engine."""

    def __init__(self, what: str, old: State, new: State) -> None:
        self.what = what
        self.old = old
        self.new = new
        super().__init__(f"{what} cannot go from {old} to {new}")


class Decision:
    """What one event leads to.

    Attributes:
        commands: Orders so far, in the order they were given.
        opened: How many children came out of slices so far, see ``flowables.pace``.
        has_moved: Whether a state was entered.
    """

    __slots__ = ("_advancing", "_queue", "commands", "facts", "has_moved", "opened", "run")

    def __init__(self, run: Run, facts: Facts) -> None:
        self.run = run
        self.facts = facts
        self.commands: list[Command] = []
        self.opened = 0
        self.has_moved = False
        self._queue: deque[tuple[bool, str | None]] = deque()
        self._advancing: set[str | None] = set()

    @property
    def now(self) -> int:
        """When this is decided."""
        return self.facts.now

    def order(self, command: Command) -> None:
        """Give a command."""
        self.commands.append(command)

    def log(self, task_run: TaskRun | None, level: LogLevel, message: str) -> None:
        """Write a line of the engine's own."""
        self.order(WriteLog(task_run.id if task_run else None, level, message))

    def enter(self, task_run: TaskRun, state: State, at: int | None = None) -> None:
        """Bring a task run into a state; entering the state it is in does nothing."""
        old = task_run.state
        if old is state:
            return
        _check(f"task run {task_run.task_id}", old, state, TASK_RUN_TRANSITIONS)
        self.has_moved = True
        task_run.state = state
        _append(task_run.history, state, self.now if at is None else at)
        scope = self.run.scope(self.run.scope_id(task_run))
        scope.move(task_run, old)
        self.run.live += (state in LIVE) - (old in LIVE)
        self.run.touch(task_run)
        if state.is_terminal:
            self.run.publish(task_run)
            self.advance(scope.owner_id)
            for owner_id in self.run.execution.notes.pop(COME_BACK, ()):
                self.advance(owner_id)
            if not self.run.live:
                self.advance(None)

    def enter_execution(self, state: State, at: int | None = None) -> None:
        """Bring the execution into a state; entering the state it is in does nothing."""
        execution = self.run.execution
        if execution.state is state:
            return
        _check("the execution", execution.state, state, EXECUTION_TRANSITIONS)
        self.has_moved = True
        execution.state = state
        _append(execution.history, state, self.now if at is None else at)
        self.run.touch()

    def create(self, scope: Scope, task: TaskDefinition, section: str, **place: str | int | None) -> TaskRun:
        """Make a task run; it begins when its turn in this decision comes.

        ``place`` may give ``value`` and ``iteration``.
        """
        run = self.run
        outside = run.execution.parent_task_run_id if run.execution.iteration is not None else None
        task_run = TaskRun(
            id=self.facts.new_id(),
            execution_id=run.execution.id,
            task_id=task.id,
            number=run.next_number,
            parent_id=scope.owner_id or outside,
            section=section,
            history=[(State.CREATED, self.now + 1)],  # strictly after the end that led to it
            **place,  # type: ignore[arg-type]  # a typed dict of these two would be longer than the two
        )
        run.add(task_run)
        self._queue.append((True, task_run.id))
        return task_run

    def begin(self, task_run: TaskRun) -> None:
        """Let a created task run begin when its turn comes."""
        self._queue.append((True, task_run.id))

    def advance(self, owner_id: str | None) -> None:
        """Look at the children of a task run (or of the flow) when their turn comes; asking twice is once."""
        if owner_id not in self._advancing:
            self._advancing.add(owner_id)
            self._queue.append((False, owner_id))

    def come_back(self, owner: TaskRun) -> None:
        """Look at the children of a task run again when any task run has ended."""
        waiting = self.run.execution.notes.setdefault(COME_BACK, [])
        if owner.id not in waiting:
            waiting.append(owner.id)
            self.run.touch()

    def next_step(self) -> tuple[bool, str | None] | None:
        """Take the next piece of work: whether a task run is to begin (else to be looked at), and its id."""
        if not self._queue:
            return None
        step = self._queue.popleft()
        if not step[0]:
            self._advancing.discard(step[1])
        return step

    def set_phase(self, scope: Scope, phase: str) -> None:
        """Note which list of a scope runs from now on."""
        scope.phase = phase
        notes = scope.owner.notes if scope.owner else self.run.execution.notes
        notes["phase"] = phase
        self.run.touch(scope.owner)

    def open_attempt(self, task_run: TaskRun, at: int | None = None, worker_id: str | None = None) -> None:
        """Begin an attempt and enter RUNNING."""
        moment = self.now if at is None else at
        task_run.attempts.append(
            Attempt(history=[(State.CREATED, moment), (State.RUNNING, moment)], worker_id=worker_id)
        )
        self.enter(task_run, State.RUNNING, moment)

    def close_attempt(self, task_run: TaskRun, state: State, log_file: str | None = None) -> None:
        """End the attempt that is under way, if one is."""
        if task_run.attempts and not task_run.attempts[-1].state.is_terminal:
            attempt = task_run.attempts[-1]
            _append(attempt.history, state, self.now)
            attempt.log_file = log_file
            self.run.touch(task_run)


def _check(what: str, old: State, new: State, table: Mapping[State, frozenset[State]]) -> None:
    if new not in table.get(old, frozenset()):
        raise TransitionError(what, old, new)


def _append(history: list[StateAt], state: State, at: int) -> None:
    latest = history[-1][1] if history else at
    history.append((state, max(at, latest)))
