"""What fixtures of these tests give."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TypeAlias

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # one of its models has a field that pydantic has a method of
    from kestrapy import KestraClient
    from kestrapy.models.execution_controller_execution_response import ExecutionControllerExecutionResponse
    from kestrapy.models.flow_with_source import FlowWithSource

__all__ = ["ExecutionControllerExecutionResponse", "FlowWithSource", "KestraClient", "Run", "Save", "connect"]

Save: TypeAlias = Callable[[str], FlowWithSource]
"""Stores a flow given without its namespace."""
Run: TypeAlias = Callable[..., ExecutionControllerExecutionResponse]
"""Runs a flow of the namespace to its end."""


def connect(url: str, timeout: float = 60, **credentials: str) -> KestraClient:
    """Give the published client, whose own code says nothing of types."""
    return KestraClient(host=url, timeout=timeout, **credentials)  # type: ignore[no-untyped-call]  # it is not typed
