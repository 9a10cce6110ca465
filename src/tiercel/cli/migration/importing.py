"""Sends what an export holds to a server, item by item, and says of each what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct

from tiercel.cli.client import Client, RefusedError
from tiercel.cli.migration.items import FileItem, FlowItem, Item, KeyItem, Unreadable, read_items
from tiercel.model.json import Json
from tiercel.source import read_yaml

_YAML = "application/x-yaml"
_NOT_FOUND, _EXPIRED = 404, 410


class Outcome(StrEnum):
    """What became of an item; in a dry run, what would."""

    IMPORTED = "imported"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Result(Struct, frozen=True):
    """One line of the report.

    Attributes:
        kind: flow, file or key.
        name: What it is called.
        place: Where it was found.
        reasons: Why it was refused, each with its line; or what was warned of.
    """

    outcome: Outcome
    kind: str
    name: str
    place: str
    reasons: tuple[str, ...] = ()


def import_all(client: Client, path: Path, *, is_dry_run: bool) -> Iterator[Result]:
    """Import everything; an item that is refused does not keep the others from going on."""
    for item in read_items(path):
        try:
            yield _one(client, item, is_dry_run=is_dry_run)
        except RefusedError as error:
            yield Result(Outcome.REFUSED, _kind(item), _name(item), item.place, _reasons(error))


def _one(client: Client, item: Item, *, is_dry_run: bool) -> Result:
    match item:
        case FlowItem():
            return _flow(client, item, is_dry_run=is_dry_run)
        case FileItem():
            return _file(client, item, is_dry_run=is_dry_run)
        case KeyItem():
            return _key(client, item, is_dry_run=is_dry_run)
        case Unreadable():
            return Result(Outcome.REFUSED, "file", item.place, item.place, (item.reason,))


def _flow(client: Client, item: FlowItem, *, is_dry_run: bool) -> Result:
    checked = client.request("POST", "/flows/validate", content=item.source.encode(), content_type=_YAML)[0]
    name = _name(item)
    issues = checked.get("issues") or []
    warnings = tuple(map(_line, issues))
    if checked.get("constraints"):
        reasons = tuple(_line(issue) for issue in issues if issue.get("severity") == "error") or (
            str(checked["constraints"]),
        )
        return Result(Outcome.REFUSED, "flow", name, item.place, reasons)
    namespace, _, flow_id = name.rpartition(".")
    path = f"/flows/{quote(namespace, safe='')}/{quote(flow_id, safe='')}"
    present = _find(client, path, [("source", "true")])
    outcome = _compare(present.get("source") if present else None, item.source)
    if not is_dry_run and outcome is Outcome.IMPORTED:
        client.request("POST", "/flows", content=item.source.encode(), content_type=_YAML)
    elif not is_dry_run and outcome is Outcome.CHANGED:
        client.request("PUT", path, content=item.source.encode(), content_type=_YAML)
    return Result(outcome, "flow", name, item.place, warnings)


def _file(client: Client, item: FileItem, *, is_dry_run: bool) -> Result:
    place = f"/namespaces/{quote(item.namespace, safe='')}/files"
    query = [("path", f"/{item.path}")]
    present = client.find_bytes(place, dict(query))
    outcome = _compare(present, item.content)
    if not is_dry_run and outcome is not Outcome.UNCHANGED:
        # Under another name, since an upload that is named .zip would be unpacked.
        client.request("POST", place, query=query, parts=[("fileContent", ("content", item.content))])
    return Result(outcome, "file", _name(item), item.place)


def _key(client: Client, item: KeyItem, *, is_dry_run: bool) -> Result:
    place = f"/namespaces/{quote(item.namespace, safe='')}/kv/{quote(item.key, safe='')}"
    present = _find(client, place)
    outcome = _compare(present["value"], item.value) if present is not None else Outcome.IMPORTED
    if not is_dry_run and outcome is not Outcome.UNCHANGED:
        # Dates and durations are told from their text; a text that only looks like one is sent in quotes.
        is_plain = isinstance(item.value, str) and item.type in {"DATE", "DATETIME", "DURATION"}
        content = item.value.encode() if is_plain else msgspec.json.encode(item.value)
        client.put_key(place, content, item.description)
    return Result(outcome, "key", _name(item), item.place)


def _find(client: Client, path: str, query: list[tuple[str, str]] | None = None) -> dict[str, Json] | None:
    try:
        found: dict[str, Json] = client.request("GET", path, query=query)
    except RefusedError as error:
        if error.status in {_NOT_FOUND, _EXPIRED}:
            return None
        raise
    return found


def _compare(present: object, wanted: object) -> Outcome:
    if present is None:
        return Outcome.IMPORTED
    return Outcome.UNCHANGED if present == wanted else Outcome.CHANGED


def _kind(item: Item) -> str:
    return {FlowItem: "flow", FileItem: "file", KeyItem: "key", Unreadable: "file"}[type(item)]


def _name(item: Item) -> str:
    match item:
        case FlowItem():
            data = read_yaml(item.source).data
            known = data if isinstance(data, dict) else {}
            return f"{known.get('namespace', '?')}.{known.get('id', '?')}"
        case FileItem():
            return f"{item.namespace}:/{item.path}"
        case KeyItem():
            return f"{item.namespace}:{item.key}"
        case Unreadable():
            return item.place


def _line(issue: dict[str, Json]) -> str:
    where = f"line {issue['line']}: " if issue.get("line") else ""
    path = f"{issue['path']}: " if issue.get("path") else ""
    return f"{where}{path}{issue.get('message') or issue.get('detail') or ''}"


def _reasons(error: RefusedError) -> tuple[str, ...]:
    return tuple(error.details) or (str(error),)
