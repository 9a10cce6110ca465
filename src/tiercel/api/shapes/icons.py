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
    """Give the icon of a group, or of a type without one of its own, as clients draw it: an SVG in base64."""
    return _shape(name, svg_of(name), is_flowable=is_flowable)


def type_svg(facts: TypeFacts) -> str:
    """Give the icon of a type: its own, or one that is drawn."""
    return facts.icon or svg_of(facts.type)


def _shape(name: str, svg: str, *, is_flowable: bool) -> dict[str, Json]:
    return {
        "name": name.rpartition(".")[2],
        "icon": base64.b64encode(svg.encode()).decode(),
        "flowable": is_flowable,
        "monochrome": False,
        "hash": f"{zlib.crc32(svg.encode()):08x}",
    }


def type_icon_shape(facts: TypeFacts) -> dict[str, Json]:
    """Give the icon of a type."""
    return _shape(facts.type, type_svg(facts), is_flowable=facts.task_kind is TaskKind.FLOWABLE)
