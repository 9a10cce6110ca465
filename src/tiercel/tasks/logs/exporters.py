"""Exporters of log lines: to a file, and to an address."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from tiercel.plugins import LogExporter, LogLine

_SECONDS = 30.0
_GOOD = 300


class JsonLines(
    LogExporter,
    type="io.tiercel.plugin.logs.JsonLines",
    example="""
type: io.tiercel.plugin.logs.JsonLines
path: /var/log/tiercel.jsonl
""",
):
    """Appends log lines to a file, each as one line of JSON.

    The file is opened for each batch, so that it can be moved away and begins anew.

    Attributes:
        path: Of the file; its folder must be there.
    """

    path: str

    def export(self, lines: Sequence[LogLine]) -> None:
        """Append a batch."""
        with Path(self.path).expanduser().open("ab") as file:
            file.write(msgspec.json.Encoder().encode_lines(lines))


class Http(
    LogExporter,
    type="io.tiercel.plugin.logs.Http",
    example="""
type: io.tiercel.plugin.logs.Http
uri: https://logs.example.com/ingest
""",
):
    """Posts log lines to an address, as lines of JSON.

    Attributes:
        uri: The address.
        headers: Sent with each request.
    """

    uri: str
    headers: dict[str, str] | None = None

    def export(self, lines: Sequence[LogLine]) -> None:
        """Post a batch; an answer of 300 and above is a failure."""
        import httpx  # noqa: PLC0415 (the library takes a tenth of a second to load)

        content = msgspec.json.Encoder().encode_lines(lines)
        headers = {"Content-Type": "application/x-ndjson", **(self.headers or {})}
        answer = httpx.post(self.uri, content=content, headers=headers, timeout=_SECONDS)
        if answer.status_code >= _GOOD:
            raise OSError(f"{self.uri} answered {answer.status_code}")
