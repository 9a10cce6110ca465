"""Addresses of databases as flows write them."""

from __future__ import annotations

import pytest

from tiercel.plugins import TaskError
from tiercel.tasks.sql.address import Address, read_address, read_path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("jdbc:postgresql://h:1/d", Address(hosts=(("h", 1),), database="d")),
        ("jdbc:postgresql://h/", Address(hosts=(("h", 0),), database="")),
        ("jdbc:postgresql://[::1]:5/d", Address(hosts=(("::1", 5),), database="d")),
        ("jdbc:postgresql://a:1,b/d?x=1", Address(hosts=(("a", 1), ("b", 0)), database="d", options={"x": "1"})),
        ("postgresql://u:p%40@h/d", Address(hosts=(("h", 0),), database="d", username="u", password="p@")),
        (
            "jdbc:postgresql://h/d?user=u&password=p",
            Address(hosts=(("h", 0),), database="d", username="u", password="p"),
        ),
    ],
)
def test_an_address_is_read(url: str, expected: Address) -> None:
    assert read_address(url, ("postgresql",)) == expected


@pytest.mark.parametrize("url", ["h:1/d", "jdbc:mysql://h/d", "jdbc:postgresql:d", ""])
def test_another_address_is_refused_with_what_is_right(url: str) -> None:
    with pytest.raises(TaskError, match=r"must look like jdbc:postgresql://host:port/database"):
        read_address(url, ("postgresql",))


def test_a_refusal_shows_no_password() -> None:
    with pytest.raises(TaskError) as caught:
        read_address("jdbc:mysql://u:geheim@h/d?password=geheim", ("postgresql",))
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("jdbc:sqlite:", ""),
        ("jdbc:sqlite::memory:", ""),
        ("jdbc:sqlite:a.db", "a.db"),
        ("jdbc:sqlite:/x/a.db?foreign_keys=on", "/x/a.db"),
    ],
)
def test_a_path_is_read(url: str, expected: str) -> None:
    assert read_path(url, "sqlite") == expected


def test_a_path_of_another_kind_is_refused() -> None:
    with pytest.raises(TaskError, match=r"must look like jdbc:duckdb:name.db"):
        read_path("a.db", "duckdb")
