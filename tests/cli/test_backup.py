"""``tiercel backup`` and ``tiercel restore`` as a user runs them, with crashes on the way."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import stat
import subprocess
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.served import API, COMMAND, run_cli, run_flow, save_flow, serving, variables_of
from tiercel.cli.backup.restoring import finish_restore
from tiercel.repository.migrations import frozen
from tiercel.repository.sqlite import schema

FLOW = """\
id: write
namespace: dev
tasks:
  - {id: write, type: io.kestra.plugin.core.storage.Write, content: "written"}
  - {id: use, type: io.kestra.plugin.core.debug.Return, format: "{{ secret('KEY') | length }}"}
"""


def fill(client):
    save_flow(client, FLOW)
    client.put(f"{API}/namespaces/dev/secrets", json={"key": "KEY", "value": "something"}).raise_for_status()
    client.put(f"{API}/namespaces/dev/kv/key", content="42").raise_for_status()
    return run_flow(client, "write")


def check(client, execution):
    """Everything that ``fill`` made is there and works."""
    found = client.get(f"{API}/executions/{execution['id']}").json()
    assert found["state"]["current"] == "SUCCESS"
    uri = found["taskRunList"][0]["outputs"]["uri"]
    assert client.get(f"{API}/executions/{execution['id']}/file", params={"path": uri}).text == "written"
    assert client.get(f"{API}/namespaces/dev/kv/key").json()["value"] == 42
    assert run_flow(client, "write")["taskRunList"][1]["outputs"]["value"] == "9"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A home folder, and beside it a backup with keys, made while the server ran; and what it holds."""
    folder = tmp_path_factory.mktemp("first")
    variables = variables_of(folder / "home")
    with serving(variables, folder) as (_, client):
        execution = fill(client)
        done = run_cli(variables, "backup", folder / "all.zip", "--keys")
        assert done.returncode == 0, done.stderr
        assert "wrote" in done.stdout
        client.put(f"{API}/namespaces/dev/kv/key", content="43")
    return folder, execution


@pytest.fixture
def made(first, tmp_path):
    """Copies of both, for one test."""
    folder, execution = first
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return tmp_path / "all.zip", execution


def test_what_a_running_server_has_is_restored_elsewhere(made, tmp_path):
    file, execution = made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    elsewhere = variables_of(tmp_path / "elsewhere")
    done = run_cli(elsewhere, "restore", file)
    assert done.returncode == 0, done.stderr
    with serving(elsewhere, tmp_path) as (_, client):
        check(client, execution)
        busy = run_cli(elsewhere, "restore", file, "--force")
        assert (busy.returncode, "in use by process" in busy.stderr) == (2, True)


def test_data_are_replaced_only_when_told(made, tmp_path):
    file, execution = made
    variables = variables_of(tmp_path / "home")
    refused = run_cli(variables, "restore", file)
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    left = tmp_path / "home" / "storage" / "dev" / "left"
    left.write_text("of the old data")
    assert run_cli(variables, "restore", file, "--force").returncode == 0
    assert not left.exists()
    with serving(variables, tmp_path) as (_, client):
        check(client, execution)
    assert not list((tmp_path / "home").glob("*restore*"))


@pytest.mark.usefixtures("made")
def test_keys_and_files_are_left_out_when_told(tmp_path):
    variables = variables_of(tmp_path / "home")
    done = run_cli(variables, "backup", tmp_path / "less.zip", "--no-files")
    assert "keys are not in it" in done.stderr
    assert zipfile.ZipFile(tmp_path / "less.zip").namelist() == ["database.db", "manifest.json"]


def test_files_stay_encrypted_in_a_backup(tmp_path):
    sealed = variables_of(tmp_path / "home", TIERCEL_STORAGE_ENCRYPTION_KEY="a" * 43 + "=")
    with serving(sealed, tmp_path) as (_, client):
        execution = fill(client)
    assert run_cli(sealed, "backup", tmp_path / "all.zip", "--keys").returncode == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        files = [name for name in archive.namelist() if name.startswith("storage/")]
        assert files
        assert not any(b"written" in archive.read(name) for name in files)
    without = run_cli(variables_of(tmp_path / "elsewhere"), "restore", tmp_path / "all.zip")
    assert (without.returncode, "storage.encryption_key" in without.stderr) == (2, True)
    elsewhere = sealed | {"TIERCEL_HOME": str(tmp_path / "elsewhere")}
    assert run_cli(elsewhere, "restore", tmp_path / "all.zip").returncode == 0
    with serving(elsewhere, tmp_path) as (_, client):
        check(client, execution)


def rewritten(file, target, change):
    """The archive with one entry changed; None leaves it out."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                out.writestr(name, content)
    return target


def _newer(name, content):
    return (
        content.replace(b'"schema":"' + schema.HEAD.encode(), b'"schema":"9999') if name == "manifest.json" else content
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda name, content: content + b"x" if name.startswith("storage/") else content, "damaged at storage/"),
        (lambda name, content: content[:-1] + b"x" if name == "database.db" else content, "damaged at database.db"),
        (lambda name, content: None if name == "database.db" else content, "damaged at database.db"),
        (lambda name, content: None if name == "manifest.json" else content, "no backup of Tiercel"),
        (_newer, "made by a newer version"),
    ],
)
def test_a_backup_that_cannot_be_trusted_changes_nothing(made, tmp_path, change, expected):
    file, _ = made
    bad = rewritten(file, tmp_path / "bad.zip", change)
    before = _state_of(tmp_path / "home")
    done = run_cli(variables_of(tmp_path / "home"), "restore", bad, "--force")
    assert done.returncode == 2
    assert expected in done.stderr
    assert _state_of(tmp_path / "home") == before


def test_what_is_no_backup_is_told(tmp_path):
    (tmp_path / "text").write_text("text")
    for name in ("text", "missing"):
        done = run_cli(variables_of(tmp_path / "home"), "restore", tmp_path / name)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    empty = run_cli(variables_of(tmp_path / "home"), "backup", tmp_path / "x.zip")
    assert (empty.returncode, "database" in empty.stderr) == (2, True)


KILLED = """
import os, signal, sys
from pathlib import Path
from tiercel.cli.backup import restoring
from tiercel.operations.settings import Settings

point, file, home = sys.argv[1], Path(sys.argv[2]), Path(os.environ["TIERCEL_HOME"])

def dying(original, left):
    def call(*arguments, **named):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return original(*arguments, **named)
    return call

def restore(count):
    left = [count]
    if point == "path":
        for name in ("rename", "replace", "unlink"):
            setattr(Path, name, dying(getattr(Path, name), left))
    else:
        restoring.Archive.extract = dying(restoring.Archive.extract, left)
        restoring.Archive.read = dying(restoring.Archive.read, left)
    restoring.restore(Settings(home=str(home)), home, file, is_forced=True)
    os._exit(0)

for line in sys.stdin:  # one start for all: each number is restored in a process of its own, forked from this one
    child = os.fork()
    if child == 0:
        restore(int(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def restore_until(made, tmp_path):
    """Restore and be killed at the call of a number; gives how that process ended."""
    environment = variables_of(tmp_path / "home")

    @contextmanager
    def started(point):
        command = [COMMAND[0], "-c", KILLED, point, str(made[0])]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, **pipes) as process:

            def restore(count):
                process.stdin.write(f"{count}\n")
                process.stdin.flush()
                return int(process.stdout.readline())

            yield restore

    return started


def _kv(home):
    raw = sqlite3.connect(home / "tiercel.db")
    try:
        return raw.execute("SELECT value FROM kv WHERE key = 'key'").fetchone()[0]
    finally:
        raw.close()


@pytest.mark.parametrize("point", ["path", "read"])
def test_a_kill_leaves_all_of_the_old_or_all_of_the_new(made, restore_until, tmp_path, point):
    _, execution = made
    home = tmp_path / "home"
    marker = home / "storage" / "dev" / "old"
    outcomes = set()
    with restore_until(point) as restore:
        for count in range(40):
            raw = sqlite3.connect(home / "tiercel.db")
            raw.execute("UPDATE kv SET value = '43' WHERE key = 'key'")
            raw.commit()
            raw.close()
            marker.write_text("old")
            status = restore(count)
            finish_restore(home)  # what any next command does first
            is_new = _kv(home) == "42"
            assert marker.exists() is not is_new, (count, is_new)
            assert not (home / "restore.json").exists()
            outcomes.add(is_new)
            if status == 0:
                break
            assert status == -signal.SIGKILL
        else:
            pytest.fail("it never came to its end")
    assert outcomes == {True, False}
    with serving(variables_of(home), tmp_path) as (_, client):
        check(client, execution)


def test_an_old_database_is_kept_before_it_is_migrated(tmp_path):
    versions = Path(frozen.__file__).with_name("versions")
    home = tmp_path / "home"
    variables = variables_of(home)
    (home / "backups").mkdir(parents=True)
    for number in range(4):
        (home / "backups" / f"before-migration-2020010{number}T000000000000Z-0001.zip").write_text("")
    raw = sqlite3.connect(home / "tiercel.db")
    raw.executescript((versions / "0001_sqlite.sql").read_text(encoding="utf-8"))
    raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    raw.execute("INSERT INTO alembic_version VALUES ('0001')")
    raw.commit()
    raw.close()
    assert run_cli(variables, "user", "list").returncode == 0
    kept = sorted((home / "backups").iterdir())
    assert len(kept) == 3
    with zipfile.ZipFile(kept[-1]) as archive:
        assert json.loads(archive.read("manifest.json"))["schema"] == "0001"
    elsewhere = variables_of(tmp_path / "elsewhere")
    assert run_cli(elsewhere, "restore", kept[-1]).returncode == 0
    assert run_cli(elsewhere, "user", "list").returncode == 0  # which migrates it


def _state_of(home):
    return {
        str(file.relative_to(home)): file.read_bytes()
        for file in home.rglob("*")
        if file.is_file() and not file.name.startswith(("tiercel.lock", "restore.db")) and ".restored" not in str(file)
    }
