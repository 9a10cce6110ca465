"""Who looks at which executions: the Flow triggers of all flows, in memory beside their rows.

Asked for every state an execution enters, so the answer costs three look-ups and no reading. Saves and removals keep it
up to date; several processes on one database must tell each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiercel.engine.conditions.watching import EVERYTHING, FLOW_TRIGGER, Source, watched_by
from tiercel.model.flow import Flow
from tiercel.model.state import State
from tiercel.repository.records import Watch

FlowKey = tuple[str, str]
"""Namespace and id."""

TriggerKey = tuple[str, str, str]
"""Namespace and id of the flow, id of the trigger."""


class Watchers:
    """The index. Not for several threads."""

    def __init__(self) -> None:
        self._by_source: dict[Source, dict[TriggerKey, tuple[State, ...]]] = {}
        self._sources: dict[FlowKey, tuple[Source, ...]] = {}

    def load(self, rows: Iterable[tuple[FlowKey, Watch]]) -> None:
        """Take in what is stored, in place of what is here."""
        self._by_source.clear()
        self._sources.clear()
        by_flow: dict[FlowKey, list[Watch]] = {}
        for key, watch in rows:
            by_flow.setdefault(key, []).append(watch)
        for key, watches in by_flow.items():
            self.replace(key, watches)

    def replace(self, key: FlowKey, watches: Iterable[Watch]) -> None:
        """Note what the triggers of a flow look at now."""
        for source in self._sources.pop(key, ()):
            triggers = self._by_source.get(source, {})
            for trigger_key in [one for one in triggers if one[:2] == key]:
                del triggers[trigger_key]
            if not triggers:
                self._by_source.pop(source, None)
        sources: dict[Source, None] = {}
        for watch in watches:
            source = (watch.namespace, watch.flow_id)
            sources[source] = None
            self._by_source.setdefault(source, {})[(*key, watch.trigger_id)] = watch.states
        if sources:
            self._sources[key] = tuple(sources)

    def is_watched(self, namespace: str, flow_id: str, state: State) -> bool:
        """Tell whether anybody looks at executions of a flow that enter a state."""
        return bool(self._by_source) and next(self._find(namespace, flow_id, state), None) is not None

    def find(self, namespace: str, flow_id: str, state: State) -> list[TriggerKey]:
        """Give the triggers that look at executions of a flow that enter a state, each once, in order."""
        return sorted(set(self._find(namespace, flow_id, state)))

    def _find(self, namespace: str, flow_id: str, state: State) -> Iterator[TriggerKey]:
        for source in ((namespace, flow_id), (namespace, ""), EVERYTHING):
            for key, states in self._by_source.get(source, {}).items():
                if state in states and key[:2] != (namespace, flow_id):
                    yield key


def watches_of(flow: Flow) -> tuple[Watch, ...]:
    """Give what the Flow triggers of a flow look at; a disabled flow, a draft and disabled triggers look at nothing."""
    if flow.is_disabled or flow.is_draft:
        return ()
    return tuple(
        Watch(trigger_id=trigger.id, namespace=namespace, flow_id=flow_id, states=tuple(sorted(watched.states)))
        for trigger in flow.triggers
        if trigger.type == FLOW_TRIGGER and not trigger.is_disabled
        for watched in [watched_by(trigger)]
        for namespace, flow_id in sorted(watched.sources)
    )
