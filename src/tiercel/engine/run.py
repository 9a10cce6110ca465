"""The aggregate that deciding works on: one execution, its task runs, and the indexes that make each event cheap."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from tiercel.engine.children import gather
from tiercel.engine.outputs import OutputTree
from tiercel.engine.plan import MAIN, Plan
from tiercel.engine.scope import Scope
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import LIVE


class Changes(Struct, kw_only=True):
    """What changed since the changes were last taken.

    The records are the live ones, not copies: encode them before the run decides again.

    Attributes:
        execution: The header when it changed, with its version raised.
        is_new: The execution was never stored.
        created: New task runs, in order of creation.
        changed: Task runs stored before.
        removed: Ids of stored task runs that are gone.
    """

    execution: Execution | None = None
    is_new: bool = False
    created: list[TaskRun] = field(default_factory=list)
    changed: list[TaskRun] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def task_runs(self) -> list[TaskRun]:
        """All to write, new ones first."""
        return self.created + self.changed

    def __bool__(self) -> bool:
        return self.execution is not None or bool(self.created or self.changed or self.removed)


class Run:
    """One execution being decided about.

    Attributes:
        parent: The run that owns this one when it is an iteration of a Loop: what its expressions see as outputs.
        by_task: Task runs by task id, in order of creation.
        outputs: What expressions see as ``outputs``.
        live: How many task runs have not ended.
        visible_inputs: What expressions see as ``inputs``, once it was asked for; inputs never change.
    """

    __slots__ = (
        "_created",
        "_is_changed",
        "_is_new",
        "_removed",
        "_touched",
        "by_task",
        "execution",
        "live",
        "next_number",
        "outputs",
        "parent",
        "plan",
        "scopes",
        "task_runs",
        "visible_inputs",
    )

    def __init__(self, plan: Plan, execution: Execution, *, parent: Run | None = None, is_new: bool = False) -> None:
        self.plan = plan
        self.execution = execution
        self.parent = parent
        self.task_runs: dict[str, TaskRun] = {}
        self.by_task: dict[str, list[TaskRun]] = {}
        self.scopes: dict[str | None, Scope] = {}
        self.outputs = OutputTree(shows_unfinished=plan.rules.shows_unfinished_outputs)
        self.next_number = 0
        self.live = 0
        self.visible_inputs: dict[str, Json] | None = None
        self._is_new = is_new
        self._is_changed = is_new
        self._created: dict[str, None] = {}
        self._touched: dict[str, None] = {}
        self._removed: dict[str, None] = {}
        self.scopes[None] = Scope(None, execution.loop_task_id, str(execution.notes.get("phase", MAIN)))

    @classmethod
    def load(
        cls,
        plan: Plan,
        execution: Execution,
        task_runs: Iterable[TaskRun] = (),
        *,
        parent: Run | None = None,
        children: Iterable[Execution] = (),
    ) -> Run:
        """Build the aggregate from stored records; deciding goes on as if it had never left memory.

        ``children`` are the stored executions whose ``parent_task_run_id`` is a live task run of a Loop or ForEachItem.
        """
        run = cls(plan, execution, parent=parent)
        for task_run in sorted(task_runs, key=lambda one: one.number):
            run._index(task_run)
        by_owner: dict[str, list[Execution]] = {}
        for child in children:
            if child.parent_task_run_id in run.task_runs:
                by_owner.setdefault(child.parent_task_run_id, []).append(child)
        for owner_id, executions in by_owner.items():
            run.scope(owner_id).cursor = gather(executions)
        return run

    @classmethod
    def start(
        cls, plan: Plan, execution: Execution, task_runs: Iterable[TaskRun] = (), *, parent: Run | None = None
    ) -> Run:
        """Take up an execution that was never stored, with the task runs a replay keeps."""
        run = cls(plan, execution, parent=parent, is_new=True)
        for task_run in sorted(task_runs, key=lambda one: one.number):
            run.add(task_run)
        return run

    def take_changes(self) -> Changes:
        """Give what must be written, and begin to collect anew."""
        if self._is_changed:
            self.execution.version += 1
        changes = Changes(
            execution=self.execution if self._is_changed else None,
            is_new=self._is_new,
            created=[self.task_runs[one] for one in self._created],
            changed=[self.task_runs[one] for one in self._touched],
            removed=list(self._removed),
        )
        self._is_new = self._is_changed = False
        self._created, self._touched, self._removed = {}, {}, {}
        return changes

    def task_of(self, task_run: TaskRun) -> TaskDefinition:
        """The definition a task run follows."""
        return self.plan.tasks[task_run.task_id]

    def scope(self, owner_id: str | None) -> Scope:
        """The children of a task run, or of the flow."""
        found = self.scopes.get(owner_id)
        if found is None:
            owner = self.task_runs[owner_id] if owner_id is not None else None
            task_id = owner.task_id if owner else self.execution.loop_task_id
            phase = str(owner.notes.get("phase", MAIN)) if owner else MAIN
            found = self.scopes[owner_id] = Scope(owner, task_id, phase)
        return found

    def ancestors(self, task_run: TaskRun) -> list[TaskRun]:
        """The flowables around a task run, nearest first."""
        found: list[TaskRun] = []
        above = self.local_parent(task_run)
        while above is not None:
            found.append(above)
            above = self.local_parent(above)
        return found

    def local_parent(self, task_run: TaskRun) -> TaskRun | None:
        """The flowable right around a task run; None at the top, also of a loop iteration."""
        return self.task_runs.get(task_run.parent_id) if task_run.parent_id else None

    def scope_id(self, task_run: TaskRun) -> str | None:
        """The owner of the scope a task run counts in (the roots of an iteration name a parent outside)."""
        return task_run.parent_id if task_run.parent_id in self.task_runs else None

    def touch(self, task_run: TaskRun | None = None) -> None:
        """Note that a task run, or the header, changed."""
        if task_run is None:
            self._is_changed = True
        elif task_run.id not in self._created:
            self._touched[task_run.id] = None

    def add(self, task_run: TaskRun) -> None:
        """Take in a new task run."""
        self._created[task_run.id] = None
        self._index(task_run)

    def remove(self, task_run: TaskRun) -> None:
        """Forget a task run and all below it."""
        below = self.scopes.pop(task_run.id, None)
        if below is not None:
            for child_id in list(below.children):
                self.remove(self.task_runs[child_id])
        self.scope(self.scope_id(task_run)).remove(task_run)
        self.by_task[task_run.task_id].remove(task_run)
        self.live -= task_run.state in LIVE
        self.outputs.remove(task_run.task_id, self.value_path(task_run), task_run)
        del self.task_runs[task_run.id]
        if task_run.id in self._created:
            del self._created[task_run.id]
        else:
            self._touched.pop(task_run.id, None)
            self._removed[task_run.id] = None

    def value_path(self, task_run: TaskRun) -> tuple[str, ...]:
        """The values of the each-tasks around a task run, outermost first, and its own."""
        values = [one.value for one in (task_run, *self.ancestors(task_run)) if one.value is not None]
        return tuple(reversed(values))

    def publish(self, task_run: TaskRun) -> None:
        """Show expressions what a task run has produced."""
        self.outputs.put(task_run, self.value_path(task_run))

    def _index(self, task_run: TaskRun) -> None:
        self.task_runs[task_run.id] = task_run
        self.by_task.setdefault(task_run.task_id, []).append(task_run)
        self.live += task_run.state in LIVE
        self.scope(self.scope_id(task_run)).add(task_run)
        self.next_number = max(self.next_number, task_run.number + 1)
        self.publish(task_run)
