"""Files that go into scripts and come out of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from executor.stage import Stage
from scripts.conftest import Run
from tiercel.operations import namespace_files
from tiercel.operations.actor import LOCAL
from tiercel.storage import paths

SHELL = "io.kestra.plugin.scripts.shell"


async def run_tasks(stage: Stage, *tasks: dict[str, Any]) -> tuple[dict[str, Any], list[str], str]:
    """Run a flow of these tasks; gives outputs by task, lines and state."""
    source = yaml.safe_dump({"id": "files", "namespace": "dev", "tasks": list(tasks)}, sort_keys=False)
    execution = await stage.run(source)
    runs = await stage.task_runs(execution.id)
    lines = [line.message for line in await stage.logs(execution.id)]
    return {one.task_id: one.outputs for one in runs}, lines, execution.state.value


async def test_a_file_goes_on_to_the_next_task(stage: Stage) -> None:
    outputs, lines, state = await run_tasks(
        stage,
        {
            "id": "make",
            "type": f"{SHELL}.Commands",
            "commands": ["mkdir -p a b", "echo one > a/x.txt", "echo two > b/x.txt", "ln -s /etc/passwd b/leak.txt"],
            "outputFiles": ["**/*.txt"],
        },
        {
            "id": "use",
            "type": f"{SHELL}.Commands",
            "inputFiles": {"in.txt": "{{ outputs.make.outputFiles['a/x.txt'] }}"},
            "commands": ["cat in.txt {{ outputs.make.outputFiles['b/x.txt'] }}", "ls"],
        },
    )
    assert state == "SUCCESS", lines
    assert sorted(outputs["make"]["outputFiles"]) == ["a/x.txt", "b/x.txt"]
    assert lines == ["one", "two", "in.txt"]


async def test_a_script_names_a_stored_file(stage: Stage) -> None:
    _, lines, state = await run_tasks(
        stage,
        {"id": "w", "type": "io.kestra.plugin.core.storage.Write", "content": "stored", "extension": ".txt"},
        {
            "id": "r",
            "type": "io.kestra.plugin.scripts.python.Script",
            "script": "print(open('{{ outputs.w.uri }}').read())",
            "outputFiles": ["**"],
        },
    )
    assert (state, lines) == ("SUCCESS", ["stored"])


async def test_namespace_files(stage: Stage, run: Run) -> None:
    await namespace_files.save_file(stage.environment, LOCAL, "dev", "lib/tool.py", (b"def f(): return 41 + 1\n",))
    await namespace_files.save_file(stage.environment, LOCAL, "dev", "other.txt", (b"x",))
    ran = await run(
        "python.Script",
        script="import os\nfrom lib.tool import f\nprint(f(), os.path.exists('other.txt'))",
        namespaceFiles={"enabled": True, "include": ["lib/**"]},
    )
    assert ran.messages == ["42 False"], ran.lines


async def test_a_shared_directory(stage: Stage) -> None:
    shared = {
        "id": "dir",
        "type": "io.kestra.plugin.core.flow.WorkingDirectory",
        "inputFiles": {"a.txt": "given"},
        "outputFiles": ["*.txt"],
        "tasks": [
            {"id": "one", "type": f"{SHELL}.Commands", "commands": ["cat a.txt > b.txt", "echo $TMPDIR > t.txt"]},
            {"id": "two", "type": "io.kestra.plugin.scripts.python.Script", "script": "print(open('b.txt').read())"},
        ],
    }
    outputs, lines, state = await run_tasks(stage, shared)
    assert (state, lines) == ("SUCCESS", ["given"])
    assert sorted(outputs["dir"]["outputFiles"]) == ["a.txt", "b.txt", "t.txt"]


async def test_directories_in_templates(run: Run, stage: Stage) -> None:
    ran = await run(
        "shell.Commands",
        commands=[
            "test {{ workingDir }} = $PWD && echo x > {{ outputDir }}/y.txt",
            "echo z > {{ outputFiles['z.txt'] }}",
        ],
        outputDirectory=True,
        outputFiles=["z.txt", "missing.txt"],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert sorted(ran.outputs["outputFiles"]) == ["outputs/y.txt", "z.txt"]
    assert ("WARN", "outputFiles: the script has left no file missing.txt") in ran.lines
    content = stage.environment.storage.read(paths.from_uri(ran.outputs["outputFiles"]["outputs/y.txt"]))
    assert content == b"x\n"


async def test_a_name_that_leads_out(run: Run) -> None:
    ran = await run("shell.Commands", commands=["true"], inputFiles={"../../x": "no"})
    assert ran.state == "FAILED"
    assert any("leads out of the working directory" in line for line in ran.messages)


LARGE_BYTES = int(os.environ.get("TEST_TIERCEL_FILE_BYTES", str(256 * 1024 * 1024)))


def reset_highest_memory() -> int:
    """Begin to measure the highest memory of this process anew; gives what it uses now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return highest_memory()


def highest_memory() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) * 1024


@pytest.mark.alone
async def test_a_large_file_goes_on_in_flat_memory(stage: Stage) -> None:
    write = (
        "import os\nblock = os.urandom(1 << 20)\n"
        f"with open('big.bin', 'wb') as file:\n  for _ in range({LARGE_BYTES >> 20}): file.write(block)"
    )
    before = reset_highest_memory()
    _, lines, state = await run_tasks(
        stage,
        {"id": "make", "type": "io.kestra.plugin.scripts.python.Script", "script": write, "outputFiles": ["big.bin"]},
        {
            "id": "use",
            "type": f"{SHELL}.Commands",
            "inputFiles": {"in.bin": "{{ outputs.make.outputFiles['big.bin'] }}"},
            "commands": ["wc -c < in.bin", "wc -c < {{ outputs.make.outputFiles['big.bin'] }}"],
        },
    )
    assert state == "SUCCESS", lines
    assert [int(line) for line in lines] == [LARGE_BYTES, LARGE_BYTES]
    # measured with 256 MiB, 1 GiB and 2 GiB: 21.5 MiB, of which half is the part that is being stored
    assert highest_memory() - before < 48 * 1024 * 1024
