"""A host of expressions that holds what a case sets up in memory; the product's own can be given instead."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from tiercel.errors import ExpressionError
from tiercel.expressions import Context, Value
from tiercel.expressions.values import ZonedDateTime


class MemoryHost:
    """Serves stored files, logs and the environment of one case; it has no keys, secrets or network."""

    def __init__(self, case: Mapping[str, object]) -> None:
        self.files: dict[str, bytes] = {}
        self.logs: list[dict[str, Value]] = []
        for step in case.get("setup") or ():
            if "storage_file" in step:
                stored = step["storage_file"]
                self.files[f"kestra://{stored['path']}"] = str(stored["content"]).encode()
            elif "log" in step:
                self.logs.append(dict(step["log"]))

    def now(self) -> ZonedDateTime:
        """The time."""
        seconds, nanos = divmod(time.time_ns(), 1_000_000_000)
        return ZonedDateTime(datetime.fromtimestamp(seconds, UTC), nanos, "UTC")

    def random_bytes(self, count: int) -> bytes:
        """Random bytes."""
        return os.urandom(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        """Answer from what the case set up."""
        match name:
            case "errorLogs":
                execution = context.variables["execution"]["id"]
                return [log for log in self.logs if log["level"] == "ERROR" and log["execution"] == execution]
            case "read":
                return self._file(arguments).decode()
            case "fileSize":
                return len(self._file(arguments))
            case "env":
                return arguments.get("default")
            case _:
                raise ExpressionError("evaluation", f"{name} has nothing to answer from")

    def _file(self, arguments: Mapping[str, Value]) -> bytes:
        path = str(arguments["path"])
        if path not in self.files:
            raise ExpressionError("evaluation", f"there is no file {path}")
        return self.files[path]
