"""Real servers for files: OpenSSH as this user, and an FTP server on a thread."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it still uses modules that Python gives up
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import FTPServer

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"


@dataclass(frozen=True)
class SshServer:
    """An SSH server that runs: what tasks need to know of it."""

    login: dict[str, str]
    port: int
    key: str
    command_login: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FtpServer:
    """An FTP server that runs."""

    login: dict[str, object]


def missing(what: str) -> None:
    """Skip for something the machine does not have, or fail where it should have everything."""
    if os.environ.get("TEST_TIERCEL_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def ssh_server(home: Path) -> Iterator[SshServer]:
    if not Path(SSHD).exists():
        missing("needs openssh-server of Debian")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where OpenSSH puts its unprivileged part
    folder = home.parent / "sshd"
    folder.mkdir()
    for name in ("host", "user"):
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(folder / name)
        (folder / name).chmod(0o600)
    asyncssh.read_private_key(folder / "user").write_public_key(folder / "authorized")
    port = free_port()
    (folder / "config").write_text(f"""
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
AcceptEnv GREETING
Subsystem sftp internal-sftp -d {home}
""")
    command = [SSHD, "-D", "-e", "-f", str(folder / "config")]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as running:
        try:
            until_open(port, folder / "log")
            key = (folder / "user").read_text()
            place = {"host": "127.0.0.1", "port": str(port), "username": getpass.getuser()}
            commands = {**place, "authMethod": "PUBLIC_KEY", "privateKey": key}
            yield SshServer({**place, "keyfile": key}, port, key, commands)
        finally:
            running.terminate()


@contextmanager
def ftp_server(home: Path, handler: type[FTPHandler] = FTPHandler) -> Iterator[FtpServer]:
    authorizer = DummyAuthorizer()
    authorizer.add_user("ana", "geheim", str(home), perm="elradfmwMT")
    kind = type("Handler", (handler,), {"authorizer": authorizer, "log_prefix": ""})
    server = FTPServer(("127.0.0.1", 0), kind)
    is_stopped = threading.Event()

    def serve() -> None:
        while not is_stopped.is_set():
            server.serve_forever(timeout=0.05, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        port = server.socket.getsockname()[1]
        yield FtpServer({"host": "127.0.0.1", "port": str(port), "username": "ana", "password": "geheim"})
    finally:
        is_stopped.set()
        thread.join()


def until_open(port: int, log: Path) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    pytest.fail(f"sshd does not start: {log.read_text()}")
