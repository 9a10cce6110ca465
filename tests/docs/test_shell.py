"""The commands of the README and of the guides work as written, one after another, against a real server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from docs.blocks import ALL, FLOWS, ROOT, Block

SHELL = [block for block in ALL if block.language == "sh" and not block.note.startswith("not run:")]
PAGES = sorted({block.page for block in SHELL})
COMMAND = [sys.executable, "-c", "from tiercel.cli.main import main; main()"]


@contextmanager
def serving(home: Path) -> Iterator[dict[str, str]]:
    """Serve on a port of its own until the end; gives the environment that commands need to find it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIERCEL_")}
    environment = clean | {"TIERCEL_HOME": str(home / "data")}
    process = subprocess.Popen(
        [*COMMAND, "server", "--no-auth", "--port", str(port)],
        env=environment,
        cwd=home,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if re.search(r"serves http", line):
                break
        else:
            pytest.fail(f"the server ended with {process.wait()}")
        yield environment | {"TIERCEL_URL": f"http://127.0.0.1:{port}"}
    finally:
        process.kill()
        process.communicate(timeout=60)


def prepare(home: Path) -> None:
    """Make a folder in which the commands of a page find what they name: the command, the examples, its flows."""
    (home / "bin").mkdir()
    program = home / "bin" / "tiercel"
    program.write_text(f"#!{sys.executable}\nfrom tiercel.cli.main import main\nmain()\n")
    program.chmod(0o755)
    (home / ".venv").symlink_to(home, target_is_directory=True)
    (home / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
    (home / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")


def run(block: Block, home: Path, environment: dict[str, str]) -> str:
    text = block.text.replace("http://localhost:8080", environment["TIERCEL_URL"])
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", text],
        env=environment | {"PATH": f"{home / 'bin'}:{environment['PATH']}", "CURL_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{block}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_work(page: Path, tmp_path: Path) -> None:
    prepare(tmp_path)
    for flow in FLOWS:
        if flow.page == page:
            (name,) = re.findall("^id: (.*)$", flow.text, re.MULTILINE)
            (tmp_path / f"{name}.yaml").write_text(flow.text)
    with serving(tmp_path) as environment:
        said = [run(block, tmp_path, environment) for block in SHELL if block.page == page]
    assert all(said)


def test_the_readme_says_hello(tmp_path: Path) -> None:
    prepare(tmp_path)
    blocks = [block for block in SHELL if block.page.name == "README.md" and block.page.parent == ROOT]
    with serving(tmp_path) as environment:
        said = [run(block, tmp_path, environment) for block in blocks]
    once, on_server, over_http, checked = said
    assert "Hello, World!" in once
    assert "Hello, World!" in on_server
    assert '"current":"SUCCESS"' in over_http
    assert "all valid" in checked


ELSEWHERE = re.compile(r"make|tiercel (server|secret|backup|restore|import)")
"""What needs a machine, a secret or an export of its own; the tests of the command line run these commands."""


def test_only_what_cannot_be_run_is_left_out() -> None:
    left = [block for block in ALL if block.language == "sh" and block not in SHELL]
    assert [str(block) for block in left if not ELSEWHERE.search(block.text)] == []


def test_the_flow_of_the_readme_is_the_example() -> None:
    flow = next(block for block in FLOWS if block.page.parent == ROOT)
    assert flow.text.partition("\n")[2] == (ROOT / "examples" / "hello_world.yaml").read_text()


PLUGINS = (
    (
        "com.acme.Ticks",
        "{id: a, type: io.kestra.plugin.core.log.Log, message: known}\ntriggers:\n  - {id: t, type: com.acme.Ticks}",
        "known",
    ),
    ("com.acme.Greet", "{id: greet, type: com.acme.Greet, name: Ana}", "Hello Ana"),
    (
        "com.acme.Elsewhere",
        "{id: a, type: io.kestra.plugin.scripts.go.Script, script: x, taskRunner: {type: com.acme.Elsewhere, host: b}}",
        "what the program writes",
    ),
)


@pytest.mark.parametrize("block", [block for block in ALL if block.language == "python"], ids=str)
def test_a_plugin_of_the_pages_is_found_and_runs(block: Block, tmp_path: Path) -> None:
    prepare(tmp_path)
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "greet.py").write_text(block.text)
    (tmp_path / "tiercel.yaml").write_text(f"plugins:\n  folder: {plugins}\n")
    uses, says = next(one for name, *one in PLUGINS if f'type="{name}"' in block.text)
    (tmp_path / "flow.yaml").write_text(f"id: a\nnamespace: b\ntasks:\n  - {uses}\n")
    done = subprocess.run(
        [*COMMAND, "run", "flow.yaml", "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert says in done.stdout
