"""The syntax tree of jq programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tiercel.expressions.values import Value


@dataclass(frozen=True, slots=True)
class Identity:
    """``.``."""


@dataclass(frozen=True, slots=True)
class RecurseAll:
    """``..``."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, text without interpolation, or a word such as ``null``."""

    value: Value


@dataclass(frozen=True, slots=True)
class Text:
    """Text with interpolations; each interpolated value is written in the format (None for plain)."""

    parts: tuple[str | Node, ...]
    format: str | None


@dataclass(frozen=True, slots=True)
class Format:
    """``@base64`` and the like on its own."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """``target.key`` or ``target[key]``; the key is evaluated on the input of the whole."""

    target: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Slice:
    """``target[start:end]``."""

    target: Node
    start: Node | None
    end: Node | None


@dataclass(frozen=True, slots=True)
class Iterate:
    """``target[]``."""

    target: Node


@dataclass(frozen=True, slots=True)
class Array:
    """``[items]``."""

    items: Node | None


@dataclass(frozen=True, slots=True)
class Object:
    """``{key: value}``."""

    entries: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """``left | right``."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comma:
    """``left, right``."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic and comparison."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """``and``, ``or``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Alternative:
    """``left // right``."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Assign:
    """``paths = value``, ``|=``, ``+=`` and the like."""

    operator: str
    paths: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Negate:
    """``-operand``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class If:
    """``if condition then ... else ... end``."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Try:
    """``try body catch handler``; ``body?`` has no handler."""

    body: Node
    handler: Node | None


@dataclass(frozen=True, slots=True)
class Call:
    """``name(arguments)``."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """``def name(parameters): body;`` before what uses it."""

    name: str
    parameters: tuple[str, ...]
    body: Node
    rest: Node


@dataclass(frozen=True, slots=True)
class Bind:
    """``source as pattern | body``."""

    source: Node
    pattern: Pattern
    body: Node


@dataclass(frozen=True, slots=True)
class Reduce:
    """``reduce source as pattern (start; update)``."""

    source: Node
    pattern: Pattern
    start: Node
    update: Node


@dataclass(frozen=True, slots=True)
class Foreach:
    """``foreach source as pattern (start; update; extract)``."""

    source: Node
    pattern: Pattern
    start: Node
    update: Node
    extract: Node | None


@dataclass(frozen=True, slots=True)
class Label:
    """``label $name | body``."""

    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Break:
    """``break $name``."""

    name: str


@dataclass(frozen=True, slots=True)
class ArrayPattern:
    """``[$a, $b]``."""

    items: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class ObjectPattern:
    """``{a: $x, $b}``: for each key, the variable bound to its value (if any) and the pattern of the value."""

    entries: tuple[tuple[Node, str | None, Pattern | None], ...]


Pattern: TypeAlias = Variable | ArrayPattern | ObjectPattern
Node: TypeAlias = (
    Identity
    | RecurseAll
    | Constant
    | Text
    | Format
    | Variable
    | Index
    | Slice
    | Iterate
    | Array
    | Object
    | Pipe
    | Comma
    | Binary
    | Logic
    | Alternative
    | Assign
    | Negate
    | If
    | Try
    | Call
    | Definition
    | Bind
    | Reduce
    | Foreach
    | Label
    | Break
)
