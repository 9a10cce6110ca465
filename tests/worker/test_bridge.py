from __future__ import annotations

from pathlib import Path

import pytest

from tiercel.errors import UnavailableError
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.worker.bridge import Bridge


async def test_a_bridge_without_a_loop_says_that_the_call_may_be_repeated(tmp_path: Path) -> None:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    bridge = Bridge(database)
    with pytest.raises(UnavailableError, match="the server is stopping; the same call may be repeated when it runs"):
        bridge.read(lambda connection: connection.fetch("SELECT 1"))
    await database.close()
