"""What those who watch over an installation are told in numbers."""

from __future__ import annotations

from msgspec import Struct

from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.tally import EndKey, Ends
from tiercel.repository import usages as repository


class Measures(Struct, frozen=True):
    """Counts of this process since its start, and of what is stored now.

    Attributes:
        ends: Executions that are over.
        dispatched: Jobs handed to workers.
        live: Executions that are not over, by state.
        triggers: Triggers that a flow declares.
    """

    ends: dict[EndKey, Ends]
    dispatched: int
    live: dict[str, int]
    triggers: int


@operation(Resource.INSTANCE, Action.READ)
async def measure(environment: Environment, actor: Actor) -> Measures:
    """Give the numbers of all namespaces, with the names of their flows."""
    actor.require(Resource.INSTANCE, Action.READ, "")
    live, triggers = await environment.database.read(
        lambda connection: (repository.count_live(connection), repository.count_triggers(connection))
    )
    tally = environment.streams.tally
    return Measures(dict(tally.ends), tally.dispatched, live, triggers)
