"""The shards this executor owns: leases with epochs that every commit checks, renewed long before they lapse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from tiercel.errors import UnavailableError
from tiercel.repository.database import Database
from tiercel.repository.shards import claim_shards, create_shards, release_shards, renew_shards

_LEASE_MICROS = 10_000_000
_RENEWAL_SECONDS = 3.0


class Shards:
    """Leases of one executor.

    Attributes:
        count: How many shards the installation has.
        epochs: Those owned, each with its epoch.
    """

    def __init__(self, database: Database, owner: str, clock: Callable[[], int]) -> None:
        self._database = database
        self._owner = owner
        self._clock = clock
        self.count = 0
        self.epochs: dict[int, int] = {}

    async def claim(self, count: int, *, is_only: bool = True) -> None:
        """Make the shards of a new installation, and take what can be taken.

        Args:
            count: Of shards, for a new installation.
            is_only: Nobody else can be alive on this database, so leases of the dead need not run out first.
        """
        now = self._clock()
        self.count = await self._database.write(lambda connection: create_shards(connection, count))
        when = now + 10 * _LEASE_MICROS if is_only else now
        self.epochs = await self._database.write(
            lambda connection: claim_shards(
                connection, self._owner, now=when, until=now + _LEASE_MICROS, limit=self.count
            )
        )

    async def keep(self) -> None:
        """Renew the leases for as long as this runs.

        Raises:
            LeaseLostError: Another executor owns some of them now.
        """
        while True:
            await asyncio.sleep(_RENEWAL_SECONDS)
            until = self._clock() + _LEASE_MICROS
            epochs = dict(self.epochs)
            try:
                await self._database.write(partial(renew_shards, owner=self._owner, epochs=epochs, until=until))
            except UnavailableError:
                continue  # a commit that needs the lease will say so if it was lost

    async def release(self) -> None:
        """Give the shards back."""
        epochs = dict(self.epochs)
        self.epochs = {}
        await self._database.write(lambda connection: release_shards(connection, self._owner, epochs))

    def of(self, shards: Iterable[int]) -> dict[int, int]:
        """Give the epochs a commit that touches these shards relies on."""
        return {shard: self.epochs[shard] for shard in shards if shard in self.epochs}
