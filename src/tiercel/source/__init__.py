"""YAML text to the model: parsing with positions, diagnostics, dialects, inputs, JSON Schema."""

from __future__ import annotations

from tiercel.source.flow import Parsed, parse_flow, parse_stored
from tiercel.source.inputs import InputState, Render, ResolvedInputs, context_inputs, resolve_declared, resolve_inputs
from tiercel.source.parts import check_part, declare_inputs
from tiercel.source.reader import MAX_SIZE_BYTES, Document, Limits, read_yaml, split_documents
from tiercel.source.typing import type_output, type_value

__all__ = [
    "MAX_SIZE_BYTES",
    "Document",
    "InputState",
    "Limits",
    "Parsed",
    "Render",
    "ResolvedInputs",
    "check_part",
    "context_inputs",
    "declare_inputs",
    "parse_flow",
    "parse_stored",
    "read_yaml",
    "resolve_declared",
    "resolve_inputs",
    "split_documents",
    "type_output",
    "type_value",
]
