"""Waiting for what a case wants to see, with a limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PAUSE_SECONDS = 0.01


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Ask again and again until it is so or the time is over; whether it was."""
    end = time.monotonic() + seconds
    pause = PAUSE_SECONDS
    while True:
        if await is_so():
            return True
        if time.monotonic() > end:
            return False
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, 0.2)
