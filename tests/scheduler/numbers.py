"""Triggers that hear and find numbers: the plugin of a server that is killed again and again."""

from __future__ import annotations

from collections.abc import Iterator

from tiercel.plugins import Json, PollingTrigger, RealtimeTrigger, RunContext, TriggerEvent


class Hears(RealtimeTrigger, type="test.Hears", example="type: test.Hears"):
    """Hears the numbers one after another; the last ones before it was interrupted, and some others, come again."""

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        kept = ctx.kept_before()
        number = kept if isinstance(kept, int) else 0
        while not ctx.is_cancelled:
            for again in range(max(0, number - 2), number + 1):
                yield TriggerEvent(variables={"n": again}, key=str(again), state=number + 1)
            number += 1


class Finds(PollingTrigger, type="test.Finds", example="type: test.Finds"):
    """Finds one number after another."""

    def evaluate(self, ctx: RunContext) -> dict[str, Json]:
        kept = ctx.kept_before()
        number = kept if isinstance(kept, int) else 0
        ctx.keep(number + 1)
        return {"n": number}
