"""How every database must keep flows, keys and namespace files with their revisions."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tiercel.errors import NotFoundError
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.repository import files, flows, kv
from tiercel.repository.database import Database
from tiercel.repository.records import KvEntry, NamespaceFile
from tiercel.testing.builders import START, build_flow


class FlowSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_a_flow_comes_back_byte_for_byte(self, database: Database) -> None:
        given = build_flow(
            source="id: demo\r\n# ü \U0001f985\t\n",
            dialect=Dialect.V2_0,
            description="What it does",
            labels=(("b", "1"), ("a", "2")),
            is_disabled=True,
            is_draft=True,
        )
        saved = await database.write(lambda c: flows.save_flow(c, given))
        assert saved == replace(given, revision=1)
        assert await database.read(lambda c: flows.get_flow(c, "dev", "demo")) == saved

    async def test_the_same_bytes_make_no_revision(self, database: Database) -> None:
        first = await database.write(lambda c: flows.save_flow(c, build_flow()))
        again = await database.write(lambda c: flows.save_flow(c, build_flow(created_at=START + 5)))
        other = await database.write(lambda c: flows.save_flow(c, build_flow(source="id: demo\nnamespace: dev")))
        assert again == first
        assert other.revision == 2
        found = await database.read(lambda c: flows.list_revisions(c, "dev", "demo"))
        assert [(flow.revision, flow.source) for flow in found] == [(1, first.source), (2, other.source)]
        assert await database.read(lambda c: flows.get_flow(c, "dev", "demo", 1)) == first

    async def test_revisions_go_on_after_a_deletion(self, database: Database) -> None:
        await database.write(lambda c: flows.save_flow(c, build_flow()))
        await database.write(lambda c: flows.delete_flow(c, "dev", "demo", now=START + 1))
        assert await database.read(lambda c: flows.find_flow(c, "dev", "demo")) is None
        old = await database.read(lambda c: flows.get_flow(c, "dev", "demo", 1))
        assert old.is_deleted
        saved = await database.write(lambda c: flows.save_flow(c, build_flow()))
        assert (saved.revision, saved.is_deleted) == (2, False)
        assert (await database.read(lambda c: flows.get_flow(c, "dev", "demo"))).revision == 2

    async def test_what_is_missing_is_named(self, database: Database) -> None:
        with pytest.raises(NotFoundError, match=r"flow dev\.demo not found"):
            await database.write(lambda c: flows.delete_flow(c, "dev", "demo", now=START))
        await database.write(lambda c: flows.save_flow(c, build_flow()))
        with pytest.raises(NotFoundError, match=r"flow dev\.demo revision 7 not found"):
            await database.read(lambda c: flows.get_flow(c, "dev", "demo", 7))

    async def test_flows_of_a_namespace_are_those_of_exactly_it(self, database: Database) -> None:
        for name, namespace in (("b", "dev"), ("a", "dev"), ("c", "dev.sub"), ("gone", "old")):
            flow = build_flow(name, namespace)
            await database.write(lambda c, flow=flow: flows.save_flow(c, flow))  # type: ignore[misc]  # a default binds the loop variable
        await database.write(lambda c: flows.delete_flow(c, "old", "gone", now=START))
        found = await database.read(lambda c: flows.list_namespace_flows(c, "dev"))
        assert [flow.id for flow in found] == ["a", "b"]
        assert await database.read(flows.list_flow_namespaces) == ["dev", "dev.sub"]

    async def test_the_latest_revision_cannot_be_removed(self, database: Database) -> None:
        for number in range(3):
            flow = build_flow(source=str(number))
            await database.write(lambda c, flow=flow: flows.save_flow(c, flow))  # type: ignore[misc]  # a default binds the loop variable
        assert await database.write(lambda c: flows.delete_revisions(c, "dev", "demo", [1, 3, 9])) == 1
        assert [flow.revision for flow in await database.read(lambda c: flows.list_revisions(c, "dev", "demo"))] == [
            2,
            3,
        ]


class KvSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    @pytest.mark.parametrize("value", [None, True, 3, 1.5, "text", [1, {"a": None}], {"b": {"c": []}}])
    async def test_a_value_comes_back(self, database: Database, value: Json) -> None:
        saved = await _set(database, "k", value, expires_at=START + 9, description="why")
        assert saved == KvEntry(
            namespace="dev",
            key="k",
            type="JSON",
            value=value,
            revision=1,
            created_at=START,
            updated_at=START,
            expires_at=START + 9,
            description="why",
        )
        assert await database.read(lambda c: kv.find_kv(c, "dev", "k")) == saved

    async def test_setting_again_makes_a_revision_and_keeps_the_creation(self, database: Database) -> None:
        await _set(database, "k", 1, expires_at=START + 99)
        again = await _set(database, "k", 2, now=START + 5)
        assert (again.revision, again.created_at, again.updated_at) == (2, START, START + 5)
        assert again.expires_at is None

    async def test_an_expired_key_is_missing(self, database: Database) -> None:
        await _set(database, "k", 1, expires_at=START + 10)
        found = await database.read(lambda c: kv.find_kv(c, "dev", "k"))
        assert found is not None
        assert not found.is_expired(START + 9)
        assert found.is_expired(START + 10)
        assert await database.read(lambda c: kv.list_keys(c, "dev", now=START + 10)) == []
        assert await database.write(lambda c: kv.delete_kv(c, "dev", "k", now=START + 10)) is False

    async def test_a_deleted_key_goes_on_counting(self, database: Database) -> None:
        await _set(database, "k", 1)
        assert await database.write(lambda c: kv.delete_kv(c, "dev", "k", now=START)) is True
        assert await database.write(lambda c: kv.delete_kv(c, "dev", "k", now=START)) is False
        assert await database.read(lambda c: kv.find_kv(c, "dev", "k")) is None
        again = await _set(database, "k", 2, now=START + 7)
        assert (again.revision, again.created_at) == (2, START + 7)

    async def test_keys_are_listed_by_namespace_and_prefix(self, database: Database) -> None:
        for key in ("b", "a.1", "a.2", "c"):
            await _set(database, key, 1)
        await _set(database, "a.3", 1, namespace="other")
        await database.write(lambda c: kv.delete_kv(c, "dev", "c", now=START))
        assert await database.read(lambda c: kv.list_keys(c, "dev", now=START)) == ["a.1", "a.2", "b"]
        assert await database.read(lambda c: kv.list_keys(c, "dev", now=START, prefix="a.")) == ["a.1", "a.2"]
        entries = await database.read(lambda c: kv.list_namespace_kv(c, "dev", now=START))
        assert [entry.key for entry in entries] == ["a.1", "a.2", "b"]


class FileSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_each_save_makes_a_revision(self, database: Database) -> None:
        first = await _save(database, "a/b.py", 3)
        second = await _save(database, "a/b.py", 5, now=START + 4)
        assert (first.revision, second.revision, second.created_at, second.updated_at) == (1, 2, START, START + 4)
        assert await database.read(lambda c: files.get_file(c, "dev", "a/b.py")) == second
        assert await database.read(lambda c: files.get_file(c, "dev", "a/b.py", revision=1)) == first
        assert await database.read(lambda c: files.list_file_revisions(c, "dev", "a/b.py")) == [first, second]

    async def test_files_below_a_directory_are_those_below_it(self, database: Database) -> None:
        for path in ("a/x", "a/deep/y", "ab/z", "a.txt", "a0"):
            await _save(database, path, 1)
        await _save(database, "a/other", 1, namespace="other")
        found = await database.read(lambda c: files.list_files(c, "dev", directory="a"))
        assert [file.path for file in found] == ["a/deep/y", "a/x"]
        assert len(await database.read(lambda c: files.list_files(c, "dev"))) == 5
        assert await database.read(files.list_file_namespaces) == ["dev", "other"]

    async def test_a_directory_is_deleted_with_all_below_it(self, database: Database) -> None:
        await database.write(lambda c: files.save_file(c, "dev", "a", size_bytes=0, now=START, is_directory=True))
        for path in ("a/x", "a/deep/y", "b"):
            await _save(database, path, 1)
        gone = await database.write(lambda c: files.delete_files(c, "dev", "a", now=START))
        assert [file.path for file in gone] == ["a", "a/deep/y", "a/x"]
        assert [file.path for file in await database.read(lambda c: files.list_files(c, "dev"))] == ["b"]
        with pytest.raises(NotFoundError, match="file a/x in namespace dev not found"):
            await database.read(lambda c: files.get_file(c, "dev", "a/x"))
        assert await database.write(lambda c: files.delete_files(c, "dev", "a", now=START)) == []

    async def test_revisions_go_on_after_a_deletion(self, database: Database) -> None:
        await _save(database, "a", 1)
        await database.write(lambda c: files.delete_files(c, "dev", "a", now=START))
        again = await _save(database, "a", 2, now=START + 3)
        assert (again.revision, again.created_at) == (3, START + 3)
        assert await database.read(lambda c: files.list_file_revisions(c, "dev", "a")) == [again]

    async def test_old_revisions_are_forgotten(self, database: Database) -> None:
        for size in range(4):
            await _save(database, "a", size)
        forgotten = await database.write(lambda c: files.delete_file_revisions(c, "dev", "a", keep_last=2))
        assert forgotten == [1, 2]
        kept = await database.read(lambda c: files.list_file_revisions(c, "dev", "a"))
        assert [file.revision for file in kept] == [3, 4]


async def _set(
    database: Database, key: str, value: Json, *, namespace: str = "dev", now: int = START, **more: Json
) -> KvEntry:
    return await database.write(lambda c: kv.save_kv(c, namespace, key, value, type="JSON", now=now, **more))


async def _save(database: Database, path: str, size: int, *, namespace: str = "dev", now: int = START) -> NamespaceFile:
    return await database.write(lambda c: files.save_file(c, namespace, path, size_bytes=size, now=now))
