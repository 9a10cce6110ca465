"""What tasks that ask a model have in common."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from tiercel.errors import Violation
from tiercel.plugins import Json, Outputs, Properties, Raw, RunContext, Task, TaskError
from tiercel.tasks.ai.conversation import Answer, ChatConfiguration, FinishReason, Question, read_json
from tiercel.tasks.ai.provider import Provider

_MISSING: Mapping[str, str] = {
    "tools": "models cannot call tools yet; give what they need in the prompt, from tasks before",
    "contentRetrievers": "nothing is looked up for models yet; give what they need in the prompt, from tasks before",
    "memory": "models do not remember yet; keep what was said with kv.Set, and give it in messages",
    "guardrails": "rules for what is asked and answered are not looked at yet; check with an If before and after",
    "observability": "what is asked is not sent elsewhere; logRequests and logResponses log it",
}


class TokenUsage(Properties):
    """How many tokens were used.

    Attributes:
        input_token_count: Of the question.
        output_token_count: Of the answer.
        total_token_count: Of both.
    """

    input_token_count: int | None = None
    output_token_count: int | None = None
    total_token_count: int | None = None


class ContentBlock(Properties):
    """A part of a message.

    Attributes:
        type: What it is; pictures and documents are not sent yet, so they are refused.
        text: The text.
        uri: The stored file.
    """

    type: Literal["TEXT", "IMAGE", "PDF"] = "TEXT"
    text: str | None = None
    uri: str | None = None


class ModelOutputs(Outputs):
    """What is known of every answer.

    Attributes:
        finish_reason: Why the answer ended there.
        token_usage: How many tokens were used.
        guardrail_violated: Whether a rule was broken; never, since they are refused.
        guardrail_violation_message: Which.
    """

    finish_reason: FinishReason
    token_usage: TokenUsage
    guardrail_violated: bool = False
    guardrail_violation_message: str | None = None


class ModelTask(Task):
    """A task that asks a model.

    Attributes:
        provider: The service that has the model.
        configuration: How it answers.
        guardrails: Rules for what is asked and answered; not carried out, so they are refused.
    """

    refused: ClassVar[tuple[str, ...]] = ("guardrails",)

    provider: Raw[dict[str, Json]]
    configuration: ChatConfiguration = Field(default_factory=ChatConfiguration)
    guardrails: Json = None

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Say what is not carried out."""
        for name in cls.refused:
            if written.get(name):
                told = f"{name} is not carried out, so the task will fail"
                yield Violation(told, path=name, code="constraint", hint=_MISSING[name], is_error=False)

    def ask(self, ctx: RunContext, system: str, messages: list[tuple[str, str]], form: Json = None) -> Answer:
        """Ask the model.

        Args:
            ctx: Of the run.
            system: What it is told about how to answer.
            messages: Pairs of who said something, ``user`` or ``assistant``, and what.
            form: The form of the answer, over that of the configuration.

        Raises:
            TaskError: There is no answer, or a property is not carried out.
        """
        for name in self.refused:
            if getattr(self, _snake(name)):
                raise TaskError(f"{name} is not carried out: {_MISSING[name]}")
        told = self.configuration
        if form is not None:
            told = told.model_copy(update={"response_format": type(told.response_format).model_validate(form)})
        provider = ctx.part(self.provider, Provider)
        question = Question(system=system, messages=tuple(messages), configuration=told)
        if told.log_requests:
            ctx.log.debug("Asked: %s", json.dumps([system, *messages], ensure_ascii=False))
        answer = provider.chat(ctx, question)
        if told.log_responses:
            ctx.log.debug("Answered: %s", answer.text)
        for name, value in (("input", answer.inputs), ("output", answer.outputs)):
            if value is not None:
                ctx.counter(f"usage.{name}_tokens", value)
        return answer


class TextOutputs(ModelOutputs):
    """What a model answered.

    Attributes:
        text_output: The text.
        ai_response: The same; read ``textOutput`` instead.
        json_output: The answer read as JSON, when JSON was asked for.
        thinking: What the model thought before, when that was asked for.
        request_duration: How long it took, in milliseconds.
        intermediate_responses: Answers on the way; none, since there are no tools.
        tool_executions: Calls of tools; none.
        sources: What was looked up; nothing.
        output_files: URIs of the stored files by path.
    """

    text_output: str
    ai_response: str | None = None
    json_output: Json = None
    thinking: str | None = None
    request_duration: int
    intermediate_responses: list[Json] = Field(default_factory=list)
    tool_executions: list[Json] = Field(default_factory=list)
    sources: list[Json] = Field(default_factory=list)
    output_files: dict[str, str] = Field(default_factory=dict)


def answered(task: ModelTask, ctx: RunContext, system: str, messages: list[tuple[str, str]]) -> TextOutputs:
    """Ask, and give the outputs of an answer that is text or JSON."""
    began = time.monotonic()
    answer = task.ask(ctx, system, messages)
    took = int((time.monotonic() - began) * 1000)
    is_json = task.configuration.response_format.type == "JSON"
    return TextOutputs(
        text_output=answer.text,
        json_output=read_json(answer.text) if is_json else None,
        thinking=answer.thinking if task.configuration.return_thinking else None,
        request_duration=took,
        **known_of(answer),
    )


def known_of(answer: Answer) -> dict[str, Any]:
    """Give what is known of an answer beside its text."""
    total = None if answer.inputs is None or answer.outputs is None else answer.inputs + answer.outputs
    usage = TokenUsage(input_token_count=answer.inputs, output_token_count=answer.outputs, total_token_count=total)
    return {"finish_reason": answer.finish, "token_usage": usage}


def text_of(content: str | None, blocks: list[ContentBlock] | None) -> str:
    """Give the text of a message.

    Raises:
        TaskError: A part of it is not text.
    """
    for block in blocks or ():
        if block.type != "TEXT":
            raise TaskError(f"contentBlocks of type {block.type} are not sent yet, only TEXT")
    return "\n".join([*([content] if content else []), *(block.text or "" for block in blocks or ())])


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
