"""Lets ``python -m tiercel`` stand for the ``tiercel`` command."""

from __future__ import annotations

from tiercel.cli.main import main

main()
