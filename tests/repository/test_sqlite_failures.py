"""What refusals of SQLite say to those who asked; the real ones, from a database in memory."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator

import pytest

from tiercel.errors import ConflictError, UnavailableError
from tiercel.repository.sqlite.failures import translate

SCHEMA = """
CREATE TABLE parents (id TEXT PRIMARY KEY, name TEXT NOT NULL, CONSTRAINT name_known CHECK (name IN ('a', 'b')));
CREATE TABLE pairs (a TEXT, b TEXT, parent TEXT REFERENCES parents (id), UNIQUE (a, b));
INSERT INTO parents VALUES ('1', 'a');
INSERT INTO pairs VALUES ('x', 'y', '1');
"""


@pytest.fixture
def raw() -> Iterator[sqlite3.Connection]:
    raw = sqlite3.connect(":memory:")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.executescript(SCHEMA)
    yield raw
    raw.close()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("INSERT INTO parents VALUES ('1', 'b')", "in parents there is one with the same id already"),
        ("INSERT INTO pairs VALUES ('x', 'y', '1')", "in pairs there is one with the same a and b already"),
        ("INSERT INTO parents VALUES ('2', NULL)", "parents.name must have a value"),
        ("INSERT INTO parents VALUES ('2', 'z')", "a value is not one of those allowed (rule name_known)"),
        (
            "INSERT INTO pairs VALUES ('p', 'q', '9')",
            "it names something that does not exist, or is named by something that does",
        ),
    ],
)
def test_a_refused_change_says_which_promise_it_breaks(raw: sqlite3.Connection, statement: str, reason: str) -> None:
    with pytest.raises(sqlite3.IntegrityError) as caught:
        raw.execute(statement)
    translated = translate(caught.value, "x.db")
    assert isinstance(translated, ConflictError)
    assert str(translated) == f"nothing was changed: {reason}"


def test_other_failures_may_be_repeated_and_name_the_file_in_the_log_alone(raw: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError) as caught:
        raw.execute("SELECT 1 FROM nowhere")
    translated = translate(caught.value, "x.db")
    assert isinstance(translated, UnavailableError)
    assert str(translated) == (
        "the database cannot do this now, nothing was written, and the same call may be repeated: "
        "no such table: nowhere"
    )
    assert translated.details == ("The database is x.db.",)
    assert "x.db" in "".join(traceback.format_exception(translated))
