"""What follows from the states executions entered: announcements are read back after their commit and answered.

A row is removed only with what came of it, so a crash at any point has it answered again; what was started then is not
started twice, since its id follows from the announcement. They are answered in their order, one page after another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial

from tiercel.errors import UnavailableError
from tiercel.executor.ports import Responder
from tiercel.repository.announcements import list_announcements, remove_announcements
from tiercel.repository.database import Database
from tiercel.repository.records import Announcement

_PAGE = 200
_PATIENCE_SECONDS = 1.0
_log = logging.getLogger("tiercel.executor")


class Echo:
    """Reads announcements and has them answered."""

    def __init__(self, database: Database, responder: Responder) -> None:
        self._database = database
        self._responder = responder
        self._news = asyncio.Event()
        self._news.set()  # a former process may have left some

    def wake(self) -> None:
        """Say that a commit holds announcements."""
        self._news.set()

    async def run(self) -> None:
        """Answer for as long as there are any, then wait for more; until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._answer_all()
            except UnavailableError as error:
                _log.warning("what follows from executions is tried again: %s", error)
                self._news.set()
                await asyncio.sleep(_PATIENCE_SECONDS)

    async def _answer_all(self) -> None:
        while True:
            page = await self._database.read(partial(list_announcements, limit=_PAGE))
            if page:
                await self._answer(page)
            if len(page) < _PAGE:
                return

    async def _answer(self, page: Sequence[Announcement]) -> None:
        try:
            await self._responder.answer(page)
        except UnavailableError:
            raise
        except Exception:  # noqa: BLE001 (one fault must not stop the others)
            if len(page) > 1:  # the one that cannot be answered is found by answering one at a time
                for announcement in page:
                    await self._answer([announcement])
                return
            _log.exception("nothing follows from execution %s: answering it failed", page[0].execution_id)
            await self._database.write(partial(remove_announcements, ids=[page[0].id]))
