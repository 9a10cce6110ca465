"""Class 21: a fresh server is nobody's: no user, no password, no way in but the token it prints."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cli.served import COMMAND

ROOT = "/api/v1/main"
GUESSES = [
    *("admin:admin", "admin@kestra.io:kestra", "root:root", "tiercel:tiercel", "admin@x.org:", ":", "admin:password"),
]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2"])  # noqa: S104 (what must be refused)
def test_everybody_is_let_in_on_this_machine_only(tmp_path, host):
    environment = {"PATH": os.environ["PATH"], "TIERCEL_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(
        [*COMMAND, "server", "--no-auth", "--host", host, "--port", "1"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "--no-auth serves this machine only" in ended.stdout + ended.stderr


async def test_a_fresh_server_has_no_way_in_that_can_be_guessed(open_server):
    async with open_server(is_open=False) as client:
        for guess in GUESSES:
            name, _, password = guess.partition(":")
            login = await client.post("/api/v1/login", json={"username": name, "password": password})
            assert login.status_code in {401, 429}
            assert (await client.get(f"{ROOT}/flows/search", auth=(name, password))).status_code in {401, 429}
        new = {"username": "me@x.org", "password": "Correct-Horse-1"}
        for token in (None, "", "x", "setup", 1, ["x"], {"a": 1}, "0" * 64):
            answer = await client.post(f"{ROOT}/basicAuth", json=new | {"setupToken": token})
            assert answer.status_code in {401, 403, 422, 429}, token
        assert (await client.get("/api/v1/configs/login")).json()["isBasicAuthInitialized"] is False
