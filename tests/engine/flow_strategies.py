"""Random flows of every flow control that needs no other flow."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from engine.building import flow, sequence, task
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, Retry, RetryKind, TaskDefinition

AGAIN = Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=1), max_attempts=2)


@st.composite
def flows(draw: st.DrawFn, *, fails: bool = True) -> Flow:
    """A flow; without ``fails`` no task fails for good."""
    maker = _Maker(draw, fails=fails)
    dialect = draw(st.sampled_from(list(Dialect)))
    fields: dict[str, Any] = {}
    for name in ("errors", "finally_", "after_execution"):
        if draw(st.booleans()):
            fields[name] = maker.tasks(0)
    return flow(*maker.tasks(2, dialect), dialect=dialect, **fields)


class _Maker:
    def __init__(self, draw: st.DrawFn, *, fails: bool) -> None:
        self._draw = draw
        self._fails = fails
        self._ids = (f"t{number}" for number in count())

    def tasks(self, depth: int, dialect: Dialect = Dialect.V1_3) -> tuple[TaskDefinition, ...]:
        return tuple(self.task(depth, dialect) for _ in range(self._draw(st.integers(1, 3))))

    def task(self, depth: int, dialect: Dialect) -> TaskDefinition:
        kinds = ["Return", "Return", "Sleep", "Fail", "Skip"]
        if depth:
            kinds += ["Sequential", "Parallel", "Dag", "If", "AllowFailure", "LoopUntil", "Pause", "Approval"]
            kinds.append("ForEach" if dialect is Dialect.V1_3 else "Loop")
        kind = self._draw(st.sampled_from(kinds))
        task_id = next(self._ids)
        match kind:
            case "Return":
                return task(task_id, properties={"format": task_id}, is_inline=self._draw(st.booleans()))
            case "Skip":
                return task(task_id, run_if="{{ 1 == 2 }}")
            case "Sleep":
                return task(task_id, "Sleep", properties={"seconds": self._draw(st.integers(1, 5))})
            case "Fail":
                softened = not self._fails or self._draw(st.booleans())
                retry = AGAIN if self._draw(st.booleans()) else None
                return task(task_id, "Fail", allow_failure=softened, retry=retry, is_inline=self._draw(st.booleans()))
            case _:
                return self._flowable(kind, task_id, depth - 1, dialect)

    def _flowable(self, kind: str, task_id: str, depth: int, dialect: Dialect) -> TaskDefinition:
        draw = self._draw
        branches = {}
        for name in ("errors", "finally"):
            if draw(st.booleans()):
                branches[name] = self.tasks(0)
        children = self.tasks(depth, dialect)
        fields: dict[str, Any] = {"allow_failure": draw(st.booleans())}
        match kind:
            case "If":
                condition = draw(st.sampled_from(["true", "{{ false }}", "{{ vars.x is defined }}"]))
                fields["properties"] = {"condition": condition}
                return task(task_id, kind, {"then": children, "else": self.tasks(0), **branches}, **fields)
            case "Pause":
                duration = {"pauseDuration": "PT3S"}
                return task(task_id, kind, {}, properties=duration)
            case "Approval":
                behavior = draw(st.sampled_from(["CONTINUE", "FAIL", "CANCEL", "KILL"]))
                return task(
                    task_id, kind, {"onWait": children}, timeout="PT4S", properties={"expireBehavior": behavior}
                )
            case "ForEach" | "Loop":
                values = [str(number) for number in range(draw(st.integers(0, 4)))]
                limit = draw(st.integers(0, 2))
                fields["properties"] = {"values": values, "concurrencyLimit": limit}
            case "Parallel":
                fields["properties"] = {"concurrent": draw(st.integers(0, 2))}
            case "Dag":
                children = (children[0], *self._depending(children))
            case "LoopUntil":
                frequency = {"interval": "PT1S", "maxIterations": draw(st.integers(1, 2))}
                fields["properties"] = {"condition": "{{ false }}", "checkFrequency": frequency}
            case _:
                pass
        return sequence(task_id, *children, kind=kind, branches=branches, **fields)

    def _depending(self, children: tuple[TaskDefinition, ...]) -> list[TaskDefinition]:
        return [
            TaskDefinition(
                **{
                    **{name: getattr(child, name) for name in child.__struct_fields__},
                    "depends_on": (children[0].id,) if self._draw(st.booleans()) else (),
                }
            )
            for child in children[1:]
        ]
