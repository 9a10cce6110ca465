"""Files, folders and the beginnings of files."""

from __future__ import annotations

import base64
import csv
import io
import json

from tiercel.model.json import Json
from tiercel.operations.previews import Preview, PreviewKind
from tiercel.repository.records import NamespaceFile

_LISTS = frozenset({"csv", "json", "jsonl", "ion"})


def file_shape(file: NamespaceFile) -> dict[str, Json]:
    """Give a file or a directory that was made by itself; times in milliseconds."""
    return {
        "type": "Directory" if file.is_directory else "File",
        "fileName": file.path.rsplit("/", 1)[-1],
        "size": file.size_bytes,
        "lastModifiedTime": file.updated_at // 1000,
        "creationTime": file.created_at // 1000,
    }


def folder_shape(name: str, inside: NamespaceFile) -> dict[str, Json]:
    """Give a directory that exists through a file in it."""
    return {
        "type": "Directory",
        "fileName": name,
        "size": 0,
        "lastModifiedTime": inside.updated_at // 1000,
        "creationTime": inside.created_at // 1000,
    }


def preview_shape(preview: Preview) -> dict[str, Json]:
    """Give what is shown of a file: rows where it has rows, text, or an image or document in base64."""
    extension = preview.name.rpartition(".")[2].lower() if "." in preview.name else ""
    shape: dict[str, Json] = {"extension": extension, "truncated": preview.is_cut}
    if preview.kind is PreviewKind.TABLE:
        return shape | {"type": "LIST", "content": preview.rows}
    if preview.kind is not PreviewKind.TEXT:
        return shape | {"type": preview.kind, "content": base64.b64encode(preview.content).decode()}
    kind, content = "TEXT", "\n".join(preview.lines)
    if extension == "md":
        kind = "MARKDOWN"
    if extension in _LISTS and (rows := _rows(extension, preview.lines)) is not None:
        return shape | {"type": "LIST", "content": rows}
    return shape | {"type": kind, "content": content}


def _rows(extension: str, lines: list[str]) -> list[Json] | None:
    if extension == "csv":
        return [dict(row) for row in csv.DictReader(io.StringIO("\n".join(lines)))]
    try:
        if extension == "json":
            value = json.loads("\n".join(lines))
            return value if isinstance(value, list) else [value]
        return [json.loads(line) for line in lines if line.strip()]
    except (ValueError, RecursionError):
        return None
