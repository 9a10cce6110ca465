"""What became of one case."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """Outcome of one case."""

    PASSED = "passed"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(slots=True)
class Result:
    """One case, its outcome and why; ``soft`` lists misses that do not fail it."""

    id: str
    area: str
    verdict: Verdict
    reason: str = ""
    soft: list[str] = field(default_factory=list)
    seconds: float = 0.0
