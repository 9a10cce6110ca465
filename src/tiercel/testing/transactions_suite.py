"""How every database must treat transactions. A backend's tests subclass it and give a ``database`` fixture."""

from __future__ import annotations

import asyncio

import pytest

from tiercel.errors import ConflictError, UnavailableError
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database
from tiercel.repository.executions import TARGET, find_execution, save_executions, to_row
from tiercel.testing.builders import build_execution


class TransactionSuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_what_was_written_is_read(self, database: Database) -> None:
        execution = build_execution()
        await database.write(lambda connection: save_executions(connection, [execution]))
        assert await database.read(lambda connection: find_execution(connection, execution.id)) == execution

    async def test_write_returns_what_the_function_returns(self, database: Database) -> None:
        assert await database.write(lambda connection: connection.fetch("SELECT 40 + ?", (2,))) == [(42,)]

    async def test_a_function_that_raises_is_undone_and_passed_on(self, database: Database) -> None:
        def broken(connection: Connection) -> None:
            save_executions(connection, [build_execution()])
            raise ValueError("mine")

        with pytest.raises(ValueError, match="mine"):
            await database.write(broken)
        assert await database.read(_count) == 0

    async def test_one_that_raises_does_not_undo_those_beside_it(self, database: Database) -> None:
        def write(number: int, connection: Connection) -> int:
            save_executions(connection, [build_execution(number)])
            if number % 3 == 0:
                raise ValueError(str(number))
            return number

        results = await asyncio.gather(
            *(database.write(lambda connection, number=number: write(number, connection)) for number in range(60)),  # type: ignore[misc]  # a default binds the loop variable
            return_exceptions=True,
        )
        assert [result for result in results if isinstance(result, int)] == [n for n in range(60) if n % 3]
        assert [str(result) for result in results if isinstance(result, ValueError)] == [
            str(n) for n in range(0, 60, 3)
        ]
        assert await database.read(_count) == 40

    async def test_writes_keep_their_order(self, database: Database) -> None:
        seen: list[int] = []
        await asyncio.gather(*(database.write(lambda _, n=n: seen.append(n)) for n in range(100)))  # type: ignore[misc]  # a default binds the loop variable
        assert seen == list(range(100))

    async def test_a_statement_that_fails_is_unavailable_and_leaves_nothing(self, database: Database) -> None:
        def broken(connection: Connection) -> None:
            save_executions(connection, [build_execution()])
            connection.execute("UPDATE no_such_table SET a = 1")

        with pytest.raises(UnavailableError, match="no_such_table"):
            await database.write(broken)
        with pytest.raises(UnavailableError, match="no_such_table"):
            await database.read(lambda connection: connection.fetch("SELECT 1 FROM no_such_table"))
        assert await database.read(_count) == 0

    async def test_what_the_schema_forbids_is_a_conflict(self, database: Database) -> None:
        row = list(to_row(build_execution()))
        row[TARGET.columns.index("state")] = "DREAMING"
        with pytest.raises(ConflictError, match="state_known"):
            await database.write(lambda connection: connection.insert(TARGET, [tuple(row)]))

    async def test_a_cancelled_caller_does_not_hurt_the_others(self, database: Database) -> None:
        tasks = [asyncio.create_task(_save(database, number)) for number in range(20)]
        await asyncio.sleep(0)
        tasks[3].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [
            asyncio.CancelledError if number == 3 else type(None) for number in range(20)
        ]
        assert await database.read(_count) >= 19

    async def test_a_read_sees_one_state_of_things(self, database: Database) -> None:
        await database.write(lambda connection: save_executions(connection, [build_execution(1)]))
        loop = asyncio.get_running_loop()

        def look(connection: Connection) -> tuple[int, int]:
            before = _count(connection)
            asyncio.run_coroutine_threadsafe(_save(database, 2), loop).result()
            return before, _count(connection)

        assert await database.read(look) == (1, 1)
        assert await database.read(_count) == 2

    async def test_any_number_of_rows_is_inserted(self, database: Database) -> None:
        for number, count in enumerate((1, 2, 5, 77, 700)):
            executions = [build_execution(number * 1000 + position) for position in range(count)]
            await database.write(lambda connection, rows=executions: save_executions(connection, rows))  # type: ignore[misc]  # a default binds the loop variable
        assert await database.read(_count) == 785

    async def test_a_closed_database_says_so(self, database: Database) -> None:
        await database.close()
        with pytest.raises(UnavailableError, match="may be repeated"):
            await database.write(_count)
        with pytest.raises(UnavailableError, match="may be repeated"):
            await database.read(_count)


async def _save(database: Database, number: int) -> None:
    await database.write(lambda connection: save_executions(connection, [build_execution(number)]))


def _count(connection: Connection) -> int:
    count: int = connection.fetch("SELECT count(*) FROM executions")[0][0]
    return count
