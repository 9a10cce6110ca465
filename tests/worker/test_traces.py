from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import tiercel
from tiercel.expressions import Context, render_structure
from tiercel.model.dialect import Dialect
from tiercel.testing.memory_host import NoWorld
from tiercel.worker.traces import failure_trace


def failure(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as error:  # noqa: BLE001 (whatever it is)
        return failure_trace(error)
    raise AssertionError("it did not fail")


def deep(count: int) -> int:
    return 1 // 0 if count == 0 else deep(count - 1)


def chained(*, cause: bool) -> None:
    try:
        deep(0)
    except ZeroDivisionError as error:
        if cause:
            raise LookupError("later") from error
        raise LookupError("later")  # noqa: B904 (the implicit form is what is tested)


def test_frames_are_named_by_module_and_line() -> None:
    lines = failure(lambda: deep(0)).splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-3].startswith(f"  {__name__}, line ")
    assert lines[-3].endswith(", in deep")
    assert lines[-2].strip().startswith("return 1 // 0")
    assert lines[-1].startswith("ZeroDivisionError: ")


def test_no_folder_of_the_installation_is_shown() -> None:
    folders = {sys.prefix, sys.base_prefix, str(Path(tiercel.__file__).parent), str(Path(__file__).parent)}
    failures: list[Callable[[], object]] = [
        lambda: deep(0),
        lambda: compile("a b", __file__, "exec"),
        lambda: render_structure("{{ 'x' | date('q') }}", Context({}, NoWorld(), Dialect.V1_3), typed=False),
        lambda: Path("nothere").read_text(encoding="utf-8"),
    ]
    for call in failures:
        trace = failure(call)
        assert "Error" in trace
        assert not [folder for folder in folders if folder in trace], trace


def test_what_came_before_is_told_too() -> None:
    assert "was the direct cause of" in failure(lambda: chained(cause=True))
    assert "During handling of" in failure(lambda: chained(cause=False))
    lines = failure(lambda: chained(cause=True)).splitlines()
    assert lines.count("Traceback (most recent call last):") == 2


def test_of_a_deep_stack_the_middle_is_left_out() -> None:
    trace = failure(lambda: deep(200))
    assert "  ... 178 more ..." in trace
    assert trace.count(", line ") == 25


def test_an_error_without_words_is_its_name() -> None:
    def fail() -> None:
        raise EmptyError

    class EmptyError(Exception):
        pass

    assert failure(fail).splitlines()[-1] == "EmptyError"


def test_an_error_that_cannot_be_printed_is_told_all_the_same() -> None:
    class OddError(Exception):
        def __str__(self) -> str:
            raise ValueError

    def fail() -> None:
        raise OddError

    assert failure(fail).splitlines()[-1] == "OddError: (its text cannot be made: ValueError)"
