"""``tiercel user`` with and without a server, and the first start of one."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from cli.forked import forking
from tiercel.cli.client import url_of

COMMAND = [sys.executable, "-c", "from tiercel.cli.main import main; main()"]
NAME, PASSWORD = "admin@x.org", "Correct-Horse-1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 (what must be reached over another address)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIERCEL_")}
    return clean | {"TIERCEL_HOME": str(tmp_path / "home"), "TIERCEL_SERVER_PORT": str(free_port())}


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    with forking(tmp_path_factory.mktemp("commands")) as commands:
        yield commands


@pytest.fixture
def user(commands, environment):
    """Run ``tiercel user``; gives what it printed, or its error."""

    def run(*arguments, given="", fails=False, **variables):
        done = commands.run(environment | variables, "user", *arguments, given=given)
        assert done.returncode == (2 if fails else 0), done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if fails else done.stdout

    return run


@pytest.fixture
def serve(environment):
    @contextmanager
    def serve(host="127.0.0.1"):
        process = subprocess.Popen(
            [*COMMAND, "server", "--host", host], env=environment, stderr=subprocess.PIPE, text=True
        )
        try:
            printed = ""
            for line in process.stderr:
                printed += line
                if " serves http" in line:
                    break
            else:
                pytest.fail(f"the server ended with {process.wait()}: {printed}")
            url = f"http://127.0.0.1:{environment['TIERCEL_SERVER_PORT']}"
            with httpx.Client(base_url=url, timeout=60) as client:
                yield client, printed
        finally:
            process.kill()
            process.communicate(timeout=60)

    return serve


def test_without_a_server_the_data_is_changed_at_once(user, serve):
    assert user("add", NAME, "--role", "admin", "--password-stdin", given=f"{PASSWORD}\n") == f"added {NAME}\n"
    user("add", "ed@x.org", "-r", "editor@team", "-r", "viewer", "--password-stdin", given=PASSWORD)
    assert "editor@team, viewer" in user("list")
    assert "already" in user("add", NAME, "--password-stdin", given=PASSWORD, fails=True)
    assert "upper-case" in user("add", "weak@x.org", "--password-stdin", given="weak-horse-1", fails=True)
    assert "no role" in user("add", "king@x.org", "-r", "king", "--password-stdin", given=PASSWORD, fails=True)
    assert "last admin" in user("disable", NAME, fails=True)
    token = user("token", NAME, "ci", "--lifetime", "P30D").strip()
    user("passwd", NAME, "--password-stdin", given="Another-Horse-2")
    user("disable", "ed@x.org")
    with serve() as (client, printed):
        assert token not in printed
        assert client.get("/api/v1/main/users", auth=(NAME, PASSWORD)).status_code == 401
        assert client.get("/api/v1/main/users", auth=(NAME, "Another-Horse-2")).status_code == 200
        assert client.get("/api/v1/main/users", auth=("ed@x.org", PASSWORD)).status_code == 401
        listed = client.get("/api/v1/main/audit", headers={"Authorization": f"Bearer {token}"}).json()["results"]
        assert {row["actor"] for row in listed} == {"console"}
        assert "TIERCEL_TOKEN" in user("list", fails=True)
        assert NAME in user("list", TIERCEL_TOKEN=token)
        account = {"TIERCEL_USER": NAME, "TIERCEL_PASSWORD": "Another-Horse-2"}
        assert NAME in user("list", **account)
        user("enable", "ed@x.org", TIERCEL_TOKEN=token)
        user("grant", "ed@x.org", "-r", "viewer@team", TIERCEL_TOKEN=token)
        me = client.get("/api/v1/main/me", auth=("ed@x.org", PASSWORD)).json()
        assert {"resource": "FLOW", "action": "READ", "namespace": "team"} in me["permissions"]
        assert {one["action"] for one in me["permissions"] if one["resource"] == "FLOW"} == {"READ"}
        ci = re.search(r"(\w+) +ci", user("tokens", NAME, TIERCEL_TOKEN=token)).group(1)
        user("revoke", NAME, ci, **account)
        assert "does not know who you are" in user("list", TIERCEL_TOKEN=token, fails=True)
        user("passwd", NAME, "--password-stdin", given=PASSWORD, **account)
        assert client.get("/api/v1/main/users", auth=(NAME, PASSWORD)).status_code == 200


def test_a_first_start_prints_a_token_that_makes_one_user(user, serve):
    with serve(EVERYWHERE) as (client, printed):
        token = re.search(r"set-up token:\n\n +(\S+)\n", printed).group(1)
        assert client.get("/api/v1/main/flows/search").status_code == 401
        assert client.get("/ping").status_code == 200
        assert client.get("/ping", headers={"host": "evil.example"}).status_code == 403
        user("add", NAME, "--setup-token", token, "--password-stdin", given=PASSWORD)
        refused = user("add", "b@x.org", "--setup-token", token, "--password-stdin", given=PASSWORD, fails=True)
        assert "set up already" in refused
        assert client.get("/api/v1/main/users", auth=(NAME, PASSWORD)).json()["total"] == 1
    with serve() as (client, printed):
        assert "set-up token" not in printed
        assert client.get("/api/v1/main/users", auth=(NAME, PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8"),
        (EVERYWHERE, "http://localhost:8"),
        ("::", "http://localhost:8"),
        ("::1", "http://[::1]:8"),
        ("falcon.example", "http://falcon.example:8"),
    ],
)
def test_a_server_of_this_machine_is_found_where_it_listens(host, url):
    assert url_of(host, 8) == url
