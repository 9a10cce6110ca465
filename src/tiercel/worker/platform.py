"""The operations of the platform that tasks may call by name, with the rights of the system inside their flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tiercel.errors import TiercelError
from tiercel.model.json import Json
from tiercel.operations.assignments import Assignment
from tiercel.operations.encryption import encrypt
from tiercel.operations.environment import Environment
from tiercel.plugins import TaskError
from tiercel.worker.bridge import Bridge
from tiercel.worker.files import FileReader
from tiercel.worker.lines import Lines


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf an operation is called."""

    assignment: Assignment
    reader: FileReader
    lines: Lines


Arguments = Mapping[str, Json]
Operation = Callable[["Platform", Caller, Arguments], Json]


class Platform:
    """Carries operations out; for any number of threads."""

    def __init__(self, environment: Environment, bridge: Bridge) -> None:
        self.environment = environment
        self.bridge = bridge
        self._operations: dict[str, Operation] = dict(_OPERATIONS)

    def call(self, caller: Caller, operation: str, arguments: Arguments) -> Json:
        """Carry out an operation.

        Raises:
            TaskError: There is no such operation, or it cannot be done.
        """
        found = self._operations.get(operation)
        if found is None:
            raise TaskError(f"There is no operation {operation}")
        try:
            return found(self, caller, arguments)
        except TiercelError as error:
            raise TaskError(str(error)) from error


def _new_id(platform: Platform, _caller: Caller, _arguments: Arguments) -> Json:
    return platform.environment.new_id()


def _encrypt(platform: Platform, _caller: Caller, arguments: Arguments) -> Json:
    return encrypt(platform.environment.encryption_key, arguments["text"])


_OPERATIONS: Mapping[str, Operation] = {
    "new_id": _new_id,
    "encrypt": _encrypt,
}
