"""Collects the tests without looking for garbage, of which there is none yet, and looks for it rarely after that."""

from __future__ import annotations

import gc

_COLLECTIONS = (50_000, 20, 20)
"""As a server has it, more or less: what is usual takes a tenth of the time that the tests do."""


def pytest_configure():
    gc.disable()


def pytest_collection_finish():
    gc.freeze()  # what has been collected stays to the end: no look at it is of use
    gc.set_threshold(*_COLLECTIONS)
    gc.enable()
