"""Keeps processes ready that run programs, one at a time each, and ends all of them when the server is gone.

This file is run by itself, by any Python from 3.9 on. It loads the modules beside it under a name of their own, since
neither they nor their folder may be seen by the programs that run in forks of this interpreter; so none of them may
import anything but the standard library and each other.

Three kinds of processes: the *keeper*, started by the server, forks *leaders*; a leader runs one program after another.
Each is tied to the server by a socket and ends when the server does, however that happens. A leader is the subreaper
of all that its program starts, so whatever a program does (new sessions, forks of forks), its processes stay below the
leader, and the leader does not report the end of a run before the last of them is gone, or is a Python program that has
said its last word. Should a leader be killed,
its orphans fall to the keeper, which is a subreaper too and kills them.

A leader is a Python interpreter in which nothing has run yet, so a Python file can be run in a fork of it: isolated as
a fresh interpreter would be, without the time one takes to start.
"""
# ruff: noqa: PTH100, PTH118, PTH120 (nothing is imported that a program need not have)

from __future__ import annotations

import importlib
import importlib.util
import os
import sys

_PACKAGE = "_tiercel_keeper"


def start() -> None:
    """Load the keeper and serve the server on standard input until it is gone."""
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and sys.path[0] == here:
        del sys.path[0]
    spec = importlib.util.spec_from_file_location(
        _PACKAGE, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    if spec is None or spec.loader is None:
        raise ImportError(here)
    sys.modules[_PACKAGE] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    importlib.import_module(f"{_PACKAGE}.forking").main()


if __name__ == "__main__":
    start()
