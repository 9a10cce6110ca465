"""What dbt leaves in its ``target`` folder, and what it says while it works."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from tiercel.plugins import Json, LogLevel, RunContext, TaskError
from tiercel.tasks.scripts.failure import ScriptFailedError
from tiercel.tasks.scripts.properties import ScriptOutputs

MANIFEST, RUN_RESULTS = "manifest.json", "run_results.json"
_LEVELS = {"debug": "DEBUG", "info": "INFO", "warn": "WARN", "error": "ERROR"}


def read_line(line: str) -> tuple[str, str] | None:
    """Read a line that dbt wrote in its JSON form: how grave it is, and its text."""
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    info = found.get("info") if isinstance(found, dict) else None
    told = info if isinstance(info, dict) else found
    if not isinstance(told, dict) or not isinstance(told.get("msg"), str):
        return None
    return _LEVELS.get(str(told.get("level")).lower(), "INFO"), told["msg"].strip("\n")


def run_and_store(
    ctx: RunContext, run: Callable[[], ScriptOutputs], target: Path, *, is_parsing: bool = True
) -> ScriptOutputs:
    """Run dbt, and store what it left even when it failed, for that is when it is read.

    Args:
        ctx: Of the run.
        run: Runs it.
        target: Where it leaves files; those of an earlier run in the same place are not taken for its own.
        is_parsing: Whether results of nodes are stored and counted.

    Raises:
        ScriptFailedError: It did not end well; what it left is in the outputs of the error.
    """
    before = {name: _stamp(target / name) for name in (MANIFEST, RUN_RESULTS)}
    try:
        outputs = run()
    except ScriptFailedError as error:
        given = error.outputs or {}
        files = given.get("outputFiles")
        stored = _store(ctx, target, before, is_parsing=is_parsing)
        error.outputs = {**given, "outputFiles": {**(files if isinstance(files, dict) else {}), **stored}}
        raise
    outputs.output_files |= _store(ctx, target, before, is_parsing=is_parsing)
    return outputs


def read_manifest(target: Path) -> Json:
    """Read the manifest that dbt left.

    Raises:
        TaskError: There is none.
    """
    try:
        return json.loads((target / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise TaskError(f"dbt left no {MANIFEST} in {target.name}, so there is none to store") from None


def _store(ctx: RunContext, target: Path, before: Mapping[str, object], *, is_parsing: bool) -> dict[str, str]:
    wanted = (MANIFEST, RUN_RESULTS) if is_parsing else (MANIFEST,)
    fresh = [name for name in wanted if _stamp(target / name) not in {None, before[name]}]
    if RUN_RESULTS in fresh:
        _count(ctx, target / RUN_RESULTS)
    return {name: ctx.files.write(name, target / name) for name in fresh}


def _count(ctx: RunContext, path: Path) -> None:
    """Record how many nodes ended in which way, and how long each took."""
    try:
        results = json.loads(path.read_bytes()).get("results") or []
    except (ValueError, AttributeError):
        ctx.log.write(LogLevel.WARN, "The %s that dbt left cannot be read", RUN_RESULTS)
        return
    for result in results:
        status, node = str(result.get("status", "")), str(result.get("unique_id", ""))
        ctx.counter(f"dbt.{status}", 1)
        if isinstance(result.get("execution_time"), int | float):
            ctx.timer("dbt.duration", float(result["execution_time"]), {"node": node})


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
