"""The one door between a running task and the rest of the system.

Every method takes and returns plain data (text, numbers, bytes, lists, maps; iterators of bytes are streams of
messages), so a host may stand at the other end of a pipe. Calls block; a task that is cancelled may find that a call
raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from tiercel.model.json import Json
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.resources import Resources


class Host(Protocol):
    """What the worker, or the executor for inline tasks, offers a task."""

    @property
    def resources(self) -> Resources:
        """What tasks share: always of the process the task itself runs in."""

    def log(self, level: str, message: str) -> None:
        """Write one line; secrets are masked on the way."""

    def metric(self, kind: str, name: str, value: float, tags: Mapping[str, str]) -> None:
        """Record a figure; ``kind`` is counter, timer (seconds) or gauge."""

    def render(self, structure: Json, variables: Mapping[str, Json] | None, *, is_typed: bool) -> Json:
        """Render text, or maps and lists of it, as a property would be.

        Args:
            structure: What to render.
            variables: Laid over those of the task run.
            is_typed: Keep the type of a template that is one single expression.
        """

    def call(self, operation: str, arguments: Mapping[str, Json]) -> Json:
        """Carry out an operation of the platform; `tiercel.plugins.operations` lists them.

        Raises:
            TaskError: It cannot be done.
        """

    def read_file(self, uri: str) -> Iterator[bytes]:
        """Stream a file of the internal storage, a namespace file (``nsfile://``) or an allowed local one."""

    def write_file(self, name: str, chunks: Iterable[bytes]) -> str:
        """Store a file and give its URI; a file of that name is replaced.

        Args:
            name: A relative path under the task run, or ``nsfile://<namespace>/<path>`` for a namespace file.
            chunks: Its content.
        """

    def working_directory(self) -> str:
        """Give the directory of this run, made on the first call."""

    def part(self, written: Mapping[str, Json]) -> Plugin:
        """Render the properties of something with a ``type`` and make its instance.

        Raises:
            InvalidError: There is no such type, or a value is none its property can have.
        """

    def progress(self, fraction: float | None, message: str) -> None:
        """Tell how far the work is."""

    def is_cancelled(self) -> bool:
        """Tell whether the run has been killed or has timed out."""

    def wait(self, seconds: float) -> bool:
        """Sleep, or less when the run is cancelled; answer whether it is."""
