"""Who waits for slots: those who wait for just the same stand in one lane, in the order in which they are let in."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import TypeAlias

from tiercel.model.claims import Claim, FlowKey, Lane, Scope

Place: TypeAlias = tuple[float, str]
"""Rank and execution of one that waits; the lowest is next."""


class Queues:
    """The lanes in which somebody stands; an empty one is forgotten."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[float, Claim]] = {}
        self._lanes: dict[Lane, list[Place]] = {}
        self._lanes_of: dict[Scope, dict[Lane, None]] = {}

    def __contains__(self, lane: object) -> bool:
        return lane in self._lanes

    def lanes(self) -> list[Lane]:
        """Every lane."""
        return list(self._lanes)

    def lanes_of_flow(self, flow: FlowKey) -> list[Lane]:
        """Where executions of a flow wait."""
        return [lane for lane in self._lanes if lane[:2] == flow]

    def lanes_for(self, scopes: Iterable[Scope]) -> list[Lane]:
        """Where those wait who wait for any of these, each lane once."""
        return list(dict.fromkeys(lane for scope in scopes for lane in self._lanes_of.get(scope, ())))

    def names(self, lane: Lane) -> list[str]:
        """Who stands in a lane, next first."""
        return [execution_id for _, execution_id in self._lanes.get(lane, ())]

    def head(self, lane: Lane) -> Place:
        """Who is next in a lane."""
        return self._lanes[lane][0]

    def claim(self, place: Place) -> Claim:
        """What the one who stands there waits for."""
        return self._waiting[place[1]][1]

    def join(self, claim: Claim, asked_at: int) -> None:
        """Let one stand in its lane; no effect when it does."""
        if claim.execution_id in self._waiting:
            return
        rank = claim.rank(asked_at)
        self._waiting[claim.execution_id] = (rank, claim)
        lane = claim.lane
        if lane not in self._lanes:
            self._lanes[lane] = []
            for scope in claim.scopes:
                self._lanes_of.setdefault(scope, {})[lane] = None
        insort(self._lanes[lane], (rank, claim.execution_id))

    def leave(self, execution_id: str) -> None:
        """Let one stand there no longer; no effect when it does not."""
        found = self._waiting.pop(execution_id, None)
        if found is None:
            return
        rank, claim = found
        lane = self._lanes[claim.lane]
        del lane[bisect_left(lane, (rank, execution_id))]
        if lane:
            return
        del self._lanes[claim.lane]
        for scope in claim.scopes:
            lanes = self._lanes_of[scope]
            del lanes[claim.lane]
            if not lanes:
                del self._lanes_of[scope]
