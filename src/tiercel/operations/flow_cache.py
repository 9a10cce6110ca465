"""Parsed revisions kept in memory with their plans, and which revision of a flow is the last one.

A stored revision never changes, so a parsed one is never stale. Which one is the last is forgotten by every save and
removal; several processes on one database must tell each other.
"""

from __future__ import annotations

from collections import OrderedDict

from tiercel.engine.plan import Plan
from tiercel.model.flow import Flow

Key = tuple[str, str, int]
"""Namespace, id, revision."""


class FlowCache:
    """The revisions used last. Not for several threads.

    Attributes:
        changes: Goes up with each save and removal.
        edition: Goes up when every flow is to be read again.
    """

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._flows: OrderedDict[Key, Flow] = OrderedDict()
        self._plans: dict[Key, Plan] = {}
        self._last: dict[tuple[str, str], int] = {}
        self.changes = 0
        self.edition = 0

    def find(self, namespace: str, flow_id: str, revision: int) -> Flow | None:
        """Give the parsed revision when it is here."""
        flow = self._flows.get((namespace, flow_id, revision))
        if flow is not None:
            self._flows.move_to_end((namespace, flow_id, revision))
        return flow

    def find_last(self, namespace: str, flow_id: str) -> Flow | None:
        """Give the last revision when it is known which one that is, and it is here."""
        revision = self._last.get((namespace, flow_id))
        return None if revision is None else self.find(namespace, flow_id, revision)

    def note_last(self, flow: Flow, changes: int) -> None:
        """Remember that a stored revision is the last one, unless a flow was saved or removed in the meantime.

        Args:
            flow: As it was read.
            changes: The count of ``changes`` before it was read.
        """
        if changes == self.changes:
            self._last[flow.namespace, flow.id] = flow.revision

    def put(self, flow: Flow) -> None:
        """Keep a stored revision; the one unused for longest goes when there are too many."""
        self._flows[flow.namespace, flow.id, flow.revision] = flow
        while len(self._flows) > self._limit:
            key, _ = self._flows.popitem(last=False)
            self._plans.pop(key, None)
            self._last.pop(key[:2], None)

    def plan_of(self, flow: Flow) -> Plan:
        """Give the plan of a flow; it is kept for as long as the flow is, if this very flow is here."""
        key = (flow.namespace, flow.id, flow.revision)
        plan = self._plans.get(key)
        if plan is None or plan.flow is not flow:
            plan = Plan(flow)
            if self._flows.get(key) is flow:
                self._plans[key] = plan
        return plan

    def forget_last(self, namespace: str, flow_id: str) -> None:
        """Forget which revision is the last one: there may be another, or the flow is gone."""
        self.changes += 1
        self._last.pop((namespace, flow_id), None)

    def forget_all(self) -> None:
        """Drop every revision: what all of them are made with has changed."""
        self.changes += 1
        self.edition += 1
        for kept in (self._flows, self._plans, self._last):
            kept.clear()

    def forget(self, namespace: str, flow_id: str) -> None:
        """Drop every revision of a flow (its revisions were deleted)."""
        self.forget_last(namespace, flow_id)
        for key in [key for key in self._flows if key[:2] == (namespace, flow_id)]:
            del self._flows[key]
            self._plans.pop(key, None)
