from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tiercel.model.event import Effects
from tiercel.model.json import Json
from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost, output_values


@pytest.fixture
def host(tmp_path: Path) -> MemoryHost:
    return MemoryHost(tmp_path)


def test_log_lines_fill_their_arguments(host: MemoryHost) -> None:
    log = host.run_context().log
    log.info("Hello %s, %s times", "Ana", 3)
    log.warn("100 % sure")  # noqa: G010 (our own name for it)
    log.error(ValueError("broken"))
    assert host.logs == [("INFO", "Hello Ana, 3 times"), ("WARN", "100 % sure"), ("ERROR", "broken")]


def test_figures_are_recorded(host: MemoryHost) -> None:
    ctx = host.run_context()
    ctx.counter("rows", 3, {"table": "a"})
    ctx.timer("load", 1.5)
    ctx.gauge("depth", 2)
    assert host.metrics == [
        ("counter", "rows", 3.0, {"table": "a"}),
        ("timer", "load", 1.5, {}),
        ("gauge", "depth", 2.0, {}),
    ]


def test_files_are_written_from_bytes_paths_and_pieces(host: MemoryHost, tmp_path: Path) -> None:
    files = host.run_context().files
    (tmp_path / "local.txt").write_bytes(b"local")
    contents: list[bytes | Path | list[bytes]] = [b"bytes", tmp_path / "local.txt", [b"pie", b"ces"]]
    uris = [files.write(f"{index}.txt", content) for index, content in enumerate(contents)]
    assert [files.read(uri) for uri in uris] == [b"bytes", b"local", b"pieces"]
    assert files.size(uris[0]) == 5
    assert (files.delete(uris[0]), files.exists(uris[0]), files.delete(uris[0])) == (True, False, False)
    files.download(uris[2], tmp_path / "new" / "copy.txt")
    assert (tmp_path / "new" / "copy.txt").read_bytes() == b"pieces"


class Count(Task, type="com.acme.Count"):
    """Counts its runs."""

    def run(self, ctx: RunContext) -> dict[str, Json]:
        number = int(ctx.kv.get("runs") or 0) + 1
        ctx.kv.set("runs", number, ttl=timedelta(hours=1))
        ctx.kv.set("other", {"a": [1]})
        with pytest.raises(TaskError):
            ctx.kv.set("other", 1, overwrite=False)
        keys = ctx.kv.list("o")
        return {"number": number, "other": ctx.kv.get("other"), "keys": keys, "deleted": ctx.kv.delete("other")}


def test_keys_outlive_the_run(host: MemoryHost) -> None:
    found = {"other": {"a": [1]}, "keys": ["other"], "deleted": True}
    assert [host.run(Count), host.run(Count)] == [{"number": 1, **found}, {"number": 2, **found}]
    assert host.kv["company.team", "runs"]["ttl_seconds"] == 3600
    ran = run_flow(
        "id: count\nnamespace: dev\ntasks:\n"
        "  - {id: one, type: com.acme.Count}\n  - {id: two, type: com.acme.Count}\n"
        "  - {id: get, type: io.kestra.plugin.core.kv.Get, key: runs}\n",
        plugins=[Count],
    )
    assert ran.outputs_of("two") == {"number": 2, **found}
    assert ran.outputs_of("get")["value"] == 2


def test_a_task_may_render_with_variables_of_its_own(host: MemoryHost) -> None:
    ctx = host.run_context()
    assert ctx.render({"a": "{{ row.x }} {{ flow.id }}"}, {"row": {"x": 1}}) == {"a": "1 demo"}
    assert ctx.render("{{ row }}", {"row": [1]}, is_typed=True) == [1]


def test_effects_are_kept_for_the_executor(host: MemoryHost) -> None:
    ctx = host.run_context()
    assert ctx.effects is None
    ctx.change(Effects(labels=[("a", "b")]))
    assert ctx.effects == Effects(labels=[("a", "b")])


def test_outputs_are_stored_by_their_names_in_flows_without_none() -> None:
    class Counted(Outputs):
        row_count: int
        file_uri: str | None = None

    assert output_values(Counted(row_count=3)) == {"rowCount": 3}
    assert output_values({"a": 1, "b": None}) == {"a": 1}
    assert output_values(None) is None


def test_a_plugin_of_ten_lines_runs(host: MemoryHost) -> None:
    class Greet(Task, type="com.acme.Greet"):
        """Greets somebody."""

        name: str

        def run(self, ctx: RunContext) -> dict[str, Json]:
            ctx.log.info("Hello %s", self.name)
            return {"greeting": f"Hello {self.name}"}

    assert host.run(Greet, {"name": "{{ flow.id }}"}) == {"greeting": "Hello demo"}
    assert host.logs == [("INFO", "Hello demo")]
