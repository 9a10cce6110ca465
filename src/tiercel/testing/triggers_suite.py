"""How every database must keep what Flow triggers look at, are told and remember."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.model.memory import Memory, Met
from tiercel.model.state import State
from tiercel.repository import announcements, flows, memories, watches
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.database import Database
from tiercel.repository.records import Announcement, Watch
from tiercel.testing.builders import START, build_execution, build_flow

KEY = ("dev", "demo", "t")


def build_watch(trigger_id: str = "t", namespace: str = "up", flow_id: str = "a") -> Watch:
    """What a trigger looks at."""
    return Watch(trigger_id=trigger_id, namespace=namespace, flow_id=flow_id, states=(State.FAILED, State.SUCCESS))


def build_memory(end: int = START + 10) -> Memory:
    """What a trigger remembers until ``end``."""
    met = Met(key="flow 0", execution_id="E", namespace="up", flow_id="a", at=START, outputs={"o": [1, None]})
    return Memory(start=START, end=end, met=(met,), has_fired=True)


class FlowTriggerSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_what_is_looked_at_comes_and_goes_with_the_flow(self, database: Database) -> None:
        several = (build_watch(), build_watch("u", "up", ""), build_watch("u", "", ""))
        await database.write(lambda c: flows.save_flow(c, build_flow(watches=several)))
        found = await database.read(lambda c: list(watches.list_watches(c)))
        assert sorted(found, key=repr) == sorted(((KEY[:2], watch) for watch in several), key=repr)
        changed = build_flow(source="id: demo\nnamespace: dev", watches=several[:1])
        await database.write(lambda c: flows.save_flow(c, changed))
        assert await database.read(lambda c: list(watches.list_watches(c))) == [(KEY[:2], several[0])]
        await database.write(lambda c: flows.delete_flow(c, "dev", "demo", now=START))
        assert await database.read(lambda c: list(watches.list_watches(c))) == []

    async def test_announcements_come_back_in_order_until_they_are_removed(self, database: Database) -> None:
        given = []
        for number in (2, 1, 3):
            execution = build_execution(number, State.SUCCESS, outputs={"o": 1.5}, labels=[("a", "b")])
            one = Announcement(
                execution_id=execution.id,
                number=1,
                at=START,
                task_run_count=4,
                execution=announcements.encode(execution),
            )
            given.append((one, execution))
        batch = Batch(announcements=[one for one, _ in given])
        await database.write(prepare_batch(batch))
        found = await database.read(lambda c: announcements.list_announcements(c, limit=9))
        assert [replace(one, id=0) for one in found] == [one for one, _ in given]
        assert [announcements.decode(one) for one in found] == [execution for _, execution in given]
        assert await database.read(lambda c: announcements.list_announcements(c, limit=1)) == found[:1]
        await database.write(lambda c: announcements.remove_announcements(c, [found[0].id, found[2].id]))
        assert await database.read(lambda c: announcements.list_announcements(c, limit=9)) == found[1:2]

    async def test_what_is_remembered_is_replaced_and_forgotten_by_group(self, database: Database) -> None:
        await database.write(lambda c: memories.save_memories(c, {KEY: {"g": build_memory(), "h": build_memory()}}))
        later = build_memory(START + 20)
        await database.write(lambda c: memories.save_memories(c, {KEY: {"g": later, "h": None}}))
        assert await database.read(lambda c: memories.find_memories(c, KEY)) == {"g": later}
        assert await database.read(lambda c: memories.find_memories(c, (*KEY[:2], "other"))) == {}

    async def test_what_is_void_is_removed(self, database: Database) -> None:
        kept = build_memory(START + 11)
        await database.write(lambda c: memories.save_memories(c, {KEY: {"g": build_memory(START + 10), "h": kept}}))
        assert await database.write(lambda c: memories.remove_void_memories(c, START + 10)) == 1
        assert await database.read(lambda c: memories.find_memories(c, KEY)) == {"h": kept}

    async def test_a_save_keeps_what_its_triggers_remember_and_no_more(self, database: Database) -> None:
        other = (*KEY[:2], "gone")
        memory = {"g": build_memory()}
        await database.write(lambda c: memories.save_memories(c, {KEY: memory, other: memory}))
        await database.write(lambda c: flows.save_flow(c, build_flow(watches=(build_watch(),))))
        assert await database.read(lambda c: memories.find_memories(c, KEY)) == memory
        assert await database.read(lambda c: memories.find_memories(c, other)) == {}
        await database.write(lambda c: flows.delete_flow(c, "dev", "demo", now=START))
        assert await database.read(lambda c: memories.find_memories(c, KEY)) == {}
