"""What the command line loads before it knows the command: each heavy library here is paid for by every command."""

from __future__ import annotations

import subprocess
import sys


def test_the_commands_load_no_heavy_library_before_one_is_chosen():
    heavy = {"httpx", "rich", "pydantic", "litestar", "yaml", "sqlite3", "uvicorn", "granian"}
    asked = f"import sys, tiercel.cli.main; print(*sorted(set(sys.modules) & {heavy!r}))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
