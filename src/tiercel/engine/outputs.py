"""What expressions see as ``outputs``: by task id, below it by the values of each-tasks; kept up as task runs end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tiercel.model.execution import TaskRun
from tiercel.model.json import Json

ENCRYPTED = "io.kestra.datatype:aes_encrypted"
Loader = Callable[[str], dict[str, Json]]
"""Reads outputs that were too large for a row from where their URI says."""


class StoredOutputs(Mapping[str, Json]):
    """Outputs in storage, read when an expression first looks into them."""

    __slots__ = ("_found", "_load", "_uri")

    def __init__(self, uri: str, load: Loader) -> None:
        self._uri = uri
        self._load = load
        self._found: dict[str, Json] | None = None

    def __getitem__(self, name: str) -> Json:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __bool__(self) -> bool:
        return True  # outputs that are empty are never stored, and asking must not read them

    def _read(self) -> dict[str, Json]:
        if self._found is None:
            self._found = self._load(self._uri)
        return self._found


class OutputTree:
    """The outputs of a run.

    Attributes:
        root: To be read, never changed by readers; shared by all renderings of the run.
        load: Reads outputs in storage; the executor sets it.
        secret_tasks: Ids of tasks with an encrypted value among their outputs.
    """

    __slots__ = ("_shows_unfinished", "load", "root", "secret_tasks")

    def __init__(self, *, shows_unfinished: bool) -> None:
        self.root: dict[str, Json] = {}
        self.load: Loader = _cannot_load
        self.secret_tasks: set[str] = set()
        self._shows_unfinished = shows_unfinished

    def put(self, task_run: TaskRun, path: tuple[str, ...]) -> None:
        """Enter the outputs of a task run; one without outputs leaves an empty map under its task."""
        outputs: Json = task_run.outputs
        if outputs is None and task_run.outputs_uri is not None:
            outputs = StoredOutputs(task_run.outputs_uri, self._load)
        if not outputs:
            if self._shows_unfinished or task_run.state.is_terminal:
                self.root.setdefault(task_run.task_id, {})
            return
        if _has_secret(task_run.outputs):
            self.secret_tasks.add(task_run.task_id)
        if not path:
            self.root[task_run.task_id] = outputs
            return
        place = self.root.setdefault(task_run.task_id, {})
        for value in path[:-1]:
            place = place.setdefault(value, {})
        place[path[-1]] = outputs

    def remove(self, task_id: str, path: tuple[str, ...], task_run: TaskRun) -> None:
        """Forget the outputs of a task run that is gone."""
        if not path:
            self.root.pop(task_id, None)
            return
        place = self.root.get(task_id)
        for value in path[:-1]:
            place = place.get(value) if isinstance(place, dict) else None
        if isinstance(place, dict) and place.get(path[-1]) is task_run.outputs:
            place.pop(path[-1], None)

    def _load(self, uri: str) -> dict[str, Json]:
        return self.load(uri)


def _has_secret(outputs: dict[str, Json] | None) -> bool:
    """Whether one of the outputs is an encrypted value."""
    return any(isinstance(one, dict) and one.get("type") == ENCRYPTED for one in (outputs or {}).values())


def _cannot_load(uri: str) -> dict[str, Json]:
    raise LookupError(f"outputs at {uri} are in storage and cannot be read here")
