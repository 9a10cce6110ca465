"""Icons of types: a tile with the first letter of the type, in a colour that its group has everywhere."""

from __future__ import annotations

import base64
import zlib
from xml.sax.saxutils import escape

from tiercel.model.flow import TaskKind
from tiercel.model.json import Json
from tiercel.model.types import TypeFacts

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24">'
    '<rect width="24" height="24" rx="5" fill="hsl({hue} 55% 42%)"/>'
    '<text x="12" y="16.5" font-family="sans-serif" font-size="13" font-weight="600" fill="#fff" '
    'text-anchor="middle">{letter}</text></svg>'
)


def svg_of(name: str) -> str:
    """Draw the icon of a type, or of a group when the name ends with one."""
    group, _, last = name.rpartition(".")
    return _SVG.format(hue=zlib.crc32(group.encode()) % 360, letter=escape((last[:1] or "?").upper()))


def icon_shape(name: str, *, is_flowable: bool = False) -> dict[str, Json]:
    """Give an icon as clients draw it: an SVG in base64."""
    svg = svg_of(name)
    return {
        "name": name.rpartition(".")[2],
        "icon": base64.b64encode(svg.encode()).decode(),
        "flowable": is_flowable,
        "monochrome": False,
        "hash": f"{zlib.crc32(svg.encode()):08x}",
    }


def type_icon_shape(facts: TypeFacts) -> dict[str, Json]:
    """Give the icon of a type."""
    return icon_shape(facts.type, is_flowable=facts.task_kind is TaskKind.FLOWABLE)
