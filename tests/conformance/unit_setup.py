"""What unit cases want to be there before: files, keys, log lines, executions."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from conformance.matchers import seconds_of
from conformance.unit_bench import FLOW_ID, NAMESPACE
from conformance.unit_words import plain
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution
from tiercel.model.log import LogEntry, LogLevel, MetricEntry, MetricKind
from tiercel.model.state import State
from tiercel.operations import kv
from tiercel.operations.actor import LOCAL
from tiercel.operations.ids import shard_of
from tiercel.repository.batch import Batch, save_batch
from tiercel.storage import paths
from tiercel.tasks.storage.ion import write_rows

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.units_run import UnitRun

OWN = ("storage_file", "execution_file", "working_file", "execution", "log", "metric", "kv_put", "namespace_file")


async def set_up(run: UnitRun, name: str, what: Facts) -> None:
    """Carry out one line of a case's set-up."""
    match name:
        case "storage_file":
            _storage_file(run, what)
        case "execution_file":
            path = f"{run.bench.execution_directory}/{what.get('path') or what['name']}"
            _put(run, path, _content(run, what), what)
        case "working_file":
            target = run.bench.directory / str(what.get("path") or what["name"])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_content(run, what))
        case "execution":
            await _execution(run, what)
        case "log":
            await _log(run, what)
        case "kv_put":
            await _kv(run, what)
        case "namespace_file":
            content = _content(run, what).decode()
            namespace = what.get("namespace") or run.bench.namespace
            await run.product.set_up(name, {**what, "namespace": namespace, "content": content})
        case _:
            await run.product.set_up(name, what)


def _content(run: UnitRun, file: Facts) -> bytes:
    if "ion_rows" in file:
        return b"".join(write_rows(Dialect.V1_3, file["ion_rows"]))
    lines = file.get("lines") or file.get("content_lines")
    if isinstance(lines, list):
        return "".join(f"{line}\n" for line in lines).encode()
    if lines:
        first, last = lines["range"]
        return "".join(f"{number:0{lines.get('left_pad', 0)}d}\n" for number in range(first, last)).encode()
    if "$file" in file:
        return (run.folder / str(file["$file"])).read_bytes()
    return str(file.get("content", "")).encode()


def _put(run: UnitRun, path: str, content: bytes, file: Facts) -> None:
    run.product.environment.storage.put(path, content)
    name = str(file.get("as") or "f")
    run.words.names[name] = paths.to_uri(path)
    run.words.names.setdefault("content", content.decode())


def _storage_file(run: UnitRun, file: Facts) -> None:
    path = str(file["path"]) if "path" in file else f"/units/{uuid.uuid4().hex}/{file.get('name', 'file.txt')}"
    _put(run, path, _content(run, file), file)


async def _kv(run: UnitRun, what: Facts) -> None:
    inputs = run.bench.variables.get("inputs") or {}
    default = run.bench.namespace if run.case.get("variables", {}).get("flow") else inputs.get("namespace")
    lifetime = what.get("ttl")
    wanted = kv.KvValue(
        value=plain(what.get("value")),
        type=what.get("type"),
        ttl=timedelta(seconds=seconds_of(lifetime)) if lifetime else None,
        description=what.get("description"),
    )
    namespace = str(what.get("namespace") or default or run.bench.namespace)
    await kv.set_value(run.product.environment, LOCAL, namespace, str(what["key"]), wanted)


def _at(run: UnitRun, text: object) -> int:
    if text is None:
        return run.product.environment.clock()
    return int(datetime.fromisoformat(str(text)).timestamp() * 1_000_000)


async def _execution(run: UnitRun, what: Facts) -> None:
    environment = run.product.environment
    batch = Batch()
    for number in range(int(what.get("count", 1))):
        id_ = str(what.get("id") or environment.new_id()) if number == 0 else environment.new_id()
        state = State(str(what.get("state") or "CREATED"))
        began = _at(run, what.get("start_date") or what.get("date"))
        ended = _at(run, what["end_date"]) if what.get("end_date") else began
        history = [(State.CREATED, began), (State.RUNNING, began), (state, ended)]
        execution = Execution(
            id=id_,
            namespace=str(what.get("namespace") or run.bench.namespace),
            flow_id=str(what.get("flow_id") or FLOW_ID),
            revision=int(what.get("revision") or 1),
            dialect=Dialect.V1_3,
            state=state,
            history=history[: 1 if state is State.CREATED else 2 if state is State.RUNNING else 3],
            shard=shard_of(id_, environment.settings.executor.shards),
            inputs=dict(what.get("inputs") or {}),
            outputs=what.get("outputs"),
            labels=[(str(key), str(value)) for key, value in (what.get("labels") or {}).items()],
            original_created_at=began,
            is_over=state.is_terminal,
            is_deleted=bool(what.get("soft_deleted")),
        )
        batch.executions.append(execution)
        batch.logs += [_entry(run, {"execution": id_, "message": "stored", **log}) for log in what.get("logs") or ()]
        batch.metrics += [_figure(run, execution, metric) for metric in what.get("metrics") or ()]
        if what.get("as"):
            run.words.names[f"{what['as']}.id"] = id_
    await environment.database.write(lambda connection: save_batch(connection, batch))


async def _log(run: UnitRun, what: Facts) -> None:
    batch = Batch(logs=[_entry(run, what) for _ in range(int(what.get("count", 1)))])
    await run.product.environment.database.write(lambda connection: save_batch(connection, batch))


def _entry(run: UnitRun, what: Facts) -> LogEntry:
    execution_id = what.get("execution", what.get("execution_id"))
    return LogEntry(
        at=_at(run, what.get("date") or what.get("timestamp") or what.get("at")),
        level=LogLevel(str(what.get("level") or "INFO")),
        message=str(what.get("message") or ""),
        namespace=str(what.get("namespace") or run.bench.namespace or NAMESPACE),
        flow_id=str(what.get("flow_id") or run.bench.variables["flow"]["id"]),
        execution_id=None
        if execution_id is None and "trigger" in what
        else str(execution_id or run.bench.execution_id),
        task_id=what.get("task", what.get("task_id")),
        task_run_id=what.get("task_run", what.get("task_run_id")),
        trigger_id=what.get("trigger", what.get("trigger_id")),
        attempt_number=what.get("attempt"),
    )


def _figure(run: UnitRun, execution: Execution, what: Facts) -> MetricEntry:
    return MetricEntry(
        at=_at(run, what.get("date")),
        kind=MetricKind(str(what.get("kind") or "counter")),
        name=str(what.get("name") or "figure"),
        value=float(what.get("value") or 0),
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        execution_id=execution.id,
        task_id=str(what.get("task") or "task"),
        task_run_id=str(what.get("task_run") or "run"),
    )
