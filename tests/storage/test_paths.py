from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from tiercel.errors import InvalidError
from tiercel.storage import paths

STEP = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1, max_size=20
).filter(lambda step: step not in {".", ".."})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            paths.task_directory("com.acme.x", "my_Flow", "E1", "Say Hello", "T1"),
            "/com/acme/x/my-flow/executions/E1/tasks/say-hello/T1",
        ),
        (paths.input_path("a.b", "f", "E1", "file", "d.csv"), "/a/b/f/executions/E1/inputs/file/d.csv"),
        (paths.trigger_directory("a", "f", "E1", "on_file"), "/a/f/executions/E1/trigger/on-file"),
        (paths.namespace_file_path("a.b", "/x/y.py"), "/a/b/_files/x/y.py"),
        (paths.namespace_file_path("a.b", "x/y.py", 3), "/a/b/_files/x/y.py.v3"),
        (paths.cache_path("a", "f", "t"), "/a/f/t/cache/cache.zip"),
        (paths.cache_path("a", "f", "t", "abc"), "/a/f/t/cache/abc/cache.zip"),
    ],
)
def test_layout(path: str, expected: str) -> None:
    assert path == expected


@given(st.lists(STEP, min_size=1, max_size=5))
def test_a_uri_gives_its_path_back(steps: list[str]) -> None:
    path = "/" + "/".join(steps)
    uri = paths.to_uri(path)
    assert uri.isascii()
    assert paths.from_uri(uri) == path


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "kestra://host/a",
        "kestra:///a/../b",
        "kestra:///a/%2e%2e/b",
        "kestra:///",
        "kestra:///a%2f%2e%2e%2fb",
        "/a/b",
        "",
    ],
)
def test_uris_that_are_not_ours_are_refused(uri: str) -> None:
    with pytest.raises(InvalidError):
        paths.from_uri(uri)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "a.v1", "a.v2", "a.v2.v1", "b.v2"]), st.integers(1, 3)), unique=True, min_size=2
    )
)
def test_revisions_of_different_files_never_meet(files: list[tuple[str, int]]) -> None:
    stored = [paths.namespace_file_path("ns", path, revision) for path, revision in files]
    assert len(set(stored)) == len(files)


def test_the_execution_of_a_path_is_known() -> None:
    path = paths.task_directory("a", "f", "E1", "t", "T1") + "/x"
    assert paths.execution_of(path) == "E1"
    assert paths.execution_of("/a/_files/executions") is None
