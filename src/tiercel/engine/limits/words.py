"""What keeps an execution from starting, in words for users."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tiercel.engine.limits.ledgers import Ledgers, Obstacle
from tiercel.model.claims import Claim, Scope

_NAMED = 3


def refusal(obstacles: Sequence[Obstacle]) -> str:
    """Say why one that may not wait does not start."""
    return " and ".join(_reached(obstacle) for obstacle in obstacles)


def waiting_for(claim: Claim, obstacles: Sequence[Obstacle], ledgers: Ledgers) -> str:
    """Say what it waits for, in one sentence that names who holds it up."""
    if not obstacles:
        return "It is about to start."
    return f"Waits: {' and '.join(_held(claim, obstacle, ledgers) for obstacle in obstacles)}."


def name_of(scope: Scope) -> str:
    """Name what slots belong to."""
    match scope:
        case ("pool", pool):
            return f"pool {pool}"
        case ("key", namespace, flow_id, key):
            return f"key {key} of flow {namespace}.{flow_id}"
        case _:
            return f"flow {'.'.join(scope[1:])}"


def _reached(obstacle: Obstacle) -> str:
    if obstacle.is_rate:
        return f"{obstacle.limit} of {name_of(obstacle.scope)} have started within its period"
    return f"{obstacle.limit} of {name_of(obstacle.scope)} run already"


def _held(claim: Claim, obstacle: Obstacle, ledgers: Ledgers) -> str:
    if obstacle.is_rate:
        until = "" if obstacle.free_at is None else f"; the next may start at {_text(obstacle.free_at)}"
        return f"{obstacle.limit} of {name_of(obstacle.scope)} have started within its period{until}"
    holders = [one for one in ledgers.holders(obstacle.scope) if one != claim.execution_id]
    slots = f"{len(holders)} of {obstacle.limit} slots of {_short(claim, obstacle.scope)}"
    if not holders:
        return f"{slots} are held, since it has none to give"
    named = ", ".join(holders[:_NAMED])
    more = f" and {len(holders) - _NAMED} more" if len(holders) > _NAMED else ""
    verb = "is" if len(holders) == 1 else "are"
    return f"{slots} {verb} held by {named}{more}"


def _short(claim: Claim, scope: Scope) -> str:
    return f"key {claim.key}" if scope[0] == "key" else name_of(scope)


def _text(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
