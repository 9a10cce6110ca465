"""Class 9: nothing that an expression or a task asks for leads to the inside of the system.

Names are resolved once, and the connection goes to the address that was checked. What answers here is a real server.
"""

from __future__ import annotations

import socket

import pytest

from tasks.web_server import WebServer
from tiercel.worker.remote import is_inner_address

ROOT = "/api/v1/main"
INNER = [
    *("169.254.169.254", "169.254.170.2", "0.0.0.0", "::", "fe80::1", "fe80::1%2", "224.0.0.1", "ff02::1"),  # noqa: S104 (to be refused)
    *("::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254"),
    *("100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254", "::ffff:0.0.0.0"),
]
SPELLINGS = [
    *("http://169.254.169.254/", "http://2852039166/", "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/"),
    *("http://169.254.43518/", "http://[::ffff:169.254.169.254]/", "http://[::ffff:a9fe:a9fe]/", "http://0/"),
    *("http://user@169.254.169.254/", "http://169.254.169.254:80#@example.com/", "http://169.254.169.254./"),
    *("http://[::]/", "http://0.0.0.0/", "http://169。254。169。254/"),
]
SCHEMES = [
    *("file:///etc/passwd", "gopher://127.0.0.1:25/_x", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/", "//127.0.0.1/"),
    *(
        "jar:http://127.0.0.1!/",
        "http:///x",
        "http://",
        "data:text/plain,x",
        "unix:///var/run/docker.sock",
        "http://[/",
    ),
]
FLOW = """\
id: ask
namespace: dev
inputs: [{id: address, type: STRING}]
tasks:
  - id: function
    type: io.kestra.plugin.core.debug.Return
    format: "{{ http(uri=inputs.address) }}"
    allowFailure: true
  - id: task
    type: io.kestra.plugin.core.http.Request
    uri: "{{ inputs.address }}"
    timeout: PT10S
    allowFailure: true
"""


@pytest.mark.parametrize("address", INNER)
def test_every_way_to_write_an_inner_address_is_known(address):
    assert is_inner_address(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "93.184.216.34", "::1", "2606:2800:220:1::1", "fd00::1"])
def test_addresses_of_networks_of_ones_own_may_be_asked(address):
    """A workflow has to reach the services beside it; what it must not reach is what speaks for the machine itself."""
    assert not is_inner_address(address)


async def asked(start, address):
    ran = await start("ask", files={"address": (None, address)})
    return {run["taskId"]: run["state"]["current"] for run in ran["taskRunList"]}


async def test_no_spelling_and_no_scheme_gets_in(save, start):
    await save(FLOW)
    for address in (*SPELLINGS, *SCHEMES):
        assert set((await asked(start, address)).values()) == {"WARNING"}, address


async def test_a_redirect_does_not_lead_inside(save, start):
    await save(FLOW)
    with WebServer() as server:
        server.answers["/"] = (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
        found = await asked(start, server.url + "/")
        assert found["task"] == "WARNING"
        assert [request["path"] for request in server.requests] == ["/", "/"]


async def test_a_name_that_changes_its_mind_gains_nothing(save, start, monkeypatch):
    """A name is looked up as often as an attacker likes; what is connected to is what was checked."""
    await save(FLOW)
    real, answers = socket.getaddrinfo, []

    def rebinding(host, *rest, **named):
        if host != "rebinding.example":
            return real(host, *rest, **named)
        answers.append(server.url if not answers else "169.254.169.254")
        address = "127.0.0.1" if len(answers) == 1 else "169.254.169.254"
        return real(address, *rest, **named)

    with WebServer() as server:
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        port = server.url.rpartition(":")[2]
        found = await asked(start, f"http://rebinding.example:{port}/")
        assert found == {
            "function": "SUCCESS",
            "task": "WARNING",
        }  # the second look-up is another request's, and refused
        assert len(answers) == 2
        assert [request["headers"]["Host"] for request in server.requests] == [f"rebinding.example:{port}"]
