"""Lines and figures that a run leaves behind."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from tiercel.model.execution import ExecutionKind


class LogLevel(StrEnum):
    """Severity, lowest first."""

    TRACE = "TRACE"
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"

    @property
    def rank(self) -> int:
        """0 for TRACE up to 4 for ERROR."""
        return RANKS[self]


RANKS = {level: rank for rank, level in enumerate(LogLevel)}


class LogEntry(Struct, kw_only=True):
    """One line; ``at`` in microseconds UTC."""

    at: int
    level: LogLevel
    message: str
    namespace: str
    flow_id: str
    execution_id: str | None = None
    task_id: str | None = None
    task_run_id: str | None = None
    attempt_number: int | None = None
    trigger_id: str | None = None
    thread: str | None = None
    execution_kind: ExecutionKind = ExecutionKind.NORMAL


class MetricKind(StrEnum):
    """What a metric's value means."""

    COUNTER = "counter"
    TIMER = "timer"
    GAUGE = "gauge"


class MetricEntry(Struct, kw_only=True):
    """One figure a task reported; timers in seconds."""

    at: int
    kind: MetricKind
    name: str
    value: float
    namespace: str
    flow_id: str
    execution_id: str
    task_id: str
    task_run_id: str
    tags: dict[str, str] = field(default_factory=dict)
    execution_kind: ExecutionKind = ExecutionKind.NORMAL
