"""``{% raw %}...{% endraw %}`` on one line: cut out before anything else of a template is read, and put back later."""

from __future__ import annotations

import regex

_RAW = regex.compile(r"\{%-*\s*raw\s*-*%\}(.*?)\{%-*\s*endraw\s*-*%\}")
_MARK = regex.compile("\ufdd0(\\d+)\ufdd1")  # code points that no text may hold


class Raws:
    """What was cut out of one template; ``source`` is what is left, with a mark in each place."""

    def __init__(self, source: str) -> None:
        self._cut: list[str] = []
        self.source = _RAW.sub(self._take, source) if "raw" in source else source

    def put_back(self, text: str) -> str:
        """Put in again, tags included, what was cut out of a text or a string."""
        if "\ufdd0" not in text:
            return text
        return _MARK.sub(lambda match: self._cut[int(match[1])], text)

    def _take(self, match: regex.Match[str]) -> str:
        self._cut.append(match[0])
        return f"\ufdd0{len(self._cut) - 1}\ufdd1"


def without_raw_tags(text: str) -> str:
    """Take the tags themselves out of what was rendered."""
    return _RAW.sub(r"\1", text)
