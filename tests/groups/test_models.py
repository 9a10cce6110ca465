"""Models of several services, against a server that answers as each does."""

from __future__ import annotations

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
SAID = [
    {"type": "SYSTEM", "content": "be kind"},
    {"type": "USER", "content": "hello"},
    {"type": "AI", "content": "hi"},
    {"type": "USER", "contentBlocks": [{"type": "TEXT", "text": "and?"}]},
]
SETTINGS = {"temperature": 0.5, "topP": 0.9, "topK": 4, "seed": 7, "maxToken": 9}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
LIKE_OPENAI = {
    "choices": [{"message": {"content": "fine", "reasoning_content": "hm"}, "finish_reason": "length"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2},
}
OPENAI_SAID = [
    {"role": "system", "content": "be kind"},
    {"role": "user", "content": "hello"},
    {"role": "assistant", "content": "hi"},
    {"role": "user", "content": "and?"},
]
GEMINI = {
    "candidates": [
        {
            "content": {"parts": [{"text": "hm", "thought": True}, {"text": "fi"}, {"text": "ne"}]},
            "finishReason": "MAX_TOKENS",
        }
    ],
    "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2},
}
ANTHROPIC = {
    "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "fine"}],
    "stop_reason": "max_tokens",
    "usage": {"input_tokens": 3, "output_tokens": 2},
}
OLLAMA = {
    "message": {"content": "fine", "thinking": "hm"},
    "done_reason": "length",
    "prompt_eval_count": 3,
    "eval_count": 2,
}


def like_openai(name: str, limit: str = "max_tokens", seed: str = "seed") -> tuple[Any, ...]:
    provider = {
        "type": f"io.kestra.plugin.ai.provider.{name}",
        "apiKey": "s3cret",
        "modelName": "m",
        "baseUrl": "{url}",
    }
    body = {"model": "m", "messages": OPENAI_SAID, "temperature": 0.5, "top_p": 0.9, seed: 7, limit: 9}
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": False}}
    key = ("Authorization", "Bearer s3cret")
    return provider, "/chat/completions", LIKE_OPENAI, body, {"response_format": form}, key


SERVICES: list[tuple[Any, ...]] = [
    like_openai("OpenAI", "max_completion_tokens"),
    like_openai("DeepSeek"),
    like_openai("OpenRouter"),
    like_openai("MistralAI", seed="random_seed"),
    (
        {
            "type": "io.kestra.plugin.ai.provider.AzureOpenAI",
            "apiKey": "s3cret",
            "modelName": "m",
            "endpoint": "{url}",
            "serviceVersion": "v1",
        },
        "/openai/deployments/m/chat/completions",
        LIKE_OPENAI,
        {
            "model": "m",
            "messages": OPENAI_SAID,
            "temperature": 0.5,
            "top_p": 0.9,
            "seed": 7,
            "max_completion_tokens": 9,
        },
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": SCHEMA, "strict": False},
            }
        },
        ("api-key", "s3cret"),
    ),
    (
        {
            "type": "io.kestra.plugin.ai.provider.Anthropic",
            "apiKey": "s3cret",
            "modelName": "m",
            "baseUrl": "{url}/v1/",
        },
        "/v1/messages",
        ANTHROPIC,
        {
            "model": "m",
            "max_tokens": 9,
            "system": "be kind",
            "messages": OPENAI_SAID[1:],
            "temperature": 0.5,
            "top_p": 0.9,
            "top_k": 4,
        },
        {"system": f"be kind\n\nAnswer with JSON alone that follows this JSON Schema: {json.dumps(SCHEMA)}."},
        ("x-api-key", "s3cret"),
    ),
    (
        {
            "type": "io.kestra.plugin.ai.provider.GoogleGemini",
            "apiKey": "s3cret",
            "modelName": "m",
            "baseUrl": "{url}/v1beta",
        },
        "/v1beta/models/m:generateContent",
        GEMINI,
        {
            "contents": [
                {"role": "user", "parts": [{"text": "hello"}]},
                {"role": "model", "parts": [{"text": "hi"}]},
                {"role": "user", "parts": [{"text": "and?"}]},
            ],
            "systemInstruction": {"parts": [{"text": "be kind"}]},
            "generationConfig": {
                "temperature": 0.5,
                "topP": 0.9,
                "topK": 4,
                "seed": 7,
                "maxOutputTokens": 9,
                "thinkingConfig": {"includeThoughts": True},
            },
        },
        {
            "generationConfig": {
                "temperature": 0.5,
                "topP": 0.9,
                "topK": 4,
                "seed": 7,
                "maxOutputTokens": 9,
                "thinkingConfig": {"includeThoughts": True},
                "responseMimeType": "application/json",
                "responseJsonSchema": SCHEMA,
            }
        },
        ("x-goog-api-key", "s3cret"),
    ),
    (
        {"type": "io.kestra.plugin.ai.provider.Ollama", "modelName": "m", "endpoint": "{url}"},
        "/api/chat",
        OLLAMA,
        {
            "model": "m",
            "messages": OPENAI_SAID,
            "stream": False,
            "options": {"temperature": 0.5, "top_p": 0.9, "top_k": 4, "seed": 7, "num_predict": 9},
        },
        {"format": SCHEMA},
        None,
    ),
]
NAMES = [one[0]["type"].rpartition(".")[2] for one in SERVICES]


def at(server: WebServer, provider: dict[str, str]) -> dict[str, str]:
    return {name: value.replace("{url}", server.url) for name, value in provider.items()}


def answers(server: WebServer, path: str, answer: Any, status: int = 200) -> None:
    server.answers[path] = (status, JSON, json.dumps(answer).encode())


def sent(server: WebServer, key: tuple[str, str] | None = None) -> Any:
    headers = {name.lower(): value for name, value in server.requests[-1]["headers"].items()}
    if key is not None:
        assert headers[key[0].lower()] == key[1]
    assert "s3cret" not in server.requests[-1]["path"]
    return json.loads(server.requests[-1]["body"])


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_a_conversation(run: Run, host: MemoryHost, server: WebServer, service: tuple[Any, ...]) -> None:
    provider, path, answer, body, _, key = service
    answers(server, path, answer)
    configuration = {**SETTINGS, "returnThinking": True}
    outputs = run(
        "ai.completion.ChatCompletion", provider=at(server, provider), messages=SAID, configuration=configuration
    )
    assert outputs.pop("requestDuration") >= 0
    assert outputs == {
        "textOutput": "fine",
        "aiResponse": "fine",
        "thinking": "hm",
        "finishReason": "LENGTH",
        "tokenUsage": {"inputTokenCount": 3, "outputTokenCount": 2, "totalTokenCount": 5},
        "guardrailViolated": False,
        "intermediateResponses": [],
        "toolExecutions": [],
        "sources": [],
        "outputFiles": {},
    }
    assert sent(server, key) == body
    assert {(name, value) for _, name, value, _ in host.metrics} == {
        ("usage.input_tokens", 3),
        ("usage.output_tokens", 2),
    }


@pytest.mark.parametrize("service", SERVICES, ids=NAMES)
def test_an_answer_in_json(run: Run, server: WebServer, service: tuple[Any, ...]) -> None:
    provider, path, answer, body, form, _ = service
    answers(server, path, json.loads(json.dumps(answer).replace('"fine"', r'"```json\n{\"a\": 1}\n```"')))
    if path.endswith(":generateContent"):
        parts = [{"text": '{"a":'}, {"text": " 1}"}]
        answers(server, path, {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]})
    configuration = {**SETTINGS, "returnThinking": True, "responseFormat": {"type": "JSON", "jsonSchema": SCHEMA}}
    outputs = run(
        "ai.completion.ChatCompletion", provider=at(server, provider), messages=SAID, configuration=configuration
    )
    assert outputs["jsonOutput"] == {"a": 1}
    assert sent(server) == {**body, **form}


OPENAI = {"type": "io.kestra.plugin.ai.provider.OpenAI", "apiKey": "s3cret", "modelName": "m", "baseUrl": "{url}"}


def says(server: WebServer, text: str) -> None:
    answers(server, "/chat/completions", {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})


def test_an_agent_is_given_something_to_do(run: Run, host: MemoryHost, server: WebServer) -> None:
    says(server, "done")
    configuration = {"logRequests": True, "logResponses": True}
    outputs = run(
        "ai.agent.AIAgent",
        provider=at(server, OPENAI),
        prompt="do it",
        systemMessage="well",
        configuration=configuration,
        maxSequentialToolsInvocations=3,
    )
    assert outputs["textOutput"] == "done"
    assert "aiResponse" not in outputs
    assert outputs["tokenUsage"] == {}
    expected = [{"role": "system", "content": "well"}, {"role": "user", "content": "do it"}]
    assert sent(server) == {"model": "m", "messages": expected}
    assert {text for _, text in host.logs} >= {'Asked: ["well", ["user", "do it"]]', "Answered: done"}


def test_a_text_is_sorted_into_a_class(run: Run, server: WebServer) -> None:
    says(server, " good\n")
    outputs = run(
        "ai.completion.Classification",
        provider=at(server, OPENAI),
        prompt="{% raw %}{{ x }}{% endraw %}",
        classes=["good", "bad"],
    )
    assert outputs["classification"] == "good"
    [system, user] = sent(server)["messages"]
    assert system["content"].endswith("exact class name: [good, bad]") or '["good","bad"]' in system["content"]
    assert user["content"] == "{{ x }}"


def test_facts_are_taken_out_of_a_text(run: Run, server: WebServer) -> None:
    says(server, '{"name": "Ana", "date": "today"}')
    task = {"provider": at(server, OPENAI), "prompt": "x", "schemaName": "Person", "jsonFields": ["name", "date"]}
    outputs = run("ai.completion.JSONStructuredExtraction", **task)
    assert json.loads(outputs["extractedJson"]) == {"name": "Ana", "date": "today"}
    assert outputs["schemaName"] == "Person"
    schema = sent(server)["response_format"]["json_schema"]["schema"]
    assert schema["required"] == ["name", "date"]
    for wrong in ("no json", "[1]"):
        says(server, wrong)
        with pytest.raises(TaskError, match="asked for"):
            run("ai.completion.JSONStructuredExtraction", **task)


def test_anthropic_thinks_and_keeps_what_it_is_told(run: Run, server: WebServer) -> None:
    provider = {"type": "io.kestra.plugin.ai.provider.Anthropic", "apiKey": "k", "modelName": "m", "maxTokens": 5000}
    answers(server, "/messages", ANTHROPIC)
    configuration = {"thinkingEnabled": True, "thinkingBudgetTokens": 2000, "promptCaching": True}
    run(
        "ai.agent.AIAgent",
        provider={**provider, "baseUrl": server.url},
        prompt="x",
        systemMessage="s",
        configuration=configuration,
    )
    assert sent(server) == {
        "model": "m",
        "max_tokens": 5000,
        "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": "x"}],
        "thinking": {"type": "enabled", "budget_tokens": 2000},
    }


@pytest.mark.parametrize(
    ("provider", "path", "answer", "message"),
    [
        (OPENAI, "/chat/completions", {"choices": []}, "gave no answer"),
        (OPENAI, "/chat/completions", {"choices": [{"message": {"refusal": "no"}}]}, "refused to answer: no"),
        (SERVICES[6][0], SERVICES[6][1], {"promptFeedback": {"blockReason": "SAFETY"}}, "gave no answer: SAFETY"),
    ],
)
def test_no_answer_is_a_failure(
    run: Run, server: WebServer, provider: dict[str, str], path: str, answer: Any, message: str
) -> None:
    answers(server, path, answer)
    with pytest.raises(TaskError, match=message):
        run("ai.agent.AIAgent", provider=at(server, provider), prompt="x")


def test_what_goes_wrong_is_said_without_the_key(run: Run, server: WebServer) -> None:
    answers(server, "/chat/completions", {"error": "no such model"}, 404)
    with pytest.raises(TaskError, match="no such model") as caught:
        run("ai.agent.AIAgent", provider=at(server, OPENAI), prompt="x")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("tools", {"tools": [{"type": "io.kestra.plugin.ai.tool.KestraFlow"}]}),
        ("memory", {"memory": {"type": "io.kestra.plugin.ai.memory.KestraKVStore"}}),
        ("contentRetrievers", {"contentRetrievers": [{"type": "x"}]}),
        ("observability", {"observability": {"type": "x"}}),
        ("guardrails", {"guardrails": {"input": [{"expression": "x", "message": "m"}]}}),
    ],
)
def test_what_is_not_carried_out_is_refused(
    run: Run, registry: Registry, server: WebServer, name: str, properties: dict[str, Any]
) -> None:
    with pytest.raises(TaskError, match=f"{name} is not carried out: "):
        run("ai.agent.AIAgent", provider=at(server, OPENAI), prompt="x", **properties)
    assert server.requests == []
    task = registry.get_task("io.kestra.plugin.ai.agent.AIAgent")
    [found] = check_properties(task, {"provider": OPENAI, "prompt": "x", **properties})
    assert (found.path, found.is_error) == (name, False)
    assert found.hint


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"messages": []}, "last of the messages"),
        ({"messages": [{"type": "AI", "content": "x"}]}, "last of the messages"),
        ({"messages": [{"contentBlocks": [{"type": "IMAGE", "uri": "kestra:///x"}]}]}, "IMAGE are not sent"),
        ({"provider": {**OPENAI, "caPem": "x"}}, "caPem and clientPem are not carried out"),
        ({"provider": {**SERVICES[4][0], "apiKey": None}}, "give apiKey"),
    ],
)
def test_what_cannot_be_asked_is_said(run: Run, server: WebServer, properties: dict[str, Any], message: str) -> None:
    given = {"messages": [{"type": "USER", "content": "x"}], "provider": OPENAI, **properties}
    given["provider"] = at(server, {name: value for name, value in given["provider"].items() if value is not None})
    with pytest.raises(TaskError, match=message):
        run("ai.completion.ChatCompletion", **given)
    assert server.requests == []
