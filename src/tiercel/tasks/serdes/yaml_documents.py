"""The documents of a YAML text as JSON has them: dates stay text, and only true and false are booleans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import yaml

from tiercel.plugins import TaskError

_MOST_VALUES = 5_000_000
_NULL = "tag:yaml.org,2002:null"
_FLOAT = (
    r"[-+]?(?:[0-9][0-9_]*)?\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+\.?[eE][-+]?[0-9]+|[-+]?[0-9]+\."
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_SIMPLE = (
    ("tag:yaml.org,2002:bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    (_NULL, r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9_]*)|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        _FLOAT,
        "-+0123456789.",
    ),
)


def read_documents(pieces: Iterable[str]) -> Iterator[Any]:
    """Give the documents of a text one by one.

    Raises:
        TaskError: It is not YAML, or aliases make one of its documents huge.
    """
    loader = _loader()
    try:
        for document in yaml.load_all(_Pieces(pieces), Loader=loader):
            _check_size(document)
            yield document
    except (yaml.YAMLError, RecursionError) as error:
        raise TaskError(f"The file is not YAML: {error}") from None


def write_document(value: Any) -> str:  # noqa: ANN401 (values of any type)
    """Write a value as a document, without what separates it from others."""
    dumper = cast("type[yaml.SafeDumper]", getattr(yaml, "CSafeDumper", yaml.SafeDumper))
    return yaml.dump(value, Dumper=dumper, allow_unicode=True, sort_keys=False, default_flow_style=False)


def _loader() -> type[yaml.SafeLoader]:
    parent = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    loader: Any = type("_JsonLoader", (parent,), {"yaml_implicit_resolvers": {}})
    for tag, pattern, first in _SIMPLE:
        loader.add_implicit_resolver(tag, re.compile(f"^(?:{pattern})$"), list(first))
    return cast("type[yaml.SafeLoader]", loader)


def _check_size(document: Any) -> None:  # noqa: ANN401 (values of any type)
    """Refuse what is small as written and huge when its aliases are followed."""
    waiting, count = [document], 0
    while waiting:
        value = waiting.pop()
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        count += len(inner) + 1
        if count > _MOST_VALUES:
            raise TaskError(f"A document has more than {_MOST_VALUES} values once its aliases are followed")
        waiting += inner


class _Pieces:
    """Pieces of text as a file."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._rest = ""

    def read(self, size: int = -1) -> str:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return ""
            self._rest = piece
        cut = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:cut], self._rest[cut:]
        return piece
