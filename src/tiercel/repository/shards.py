"""Who owns which shard: a lease with an epoch that goes up with each new owner.

An owner names the epochs it holds in every commit. Once its lease has lapsed another owner may claim the shard, which
raises the epoch, and from then on every commit of the former owner is refused, however long it was stalled. Renewing
does not change the epoch, so an owner whose lease lapsed unnoticed and was not taken over simply goes on.
"""

from __future__ import annotations

from collections.abc import Mapping

from tiercel.errors import ConflictError
from tiercel.repository.connection import Connection


class LeaseLostError(ConflictError):
    """Another executor owns some of the shards now; what the former owner holds in memory is void."""

    def __init__(self, shards: list[int]) -> None:
        self.shards = shards
        listed = ", ".join(str(shard) for shard in shards)
        super().__init__(f"the lease of shard {listed} is lost: another executor owns it now")


def create_shards(connection: Connection, count: int) -> int:
    """Make the rows of an installation's shards once.

    Returns:
        How many shards the installation has, which is ``count`` only for a new one: the number is fixed for good.
    """
    found: int = connection.fetch("SELECT count(*) FROM shards")[0][0]
    if found:
        return found
    rows = [(shard,) for shard in range(count)]
    connection.execute_many("INSERT INTO shards (shard, epoch, leased_until) VALUES (?, 0, 0)", rows)
    return count


def claim_shards(connection: Connection, owner: str, *, now: int, until: int, limit: int) -> dict[int, int]:
    """Take up to ``limit`` shards that nobody owns or whose lease has lapsed.

    Returns:
        The epoch of each shard taken.
    """
    free = connection.fetch(
        "SELECT shard, epoch + 1 FROM shards WHERE owner IS NULL OR leased_until <= ? ORDER BY shard LIMIT ?",
        (now, limit),
    )
    connection.execute_many(
        "UPDATE shards SET owner = ?, epoch = ?, leased_until = ? WHERE shard = ?",
        [(owner, epoch, until, shard) for shard, epoch in free],
    )
    return dict(free)


def renew_shards(connection: Connection, owner: str, epochs: Mapping[int, int], *, until: int) -> None:
    """Hold the shards until then.

    Raises:
        LeaseLostError: Some are another's now; none is renewed.
    """
    check_epochs(connection, epochs)
    connection.execute_many(
        "UPDATE shards SET leased_until = ? WHERE shard = ? AND owner = ?",
        [(until, shard, owner) for shard in epochs],
    )


def release_shards(connection: Connection, owner: str, epochs: Mapping[int, int]) -> None:
    """Give shards back; those that are another's now stay as they are."""
    connection.execute_many(
        "UPDATE shards SET owner = NULL, leased_until = 0 WHERE shard = ? AND epoch = ? AND owner = ?",
        [(shard, epoch, owner) for shard, epoch in epochs.items()],
    )


def check_epochs(connection: Connection, epochs: Mapping[int, int]) -> None:
    """Make sure that the caller still owns the shards.

    Raises:
        LeaseLostError: Some have another epoch or were given back.
    """
    if not epochs:
        return
    # One row, because each row fetched is a chance to lose the interpreter lock to the event loop for a while.
    pairs = ", ".join(["(?, ?)"] * len(epochs))
    found = connection.fetch(
        f"SELECT count(*) FROM shards WHERE (shard, epoch) IN (VALUES {pairs}) AND owner IS NOT NULL",
        [number for pair in epochs.items() for number in pair],
    )
    if found[0][0] == len(epochs):
        return
    held: dict[int, int] = dict(connection.fetch("SELECT shard, epoch FROM shards WHERE owner IS NOT NULL"))
    raise LeaseLostError([shard for shard, epoch in epochs.items() if held.get(shard) != epoch])
