"""Operations that tasks call by name: those about the run's own files are done here, all others by ``operations``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from tiercel.errors import TiercelError
from tiercel.expressions import to_json
from tiercel.model.json import Json
from tiercel.operations import platform
from tiercel.operations.assignments import Assignment
from tiercel.operations.emitting import emit, kept_state
from tiercel.operations.encryption import encrypt
from tiercel.operations.environment import Environment
from tiercel.operations.platform_request import Caller
from tiercel.plugins import TaskError
from tiercel.repository.connection import Connection
from tiercel.repository.executions import list_children
from tiercel.repository.task_runs import list_task_runs
from tiercel.repository.triggers import TriggerKey
from tiercel.storage import paths
from tiercel.worker.attempt import Attempt
from tiercel.worker.bridge import Bridge
from tiercel.worker.files import FileReader
from tiercel.worker.places import PLACES
from tiercel.worker.remote import is_inner_address
from tiercel.worker.scratch import Scratch

Arguments = Mapping[str, Json]


class Calling(Protocol):
    """The run that calls."""

    environment: Environment
    assignment: Assignment
    bridge: Bridge
    reader: FileReader
    scratch: Scratch
    attempt: Attempt

    def begin_anew(self, execution_id: str) -> None:
        """Let what is written from now on belong to another execution."""


class Platform:
    """Carries operations out; for any number of threads."""

    def __init__(self, environment: Environment, bridge: Bridge) -> None:
        self.bridge = bridge
        self._environment = environment

    def call(self, calling: Calling, operation: str, arguments: Arguments) -> Json:
        """Carry out an operation.

        Raises:
            TaskError: There is no such operation, or it cannot be done.
        """
        own = _OPERATIONS.get(operation)
        try:
            if own is not None:
                return own(calling, arguments)
            caller = _caller(calling.assignment)
            given = msgspec.json.decode(to_json(dict(arguments), calling.assignment.flow.dialect))
            return self.bridge.await_(platform.call(self._environment, caller, operation, given))
        except TiercelError as error:
            raise TaskError(str(error)) from error


def _caller(assignment: Assignment) -> Caller:
    execution, task_run = assignment.execution, assignment.task_run
    return Caller(
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        execution_id=execution.id,
        task_run_id=task_run.id if task_run is not None else None,
    )


def _new_id(calling: Calling, _arguments: Arguments) -> Json:
    return calling.environment.new_id()


def _encrypt(calling: Calling, arguments: Arguments) -> Json:
    return encrypt(calling.environment.encryption_key, str(arguments["text"]))


def _size(calling: Calling, arguments: Arguments) -> Json:
    return calling.reader.size(str(arguments["uri"]))


def _exists(calling: Calling, arguments: Arguments) -> Json:
    return calling.reader.exists(str(arguments["uri"]))


def _delete(calling: Calling, arguments: Arguments) -> Json:
    return calling.environment.storage.delete(calling.reader.storage_path(str(arguments["uri"])))


def _purge_execution(calling: Calling, _arguments: Arguments) -> Json:
    execution = calling.assignment.execution
    directory = paths.execution_directory(execution.namespace, execution.flow_id, execution.id)
    return [paths.to_uri(path) for path in calling.environment.storage.delete_prefix(directory)]


def _child_outputs(calling: Calling, arguments: Arguments) -> Json:
    """Give the outputs of the executions a task of this execution started, in the order of their batches."""
    execution_id, task_id = calling.assignment.execution.id, str(arguments["task_id"])

    def read(connection: Connection) -> list[Json]:
        runs = list_task_runs(connection, execution_id, with_outputs=False)
        mine = {run.id for run in runs if run.task_id == task_id}
        children = [one for one in list_children(connection, execution_id) if one.parent_task_run_id in mine]
        children.sort(key=lambda one: int(one.notes.get("position", 0)))
        return [one.outputs for one in children]

    return calling.bridge.read(read)


def _check_address(_calling: Calling, arguments: Arguments) -> Json:
    """Refuse connections that an expression may not make either."""
    host, address = str(arguments["host"]), str(arguments["address"])
    if is_inner_address(address):
        raise TaskError(f"{host} ({address}) is an address inside the system and may not be asked")
    return None


def _check_port(calling: Calling, arguments: Arguments) -> Json:
    """Refuse to let a trigger listen at a port that is not opened to flows."""
    port = int(arguments["port"])
    if not calling.environment.settings.listening.opens(port):
        raise TaskError(f"port {port} is not open to flows: see the setting listening.ports")
    return None


def _resolve(calling: Calling, arguments: Arguments) -> Json:
    """Give the real path of a local file or folder that may be used."""
    return str(calling.reader.allowed(str(arguments["path"])))


def _emit(calling: Calling, arguments: Arguments) -> Json:
    """Start an execution for what a trigger that listens heard; the files it wrote belong to that execution."""
    if calling.attempt.is_stopped:
        raise TaskError("The trigger was told to stop")
    variables, kept = arguments["variables"], arguments.get("state")
    if not isinstance(variables, Mapping):
        raise TaskError("The variables of an event must be a map")
    dialect, offered = calling.assignment.flow.dialect, calling.assignment.execution.id
    started = calling.bridge.await_(
        emit(
            calling.environment,
            _trigger(calling),
            msgspec.json.decode(to_json(dict(variables), dialect)),
            event_key=str(arguments.get("key") or ""),
            state=kept["kept"] if isinstance(kept, Mapping) else msgspec.UNSET,
            execution_id=offered,
        )
    )
    if started == offered:
        calling.begin_anew(calling.environment.new_id())
    return started


def _kept_state(calling: Calling, _arguments: Arguments) -> Json:
    return calling.bridge.await_(kept_state(calling.environment, _trigger(calling)))


def _trigger(calling: Calling) -> TriggerKey:
    task_run = calling.assignment.task_run
    if task_run is None:
        raise TaskError("Only a trigger can ask for this")
    return calling.assignment.execution.namespace, calling.assignment.execution.flow_id, task_run.task_id


_OPERATIONS: Mapping[str, Callable[[Calling, Arguments], Json]] = {
    "new_id": _new_id,
    "encrypt": _encrypt,
    "storage.size": _size,
    "storage.exists": _exists,
    "storage.delete": _delete,
    "storage.purge_execution": _purge_execution,
    "executions.child_outputs": _child_outputs,
    "http.check": _check_address,
    "ports.check": _check_port,
    **PLACES,
    "local.resolve": _resolve,
    "triggers.emit": _emit,
    "triggers.state": _kept_state,
}
