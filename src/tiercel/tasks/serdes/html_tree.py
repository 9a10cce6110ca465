"""HTML as a tree of elements, read the way browsers do as far as texts need it: no page is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_DEEPEST = 100
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_ENDS_OWN = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr", "td", "th"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "option": ({"option"}, {"select"}),
}
"""Which open elements an element ends, and which ones it never looks beyond."""

# fmt: off
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))
# fmt: on
"""Elements that do not stand in a line with others."""


@dataclass(slots=True)
class Element:
    """An element.

    Attributes:
        tag: Its name.
        attributes: Those it has.
        children: Elements and texts in it.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)


def read_html(text: str, ignored: Iterable[str]) -> Element:
    """Read a page; elements that are ignored are left out with all that is in them."""
    reader = _Reader(frozenset(tag.lower() for tag in ignored))
    reader.feed(text)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    """Builds the tree."""

    def __init__(self, ignored: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("body")
        self._open = [self.root]
        self._ignored = ignored
        self._left_out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, and close those that it ends."""
        if self._left_out or tag in self._ignored:
            if tag not in _EMPTY:
                self._left_out.append(tag)
            return
        self._end_before(tag)
        if len(self._open) > _DEEPEST:
            return  # its text is still read, as that of the element it is in
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, with those in it that are still open; one that is not open is passed over."""
        if self._left_out:
            if tag in self._left_out:
                del self._left_out[_last(self._left_out, tag) :]
            return
        tags = [element.tag for element in self._open]
        if tag in tags[1:]:
            del self._open[_last(tags, tag) :]

    def handle_data(self, data: str) -> None:
        """Add a text."""
        if not self._left_out:
            self._open[-1].children.append(data)

    def _end_before(self, tag: str) -> None:
        ended, border = _ENDS_OWN.get(tag, ({"p"} if tag in BLOCKS else set(), {"body", "table", "button", "td", "th"}))
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag in ended:
                first = at
                while first > 1 and self._open[first - 1].tag in ended:
                    first -= 1
                del self._open[first:]
                return
            if self._open[at].tag in border:
                return


def _last(tags: list[str], tag: str) -> int:
    return len(tags) - 1 - tags[::-1].index(tag)
