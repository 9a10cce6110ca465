"""Answers of models that search, use tools and remember what was said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from tiercel.plugins import Json, Outputs, RunContext
from tiercel.tasks.openai.connection import OpenAITask


class ResponsesOutputs(Outputs):
    """What the model answered.

    Attributes:
        response_id: Of the answer, for ``previousResponseId`` of the next question.
        output_text: The text.
        sources: Addresses it refers to, each once.
        raw_response: All that the service wrote.
    """

    response_id: str | None = None
    output_text: str = ""
    sources: list[str]
    raw_response: dict[str, Json]


class Responses(
    OpenAITask,
    type="io.kestra.plugin.openai.Responses",
    example="""
type: io.kestra.plugin.openai.Responses
apiKey: "{{ secret('OPENAI_KEY') }}"
model: gpt-4.1-mini
input: "What is new about {{ inputs.subject }}?"
toolChoice: REQUIRED
tools:
  - type: web_search_preview
""",
):
    """Asks a model of OpenAI that may use the tools of the service.

    Attributes:
        model: Which model.
        input: The question: a text, or a list of messages as the service takes them.
        max_output_tokens: The longest answer.
        temperature: How much chance there is in the answer, from 0 to 2.
        top_p: How many of the likely words are taken into account, from 0 to 1.
        tools: Tools of the service, as it takes them.
        tool_choice: Whether the model must use one.
        parallel_tool_calls: Whether it may use several at once.
        text: The form of the answer, as the service takes it.
        reasoning: How it thinks, as the service takes it.
        store: Whether the service keeps the answer.
        previous_response_id: The answer that this question follows.
        prompt_id: A prompt that the service keeps.
        prompt_variables: What is put into that prompt.
        prompt_caching: Has no effect: the service keeps beginnings of conversations by itself.
    """

    model: str
    input: Json
    max_output_tokens: int | None = None
    temperature: float = 1.0
    top_p: float | None = None
    tools: list[dict[str, Json]] | None = None
    tool_choice: Literal["NONE", "AUTO", "REQUIRED"] | None = None
    parallel_tool_calls: bool | None = None
    text: dict[str, Json] | None = None
    reasoning: dict[str, Json] | None = None
    store: bool = True
    previous_response_id: str | None = None
    prompt_id: str | None = None
    prompt_variables: dict[str, str] | None = None
    prompt_caching: bool | None = None

    def run(self, ctx: RunContext) -> ResponsesOutputs:
        """Ask, and gather the text."""
        prompt: dict[str, Json] = {"id": self.prompt_id, "variables": dict(self.prompt_variables or {})}
        tools: Json = list(self.tools) if self.tools is not None else None
        body: dict[str, Json] = {
            "model": self.model,
            "input": self.input,
            "max_output_tokens": self.max_output_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "tools": tools,
            "tool_choice": self.tool_choice.lower() if self.tool_choice else None,
            "parallel_tool_calls": self.parallel_tool_calls,
            "text": self.text,
            "reasoning": self.reasoning,
            "store": self.store,
            "previous_response_id": self.previous_response_id,
            "prompt": prompt if self.prompt_id else None,
        }
        answer = self.ask(ctx, "responses", body)
        parts = list(_parts(answer))
        cited = [note.get("url") for part in parts for note in part.get("annotations") or ()]
        return ResponsesOutputs(
            response_id=answer.get("id"),
            output_text="".join(part.get("text") or "" for part in parts),
            sources=[str(url) for url in dict.fromkeys(cited) if url],
            raw_response=answer,
        )


def _parts(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the parts of an answer that are text."""
    for item in answer.get("output") or ():
        for part in item.get("content") or ():
            if part.get("type") == "output_text":
                yield part
