"""Flow revisions made ready for deciding; read and parsed when first needed, then shared by all their executions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from tiercel.engine.plan import Plan
from tiercel.model.flow import Flow

FlowKey = tuple[str, str, int]
"""Namespace, id, revision."""

FlowLoader = Callable[[str, str, int], Awaitable[Flow]]
"""Reads and parses a stored revision; raises NotFoundError, or InvalidError when it no longer parses."""


def _first() -> int:
    return 0


class Plans:
    """The plans used last. A stored revision never changes, but what namespaces give to all flows does.

    Args:
        load: Reads a revision.
        edition: Another number whenever every flow is to be read again.
        limit: How many are kept.
    """

    def __init__(self, load: FlowLoader, edition: Callable[[], int] = _first, limit: int = 1000) -> None:
        self._load = load
        self._edition = edition
        self._made_in = edition()
        self._limit = limit
        self._plans: OrderedDict[FlowKey, Plan] = OrderedDict()

    def find(self, key: FlowKey) -> Plan | None:
        """Give the plan when it is here."""
        if self._made_in != self._edition():
            self._made_in = self._edition()
            self._plans.clear()
        plan = self._plans.get(key)
        if plan is not None:
            self._plans.move_to_end(key)
        return plan

    async def get(self, key: FlowKey) -> Plan:
        """Give the plan, reading the revision when it is not here.

        Raises:
            NotFoundError: There is no such revision.
            InvalidError: It can no longer be parsed: a plugin it uses is gone, for one.
        """
        plan = self.find(key)
        if plan is None:
            plan = Plan(await self._load(*key))
            if any(task.control == "template" for task in plan.tasks.values()):
                return plan  # read anew for each execution: templates have no revisions
            self._plans[key] = plan
            while len(self._plans) > self._limit:
                self._plans.popitem(last=False)
        return plan
