"""Marks on a property's type that change how it is rendered before ``run``."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, TypeVar

T = TypeVar("T")


class Rendering(Enum):
    """How a property becomes a value."""

    RAW = "raw"
    NATIVE = "native"
    STATIC = "static"


Raw = Annotated[T, Rendering.RAW]
"""``Raw[str]``: handed to the task as written, templates included."""

Static = Annotated[T, Rendering.STATIC]
"""``Static[int]``: read when the flow is saved, so it takes no expression."""

Native = Annotated[T, Rendering.NATIVE]
"""``Native[Json]``: one single expression keeps the type of its value (null too); all else becomes text."""
