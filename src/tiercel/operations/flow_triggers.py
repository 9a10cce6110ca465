"""Flow triggers: what executions lead to in other flows.

Answering is a function of the announcement, what is remembered and the flows as they are: doing it again after a crash
comes to the same executions under the same ids, of which those that are there are left alone. What is remembered is
written in the commit that removes the announcements, once the executions are stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.flow_trigger import FlowTriggerPlan, Match, match, plan_flow_trigger
from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.log import LogEntry, LogLevel
from tiercel.model.memory import Memory
from tiercel.operations.breakers import load_breakers
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.operations.gathering import gathered_as
from tiercel.operations.outside import with_host
from tiercel.operations.sights import Sight, see
from tiercel.operations.triggered import CannotStartError, prepare_triggered
from tiercel.operations.watching import TriggerKey
from tiercel.repository.announcements import decode, remove_announcements
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution
from tiercel.repository.firings import StoredFiring, add_firing, event_firing
from tiercel.repository.gatherings import gather
from tiercel.repository.logs import save_logs
from tiercel.repository.memories import find_memories, remove_void_memories, save_memories
from tiercel.repository.records import Announcement
from tiercel.repository.triggers import find_trigger
from tiercel.repository.watches import list_watches

_PLANS = 1_000


class FlowTriggers:
    """Answers announcements; fulfils the executor's ``Responder``."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._plans: dict[tuple[TriggerKey, int], FlowTriggerPlan] = {}

    async def open(self) -> None:
        """Read who looks at what.

        Raises:
            UnavailableError: The database cannot be read.
        """
        rows = await self._environment.database.read(lambda connection: list(list_watches(connection)))
        self._environment.watchers.load(rows)
        await load_breakers(self._environment)

    async def answer(self, announcements: Sequence[Announcement]) -> None:
        """Start what is to be started, then remove the announcements.

        Raises:
            UnavailableError: It must be done again later.
        """
        page = _Page()
        for announcement in announcements:
            await self._look(announcement, page)
        await self._start(page.executions)

        def finish(connection: Connection) -> None:
            for firing in page.open:
                add_firing(connection, firing)
            for key, name, execution, rule in page.gathered:
                gather(connection, key, name, execution, rule, self._environment.clock())
            save_memories(connection, page.changed)
            save_logs(connection, page.logs)
            remove_announcements(connection, [one.id for one in announcements])
            if page.changed:
                remove_void_memories(connection, self._environment.clock())

        await self._environment.database.write(finish)
        if page.gathered:
            self._environment.bell.ring()
        for firing in page.open:
            self._environment.bell.follow(firing.execution_id)
        for key in page.fired:
            self._environment.bell.note_fired(key, self._environment.clock())

    async def _look(self, announcement: Announcement, page: _Page) -> None:
        """Show one announcement to all who look at such."""
        environment = self._environment
        execution = decode(announcement)
        keys = environment.watchers.find(execution.namespace, execution.flow_id, execution.state)
        if not keys:
            return
        try:
            sight = await see(environment, announcement)
        except (NotFoundError, InvalidError) as error:
            page.warn(execution, announcement.at, f"Flow triggers cannot look at this execution: {error}")
            return
        for key in keys:
            try:
                flow = await load_flow(environment, key[:2])
            except (NotFoundError, InvalidError) as error:
                page.warn(execution, sight.at, f"{_name_of(key)} cannot be read: {error}")
                continue
            trigger = next((one for one in flow.triggers if one.id == key[2] and not one.is_disabled), None)
            if trigger is not None and not await self._is_switched_off(key):
                await self._show(sight, key, flow, trigger, page)

    async def _is_switched_off(self, key: TriggerKey) -> bool:
        """Tell whether it was switched off beside the flow; it looks at nothing then, and remembers nothing."""
        row = await self._environment.database.read(lambda connection: find_trigger(connection, key))
        return row is not None and row.is_disabled

    async def _show(self, sight: Sight, key: TriggerKey, flow: Flow, trigger: TriggerDefinition, page: _Page) -> None:
        """Show an execution to one trigger; note what it remembers and starts."""
        environment = self._environment
        if key not in page.memories:
            page.memories[key] = await environment.database.read(lambda connection: find_memories(connection, key))
        try:
            found = await self._match(sight, key, flow, trigger, page.memories[key])
        except ValueError as error:
            page.warn(sight.execution, sight.at, f"{_name_of(key)} cannot be read: {error}")
            return
        for problem in found.errors:
            page.warn(sight.execution, sight.at, f"{_name_of(key)} cannot tell whether it fires: {problem}")
        if found.memories:
            page.remember(key, found.memories)
        if not found.fires:
            return
        try:
            execution = await prepare_triggered(environment, flow, trigger, sight, found)
        except CannotStartError as error:
            page.warn(sight.execution, sight.at, f"{_name_of(key)} fires, but {error}")
            if error.execution is not None:
                page.executions.append(error.execution)
            return
        name = await gathered_as(environment, flow, trigger, execution)
        if name is None:
            page.start(key, trigger, execution)
        else:
            page.gathered.append((key, name, execution, trigger))

    async def _match(
        self, sight: Sight, key: TriggerKey, flow: Flow, trigger: TriggerDefinition, memories: dict[str, Memory]
    ) -> Match:
        plan = self._plan(key, flow, trigger)
        return await with_host(
            self._environment,
            flow.namespace,
            lambda host: match(
                plan,
                memories,
                sight.at,
                ConditionContext(sight.upstream.variables, host, flow.dialect, upstream=sight.upstream),
            ),
        )

    def _plan(self, key: TriggerKey, flow: Flow, trigger: TriggerDefinition) -> FlowTriggerPlan:
        known = self._plans.get((key, flow.revision))
        if known is None:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            known = self._plans[key, flow.revision] = plan_flow_trigger(trigger, key[:2])
        return known

    async def _start(self, executions: Iterable[Execution]) -> None:
        """Store and start those that are not there; after a crash some may be."""
        wanted = {execution.id: execution for execution in executions}
        if not wanted:
            return
        there = await self._environment.database.read(
            lambda connection: {one for one in wanted if find_execution(connection, one) is not None}
        )
        missing = (execution for one, execution in wanted.items() if one not in there)
        await asyncio.gather(*(self._environment.transport.start(execution) for execution in missing))
        for execution in wanted.values():
            if execution.id not in there:
                self._environment.bell.pulse.count(execution)


@dataclass(slots=True)
class _Page:
    """What some announcements lead to.

    Attributes:
        memories: What triggers remember, as the next announcement finds it.
        changed: What of it is to be written; None where it is to be forgotten.
        fired: The triggers that start something.
        open: Executions whose ends may switch their trigger off.
        gathered: What triggers keep for later: with what, and by which rule.
    """

    executions: list[Execution] = field(default_factory=list)
    logs: list[LogEntry] = field(default_factory=list)
    memories: dict[TriggerKey, dict[str, Memory]] = field(default_factory=dict)
    changed: dict[TriggerKey, dict[str, Memory | None]] = field(default_factory=dict)
    fired: list[TriggerKey] = field(default_factory=list)
    open: list[StoredFiring] = field(default_factory=list)
    gathered: list[tuple[TriggerKey, str, Execution, TriggerDefinition]] = field(default_factory=list)

    def start(self, key: TriggerKey, trigger: TriggerDefinition, execution: Execution) -> None:
        """Note what a trigger starts."""
        self.executions.append(execution)
        self.fired.append(key)
        if trigger.stop_after:
            self.open.append(event_firing(key, execution.id, execution.id, is_open=True))

    def remember(self, key: TriggerKey, memories: dict[str, Memory | None]) -> None:
        """Note what a trigger remembers now."""
        self.changed.setdefault(key, {}).update(memories)
        for group_id, memory in memories.items():
            if memory is None:
                self.memories[key].pop(group_id, None)
            else:
                self.memories[key][group_id] = memory

    def warn(self, upstream: Execution, at: int, message: str) -> None:
        """Write to the log of the execution that was looked at."""
        self.logs.append(
            LogEntry(
                at=at,
                level=LogLevel.WARN,
                message=message,
                namespace=upstream.namespace,
                flow_id=upstream.flow_id,
                execution_id=upstream.id,
                execution_kind=upstream.kind,
            )
        )


def _name_of(key: TriggerKey) -> str:
    namespace, flow_id, trigger_id = key
    return f"Trigger {trigger_id} of flow {namespace}.{flow_id}"
