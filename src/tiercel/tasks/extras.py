"""Optional libraries, loaded when they are first used."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from tiercel.plugins import TaskError


def library(name: str, extra: str) -> ModuleType:
    """Load a library.

    Raises:
        TaskError: It is not installed; the message says what to install.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise TaskError(f"This task needs a library that is not there ({error}): install tiercel[{extra}]") from None
