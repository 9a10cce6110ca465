"""Finding and replacing in sources."""

from __future__ import annotations

import pytest

from tiercel.errors import InvalidError
from tiercel.model.json import Json
from tiercel.operations.source_search import Finder, Scope, Wanted

SOURCE = """\
id: a.b
inputs:
  - id: a.b
tasks:
  - id: first
    message: a+b is not axb
triggers:
  - id: a.b
"""


def lines(replacement: str = "", **wanted: Json) -> list[tuple[int, int]]:
    return [(one.line, one.column) for one in Finder(Wanted(**wanted), replacement).find(SOURCE)]


def after(replacement: str, **wanted: Json) -> list[str]:
    return [one.replaced for one in Finder(Wanted(**wanted), replacement).find(SOURCE)]


def test_plain_texts_are_no_expressions() -> None:
    assert lines(query="a.b") == [(1, 4), (3, 8), (8, 8)]
    assert lines(query="a.b", is_regex=True) == [(1, 4), (3, 8), (6, 13), (8, 8)]


def test_case_words_and_parts_narrow() -> None:
    assert lines(query="ID", is_cased=True) == []
    assert lines(query="is", is_whole_word=True) == [(6, 17)]
    assert lines(query="a.b", scope=Scope.TRIGGERS) == [(8, 8)]
    assert lines(query="a.b", scope=Scope.TASKS) == []


def test_replacements_are_texts_unless_the_query_is_an_expression() -> None:
    assert after(r"\1$1", query="first") == [r"  - id: \1$1"]
    assert after("$1-$1", query="(f)irst", is_regex=True) == ["  - id: f-f"]
    assert after(r"\$1\\", query="first", is_regex=True) == ["  - id: $1\\"]
    assert after("x", query="a.b", is_regex=True)[2] == "    message: x is not x"


@pytest.mark.parametrize(
    ("query", "replacement"), [("(", ""), ("", ""), ("a", "$9"), ("a" * 3 + "{9,1}", ""), ("(?<a>x)(?<a", "")]
)
def test_what_is_no_expression_is_refused(query: str, replacement: str) -> None:
    with pytest.raises(InvalidError, match=r"query|replacement"):
        Finder(Wanted(query=query, is_regex=True), replacement)


def test_expressions_that_never_end_are_given_up() -> None:
    finder = Finder(Wanted(query=r"(x+x+)+y", is_regex=True))
    with pytest.raises(InvalidError, match="takes too long for line 1"):
        finder.find("x" * 500)
