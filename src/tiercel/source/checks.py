"""Rules that no single part of a flow can check: ids that repeat, flows that call themselves."""

from __future__ import annotations

from tiercel.model.flow import Flow
from tiercel.source.scope import Scope


def check_flow(flow: Flow, scope: Scope) -> None:
    """Report what is wrong between the parts of a flow."""
