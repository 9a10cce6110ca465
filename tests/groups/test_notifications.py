"""Messages to chats, against a real web server, and e-mail, against a real mail server."""

from __future__ import annotations

import email
import json
import socket
import ssl
import subprocess
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from groups.conftest import Run
from groups.test_compress import tool
from tasks.web_server import WebServer
from tiercel.operations.settings import ServerSettings, Settings
from tiercel.plugins import TaskError
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost

EXECUTION = {
    "id": "e1",
    "namespace": "company",
    "flowId": "orders",
    "state": "FAILED",
    "startDate": "2026-01-02T03:04:05Z",
    "duration": "PT3S",
    "link": "http://here/ui/e1",
    "firstFailed": {"taskId": "load"},
    "error": "<b> & {{ x }}",
}


def sent(server: WebServer) -> Any:
    assert server.requests[-1]["method"] == "POST"
    assert server.requests[-1]["headers"]["Content-Type"] == "application/json"
    return json.loads(server.requests[-1]["body"])


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("slack.SlackIncomingWebhook", {"messageText": 'it\'s "in"'}, {"text": 'it\'s "in"'}),
        ("slack.SlackIncomingWebhook", {"payload": '{"text": "a"}', "messageText": "b"}, {"text": "b"}),
        ("discord.DiscordIncomingWebhook", {"payload": '{"content": "a"}'}, {"content": "a"}),
        ("microsoft365.teams.TeamsIncomingWebhook", {"payload": '{"text": "é"}'}, {"text": "é"}),
        ("notifications.slack.SlackIncomingWebhook", {"payload": '{"text": "a"}'}, {"text": "a"}),
    ],
)
def test_a_message_is_sent(run: Run, server: WebServer, name: str, properties: dict[str, Any], expected: Any) -> None:
    run(name, url=f"{server.url}/hook", options={"headers": {"X-Team": "data"}}, **properties)
    assert sent(server) == expected
    assert server.requests[-1]["headers"]["X-Team"] == "data"


def test_the_address_of_a_webhook_does_not_show(run: Run, server: WebServer) -> None:
    server.answers["/hook/s3cret"] = (403, {}, b"no_service")
    with pytest.raises(TaskError, match="403") as caught:
        run("slack.SlackIncomingWebhook", url=f"{server.url}/hook/s3cret", messageText="x")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(TaskError, match="the webhook") as caught:
        run("slack.SlackIncomingWebhook", url="http://127.0.0.1:1/s3cret", messageText="x")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("payload", ["no json", "[1]"])
def test_a_payload_must_be_a_map(run: Run, server: WebServer, payload: str) -> None:
    with pytest.raises(TaskError, match="payload is not"):
        run("discord.DiscordIncomingWebhook", url=server.url, payload=payload)
    assert server.requests == []


def test_slack_is_told_of_an_execution(run: Run, host: MemoryHost, server: WebServer) -> None:
    host.answers["executions.get"] = EXECUTION
    host.variables["execution"] = {"id": "execution1"}
    run(
        "slack.SlackExecution",
        url=server.url,
        executionId="e1",
        customMessage="look <!here>",
        customFields={"Team": "data"},
        payload='{"unfurl_links": false}',
    )
    assert ("executions.get", {"execution_id": "e1"}) in host.calls
    message = sent(server)
    assert message["text"] == "company.orders: FAILED"
    assert message["unfurl_links"] is False
    shown = json.dumps(message["attachments"])
    for part in ("*company.orders: FAILED*", "look &lt;!here&gt;", "load", "PT3S", "data", "<http://here/ui/e1|"):
        assert part in shown
    assert "&lt;b&gt; &amp; {{ x }}" in shown


def test_an_execution_tells_of_itself_when_no_other_is_named(run: Run, host: MemoryHost, server: WebServer) -> None:
    host.answers["executions.get"] = EXECUTION
    host.variables["execution"] = {"id": "execution1"}
    run("slack.SlackExecution", url=server.url)
    assert ("executions.get", {"execution_id": "execution1"}) in host.calls


def test_discord_is_told_of_an_execution(run: Run, host: MemoryHost, server: WebServer) -> None:
    host.answers["executions.get"] = EXECUTION
    host.variables["execution"] = {"id": "execution1"}
    run("discord.DiscordExecution", url=server.url, username="T", embedList=[{"title": "more", "color": [255, 0, 1]}])
    message = sent(server)
    assert message["username"] == "T"
    assert message["allowed_mentions"] == {"parse": []}
    first, second = message["embeds"]
    assert first["title"] == "company.orders: FAILED"
    assert first["url"] == "http://here/ui/e1"
    assert {"name": "Failed task", "value": "load", "inline": True} in first["fields"]
    assert second == {"title": "more", "color": 0xFF0001}


def test_teams_is_told_of_an_execution(run: Run, host: MemoryHost, server: WebServer) -> None:
    host.answers["executions.get"] = EXECUTION
    host.variables["execution"] = {"id": "execution1"}
    run("microsoft365.teams.TeamsExecution", url=server.url, activityTitle="Orders", customMessage="look")
    card = sent(server)["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert card["body"][0]["items"][0]["text"] == "Orders"
    assert [block["text"] for block in card["body"][1:3]] == ["company.orders: FAILED", "look"]
    assert {"title": "Failed task", "value": "load"} in card["body"][3]["facts"]
    assert card["actions"][0]["url"] == "http://here/ui/e1"


FLOW = """
id: alert
namespace: company.team
tasks:
  - id: before
    type: io.kestra.plugin.core.debug.Return
    format: x
  - id: tell
    type: io.kestra.plugin.slack.SlackExecution
    url: "%s"
    customFields:
      Team: "{{ flow.namespace }}"
"""


def test_a_flow_tells_of_its_own_execution(server: WebServer) -> None:
    settings = Settings(server=ServerSettings(url="https://flows.example.com"))
    ended = run_flow(FLOW % server.url, settings=settings)
    assert ended.state == "SUCCESS", ended.messages()
    shown = json.dumps(sent(server))
    assert "company.team.alert: RUNNING" in shown
    assert f"<https://flows.example.com/ui/main/executions/company.team/alert/{ended.execution.id}|" in shown


class Inbox:
    """Keeps what a mail server takes."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.logins: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 (a name the library calls)
        if "refused@example.com" in envelope.rcpt_tos:
            return "554 no"
        message: Any = email.message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos, message))
        return "250 OK"

    def login(self, _server: object, _session: object, _envelope: object, mechanism: str, data: Any) -> AuthResult:
        self.logins.append((mechanism, data.login.decode()))
        return AuthResult(success=data.password == b"s3cret", handled=False)  # so that the server says no


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificate")
    path = directory / "both.pem"
    command = [tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", str(path), "-out", str(directory / "c.pem")], check=True, capture_output=True)
    path.write_text(path.read_text() + (directory / "c.pem").read_text())
    return path


@pytest.fixture(params=["SMTP", "SMTPS", "SMTP_TLS"])
def mail(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[Inbox, dict[str, Any]]]:
    inbox = Inbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    ways: dict[str, dict[str, Any]] = {
        "SMTP": {"auth_require_tls": False},
        "SMTPS": {"ssl_context": context, "auth_require_tls": False},
        "SMTP_TLS": {"tls_context": context, "require_starttls": True},
    }
    options = ways[request.param]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, authenticator=inbox.login, **options)
    controller.start()
    trusted = {} if request.param == "SMTP" else {"trustedHosts": ["127.0.0.1"]}
    yield inbox, {"host": "127.0.0.1", "port": port, "transportStrategy": request.param, **trusted}
    controller.stop()


def test_an_e_mail_arrives(run: Run, host: MemoryHost, mail: tuple[Inbox, dict[str, Any]]) -> None:
    inbox, where = mail
    pixel = host.put("pixel.png", b"\x89PNG")
    run(
        "email.MailSend",
        **where,
        username="flows",
        password="s3cret",
        from_="Flows <flows@example.com>",
        to="a@example.com, B <b@example.com>",
        cc="c@example.com",
        subject="Orders é",
        htmlTextContent='<p>in <img src="cid:pixel"></p>',
        plainTextContent="in",
        attachments=[{"name": "orders.csv", "uri": host.put("o.csv", b"a,b\n"), "contentType": "text/csv"}],
        embeddedImages=f'[{{"name": "pixel", "uri": "{pixel}", "contentType": "image/png"}}]',
    )
    receivers, message = inbox.letters[0]
    assert receivers == ["a@example.com", "b@example.com", "c@example.com"]
    assert message["Subject"] == "Orders é"
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    assert parts["text/plain"].get_content().strip() == "in"
    assert "cid:pixel" in parts["text/html"].get_content()
    assert parts["text/csv"].get_filename() == "orders.csv"
    assert parts["image/png"]["Content-ID"] == "<pixel>"
    assert inbox.logins[0][1] == "flows"
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_an_e_mail_tells_of_an_execution(run: Run, host: MemoryHost, mail: tuple[Inbox, dict[str, Any]]) -> None:
    inbox, where = mail
    host.answers["executions.get"] = EXECUTION
    host.variables["execution"] = {"id": "execution1"}
    run("email.MailExecution", **where, from_="f@example.com", to="a@example.com;b@example.com", executionId="e1")
    receivers, message = inbox.letters[0]
    assert receivers == ["a@example.com", "b@example.com"]
    assert message["Subject"] == "company.orders: FAILED"
    page: Any = message.get_body(("html",))
    assert "&lt;b&gt; &amp; {{ x }}" in page.get_content()
    assert "http://here/ui/e1" in page.get_content()


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"to": "refused@example.com"}, "was not sent by"),
        ({"subject": "a\nBcc: x@example.com"}, "head of the e-mail"),
        ({"attachments": "no json"}, "attachments is no JSON list"),
        ({"attachments": [{"name": "x"}]}, "needs `uri`"),
        ({"username": "u", "password": "wrong"}, "was not sent by"),
    ],
)
def test_an_e_mail_that_is_not_sent(
    run: Run, mail: tuple[Inbox, dict[str, Any]], properties: dict[str, Any], message: str
) -> None:
    inbox, where = mail
    with pytest.raises(TaskError, match=message):
        run("email.MailSend", **{**where, "from": "f@example.com", "to": "a@example.com", "subject": "x", **properties})
    assert inbox.letters == []


def test_certificates_are_checked(run: Run, mail: tuple[Inbox, dict[str, Any]]) -> None:
    inbox, where = mail
    if where["transportStrategy"] == "SMTP":
        return
    with pytest.raises(TaskError, match="CERTIFICATE_VERIFY_FAILED"):
        run("email.MailSend", **{**where, "from": "f@example.com", "to": "a@example.com", "trustedHosts": []})
    assert inbox.letters == []


def test_an_e_mail_needs_a_server_and_people(run: Run) -> None:
    with pytest.raises(TaskError, match="needs `host`, `from` and `to`"):
        run("email.MailSend", host="127.0.0.1", subject="x")
