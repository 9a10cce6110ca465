"""B12: how soon pages of the web interface show what they should, in Chromium, with much in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import report

UI = Path(__file__).parent.parent / "ui"


def measure(seconds: float) -> None:
    """B12; ``seconds`` is not used: a fixed number of keys and pages is measured.

    Raises:
        subprocess.CalledProcessError: A page did not show what was waited for.
    """
    del seconds
    with tempfile.TemporaryDirectory(prefix="tiercel-bench-") as folder:
        figures = Path(folder) / "figures.jsonl"
        environment = os.environ | {"FIGURES": str(figures), "PYTHON_BIN": str(Path(sys.executable).parent)}
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "run", "--silent", "benchmarks"], cwd=UI, env=environment, check=True)
        found = [json.loads(line) for line in figures.read_text(encoding="utf-8").splitlines()]
    rows: list[dict[str, object]] = [
        {
            "what": f"{one['what']} ({one['unit']})",
            "best": one["best"],
            "counted": one["at"],
            "of": f"p{one['share'] * 100:.0f} of {one['times']}",
            "budget": one["budget"],
            "kept": one["at"] <= one["budget"],
        }
        for one in found
    ]
    report("b12", "B12: the web interface", rows, {})
