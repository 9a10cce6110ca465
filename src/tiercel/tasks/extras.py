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
        told = f"This task needs a package that is not installed ({error}): pip install 'tiercel[{extra}]'"
        raise TaskError(told) from None
