"""HTML to Markdown, as CommonMark with tables and struck out text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin

from tiercel.tasks.serdes.html_tree import BLOCKS, Element, read_html

_NEVER_SHOWN = ("head", "script", "style", "template", "iframe", "object", "svg")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPECIAL = re.compile(r"[\\`*\[\]<]|&(?=#?\w+;)|~(?=~)|(?<![^\W_])_|_(?![^\W_])")
_AT_LINE_START = re.compile(
    r"(?m)^(?P<before>\s*)"
    r"(?:(?P<number>\d{1,9})(?P<dot>[.)])(?=\s|$)|(?P<mark>\#{1,6}(?=\s|$)|[-+](?=\s|$)|[=>]|-{3,}))"
)
_RUN = re.compile(r"`+")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source)-([\w+#.-]+)")
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BREAK = "\n"


def html_to_markdown(text: str, ignored: Iterable[str] = (), base: str | None = None) -> str:
    """Give a page as Markdown.

    Args:
        text: The page.
        ignored: Elements to leave out with all that is in them; what is never shown is left out anyway.
        base: The address that those in the page are taken relative to.
    """
    blocks = _Writer(base).blocks(read_html(text, (*ignored, *_NEVER_SHOWN)).children)
    return "\n\n".join(blocks) + "\n" if blocks else ""


class _Writer:
    """Writes elements as Markdown."""

    def __init__(self, base: str | None) -> None:
        self._base = base

    def blocks(self, children: Sequence[Element | str]) -> list[str]:
        """Give what stands one below another; elements in a line that follow one another are a paragraph."""
        found: list[str] = []
        line: list[Element | str] = []
        for child in children:
            if isinstance(child, str) or not _has_block(child):
                line.append(child)
                continue
            found += [*self._paragraph(line), *filter(None, self._block(child))]
            line = []
        return [*found, *self._paragraph(line)]

    def _block(self, element: Element) -> Iterator[str]:
        match element.tag:
            case "hr":
                yield "---"
            case "pre":
                yield _fenced(element)
            case "ul" | "ol":
                yield self._list(element)
            case "table":
                yield self._table(element)
            case "blockquote":
                yield _prefixed("\n\n".join(self.blocks(element.children)), "> ", "> ")
            case tag if tag in _HEADINGS:
                title = self._line(element.children).replace(_BREAK, " ")
                yield f"{_HEADINGS[tag]} {title}" if title else ""
            case _:
                yield from self.blocks(element.children)

    def _paragraph(self, line: Sequence[Element | str]) -> Iterator[str]:
        text = _AT_LINE_START.sub(_escaped_start, self._line(line))
        if text:
            yield text.replace(_BREAK, "\\\n")

    def _line(self, children: Sequence[Element | str]) -> str:
        """Give what stands in one line; line feeds in it are those that were asked for."""
        text = re.sub(r" {2,}", " ", "".join(map(self._inline, children)))
        return re.sub(r" ?\n ?", _BREAK, text).strip(" \n")

    def _inline(self, child: Element | str) -> str:
        if isinstance(child, str):
            return _SPECIAL.sub(r"\\\g<0>", _SPACE.sub(" ", child))
        match child.tag:
            case "br":
                return _BREAK
            case "code" | "kbd" | "samp" | "tt":
                return _code(_SPACE.sub(" ", _text(child)))
            case "img":
                return self._image(child)
            case "a":
                return self._link(child)
            case tag if tag in _MARKS:
                return _marked("".join(map(self._inline, child.children)), _MARKS[tag])
            case tag if tag in BLOCKS:
                return " " + "".join(map(self._inline, child.children)) + " "
            case _:
                return "".join(map(self._inline, child.children))

    def _link(self, element: Element) -> str:
        inner = "".join(map(self._inline, element.children))
        address = element.attributes.get("href", "").strip()
        text = inner.strip(" \n")
        if not address or not text:
            return inner
        before, after = " " * inner.startswith(" "), " " * inner.endswith(" ")
        return f"{before}[{text.replace(_BREAK, ' ')}]({self._target(address, element)}){after}"

    def _image(self, element: Element) -> str:
        address = element.attributes.get("src", "").strip()
        if not address:
            return ""
        text = _SPECIAL.sub(r"\\\g<0>", _SPACE.sub(" ", element.attributes.get("alt", "")))
        return f"![{text}]({self._target(address, element)})"

    def _target(self, address: str, element: Element) -> str:
        address = _joined(self._base, _SPACE.sub("%20", address))
        if re.search(r"[()<>\\]", address):
            address = "<" + re.sub(r"[<>\\]", lambda found: f"%{ord(found[0]):02X}", address) + ">"
        title = _SPACE.sub(" ", element.attributes.get("title", "")).replace("\\", "\\\\").replace('"', '\\"')
        return f'{address} "{title}"' if title else address

    def _list(self, element: Element) -> str:
        items = [child for child in element.children if isinstance(child, Element) and child.tag == "li"]
        start = element.attributes.get("start", "")
        first = int(start) if re.fullmatch(r"\d{1,8}", start) else 1
        written = []
        for number, item in enumerate(items, start=first):
            mark = f"{number}. " if element.tag == "ol" else "- "
            blocks = self.blocks(item.children)
            is_tight = not any(isinstance(child, Element) and child.tag in {"p", "pre"} for child in item.children)
            text = ("\n" if is_tight else "\n\n").join(blocks)
            written.append(_prefixed(text, mark, " " * len(mark)) if text else mark.rstrip())
        return "\n".join(written)

    def _table(self, element: Element) -> str:
        rows = [[self._cell(cell) for cell in row] for row in _rows(element)]
        width = max(map(len, rows), default=0)
        if not width:
            return ""
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])

    def _cell(self, element: Element) -> str:
        return self._line(element.children).replace(_BREAK, " ").replace("|", "\\|")


def _has_block(element: Element) -> bool:
    """Tell whether an element stands by itself, or holds something that does."""
    if element.tag in BLOCKS:
        return True
    if element.tag in {"code", "kbd", "samp", "tt"}:
        return False
    return any(isinstance(child, Element) and _has_block(child) for child in element.children)


def _rows(table: Element) -> Iterator[list[Element]]:
    for child in table.children:
        if not isinstance(child, Element):
            continue
        if child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(child)
        elif child.tag == "tr":
            yield [cell for cell in child.children if isinstance(cell, Element) and cell.tag in {"td", "th"}]


def _text(element: Element) -> str:
    parts = (
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child) for child in element.children
    )
    return "".join(parts)


def _fenced(element: Element) -> str:
    inner = [child for child in element.children if isinstance(child, Element) and child.tag == "code"]
    classes = " ".join(one.attributes.get("class", "") for one in (element, *inner))
    language = _LANGUAGE.search(classes)
    text = _text(element).strip("\n")
    fence = "`" * max(3, *(len(run) + 1 for run in _RUN.findall(text)), 3)
    return f"{fence}{language[1] if language else ''}\n{text}\n{fence}"


def _code(text: str) -> str:
    if not text.strip():
        return text
    mark = "`" * (max((len(run) for run in _RUN.findall(text)), default=0) + 1)
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{mark}{space}{text}{space}{mark}"


def _marked(text: str, mark: str) -> str:
    """Put marks around a text, not around the spaces at its ends, which would make them no marks."""
    inner = text.strip(" \n")
    if not inner:
        return text
    at = text.index(inner)
    return f"{text[:at]}{mark}{inner}{mark}{text[at + len(inner) :]}"


def _escaped_start(found: re.Match[str]) -> str:
    if found["number"]:
        return f"{found['before']}{found['number']}\\{found['dot']}"
    return f"{found['before']}\\{found['mark']}"


def _joined(base: str | None, address: str) -> str:
    try:
        return urljoin(base, address) if base else address
    except ValueError:
        return address


def _prefixed(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((others + line).rstrip() for line in lines[1:])])
