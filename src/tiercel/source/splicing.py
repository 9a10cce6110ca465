"""Puts another text in the place of one task, and leaves every other byte of the document as it was."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tiercel.source.reader import Document


def replace_task(document: Document, task_id: str, task: Document) -> str | None:
    """Give the text with a task replaced by that of another document; None when there is no such task.

    Args:
        document: Of the flow.
        task_id: The task, wherever in the flow it is.
        task: What to put there: a map.
    """
    found = next((node for node in _tasks(document.root) if _scalar(node, "id") == task_id), None)
    if found is None:
        return None
    start, end = found.start_mark.index, _end(found, document.text)
    after = document.text[end:]
    if not found.flow_style and after.partition("\n")[0].strip():
        after = f"\n{after}"  # a comment behind the old text must not become part of a text in the new one
    return document.text[:start] + _indented(task, found) + after


def _indented(task: Document, place: MappingNode) -> str:
    """Write a task as the place for it demands: on one line between brackets, else as it is, further in."""
    if place.flow_style:
        return msgspec.json.encode(task.data).decode()
    lines = textwrap.dedent(task.text).strip().splitlines()
    margin = " " * place.start_mark.column
    return "\n".join([lines[0], *(f"{margin}{line}" if line.strip() else "" for line in lines[1:])])


def _end(node: Node, text: str) -> int:
    """Give where the last part of a node ends: a block itself ends only where the next begins."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    return len(text[: node.end_mark.index].rstrip())


def _tasks(node: Node | None) -> Iterator[MappingNode]:
    """Give every map that has an id and names a type by its full name, as inputs do not; outermost first."""
    if isinstance(node, MappingNode):
        if "." in (_scalar(node, "type") or ""):
            yield node
        for _, value in node.value:
            yield from _tasks(value)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _tasks(value)


def _scalar(node: MappingNode, name: str) -> str | None:
    found = (value for key, value in node.value if isinstance(key, ScalarNode) and key.value == name)
    value = next(found, None)
    return str(value.value) if isinstance(value, ScalarNode) else None
