"""Tiercel: an event-driven workflow orchestrator whose flows are YAML and nothing else."""

from __future__ import annotations

__version__ = "0.1.0"
