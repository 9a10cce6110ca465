"""``tiercel server`` as a user runs it: its own process, killed and started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest

from tiercel.cli.serving import check_address, is_loopback
from tiercel.errors import ForbiddenError
from tiercel.operations.settings import ServerSettings

COMMAND = [sys.executable, "-c", "from tiercel.cli.main import main; main()"]
EVERYWHERE = "0.0.0.0"  # noqa: S104 (what must be refused)
HELLO = """\
id: hello
namespace: dev
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
"""
SLOW = """\
id: slow
namespace: dev
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT2S}
  - {id: after, type: io.kestra.plugin.core.debug.Return, format: done}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIERCEL_")}
    return clean | {"TIERCEL_HOME": str(tmp_path / "home")}


@pytest.fixture
def serve(environment, tmp_path):
    """Start a server and wait until it answers."""

    @contextmanager
    def serve():
        port = free_port()
        process = subprocess.Popen(
            [*COMMAND, "server", "--no-auth", "--port", str(port)],
            env=environment,
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            for line in process.stderr:
                if re.search(r"serves http", line):
                    break
            else:
                pytest.fail(f"the server ended with {process.wait()}")
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                yield process, client
        finally:
            process.kill()
            process.communicate(timeout=60)

    return serve


def cli(environment, *arguments, url=""):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment | {"TIERCEL_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_commands_speak_to_a_server(serve, environment, tmp_path):
    path = tmp_path / "hello.yaml"
    path.write_text(HELLO)
    with serve() as (_, client):
        url = str(client.base_url)
        created = cli(environment, "flow", "create", path, url=url)
        assert (created.returncode, created.stdout) == (0, "dev.hello revision 1\n"), created.stderr
        again = cli(environment, "flow", "create", path, url=url)
        assert (again.returncode, "already exists" in again.stderr) == (2, True)
        assert cli(environment, "flow", "get", "dev", "hello", url=url).stdout == HELLO
        followed = cli(environment, "execution", "start", "dev", "hello", "--follow", url=url)
        assert followed.returncode == 0, followed.stderr
        assert "INFO  say hi" in followed.stdout
        assert "SUCCESS" in followed.stdout
        listed = cli(environment, "execution", "list", "dev", "--json", url=url)
        assert '"flowId":"hello"' in listed.stdout
        assert cli(environment, "flow", "delete", "dev", "hello", url=url).returncode == 0
        assert cli(environment, "flow", "get", "dev", "hello", url=url).returncode == 2
    away = cli(environment, "flow", "list", url=url)
    assert (away.returncode, "does not answer" in away.stderr) == (2, True)


def test_a_second_server_on_the_same_data_is_refused(serve, environment):
    with serve() as (process, _):
        second = cli(environment, "server", "--no-auth", "--port", free_port())
        assert second.returncode == 2
        assert str(process.pid) in second.stderr
        assert "Traceback" not in second.stderr


def test_a_port_that_is_taken_is_said(serve, environment, tmp_path):
    with serve() as (_, client):
        other = environment | {"TIERCEL_HOME": str(tmp_path / "other")}
        second = cli(other, "server", "--no-auth", "--port", client.base_url.port)
        assert (second.returncode, "--port" in second.stderr) == (2, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_whole(serve, number):
    with serve() as (process, client):
        process.send_signal(number)
        assert process.wait(timeout=60) == 0
        with pytest.raises(httpx.ConnectError):
            client.get("/ping")


def test_it_ends_when_another_took_its_work(serve, environment):
    with serve() as (process, _):
        with closing(sqlite3.connect(f"{environment['TIERCEL_HOME']}/tiercel.db")) as raw, raw:
            raw.execute("UPDATE shards SET owner = 'another', epoch = epoch + 1")
        _, said = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "CRITICAL tiercel.executor the executor cannot go on, its task 'leases' has ended: the lease" in said


def test_those_who_follow_do_not_keep_it_alive(serve):
    with serve() as (process, client):
        yaml = {"content-type": "application/x-yaml"}
        client.post("/api/v1/flows", content=HELLO, headers=yaml).raise_for_status()
        one = client.post("/api/v1/executions/dev/hello?wait=true").json()["id"]
        with client.stream("GET", f"/api/v1/main/logs/{one}/follow") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "id: start"
            process.send_signal(signal.SIGTERM)
            list(lines)  # comes to its end: nothing is cut off by the end of the process
            assert process.wait(timeout=60) == 0


def test_those_who_follow_do_not_lock_others_out(serve):
    with serve() as (_, client), ExitStack() as stack:
        client.post("/api/v1/flows", content=SLOW, headers={"content-type": "application/x-yaml"}).raise_for_status()
        one = client.post("/api/v1/executions/dev/slow?wait=true").json()["id"]
        address = (client.base_url.host, client.base_url.port)
        request = f"GET /api/v1/main/logs/{one}/follow HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        answers = []
        for _ in range(200):
            follower = stack.enter_context(socket.create_connection(address, timeout=60))
            follower.sendall(request)
            answers.append(follower.recv(1024).split(b" ", 2)[1])
        most = ServerSettings().streams_per_user
        assert answers == [b"200"] * most + [b"429"] * (200 - most)
        assert client.get("/ping").status_code == 200


def test_nothing_is_lost_when_it_is_killed(serve):
    yaml = {"content-type": "application/x-yaml"}
    with serve() as (process, client):
        client.post("/api/v1/flows", content=SLOW, headers=yaml).raise_for_status()
        ids = [client.post("/api/v1/executions/dev/slow").json()["id"] for _ in range(3)]
        process.kill()
        process.wait()
    with serve() as (_, client):
        for one in ids:
            with client.stream("GET", f"/api/v1/main/executions/{one}/follow") as stream:
                stream.read()
            execution = client.get(f"/api/v1/main/executions/{one}").json()
            assert execution["state"]["current"] == "SUCCESS"
            assert [run["taskId"] for run in execution["taskRunList"]] == ["nap", "after"]


@pytest.mark.parametrize("host", [EVERYWHERE, "192.168.1.2", "::", "falcon.example"])
def test_others_are_not_let_in_unknown(host):
    with pytest.raises(ForbiddenError, match=r"127\.0\.0\.1"):
        check_address(host, is_open=True)
    with pytest.raises(ForbiddenError, match="Nobody can sign in"):
        check_address(host, is_open=False, can_sign_in=False)
    check_address(host, is_open=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_this_machine_may_come_in(host):
    assert is_loopback(host)
    check_address(host, is_open=True)
    check_address(host, is_open=False, can_sign_in=False)


def test_the_command_refuses_too(environment):
    refused = cli(environment, "server", "--no-auth", "--host", EVERYWHERE)
    assert (refused.returncode, "127.0.0.1" in refused.stderr) == (2, True)
