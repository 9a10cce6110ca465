"""Requests whose answer becomes a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import regex

from tiercel.plugins import LogLevel, Outputs, RunContext, TaskError
from tiercel.tasks.http.message import DEPRECATED, HttpTask

_EXTENDED_NAME = regex.compile(r"filename\*\s*=\s*[^']*'[^']*'([^;]+)", regex.IGNORECASE)
_NAME = regex.compile(r'filename\s*=\s*(?:"([^"]*)"|([^;]+))', regex.IGNORECASE)


class DownloadOutputs(Outputs):
    """What a Download gives back.

    Attributes:
        uri: The file.
        code: The status of the answer.
        length: Its size in bytes.
        headers: Its headers, each with all its values.
    """

    uri: str
    code: int
    length: int
    headers: dict[str, list[str]]


class Download(
    HttpTask,
    type="io.kestra.plugin.core.http.Download",
    aliases=("io.kestra.plugin.fs.http.Download",),
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.core.http.Download
uri: https://example.com/orders.csv
saveAs: orders.csv
""",
):
    """Sends a request and stores its answer as a file.

    Attributes:
        fail_on_empty_response: Whether an answer without content fails the task.
        save_as: Name of the file; that of the answer or of the address when nothing is said.
    """

    fail_on_empty_response: bool = True
    save_as: str | None = None

    def run(self, ctx: RunContext) -> DownloadOutputs:
        """Send it and copy the answer, piece by piece."""
        from tiercel.tasks.http.client import header_lists, opened, stream  # noqa: PLC0415 (takes longer to load than a small flow)

        counts = {"bytes": 0}
        with opened(ctx, self) as response:
            name = self.save_as or file_name(response.headers.get("content-disposition"), str(response.url))
            chunks = self._counted(stream(ctx, response), counts)
            uri = ctx.files.write(name or ctx.files.new_name(), chunks)
            if not counts["bytes"]:
                self._note_empty(ctx, response.status_code)
            ctx.counter("response.length", counts["bytes"])
            return DownloadOutputs(
                uri=uri, code=response.status_code, length=counts["bytes"], headers=header_lists(response)
            )

    def _counted(self, chunks: Iterator[bytes], counts: dict[str, int]) -> Iterator[bytes]:
        longest = self.options.max_content_length
        for chunk in chunks:
            counts["bytes"] += len(chunk)
            if longest is not None and counts["bytes"] > longest:
                raise TaskError(f"The answer is longer than {longest} bytes")
            yield chunk

    def _note_empty(self, ctx: RunContext, status: int) -> None:
        if self.fail_on_empty_response:
            raise TaskError(f"No response from server: status {status}, and nothing in its body")
        ctx.log.write(LogLevel.WARN, "File '%s' is empty", self.uri)


def file_name(disposition: str | None, uri: str) -> str | None:
    """Give the name a file is offered under: that of its header, else the end of its address."""
    if disposition:
        extended = _EXTENDED_NAME.search(disposition)
        plain = _NAME.search(disposition)
        offered = unquote(extended[1]) if extended else (plain[1] or plain[2]) if plain else ""
        name = PurePosixPath(offered.strip().replace("\\", "/")).name
        if name:
            return name
    return PurePosixPath(unquote(urlsplit(uri).path)).name or None
