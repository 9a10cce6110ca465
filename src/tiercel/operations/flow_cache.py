"""Parsed revisions kept in memory; a stored revision never changes, so an entry is never stale."""

from __future__ import annotations

from collections import OrderedDict

from tiercel.model.flow import Flow

Key = tuple[str, str, int]
"""Namespace, id, revision."""


class FlowCache:
    """The revisions used last. Not for several threads."""

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._flows: OrderedDict[Key, Flow] = OrderedDict()

    def find(self, namespace: str, flow_id: str, revision: int) -> Flow | None:
        """Give the parsed revision when it is here."""
        flow = self._flows.get((namespace, flow_id, revision))
        if flow is not None:
            self._flows.move_to_end((namespace, flow_id, revision))
        return flow

    def put(self, flow: Flow) -> None:
        """Keep a stored revision; the one unused for longest goes when there are too many."""
        self._flows[flow.namespace, flow.id, flow.revision] = flow
        while len(self._flows) > self._limit:
            self._flows.popitem(last=False)

    def forget(self, namespace: str, flow_id: str) -> None:
        """Drop every revision of a flow (its revisions were deleted)."""
        for key in [key for key in self._flows if key[:2] == (namespace, flow_id)]:
            del self._flows[key]
