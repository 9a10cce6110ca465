"""OpenAI, against a server that answers as it does."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from groups.conftest import Run
from tasks.web_server import WebServer
from tiercel.plugins import TaskError
from tiercel.plugins.check import check_properties
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def ask(run: Run, host: MemoryHost, server: WebServer) -> Run:
    def run_task(name: str, **properties: Any) -> Any:
        host.configurations[f"io.kestra.plugin.openai.{name}"] = {"baseUrl": f"{server.url}/v1/"}
        return run(f"openai.{name}", apiKey="s3cret", **properties)

    return run_task


def answers(server: WebServer, path: str, answer: Any, status: int = 200) -> None:
    server.answers[path] = (status, JSON, json.dumps(answer).encode())


def sent(server: WebServer) -> Any:
    assert server.requests[-1]["headers"]["Authorization"] == "Bearer s3cret"
    return json.loads(server.requests[-1]["body"])


CHOICES = [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]
CHAT = {
    "id": "c1",
    "object": "chat.completion",
    "model": "m-1",
    "choices": CHOICES,
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


def test_a_conversation(ask: Run, host: MemoryHost, server: WebServer) -> None:
    answers(server, "/v1/chat/completions", CHAT)
    said = [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello", "name": "ana"}]
    outputs = ask("ChatCompletion", model="m", messages=said, prompt="and?", user="me")
    assert outputs == CHAT
    assert sent(server) == {
        "model": "m",
        "messages": [*said, {"role": "user", "content": "and?"}],
        "temperature": 1.0,
        "n": 1,
        "user": "me",
    }
    assert {(name, value) for _, name, value, _ in host.metrics} == {
        ("usage.prompt_tokens", 3),
        ("usage.completion_tokens", 2),
        ("usage.total_tokens", 5),
    }


def test_how_a_model_answers_can_be_said(ask: Run, server: WebServer) -> None:
    answers(server, "/v1/chat/completions", CHAT)
    function = {
        "name": "rank",
        "description": "d",
        "parameters": [
            {"name": "p", "description": "e", "type": "string", "enumValues": ["a", "b"], "required": True},
            {"name": "q", "description": "f", "type": "number"},
        ],
    }
    ask(
        "ChatCompletion",
        model="m",
        prompt="x",
        temperature=0.5,
        topP=0.9,
        n=2,
        stop=["."],
        maxTokens=7,
        presencePenalty=0.1,
        frequencyPenalty=0.2,
        logitBias={"50256": -100},
        jsonResponseSchema='{"type": "object", "additionalProperties": false}',
        functions=[function],
        functionCall="rank",
    )
    body = sent(server)
    assert body.pop("messages") == [{"role": "user", "content": "x"}]
    assert body == {
        "model": "m",
        "temperature": 0.5,
        "top_p": 0.9,
        "n": 2,
        "stop": ["."],
        "max_completion_tokens": 7,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "logit_bias": {"50256": -100},
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "response",
                "schema": {"type": "object", "additionalProperties": False},
                "strict": True,
            },
        },
        "functions": [
            {
                "name": "rank",
                "description": "d",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "p": {"type": "string", "description": "e", "enum": ["a", "b"]},
                        "q": {"type": "number", "description": "f"},
                    },
                    "required": ["p"],
                },
            }
        ],
        "function_call": {"name": "rank"},
    }


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        ({"error": {"message": "no such model"}}, 404, "404.*(?s:.)*no such model"),
        (["x"], 200, "not a JSON map"),
    ],
)
def test_what_goes_wrong_is_said_without_the_key(
    ask: Run, server: WebServer, answer: Any, status: int, message: str
) -> None:
    answers(server, "/v1/chat/completions", answer, status)
    with pytest.raises(TaskError, match=message) as caught:
        ask("ChatCompletion", model="m", prompt="x")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("schema", ["{", "[1]"])
def test_a_schema_must_be_a_map(ask: Run, server: WebServer, schema: str) -> None:
    with pytest.raises(TaskError, match="jsonResponseSchema"):
        ask("ChatCompletion", model="m", prompt="x", jsonResponseSchema=schema)
    assert server.requests == []


def test_a_conversation_needs_something_to_say(ask: Run, registry: Registry) -> None:
    with pytest.raises(TaskError, match="needs messages or a prompt"):
        ask("ChatCompletion", model="m")
    task = registry.get_task("io.kestra.plugin.openai.ChatCompletion")
    found = list(check_properties(task, {"model": "m", "apiKey": "k"}))
    assert [one.path for one in found] == ["prompt"]


def test_an_answer_with_sources(ask: Run, server: WebServer) -> None:
    note = {"type": "url_citation", "url": "http://a"}
    answer = {
        "id": "r1",
        "output": [
            {"type": "web_search_call"},
            {
                "type": "message",
                "content": [
                    {"type": "output_text", "text": "one ", "annotations": [note, {"url": "http://b"}, note]},
                    {"type": "output_text", "text": "two"},
                    {"type": "refusal", "refusal": "x"},
                ],
            },
        ],
    }
    answers(server, "/v1/responses", answer)
    outputs = ask(
        "Responses",
        model="m",
        input=[{"role": "user", "content": "x"}],
        toolChoice="REQUIRED",
        tools=[{"type": "web_search_preview"}],
        maxOutputTokens=5,
        previousResponseId="r0",
        promptId="p",
        promptVariables={"a": "b"},
        parallelToolCalls=False,
        text={"format": {"type": "text"}},
        reasoning={"effort": "low"},
        topP=0.5,
        store=False,
    )
    assert outputs == {
        "responseId": "r1",
        "outputText": "one two",
        "sources": ["http://a", "http://b"],
        "rawResponse": answer,
    }
    assert sent(server) == {
        "model": "m",
        "input": [{"role": "user", "content": "x"}],
        "max_output_tokens": 5,
        "temperature": 1.0,
        "top_p": 0.5,
        "tools": [{"type": "web_search_preview"}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "text": {"format": {"type": "text"}},
        "reasoning": {"effort": "low"},
        "store": False,
        "previous_response_id": "r0",
        "prompt": {"id": "p", "variables": {"a": "b"}},
    }


def test_pictures_are_stored(ask: Run, host: MemoryHost, server: WebServer) -> None:
    address = f"{server.url}/made.png"
    server.answers["/made.png"] = (200, {"Content-Type": "image/png"}, b"second")
    made = {"data": [{"b64_json": base64.b64encode(b"first").decode()}, {"url": address}]}
    answers(server, "/v1/images/generations", made)
    outputs = ask("CreateImage", prompt="a falcon", n=2, size="SMALL", quality="HIGH")
    assert sent(server) == {"prompt": "a falcon", "model": "gpt-image-1", "n": 2, "size": "256x256", "quality": "high"}
    assert host.files[outputs["images"][0]] == b"first"
    assert outputs["images"][1] == address
    outputs = ask("CreateImage", prompt="a falcon", download=True)
    assert [host.files[uri] for uri in outputs["images"]] == [b"first", b"second"]
    assert "Authorization" not in server.requests[-1]["headers"]
    answers(server, "/v1/images/generations", {"data": [{}]})
    with pytest.raises(TaskError, match="neither a picture nor its address"):
        ask("CreateImage", prompt="a falcon")


def test_a_file_is_given(ask: Run, host: MemoryHost, server: WebServer) -> None:
    answers(server, "/v1/files", {"id": "file-1"})
    host.files["kestra:///a/notes.txt"] = b"some notes"
    assert ask("UploadFile", from_="kestra:///a/notes.txt", purpose="assistants") == {"fileId": "file-1"}
    body = server.requests[-1]["body"]
    assert 'name="purpose"\r\n\r\nassistants' in body
    assert 'filename="notes.txt"' in body
    assert "some notes" in body
    assert server.requests[-1]["headers"]["Authorization"] == "Bearer s3cret"
