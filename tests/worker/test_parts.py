"""Threads, outputs and files by themselves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path, PurePath

import pytest

from tiercel.expressions.values import Float32, Uri
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.plugins import Outputs
from tiercel.plugins.task import TaskResult
from tiercel.tasks.flow.directory_files import inside, relative_files
from tiercel.worker.lines import storable
from tiercel.worker.rendering import clock_text, steadily
from tiercel.worker.results import LIMIT_BYTES, OutputsError, encode_outputs
from tiercel.worker.threads import Threads


def _pass(gate: threading.Event, begun: threading.Semaphore | None = None) -> None:
    if begun is not None:
        begun.release()
    gate.wait(60)


def _alive(request: pytest.FixtureRequest) -> int:
    """How many threads a test has made that have not ended."""
    return sum(thread.name.startswith(f"{request.node.name}-") for thread in threading.enumerate())


class TestThreads:
    @pytest.fixture
    def threads(self, request: pytest.FixtureRequest) -> Iterator[Threads]:
        threads = Threads(2, request.node.name)
        yield threads
        threads.close()

    def test_calls_run_at_most_so_many_at_once_in_order(self, threads: Threads, request: pytest.FixtureRequest) -> None:
        gate, begun, over = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)
        order: list[int] = []

        def call(number: int) -> None:
            order.append(number)
            begun.release()
            gate.wait(60)
            over.release()

        calls = [threads.submit(partial(call, number)) for number in range(5)]
        assert begun.acquire(timeout=60)
        assert begun.acquire(timeout=60)
        assert _alive(request) == 2  # so that nobody is there who could begin a third
        assert [one.has_begun for one in calls] == [True, True, False, False, False]
        gate.set()
        assert all(over.acquire(timeout=60) for _ in range(5))
        assert sorted(order[:2]) == [0, 1]
        assert sorted(order) == [0, 1, 2, 3, 4]

    def test_a_call_that_has_not_begun_can_be_taken_back(self, threads: Threads) -> None:
        gate = threading.Event()
        ran: list[int] = []
        for _ in range(2):
            threads.submit(partial(_pass, gate))
        waiting = threads.submit(lambda: ran.append(1))
        assert threads.withdraw(waiting)
        gate.set()
        done = threading.Event()
        threads.submit(done.set)
        assert done.wait(60)
        assert ran == []
        assert not threads.withdraw(waiting)

    def test_an_abandoned_thread_is_replaced(self, threads: Threads, request: pytest.FixtureRequest) -> None:
        gate = threading.Event()
        begun = threading.Semaphore(0)
        stuck = [threads.submit(partial(_pass, gate, begun)) for _ in range(2)]
        done = threading.Event()
        threads.submit(done.set)
        assert begun.acquire(timeout=60)
        assert begun.acquire(timeout=60)
        assert (_alive(request), done.is_set()) == (2, False)
        threads.abandon(stuck[0])
        threads.abandon(stuck[0])
        assert done.wait(60)
        assert threads.abandoned_count == 1
        gate.set()


class Color(Enum):
    RED = "red"


class Given(Outputs):
    file_name: str
    nothing: str | None = None


class TestOutputs:
    def encode(self, result: TaskResult) -> Json:
        encoded = encode_outputs(result, Dialect.V1_3)
        return encoded.values if encoded else None

    def test_values_become_json(self) -> None:
        given = {"d": date(2026, 1, 2), "n": Decimal("1.5"), "u": Uri("kestra:///a"), "t": (1, {"x": None, "y": 2})}
        assert self.encode(given) == {"d": "2026-01-02", "n": 1.5, "u": "kestra:///a", "t": [1, {"y": 2}]}
        assert type(self.encode(given)["u"]) is str

    def test_values_of_python_become_what_their_authors_expect(self) -> None:
        given = {"e": Color.RED, "t": datetime(2026, 1, 2, 3, tzinfo=UTC), "f": Float32(0.1), "p": PurePath("a/b")}
        assert self.encode(given) == {"e": "red", "t": "2026-01-02T03:00:00+00:00", "f": 0.1, "p": "a/b"}

    def test_models_are_written_in_camel_case_without_nothing(self) -> None:
        assert self.encode(Given(file_name="a")) == {"fileName": "a"}

    @pytest.mark.parametrize("result", [None, {}, {"a": None}])
    def test_nothing_is_no_outputs(self, result: dict[str, Json] | None) -> None:
        assert self.encode(result) is None

    @pytest.mark.parametrize(
        ("result", "message"),
        [
            ([1], "list in place of a map"),
            ({"a": b"x"}, "bytes"),
            ({"a": object()}, "a value of type object is no JSON value"),
            ({"a": (number for number in [1])}, "a value of type generator is no JSON value"),
            ({"a": [int]}, "a value of type type is no JSON value"),
            ({"a": "\udc00"}, "surrogate"),
            ({"\udc00": "a"}, "surrogate"),
            ({"a": "x" * LIMIT_BYTES}, "too large"),
        ],
    )
    def test_what_cannot_be_stored_is_refused(self, result: Json, message: str) -> None:
        with pytest.raises(OutputsError, match=message):
            self.encode(result)

    def test_endless_nesting_is_refused(self) -> None:
        endless: dict[str, object] = {}
        endless["again"] = endless
        with pytest.raises(OutputsError, match="nested"):
            self.encode(endless)


class TestPlaces:
    @pytest.mark.parametrize("name", ["../x", "a/../../x", "/..", ".", ""])
    def test_names_that_lead_out_are_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(Exception, match="leads out"):
            inside(tmp_path, name)

    def test_names_stay_inside(self, tmp_path: Path) -> None:
        assert inside(tmp_path, "/a/b.txt") == tmp_path / "a" / "b.txt"

    def test_links_that_lead_out_are_not_collected(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("x")
        directory = tmp_path / "wd"
        directory.mkdir()
        (directory / "link").symlink_to(tmp_path / "secret")
        (directory / "own").write_text("y")
        assert relative_files(directory) == ["own"]


def test_lines_can_always_be_stored() -> None:
    assert storable("plain") == "plain"
    assert storable("half \ud800").encode() == b"half ?"
    assert len(storable("x" * 1_000_000)) < 300_000


def test_a_map_that_grew_is_read_again() -> None:
    readings: list[int] = []

    def render() -> str:
        readings.append(1)
        if len(readings) < 3:
            raise RuntimeError("dictionary changed size during iteration")
        return "done"

    assert steadily(render) == "done"
    with pytest.raises(RuntimeError, match="other"):
        steadily(lambda: (_ for _ in ()).throw(RuntimeError("other")))


@pytest.mark.parametrize(("seconds", "text"), [(0.5, "00:00:00.500"), (3725.25, "01:02:05.250")])
def test_lengths_of_time_are_written_as_clocks(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
