"""Where the code of tasks that run in a process of their own comes from, and how such a process is started."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from pathlib import Path

from msgspec import Struct

_PASSED_ON = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|(?i:(https?|no|all)_proxy)"
)


class Place(Struct, frozen=True, kw_only=True):
    """What one such process imports.

    Attributes:
        name: Of the package, for messages and to share processes.
        version: Of the package; empty for a class of the server's own environment.
        stamp: Another one when the code has changed, so that processes with the old code are let go.
        paths: Searched for modules before everything that is installed beside the server.
        modules: Names of modules to import, which hold the types.
        files: Files to import in the way of a plugins folder.
    """

    name: str
    version: str = ""
    stamp: str = ""
    paths: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def search_path(self) -> list[str]:
        """Give ``sys.path``: the standard library, what is the package's own, then what the server has."""
        library = [str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "platstdlib")]
        own = [path for path in sys.path if path]
        standard = [path for path in own if _is_standard(path, library)]
        return [*standard, *self.paths, *(path for path in own if path not in standard)]


def own_variables() -> dict[str, str]:
    """Choose what such a process sees of the server's variables: nothing that may be a secret."""
    return {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}


def _is_standard(path: str, library: list[str]) -> bool:
    if path.endswith(".zip"):
        return True
    resolved = str(Path(path).resolve())
    return "-packages" not in resolved and any(resolved == root or resolved.startswith(f"{root}/") for root in library)
