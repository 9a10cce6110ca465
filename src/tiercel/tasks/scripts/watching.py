"""Triggers that run a script now and then, and fire when it ends as somebody waits for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import regex

from tiercel.errors import Violation
from tiercel.plugins import Json, Outputs, PollingTrigger, Raw, RunContext, Static, TaskError
from tiercel.tasks.scripts.failure import ScriptFailedError
from tiercel.tasks.scripts.properties import ScriptOutputs, check_lines

_EXIT = regex.compile(r"\s*exit\s+(\d+)\s*", regex.IGNORECASE)
_MATCH_SECONDS = 1.0

Run = Callable[[RunContext, dict[str, Json]], ScriptOutputs]


class WatchOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        timestamp: When the script had ended.
        condition: What it was to end like.
        exit_code: How it ended.
        vars: What the script itself named as outputs.
    """

    timestamp: datetime
    condition: str
    exit_code: int
    vars: dict[str, Json] | None = None


class Watch(PollingTrigger):
    """Properties of triggers that run a script.

    Attributes:
        interval: How long after one run the next one comes.
        exit_condition: ``exit`` and a number = how the script ends; else a regular expression, or a piece of text, that
            is found in the outputs the script named, or in what a script that failed wrote last.
        edge: Fires only when the condition did not hold the last time.
        container_image: The image of the container, for task runners with containers.
    """

    interval: Static[timedelta] = timedelta(minutes=1)
    exit_condition: str
    edge: bool = True
    container_image: str = ""


class CommandsWatch(Watch):
    """Properties of triggers that run lines of a shell.

    Attributes:
        commands: The lines, all run by one interpreter, one after another.
    """

    commands: Raw[list[Json] | str]

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check the lines."""
        if written.get("commands") is not None:
            yield from check_lines(written["commands"], "commands", is_filled=True)


class SourceWatch(Watch):
    """Properties of triggers that run one text.

    Attributes:
        script: The text of the program.
    """

    script: Raw[str]


def look(ctx: RunContext, trigger: CommandsWatch | SourceWatch, run: Run) -> WatchOutputs | None:
    """Run the script of a trigger once; None when that is no reason to fire.

    Args:
        ctx: Of the look.
        trigger: What to run, and what to wait for.
        run: Runs a task with these properties.

    Raises:
        TaskError: The script cannot be run.
    """
    condition = trigger.exit_condition.strip()
    found, text = _ended(ctx, trigger, run)
    is_met = _is_met(condition, found.exit_code, text)
    before = ctx.kept_before()
    was_met = isinstance(before, dict) and bool(before.get("met"))
    ctx.keep({"met": is_met})
    if not is_met or (trigger.edge and was_met):
        return None
    return WatchOutputs(
        timestamp=datetime.now(UTC), condition=condition, exit_code=found.exit_code, vars=found.vars or None
    )


def _ended(ctx: RunContext, trigger: CommandsWatch | SourceWatch, run: Run) -> tuple[ScriptOutputs, str]:
    """Run the script; gives how it ended, and the text that a condition is looked for in."""
    given = trigger.model_dump(include={"commands", "script", "container_image"} & trigger.model_fields_set)
    try:
        found = run(ctx, given)
    except ScriptFailedError as failed:
        found = ScriptOutputs.model_validate(failed.outputs)
        return found, "\n".join((*_texts(found.vars), str(failed), *failed.last_lines))
    return found, "\n".join(_texts(found.vars))


def _is_met(condition: str, code: int, text: str) -> bool:
    if exact := _EXIT.fullmatch(condition):
        return code == int(exact[1])
    if not condition:
        return False
    try:
        return regex.search(condition, text, timeout=_MATCH_SECONDS) is not None
    except regex.error:
        return condition in text
    except TimeoutError:
        raise TaskError("exitCondition: the regular expression takes too long") from None


def _texts(values: Mapping[str, Json]) -> Iterator[str]:
    """Write outputs as JSON, and as conditions written for Kestra expect them."""
    if values:
        yield json.dumps(values, ensure_ascii=False)
        yield _in_pairs(dict(values))


def _in_pairs(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_in_pairs(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_pairs, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value)
