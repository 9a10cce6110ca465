"""Leases by name: who may do what only one process may do at a time.

As with shards, an epoch goes up with each new owner, and an owner names its epoch in every commit; so one that was
stalled beyond its lease, and was replaced, can change nothing any more.
"""

from __future__ import annotations

from msgspec import Struct

from tiercel.errors import ConflictError
from tiercel.repository.connection import Connection


class LeaseTakenError(ConflictError):
    """Another process holds the lease now."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the lease '{name}' is lost: another process holds it now")


class Lease(Struct, frozen=True):
    """A lease as its owner knows it."""

    name: str
    owner: str
    epoch: int


def claim_lease(connection: Connection, name: str, owner: str, *, now: int, until: int) -> Lease | None:
    """Take a lease that nobody has, or that has lapsed; None when another holds it."""
    rows = connection.fetch("SELECT owner, epoch, leased_until FROM leases WHERE name = ?", (name,))
    if not rows:
        connection.execute(
            "INSERT INTO leases (name, owner, epoch, leased_until) VALUES (?, ?, 1, ?)", (name, owner, until)
        )
        return Lease(name, owner, 1)
    former, epoch, leased_until = rows[0]
    if former is not None and former != owner and leased_until > now:
        return None
    connection.execute(
        "UPDATE leases SET owner = ?, epoch = ?, leased_until = ? WHERE name = ?", (owner, epoch + 1, until, name)
    )
    return Lease(name, owner, epoch + 1)


def renew_lease(connection: Connection, lease: Lease, *, until: int) -> None:
    """Hold the lease until then.

    Raises:
        LeaseTakenError: It is another's now.
    """
    check_lease(connection, lease)
    connection.execute("UPDATE leases SET leased_until = ? WHERE name = ?", (until, lease.name))


def release_lease(connection: Connection, lease: Lease) -> None:
    """Give the lease back, unless it is another's now."""
    connection.execute(
        "UPDATE leases SET owner = NULL, leased_until = 0 WHERE name = ? AND epoch = ? AND owner = ?",
        (lease.name, lease.epoch, lease.owner),
    )


def check_lease(connection: Connection, lease: Lease) -> None:
    """Make sure that the lease is still held.

    Raises:
        LeaseTakenError: It is another's now, or was given back.
    """
    rows = connection.fetch("SELECT owner, epoch FROM leases WHERE name = ?", (lease.name,))
    if not rows or rows[0] != (lease.owner, lease.epoch):
        raise LeaseTakenError(lease.name)
