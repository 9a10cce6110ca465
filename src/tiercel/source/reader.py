"""YAML text to data, with a position for every part of it.

libyaml composes the tree of nodes; one walk turns it into plain data. The nodes are kept, and a position is looked up
only when something is reported, so a flow without mistakes pays nothing for them.

Refused here: text that is too large, nesting that is too deep, aliases that unfold into too much ("YAML bombs") or
contain themselves, repeated keys, keys that are not text. All that can be found at once
is reported at once; a syntax error ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from tiercel.errors import Violation
from tiercel.model.json import Json
from tiercel.source.paths import print_path
from tiercel.source.scalars import resolve_plain, resolve_tagged

MEBIBYTE = 1024 * 1024
_MERGE = "<<"
_SEPARATOR = re.compile(r"^---(?=\s)[ \t]*(?:#.*)?\n", re.MULTILINE)
_CONTENT = re.compile(r"^[ \t]*[^#\s]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much.

    Attributes:
        size_bytes: Of the text in UTF-8.
        depth: Of nested maps and lists.
        unfolded: How many values all aliases together may stand for.
    """

    size_bytes: int = MEBIBYTE
    depth: int = 100
    unfolded: int = 100_000


DEFAULT_LIMITS = Limits()
MAX_SIZE_BYTES = 10 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Document:
    """A text that was read.

    Attributes:
        text: As given.
        data: Maps, lists and scalars; aliases are shared, so treat it as immutable. None when there is nothing to use.
        violations: Why it cannot be used; empty when it can.
    """

    text: str
    data: Json = None
    violations: list[Violation] = field(default_factory=list)
    root: Node | None = None
    _children: dict[int, dict[str, tuple[Node, Node]]] = field(default_factory=dict)

    def position(self, path: Sequence[str | int], *, of_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the part at ``path``, or of the nearest part around it that exists.

        Args:
            path: Keys and indexes from the root.
            of_key: Point at the key instead of its value.
        """
        node, key = self._find(path)
        if node is None:
            return 1, 1
        mark = key.start_mark if of_key and key is not None else node.start_mark
        return mark.line + 1, mark.column + 1

    def raw_text(self, path: Sequence[str | int]) -> str | None:
        """The scalar at ``path`` as it was written (``1.10``), without quotes; None when there is none."""
        node = self.root
        for step in path:
            found = self._child(node, step)
            if found is None:
                return None
            node = found[0]
        return node.value if isinstance(node, ScalarNode) else None

    def _find(self, path: Sequence[str | int]) -> tuple[Node | None, Node | None]:
        node, key = self.root, None
        for step in path:
            found = self._child(node, step)
            if found is None:
                return node, None
            node, key = found
        return node, key

    def _child(self, node: Node | None, step: str | int) -> tuple[Node, Node | None] | None:
        """The child at a key or index, with the node of its key; looks through merge keys."""
        if isinstance(node, SequenceNode):
            return (node.value[step], None) if isinstance(step, int) and step < len(node.value) else None
        if not isinstance(node, MappingNode) or not isinstance(step, str):
            return None
        children = self._children.get(id(node))
        if children is None:
            children = self._children[id(node)] = _index(node)
        return children.get(step)


def read_yaml(text: str, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read one document; what is wrong with it is in its violations."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > limits.size_bytes:
        message = f"The text has {size:,} bytes; the limit is {limits.size_bytes:,}"
        hint = "Move large values to namespace files, or raise the size limit in the configuration"
        return Document(text, violations=[Violation(message, line=1, column=1, code="too-large", hint=hint)])
    try:
        root = _Composer(text).get_single_node()
    except (YAMLError, UnicodeError) as error:
        return Document(text, violations=[_syntax_violation(error, text)])
    if root is None:
        return Document(text)
    builder = _Builder(limits)
    data = builder.build(root)
    return Document(text, None if builder.violations else data, builder.violations, root)


def split_documents(text: str) -> list[str]:
    """The documents of a text, each byte for byte; those with nothing but comments are left out."""
    parts = _SEPARATOR.split(text)
    return [part for part in parts if _CONTENT.search(part)]


class _Composer(CParser):
    """Composes without choosing tags: the walk does that."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)

    def resolve(self, kind: type, value: str | None, implicit: object) -> None:  # noqa: ARG002 (called by the parser)
        return None

    def descend_resolver(self, parent: object, index: object) -> None:
        """Nothing: there are no resolvers by path."""

    def ascend_resolver(self) -> None:
        """Nothing: there are no resolvers by path."""


class _Builder:
    """One walk from nodes to data; counts what aliases unfold to."""

    def __init__(self, limits: Limits) -> None:
        self.violations: list[Violation] = []
        self._limits = limits
        self._built: dict[int, tuple[Json, int]] = {}
        self._open: set[int] = set()
        self._path: list[str | int] = []
        self._count = 0
        self._unfolded = 0

    def build(self, node: Node) -> Json:
        if isinstance(node, ScalarNode):
            self._count += 1
            if node.tag is None:
                return node.value if node.style else resolve_plain(node.value)
            return self._tagged(node)
        identity = id(node)
        if identity in self._built:
            return self._alias(node)
        if identity in self._open:
            return self._refuse(node, "The alias contains itself", "alias-recursive", "Write the value out")
        if len(self._path) >= self._limits.depth:
            return self._refuse(node, f"Nested deeper than {self._limits.depth} levels", "too-deep", "Flatten it")
        self._open.add(identity)
        before = self._count
        value = self._mapping(node) if isinstance(node, MappingNode) else self._sequence(node)
        self._count += 1
        self._open.discard(identity)
        self._built[identity] = (value, self._count - before)
        return value

    def _alias(self, node: Node) -> Json:
        value, size = self._built[id(node)]
        self._count += size
        if self._unfolded > self._limits.unfolded:
            return None
        self._unfolded += size
        if self._unfolded > self._limits.unfolded:
            message = f"Aliases unfold to more than {self._limits.unfolded:,} values"
            return self._refuse(node, message, "too-large", "Use fewer aliases inside one another")
        return value

    def _sequence(self, node: Node) -> list[Json]:
        path = self._path
        path.append(0)
        items = []
        for index, child in enumerate(node.value):
            path[-1] = index
            items.append(self.build(child))
        path.pop()
        return items

    def _mapping(self, node: MappingNode) -> dict[str, Json]:
        path, built, merged = self._path, {}, {}
        path.append("")
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._refuse(key_node, "A key must be text", "key-not-text", "Quote it if it holds [ or {")
                continue
            key = path[-1] = key_node.value
            if key == _MERGE and not key_node.style:
                merged.update({k: v for k, v in self._merge(value_node).items() if k not in merged})
            elif key in built:
                self._refuse(key_node, f"Duplicate field '{key}'", "duplicate-key", "Keep one of them")
            else:
                built[key] = self.build(value_node)
        path.pop()
        return {**merged, **built} if merged else built

    def _merge(self, node: Node) -> dict[str, Json]:
        """The entries a ``<<`` brings; of several maps the earlier wins."""
        value = self.build(node)
        sources = value if isinstance(value, list) else [value]
        entries: dict[str, Json] = {}
        for source in sources:
            if not isinstance(source, dict):
                self._refuse(node, "A merge key << takes a map or a list of maps", "merge-not-map", "Give it an alias")
                continue
            entries.update({k: v for k, v in source.items() if k not in entries})
        return entries

    def _tagged(self, node: ScalarNode) -> Json:
        try:
            return resolve_tagged(node.tag, node.value)
        except ValueError as error:
            return self._refuse(node, str(error), "bad-tag", "Remove the tag")

    def _printed(self) -> str:
        return print_path(tuple(self._path))

    def _refuse(self, node: Node, message: str, code: str, hint: str) -> None:
        mark = node.start_mark
        line, column = mark.line + 1, mark.column + 1
        path = "" if code == "too-deep" else self._printed()
        self.violations.append(Violation(message, path=path, line=line, column=column, code=code, hint=hint))


def _index(node: MappingNode) -> dict[str, tuple[Node, Node]]:
    """The children of a mapping by key; those that a merge key brings are found where they were written."""
    own: dict[str, tuple[Node, Node]] = {}
    merged: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if key.value != _MERGE:
            own.setdefault(key.value, (value, key))
            continue
        for source in [value] if isinstance(value, MappingNode) else value.value:
            if isinstance(source, MappingNode):
                merged = {**_index(source), **merged}
    return {**merged, **own}


def _syntax_violation(error: Exception, text: str) -> Violation:
    if isinstance(error, ReaderError):
        return _forbidden(error.reason, text.encode()[: error.position].decode(errors="replace"))
    if isinstance(error, UnicodeEncodeError):
        return _forbidden(error.reason, text[: error.start])
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Violation(str(error), code="yaml-syntax", line=1, column=1)
    problem = error.problem or "cannot be read"
    if "nesting depth" in problem:
        message, code, hint = "Nested too deep", "too-deep", "Flatten it"
    elif "cannot start any token" in problem and text[error.problem_mark.index : error.problem_mark.index + 1] == "\t":
        message, code, hint = "A tab cannot indent YAML", "yaml-syntax", "Indent with spaces"
    else:
        message, code = problem[0].upper() + problem[1:], "yaml-syntax"
        hint = f"The error came {error.context}" if error.context else ""
    mark = error.problem_mark
    return Violation(message, code=code, hint=hint, line=mark.line + 1, column=mark.column + 1)


def _forbidden(reason: str, before: str) -> Violation:
    """Refuse the character that follows the text ``before``."""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    message = f"The text holds a character YAML does not allow: {reason}"
    hint = "Remove it, or write it as an escape in double quotes"
    return Violation(message, code="yaml-syntax", hint=hint, line=line, column=column)
