"""SSH against a real OpenSSH server: commands, keys, and how a connection is made."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from fs.conftest import Run
from fs.servers import SshServer
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost


def command(run: Run, ssh: SshServer, *lines: str, **properties: Any) -> Any:
    return run("ssh.Command", **{**ssh.command_login, "commands": list(lines), **properties})


def test_commands_are_one_script_whose_lines_are_logged(run: Run, host: MemoryHost, ssh: SshServer) -> None:
    outputs = command(run, ssh, "x=one", 'echo "$x $GREETING"', "echo oops >&2", env={"GREETING": "hi", "OTHER": "no"})
    assert outputs == {"exitCode": 0, "vars": {}}
    assert ("INFO", "one hi") in host.logs
    assert ("ERROR", "oops") in host.logs


def test_commands_name_outputs(run: Run, ssh: SshServer) -> None:
    assert command(run, ssh, """echo '::{"outputs": {"n": 7}}::'""")["vars"] == {"n": 7}


@pytest.mark.parametrize(("line", "message"), [("exit 3", "ended with 3"), ("kill -9 $$", "ended by the signal KILL")])
def test_a_failure_tells_how_it_ended(run: Run, ssh: SshServer, line: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        command(run, ssh, line)


def test_a_killed_task_ends_its_connection(run: Run, host: MemoryHost, ssh: SshServer, tmp_path: Path) -> None:
    has_begun = tmp_path / "begun"
    os.mkfifo(has_begun)

    def kill() -> None:
        has_begun.read_text()
        host.is_stopped = True

    killing = threading.Thread(target=kill)
    killing.start()
    with pytest.raises(TaskError, match="since the task was killed"):
        command(run, ssh, f"echo > {has_begun}", "sleep 1000000")
    killing.join()


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"authMethod": "PASSWORD"}, "needs `password`"),
        ({"authMethod": "PUBLIC_KEY", "privateKey": None}, "needs `privateKey`"),
        ({"authMethod": "OPEN_SSH"}, "Files and programs of the server are not used"),
        ({"proxyCommand": "nc %h %p"}, "Files and programs of the server are not used"),
        ({"privateKey": "no key"}, "The private key cannot be read"),
        ({"strictHostKeyChecking": "yes"}, "Host key is not trusted"),
        ({"username": "nobody-of-that-name"}, "Permission denied"),
    ],
)
def test_a_login_that_cannot_work_is_told(run: Run, ssh: SshServer, properties: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        command(run, ssh, "true", **properties)


def test_a_key_may_be_a_stored_file_with_a_passphrase(run: Run, host: MemoryHost, ssh: SshServer, home: Path) -> None:
    (home / "a.txt").write_text("x")
    key = asyncssh.import_private_key(ssh.key).export_private_key("pkcs8-pem", passphrase="open")
    properties = {**ssh.login, "keyfile": host.put("key", key), "passphrase": "open"}
    assert [file["name"] for file in run("sftp.List", **properties, from_="/")["files"]] == ["a.txt"]
    with pytest.raises(TaskError, match="The private key cannot be read"):
        run("sftp.List", **{**properties, "passphrase": "wrong"}, from_="/")


def test_without_root_dir_paths_are_those_of_the_machine(run: Run, ssh: SshServer, home: Path) -> None:
    (home / "a.txt").write_text("x")
    listed = run("sftp.List", **ssh.login, from_=str(home), rootDir=False)
    assert [file["path"] for file in listed["files"]] == [str(home / "a.txt")]


def test_links_to_files_are_listed_and_links_to_folders_not_followed(run: Run, ssh: SshServer, home: Path) -> None:
    (home / "real").mkdir()
    (home / "real/a.txt").write_text("x")
    (home / "file-link").symlink_to(home / "real/a.txt")
    (home / "folder-link").symlink_to(home / "real")
    (home / "broken").symlink_to(home / "nothing")
    listed = run("sftp.List", **ssh.login, from_="/", recursive=True)["files"]
    assert [(file["path"], file["symbolicLink"]) for file in listed] == [("/file-link", True), ("/real/a.txt", False)]
    run("sftp.Delete", **ssh.login, uri="/folder-link")
    assert (home / "real/a.txt").exists()
