"""Texts of statements: where they end, and which parameters they name."""

from __future__ import annotations

import sqlite3

import pytest

from tiercel.plugins import TaskError
from tiercel.tasks.sql.statements import Syntax, bind_marks, bind_names, split_statements

POSTGRES = Syntax(mark="%s", has_dollars=True)
MYSQL = Syntax(mark="%s", has_backslashes=True, has_hashes=True)
PLAIN = Syntax(mark="?")
SQLITE = Syntax(mark="?", is_complete=sqlite3.complete_statement)


@pytest.mark.parametrize(
    ("text", "syntax", "expected"),
    [
        ("select 1", PLAIN, ["select 1"]),
        ("select 1; select 2;\n", PLAIN, ["select 1", "select 2"]),
        ("select ';'; select \";\"", PLAIN, ["select ';'", 'select ";"']),
        ("select 'it''s; so'; x", PLAIN, ["select 'it''s; so'", "x"]),
        ("select 1 -- a; b\n; select 2", PLAIN, ["select 1 -- a; b", "select 2"]),
        ("/* a; b */ select 1; -- only a comment", PLAIN, ["/* a; b */ select 1"]),
        (";;", PLAIN, []),
        ("do $$ begin x; end $$; select 1", POSTGRES, ["do $$ begin x; end $$", "select 1"]),
        ("do $a$ x; $$ y; $a$; z", POSTGRES, ["do $a$ x; $$ y; $a$", "z"]),
        (r"select E'\'; a'; b", POSTGRES, [r"select E'\'; a'", "b"]),
        (r"select '\'; a'; b", MYSQL, [r"select '\'; a'", "b"]),
        ("select 1 # a; b\n; select `;`", MYSQL, ["select 1 # a; b", "select `;`"]),
        (
            "create trigger t after insert on a begin delete from b; delete from c; end; select 1",
            SQLITE,
            ["create trigger t after insert on a begin delete from b; delete from c; end", "select 1"],
        ),
    ],
)
def test_statements_end_at_semicolons_that_mean_it(text: str, syntax: Syntax, expected: list[str]) -> None:
    assert split_statements(text, syntax) == expected


@pytest.mark.parametrize(
    ("text", "syntax", "expected", "values"),
    [
        ("a = :a and b = :b or c = :a", PLAIN, "a = ? and b = ? or c = ?", [1, 2, 1]),
        ("a = :a and t like '10%:b'", POSTGRES, "a = %s and t like '10%%:b'", [1]),
        ("select :a::text, x[1:2] -- :b", POSTGRES, "select %s::text, x[1:2] -- :b", [1]),
        ("select '12:30' /* :a */ , :b % 2", MYSQL, "select '12:30' /* :a */ , %s %% 2", [2]),
    ],
)
def test_names_become_marks(text: str, syntax: Syntax, expected: str, values: list[int]) -> None:
    assert bind_names(text, {"a": 1, "b": 2}, syntax) == (expected, values)


def test_without_parameters_colons_mean_nothing() -> None:
    assert bind_names("select :a, 100 % 7", {}, POSTGRES) == ("select :a, 100 % 7", None)


def test_a_name_without_value_is_told() -> None:
    with pytest.raises(TaskError, match=r"names :b, but `parameters` has no 'b'"):
        bind_names("select :b", {"a": 1}, PLAIN)


def test_question_marks_are_counted_outside_of_texts() -> None:
    assert bind_marks("insert into t values (?, '?', ?) -- ?", POSTGRES) == (
        "insert into t values (%s, '?', %s) -- ?",
        2,
    )
