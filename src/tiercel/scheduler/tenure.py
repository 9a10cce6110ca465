"""The time in which one scheduler of a database is at work: it holds a lease with an epoch, and renews it in time."""

from __future__ import annotations

from contextlib import suppress

from tiercel.errors import TiercelError
from tiercel.operations.environment import Environment
from tiercel.repository.connection import Connection
from tiercel.repository.leases import Lease, claim_lease, release_lease, renew_lease
from tiercel.repository.triggers import note_fired, wake_interrupted

LEASE = "scheduler"
LEASE_MICROS = 30_000_000
RENEWAL_MICROS = 10_000_000
_FOR_EVER = 2**62


class Tenure:
    """The lease of one scheduler: claimed, renewed, lost or given back.

    Attributes:
        lease: None while another scheduler may be at work.
        since: Microseconds UTC; dates before then came while nothing ran, and count as missed.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._owner = environment.new_id()
        self._renewed_at = 0
        self.lease: Lease | None = None
        self.since = 0

    async def claim(self, now: int, *, is_only: bool) -> Lease | None:
        """Take the lease when it is free, or when nobody else can be alive who holds it; None when another keeps it.

        What its former holder left under way is due at once, by the same commit.

        Raises:
            UnavailableError: The database cannot be used.
        """
        when = _FOR_EVER if is_only else now

        def claim(connection: Connection) -> Lease | None:
            lease = claim_lease(connection, LEASE, self._owner, now=when, until=now + LEASE_MICROS)
            if lease is not None:
                wake_interrupted(connection, now)
            return lease

        self.lease = await self._environment.database.write(claim)
        if self.lease is not None:
            self._renewed_at = self.since = now
        return self.lease

    def note_time(self, now: int) -> None:
        """Let dates before now be missed when nothing ran for as long as a lease, since the machine slept, say."""
        if now - self._renewed_at >= LEASE_MICROS:
            self.since = now

    async def renew(self, now: int) -> None:
        """Hold the lease for longer when it is time to; stores on the way which triggers have fired.

        Raises:
            LeaseTakenError: Another scheduler is at work.
            UnavailableError: The database cannot be used.
        """
        lease = self.lease
        if lease is None or now - self._renewed_at < RENEWAL_MICROS:
            return
        fired = self._environment.bell.take_fired()

        def renew(connection: Connection) -> None:
            renew_lease(connection, lease, until=now + LEASE_MICROS)
            note_fired(connection, fired)

        await self._environment.database.write(renew)
        self._renewed_at = now

    def lose(self) -> None:
        """Note that another scheduler is at work."""
        self.lease = None

    async def release(self) -> None:
        """Give the lease back, so that the next one need not wait until it lapses."""
        lease, self.lease = self.lease, None
        if lease is not None:
            with suppress(TiercelError):
                await self._environment.database.write(lambda connection: release_lease(connection, lease))
