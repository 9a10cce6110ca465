"""What holds for all tests: no example is judged by the time it takes, and garbage is looked for rarely.

The tests are collected without looking for garbage, of which there is none yet.
"""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

_COLLECTIONS = (50_000, 20, 20)
"""As a server has it, more or less: what is usual takes a tenth of the time that the tests do."""


def pytest_configure():
    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")
    gc.disable()


def pytest_collection_finish():
    gc.freeze()  # what has been collected stays to the end: no look at it is of use
    gc.set_threshold(*_COLLECTIONS)
    gc.enable()
