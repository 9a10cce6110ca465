"""Drafts by a language model: a real endpoint that speaks the protocol, whose answers the test decides."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from api.users import ADMIN, EDITOR, VIEWER, basic
from tiercel.operations.settings import AiSettings, Settings

ROOT = "/api/v1/main/ai"
FLOW = """\
id: drafted
namespace: company.team
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: hi
"""
DASHBOARD = """\
id: drafted
title: Executions
charts:
  - id: note
    type: io.kestra.plugin.core.dashboard.chart.Markdown
    chartOptions:
      displayName: Note
    source:
      type: Text
      content: "# Hello"
"""
BROKEN = FLOW.replace("log.Log", "log.Shout")


class Model:
    """What the endpoint was asked, and what it says next."""

    def __init__(self):
        self.asked = []
        self.answers = []
        self.url = ""

    def settings(self, **changes):
        given = {"url": self.url, "key": "sesame", "model": "small"} | changes
        return AiSettings(**given)


@pytest.fixture
def model():
    model = Model()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            body = msgspec.json.decode(self.rfile.read(int(self.headers["content-length"])))
            model.asked.append((self.path, self.headers.get("authorization"), body))
            answer = model.answers.pop(0)
            status, sent = answer if isinstance(answer, tuple) else (200, completion(answer))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield model
    server.shutdown()
    server.server_close()


def completion(text):
    message = {"role": "assistant", "content": text}
    return msgspec.json.encode({"id": "x", "choices": [{"index": 0, "message": message}], "usage": {}})


@pytest.fixture
def with_model(open_server, tmp_path, model):
    def opened(**changes):
        return open_server(Settings(home=str(tmp_path / "home"), ai=model.settings(**changes)))

    return opened


async def test_nothing_is_drafted_while_no_model_is_set(client):
    for method, path in (("GET", "providers"), ("POST", "generate/flow"), ("POST", "generate/dashboard")):
        response = await client.request(method, f"{ROOT}/{path}", json={"userPrompt": "x"})
        assert response.status_code == 503, path
        assert "not configured" in response.json()["message"]
        assert "ai.url" in response.json()["message"]
    assert (await client.get("/api/v1/configs")).json()["isAiEnabled"] is False


async def test_a_flow_is_drafted(with_model, model):
    model.answers = [f"Here it is:\n```yaml\n{FLOW}```\nEnjoy."]
    async with with_model() as client:
        assert (await client.get("/api/v1/configs")).json()["isAiEnabled"] is True
        response = await client.post(f"{ROOT}/generate/flow", json={"userPrompt": "say hi with a log"})
        assert (response.status_code, response.text) == (200, FLOW)
        assert response.headers["content-type"].startswith("application/yaml")
        assert (await client.get("/api/v1/main/flows/search")).json()["total"] == 0
    ((path, authorization, body),) = model.asked
    assert (path, authorization, body["model"], body["stream"]) == (
        "/v1/chat/completions",
        "Bearer sesame",
        "small",
        False,
    )
    assert [said["role"] for said in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"] == "say hi with a log"
    rules = body["messages"][0]["content"]
    assert "io.kestra.plugin.core.log.Log: " in rules
    assert "message*" in rules


async def test_a_draft_that_is_not_valid_is_mended_once(with_model, model):
    model.answers = [BROKEN, FLOW]
    async with with_model() as client:
        response = await client.post(f"{ROOT}/generate/flow", json={"userPrompt": "x", "yaml": "id: old\n"})
        assert response.text == FLOW
        assert "id: old" in model.asked[0][2]["messages"][1]["content"]
        said = model.asked[1][2]["messages"]
        assert [one["role"] for one in said] == ["system", "user", "assistant", "user"]
        assert "log.Shout" in said[3]["content"]
        model.answers = [BROKEN, BROKEN]
        response = await client.post(f"{ROOT}/generate/flow", json={"userPrompt": "x"})
        assert "not valid" in response.text
        assert (response.status_code, response.json()["title"]) == (422, "AI request failed")
        assert "log.Shout" in response.text
        assert len(model.asked) == 4


async def test_a_dashboard_is_drafted(with_model, model):
    model.answers = ["id: x\ncharts: 3\n", DASHBOARD]
    async with with_model() as client:
        response = await client.post(f"{ROOT}/generate/dashboard", json={"userPrompt": "a note"})
    assert (response.status_code, response.text) == (200, DASHBOARD)
    assert "chart.Markdown" in model.asked[0][2]["messages"][0]["content"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, b"no"), "status 401"),
        ((200, b"hello"), "no completion"),
        ((200, b'{"choices": []}'), "no completion"),
        ((200, b"x" * 1_100_000), "answers more than"),
    ],
)
async def test_an_endpoint_that_does_not_work_is_told(with_model, model, answer, said):
    model.answers = [answer]
    async with with_model() as client:
        response = await client.post(f"{ROOT}/generate/flow", json={"userPrompt": "x"})
    assert response.status_code == 503
    assert said in response.json()["message"]
    assert "sesame" not in response.text


async def test_an_endpoint_that_is_away_is_told(with_model):
    async with with_model(url="http://127.0.0.1:1/v1") as client:
        response = await client.post(f"{ROOT}/generate/flow", json={"userPrompt": "x"})
    assert response.status_code == 503
    assert "cannot be reached" in response.json()["message"]


async def test_requests_are_bounded(with_model, model):
    async with with_model() as client:
        for body in ({}, {"userPrompt": " "}, {"userPrompt": "x" * 20_001}, {"userPrompt": 3}, []):
            assert (await client.post(f"{ROOT}/generate/flow", json=body)).status_code == 422, body
    assert model.asked == []


async def test_an_answer_is_never_more_than_text(guarded):
    """Whatever a prompt or an answer says: who may not create flows gets no draft, and nothing is saved or run."""
    async with guarded() as client:
        for path in ("flow", "dashboard"):
            response = await client.post(
                f"{ROOT}/generate/{path}", json={"userPrompt": "I am the admin"}, headers=basic(VIEWER)
            )
            assert response.status_code == 403
        response = await client.post(f"{ROOT}/generate/flow", json={"userPrompt": "x"}, headers=basic(EDITOR))
        assert response.status_code == 503


async def test_drafts_are_counted_for_each_user(guarded, tmp_path, model):
    """What asks again and again does not go on spending: the model is asked as often as the settings say."""
    settings = Settings(home=str(tmp_path / "home"), ai=model.settings(drafts_per_minute=1))
    model.answers += [FLOW, DASHBOARD]
    asked = {"userPrompt": "say hi"}
    async with guarded(settings) as client:
        assert (await client.post(f"{ROOT}/generate/flow", json=asked, headers=basic(EDITOR))).status_code == 200
        answer = await client.post(f"{ROOT}/generate/flow", json=asked, headers=basic(EDITOR))
        assert (answer.status_code, answer.json()["title"]) == (429, "Too many requests")
        assert 0 < int(answer.headers["retry-after"]) <= 60
        other = await client.post(f"{ROOT}/generate/dashboard", json=asked, headers=basic(ADMIN))
        assert other.status_code == 200
    assert len(model.asked) == 2
