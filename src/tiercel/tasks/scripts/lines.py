"""What a script writes, as lines of bounded size, number and pace.

A script may write without end; only itself may suffer for it. Beyond the pace it is slowed down, since nobody reads its
pipe meanwhile; beyond the number or the size its lines are counted but no longer kept, which is said once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_LONGEST_LINE_BYTES = 64 * 1024
_LONGEST_MESSAGE_BYTES = 8 * 1024 * 1024
_MARGIN_BYTES = 8 * 1024
_LINES_A_SECOND = 20_000
_CUT = " ... (cut)"
_OPENING = b"::{"


class LineSplitter:
    """Makes lines of pieces of one stream, in flat memory.

    Attributes:
        count: Lines so far.
    """

    def __init__(self, take: Callable[[str, bool], None]) -> None:
        """Make one.

        Args:
            take: Takes each line, and whether something of it was left out.
        """
        self._take = take
        self._rest = bytearray()
        self._is_skipping = False
        self.count = 0

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the stream."""
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            self._add(piece[start:end])
            self._end_line()
            start = end + 1
        self._add(piece[start:])

    def finish(self) -> None:
        """Take what stands after the last line break as a line."""
        if self._rest:
            self._end_line()

    def _add(self, part: bytes) -> None:
        if self._is_skipping:
            return
        self._rest += part
        most = _LONGEST_MESSAGE_BYTES if self._rest.startswith(_OPENING) else _LONGEST_LINE_BYTES + _MARGIN_BYTES
        if len(self._rest) > most:
            del self._rest[_LONGEST_LINE_BYTES + _MARGIN_BYTES :]
            self._is_skipping = True

    def _end_line(self) -> None:
        line, is_cut = bytes(self._rest).removesuffix(b"\r").decode("utf-8", "replace"), self._is_skipping
        self._rest.clear()
        self._is_skipping = False
        self.count += 1
        self._take(line, is_cut)


class LogGate:
    """Lets so many lines and bytes of a run through to its log, and no faster than they can be stored."""

    def __init__(
        self,
        write: Callable[[str, str], None],
        mask: Callable[[str], str],
        *,
        most_lines: int,
        most_bytes: int,
        wait: Callable[[float], bool],
    ) -> None:
        self._write = write
        self._mask = mask
        self._lines_left = most_lines
        self._bytes_left = most_bytes
        self._wait = wait
        self._window_at = time.monotonic()
        self._window_lines = 0
        self._left_out = 0

    def log(self, level: str, line: str, *, is_cut: bool = False) -> None:
        """Write a line, or count it as left out."""
        if self._lines_left <= 0 or self._bytes_left <= 0:
            self._left_out += 1
            if self._left_out == 1:
                self._write("WARN", "The log of this run is full (scripts.log_lines, scripts.log_bytes)")
            return
        if is_cut or len(line) > _LONGEST_LINE_BYTES:
            # masked before it is cut, so that no part of a secret stands at the edge
            line = self._mask(line)[:_LONGEST_LINE_BYTES] + _CUT
        self._lines_left -= 1
        self._bytes_left -= len(line) + 1
        self._write(level, line)
        self._slow_down()

    def finish(self) -> None:
        """Say how many lines were left out, if any were."""
        if self._left_out:
            self._write("WARN", f"{self._left_out:,} more lines were written and not kept")

    def _slow_down(self) -> None:
        self._window_lines += 1
        if self._window_lines < _LINES_A_SECOND / 10:
            return
        ahead = 0.1 - (time.monotonic() - self._window_at)
        if ahead > 0:
            self._wait(ahead)
        self._window_at = time.monotonic()
        self._window_lines = 0
