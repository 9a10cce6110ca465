"""What was acknowledged is there after the process was killed at any moment, and nothing is there by half."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tiercel.repository.sqlite.database import SqliteDatabase

WRITER = """
    import asyncio, sys
    from pathlib import Path
    from tiercel.repository.batch import Batch, prepare_batch
    from tiercel.repository.sqlite.database import SqliteDatabase
    from tiercel.testing.builders import build_execution, build_log, build_task_run

    async def main():
        database = SqliteDatabase.open(Path(sys.argv[1]))
        async def write(first):
            for number in range(first, first + 1_000_000):
                execution = build_execution(number)
                runs = [build_task_run(execution, n, outputs={"n": n}) for n in range(3)]
                batch = Batch(executions=[execution], task_runs=runs, logs=[build_log(execution)])
                await database.write(prepare_batch(batch))
                print(execution.id, flush=True)
        await asyncio.gather(*(write(lane * 1_000_000) for lane in range(4)))

    asyncio.run(main())
"""
CHILDREN = """
    SELECT e.id, (SELECT count(*) FROM task_runs t WHERE t.execution_id = e.id),
        (SELECT count(*) FROM outputs o WHERE o.execution_id = e.id),
        (SELECT count(*) FROM logs l WHERE l.execution_id = e.id)
    FROM executions e
"""


@pytest.mark.parametrize("acknowledged", [1, 7, 60, 200])
async def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(tmp_path: Path, acknowledged: int) -> None:
    seen = _write_until_killed(tmp_path, acknowledged)
    database = SqliteDatabase.open(tmp_path)
    rows = await database.read(lambda c: c.fetch(CHILDREN))
    check = await database.read(lambda c: c.fetch("PRAGMA integrity_check"))
    orphans = await database.read(
        lambda c: c.fetch("SELECT count(*) FROM task_runs WHERE execution_id NOT IN (SELECT id FROM executions)")
    )
    await database.close()
    assert seen <= {row[0] for row in rows}
    assert {row[1:] for row in rows} == {(3, 3, 1)}
    assert orphans == [(0,)]
    assert check == [("ok",)]


def _write_until_killed(directory: Path, acknowledged: int) -> set[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    seen = {process.stdout.readline().strip() for _ in range(acknowledged)}
    process.kill()
    rest, _ = process.communicate()
    # The last line may be cut off by the kill.
    return seen | {line for line in rest.splitlines() if len(line) == len(next(iter(seen)))}
