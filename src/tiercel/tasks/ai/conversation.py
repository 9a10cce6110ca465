"""What is asked of a model and what it answers, whichever service has it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from tiercel.plugins import Json, Properties, TaskError

FinishReason = Literal["STOP", "LENGTH", "TOOL_EXECUTION", "CONTENT_FILTER", "OTHER"]
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


class ResponseFormat(Properties):
    """The form of an answer.

    Attributes:
        type: Whether it is text or JSON.
        json_schema: The JSON Schema it follows.
        json_schema_description: What it is, for the model.
        strict_json: Whether the service holds the model to every word of the schema.
    """

    type: Literal["TEXT", "JSON"] = "TEXT"
    json_schema: dict[str, Json] | None = None
    json_schema_description: str | None = None
    strict_json: bool = False


class ChatConfiguration(Properties):
    """How a model answers; what is not said is left to the service.

    Attributes:
        temperature: How much chance there is in the answer.
        top_p: How many of the likely words are taken into account, from 0 to 1.
        top_k: How many words are taken into account, for services that know it.
        seed: Makes answers repeatable, for services that know it.
        max_token: The longest answer.
        response_format: Its form.
        thinking_enabled: Whether the model thinks before it answers, for those that can be told to.
        thinking_budget_tokens: The longest such thinking.
        return_thinking: Whether what it thought is given back.
        prompt_caching: Whether the service keeps beginnings of conversations, for those that must be told to.
        log_requests: Whether what is asked is logged, at DEBUG.
        log_responses: Whether what is answered is logged, at DEBUG.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    max_token: int | None = None
    response_format: ResponseFormat = Field(default_factory=ResponseFormat)
    thinking_enabled: bool | None = None
    thinking_budget_tokens: int | None = None
    return_thinking: bool | None = None
    prompt_caching: bool | None = None
    log_requests: bool = False
    log_responses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        system: What the model is told about how to answer.
        messages: Pairs of who said something, ``user`` or ``assistant``, and what.
        configuration: How it answers.
    """

    system: str
    messages: tuple[tuple[str, str], ...]
    configuration: ChatConfiguration

    @property
    def is_json(self) -> bool:
        """Whether the answer is JSON."""
        return self.configuration.response_format.type == "JSON"

    @property
    def schema(self) -> dict[str, Json] | None:
        """The schema of the answer, if it has one."""
        return self.configuration.response_format.json_schema if self.is_json else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered.

    Attributes:
        text: The answer.
        finish: Why it ended there.
        thinking: What the model thought before.
        inputs: Tokens of the question; None when the service does not say.
        outputs: Tokens of the answer.
    """

    text: str
    finish: FinishReason
    thinking: str | None = None
    inputs: int | None = None
    outputs: int | None = None


def read_json(text: str) -> Json:
    """Read an answer that is JSON; models put it between marks of code now and then.

    Raises:
        TaskError: It is not JSON.
    """
    fenced = _FENCED.fullmatch(text)
    try:
        found: Json = json.loads(fenced[1] if fenced else text)
    except ValueError as error:
        raise TaskError(f"The model was asked for JSON and answered something else: {error}") from None
    return found


def asking_for_json(question: Question) -> str:
    """Give what a model is told by a service that has no other way to be asked for JSON."""
    if not question.is_json:
        return question.system
    follows = f" that follows this JSON Schema: {json.dumps(question.schema)}" if question.schema else ""
    return "\n\n".join(part for part in (question.system, f"Answer with JSON alone{follows}.") if part)


def joined(texts: Iterable[str | None]) -> str:
    """Join the pieces of an answer."""
    return "".join(text for text in texts if text)
