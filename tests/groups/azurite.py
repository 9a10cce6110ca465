"""The server that speaks the protocol of Azure's storage, from the lock file beside the tests."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sql.servers import missing

_PROGRAM = Path(__file__).parents[1] / "azurite" / "node_modules" / ".bin" / "azurite-blob"
_OPTIONS = ("--blobPort", "0", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck")

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Written down in the documentation of the server: it guards nothing."""


@contextmanager
def azurite() -> Iterator[str]:
    """Run it on a free port, with all it keeps in memory; give the address of the account."""
    node = shutil.which("node")
    if node is None or not _PROGRAM.exists():
        missing("needs node, and `make azurite`")
    command = [str(node), str(_PROGRAM), *_OPTIONS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            told = ""
            found = None
            while found is None:
                line = server.stdout.readline()
                assert line, f"it ended: {told}"
                told += line
                found = re.search(r"listens on (\S+)", line)
            yield f"{found[1]}/{ACCOUNT}"
        finally:
            server.kill()
