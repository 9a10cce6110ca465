from __future__ import annotations

import pytest

from tiercel.plugins import TaskError
from tiercel.tasks.namespace.selection import fits, fitting_paths, selected_namespaces
from tiercel.testing.memory_host import MemoryHost

PATHS = ["/a.txt", "/dir/a.txt", "/dir/sub/b.sql", "/dir/c.d.e", "/x[1].txt"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("**", PATHS),
        ("*.txt", ["/a.txt", "/x[1].txt"]),
        ("/*.txt", ["/a.txt", "/x[1].txt"]),
        ("**.txt", ["/a.txt", "/dir/a.txt", "/x[1].txt"]),
        ("**/*.txt", ["/a.txt", "/dir/a.txt", "/x[1].txt"]),
        ("**/a.txt", ["/a.txt", "/dir/a.txt"]),
        ("dir/**", ["/dir/a.txt", "/dir/sub/b.sql", "/dir/c.d.e"]),
        ("dir/*", ["/dir/a.txt", "/dir/c.d.e"]),
        ("?.txt", ["/a.txt"]),
        ("**.{sql,e}", ["/dir/sub/b.sql", "/dir/c.d.e"]),
        ("x[1].txt", ["/x[1].txt"]),
        ("**a*", ["/a.txt", "/dir/a.txt"]),
    ],
)
def test_patterns_of_paths(pattern: str, expected: list[str]) -> None:
    assert fitting_paths([pattern], PATHS) == expected


def test_a_path_that_fits_twice_is_given_once() -> None:
    assert fitting_paths(["a.txt", "**"], PATHS) == PATHS


def test_patterns_of_names_cross_dots() -> None:
    assert fits("company.*", "company.team.one")
    assert not fits("company.*", "company")


@pytest.mark.parametrize(
    ("names", "pattern", "has_children", "expected"),
    [
        (None, None, True, ["a", "a.b", "c"]),
        (["a"], None, True, ["a", "a.b"]),
        (["a"], None, False, ["a"]),
        (None, "a*", True, ["a", "a.b"]),
    ],
)
def test_a_purge_is_about_some_namespaces(
    host: MemoryHost, names: list[str] | None, pattern: str | None, expected: list[str], *, has_children: bool
) -> None:
    host.namespaces = ["c", "a.b", "a"]
    assert selected_namespaces(host.run_context(), names, pattern, has_children) == expected


def test_names_and_a_pattern_exclude_one_another(host: MemoryHost) -> None:
    with pytest.raises(TaskError, match="exclude one another"):
        selected_namespaces(host.run_context(), ["a"], "b", has_children=True)
