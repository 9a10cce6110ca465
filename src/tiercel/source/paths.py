"""Where a thing stands in a document: keys and indexes from the root, printed as ``tasks[0].retry.interval``."""

from __future__ import annotations

from typing import TypeAlias

from tiercel.model.json import Json

Path: TypeAlias = tuple[str | int, ...]

_SECTIONS = frozenset({"tasks", "errors", "finally", "afterExecution"})


def print_path(path: Path) -> str:
    """The path as users read it."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def task_at(path: Path, data: Json) -> str:
    """The id of the innermost task on a path into a flow; empty when there is none, or it has no id.

    A task is known by a type with a dot, which no input has, or by the list it stands in while its type is wrong.
    """
    found = ""
    if not path or path[0] not in _SECTIONS:
        return found
    for number, step in enumerate(path):
        data = _step(data, step)
        id_ = data.get("id") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(id_, str):
            continue
        in_list = isinstance(step, int) and path[number - 1] in _SECTIONS
        if in_list or step == "task" or "." in str(data.get("type")):
            found = id_
    return found


def _step(data: Json, step: str | int) -> Json:
    if isinstance(data, dict):
        return data.get(str(step))
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def read_path(text: str, data: Json) -> Path:
    """The steps of a printed path inside ``data``; keys may hold dots, the longest key that exists wins.

    Steps that do not exist in ``data`` (a missing property) are split at dots.
    """
    steps: list[str | int] = []
    rest = text
    while rest:
        if rest[0] == "[" and "]" in rest and rest[1 : rest.index("]")].isdigit():
            index = int(rest[1 : rest.index("]")])
            rest = rest[rest.index("]") + 1 :]
            steps.append(index)
            data = data[index] if isinstance(data, list) and index < len(data) else None
            continue
        rest = rest.removeprefix(".")
        key = _next_key(rest, data)
        rest = rest[len(key) :]
        steps.append(key)
        data = data.get(key) if isinstance(data, dict) else None
    return tuple(steps)


def _next_key(rest: str, data: Json) -> str:
    if isinstance(data, dict):
        known = [
            key for key in data if key and rest.startswith(key) and rest[len(key) : len(key) + 1] in ("", ".", "[")
        ]
        if known:
            return str(max(known, key=len))
    ends = [end for end in (rest.find("."), rest.find("[")) if end > 0]
    return rest[: min(ends)] if ends else rest
