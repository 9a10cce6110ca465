"""YAML text to the model: parsing with positions, diagnostics, dialects, inputs, JSON Schema."""

from __future__ import annotations

from tiercel.source.flow import Parsed, parse_flow, parse_stored
from tiercel.source.reader import Document, Limits, read_yaml

__all__ = ["Document", "Limits", "Parsed", "parse_flow", "parse_stored", "read_yaml"]
