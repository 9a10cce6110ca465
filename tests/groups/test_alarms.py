"""Alarms and messages to chats beyond the first, against a real web server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groups.conftest import Run
from tasks.web_server import WebServer
from tiercel.plugins import TaskError
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
    "error": '<b> & {{ x }} "',
}
FACTS = {
    "Execution": "e1",
    "Started": "2026-01-02T03:04:05Z",
    "Duration": "PT3S",
    "Failed task": "load",
    "Error": '<b> & {{ x }} "',
}
TEXT = "\n".join(("company.orders: FAILED", "look", *(f"{name}: {value}" for name, value in FACTS.items())))
LINKED = f"{TEXT}\nTeam: data\nhttp://here/ui/e1"
TOLD = {"executionId": "e1", "customMessage": "look", "customFields": {"Team": "data"}}
DETAILS = {**FACTS, "Team": "data", "Link": "http://here/ui/e1"}


def sent(server: WebServer) -> Any:
    assert server.requests[-1]["method"] == "POST"
    return json.loads(server.requests[-1]["body"])


@pytest.fixture
def told(host: MemoryHost) -> None:
    host.answers["executions.get"] = EXECUTION


@pytest.mark.parametrize(
    "name",
    [
        "googleworkspace.chat.GoogleChatIncomingWebhook",
        "notifications.google.GoogleChatIncomingWebhook",
        "notifications.pagerduty.PagerDutyAlert",
        "opsgenie.OpsgenieAlert",
        "pagerduty.PagerDutyAlert",
        "slack.notifications.SlackIncomingWebhook",
        "squadcast.SquadcastIncomingWebhook",
        "zenduty.ZendutyAlert",
        "zulip.ZulipIncomingWebhook",
    ],
)
def test_a_payload_is_sent_as_it_is(run: Run, server: WebServer, name: str) -> None:
    run(name, url=f"{server.url}/hook", payload='{"a": ["é", 1]}', options={"headers": {"X-Team": "data"}})
    assert sent(server) == {"a": ["é", 1]}
    assert server.requests[-1]["headers"]["Content-Type"] == "application/json"
    assert server.requests[-1]["headers"]["X-Team"] == "data"
    with pytest.raises(TaskError, match="payload is not"):
        run(name, url=server.url, payload="[1]")


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        (
            "pagerduty.PagerDutyExecution",
            {"routingKey": "k", "eventAction": "resolve", "deduplicationKey": "d", "payload": '{"client": "me"}'},
            {
                "routing_key": "k",
                "event_action": "resolve",
                "dedup_key": "d",
                "client": "me",
                "links": [{"href": "http://here/ui/e1", "text": "The execution"}],
                "payload": {
                    "summary": "company.orders: FAILED\nlook",
                    "source": "http://here/ui/e1",
                    "severity": "error",
                    "custom_details": DETAILS,
                },
            },
        ),
        (
            "zenduty.ZendutyExecution",
            {"alertType": "CRITICAL", "entityId": "x", "urls": ["http://wiki"], "summary": "s"},
            {
                "message": "company.orders: FAILED",
                "summary": "s",
                "alert_type": "critical",
                "entity_id": "x",
                "payload": DETAILS,
                "urls": [
                    {"link_url": "http://here/ui/e1", "link_text": "http://here/ui/e1"},
                    {"link_url": "http://wiki", "link_text": "http://wiki"},
                ],
            },
        ),
        (
            "squadcast.SquadcastExecution",
            {"message": "m", "priority": "P1", "eventId": "x", "tags": {"team": "data"}},
            {
                "message": "m",
                "description": LINKED,
                "priority": "P1",
                "status": "trigger",
                "event_id": "x",
                "tags": {"team": "data"},
            },
        ),
        (
            "opsgenie.OpsgenieExecution",
            {
                "message": "m" * 200,
                "alias": "a",
                "responders": {"t1": "team"},
                "visibleTo": {"u1": "user"},
                "tags": ["x", "y"],
                "priority": "P1",
            },
            {
                "message": "m" * 130,
                "description": LINKED,
                "details": DETAILS,
                "alias": "a",
                "responders": [{"id": "t1", "type": "team"}],
                "visibleTo": [{"id": "u1", "type": "user"}],
                "tags": ["x", "y"],
                "priority": "P1",
            },
        ),
        (
            "zulip.ZulipExecution",
            {"channel": "c", "username": "u", "iconEmoji": ":x:", "iconUrl": "http://i"},
            {"text": LINKED, "channel": "c", "username": "u", "icon_emoji": ":x:", "icon_url": "http://i"},
        ),
        ("googleworkspace.chat.GoogleChatExecution", {}, {"text": LINKED}),
        ("googleworkspace.chat.GoogleChatExecution", {"text": "t", "payload": '{"a": 1}'}, {"text": "t", "a": 1}),
    ],
)
@pytest.mark.usefixtures("told")
def test_an_execution_is_told_of(
    run: Run, server: WebServer, name: str, properties: dict[str, Any], expected: dict[str, Any]
) -> None:
    run(name, url=server.url, **TOLD, **properties)
    assert sent(server) == expected


@pytest.mark.parametrize(("state", "severity"), [("SUCCESS", "info"), ("WARNING", "warning"), ("KILLED", "warning")])
def test_the_state_tells_how_grave_an_alarm_is(
    run: Run, host: MemoryHost, server: WebServer, state: str, severity: str
) -> None:
    host.answers["executions.get"] = {**EXECUTION, "state": state, "link": None}
    run("pagerduty.PagerDutyExecution", url=server.url, **TOLD)
    assert sent(server)["payload"]["severity"] == severity
    assert sent(server)["event_action"] == "trigger"
    assert "links" not in sent(server)
    run("zenduty.ZendutyExecution", url=server.url, **TOLD)
    assert sent(server)["alert_type"] == severity


@pytest.mark.parametrize("token", ["k", "GenieKey k"])
@pytest.mark.usefixtures("told")
def test_the_key_of_opsgenie_is_in_a_header(run: Run, server: WebServer, token: str) -> None:
    run("opsgenie.OpsgenieAlert", url=server.url, authorizationToken=token, payload="{}")
    assert server.requests[-1]["headers"]["Authorization"] == "GenieKey k"
    run("opsgenie.OpsgenieExecution", url=server.url, authorizationToken=token, **TOLD)
    assert server.requests[-1]["headers"]["Authorization"] == "GenieKey k"


TELEGRAM = {"token": "s3cret", "channel": "42"}


def test_a_text_goes_to_telegram(run: Run, server: WebServer) -> None:
    run("telegram.TelegramSend", endpointOverride=server.url, **TELEGRAM, payload="*hi*", parseMode="MARKDOWNV2")
    assert sent(server) == {"chat_id": "42", "text": "*hi*", "parse_mode": "MarkdownV2"}
    assert server.requests[-1]["path"] == "/bots3cret/sendMessage"
    with pytest.raises(TaskError, match="payload must be the text"):
        run("telegram.TelegramSend", endpointOverride=server.url, **TELEGRAM)
    with pytest.raises(TaskError, match="5000 characters"):
        run("telegram.TelegramSend", endpointOverride=server.url, **TELEGRAM, payload="x" * 5000)


@pytest.mark.usefixtures("told")
def test_telegram_is_told_of_an_execution_in_plain_text(run: Run, server: WebServer) -> None:
    run("telegram.TelegramExecution", endpointOverride=server.url, **TELEGRAM, **TOLD, parseMode="HTML")
    assert sent(server) == {"chat_id": "42", "text": LINKED}
    run(
        "telegram.TelegramExecution",
        endpointOverride=server.url,
        **TELEGRAM,
        **TOLD,
        payload="<b>x</b>",
        parseMode="HTML",
    )
    assert sent(server) == {"chat_id": "42", "text": "<b>x</b>", "parse_mode": "HTML"}


def test_the_token_of_a_bot_does_not_show(run: Run, server: WebServer) -> None:
    server.answers["/bots3cret/sendMessage"] = (404, {}, b"no such bot")
    with pytest.raises(TaskError, match="404") as caught:
        run("telegram.TelegramSend", endpointOverride=server.url, **TELEGRAM, payload="x")
    assert "s3cret" not in str(caught.value)


def dsn(server: WebServer) -> str:
    return server.url.replace("http://", "http://abc123@") + "/in/7"


@pytest.mark.usefixtures("told")
def test_sentry_is_told_of_an_execution(run: Run, server: WebServer) -> None:
    run(
        "sentry.SentryExecution",
        dsn=dsn(server),
        endpointType="STORE",
        eventId="fc6d8c0c-43fc-4630-ad85-0ee518f1b9d0",
        platform="PYTHON",
        level="FATAL",
        serverName="here",
        extra={"x": 1},
        errors={"type": "t"},
        payload='{"release": "1"}',
        **TOLD,
    )
    event = sent(server)
    assert event.pop("timestamp")
    assert event == {
        "event_id": "fc6d8c0c43fc4630ad850ee518f1b9d0",
        "platform": "python",
        "level": "fatal",
        "transaction": "company.orders",
        "server_name": "here",
        "message": {"message": LINKED},
        "extra": {**DETAILS, "x": 1},
        "errors": {"type": "t"},
        "release": "1",
    }
    address = "/in/api/7/store/?sentry_version=7&sentry_client=tiercel&sentry_key=abc123"
    assert server.requests[-1]["path"] == address


def test_an_event_is_sent_in_an_envelope(run: Run, server: WebServer) -> None:
    run("sentry.SentryAlert", dsn=dsn(server))
    head, item, event, rest = server.requests[-1]["body"].split("\n")
    assert rest == ""
    assert json.loads(head)["event_id"] == json.loads(event)["event_id"]
    assert json.loads(item) == {"type": "event", "length": len(event.encode()), "content_type": "application/json"}
    assert json.loads(event)["level"] == "error"
    assert json.loads(event)["extra"]["Flow ID"]
    assert server.requests[-1]["path"].startswith("/in/api/7/envelope/?")
    run("sentry.SentryAlert", dsn=dsn(server), endpointType="STORE", payload='{"level": "info"}')
    assert sent(server).keys() == {"event_id", "timestamp", "level"}


@pytest.mark.parametrize(
    ("payload", "message"),
    [('{"event_id": "x"}', "32 hexadecimal digits"), (json.dumps({"x": "y" * 1024 * 1024}), "Sentry takes 1048576")],
)
def test_what_sentry_would_refuse_is_said(run: Run, server: WebServer, payload: str, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("sentry.SentryAlert", dsn=dsn(server), payload=payload)
    assert server.requests == []
