"""Conversations with the models of OpenAI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tiercel.errors import Violation
from tiercel.plugins import Json, Outputs, Properties, RunContext, TaskError
from tiercel.tasks.openai.connection import OpenAITask


class Message(Properties):
    """A message of the conversation.

    Attributes:
        role: Who says it: ``system``, ``user`` or ``assistant``.
        content: What is said.
        name: The name of who says it.
    """

    role: str | None = None
    content: str | None = None
    name: str | None = None


class Parameter(Properties):
    """A parameter of a function.

    Attributes:
        name: Its name.
        description: What it is, for the model.
        type: What its values are, as in JSON Schema.
        enum_values: The values it can have.
        required: Whether the model must give it.
    """

    name: str
    description: str
    type: str
    enum_values: list[str] | None = None
    required: bool = False


class Function(Properties):
    """A function the model may ask to be called.

    Attributes:
        name: Its name.
        description: What it does, for the model.
        parameters: What it takes.
    """

    name: str | None = None
    description: str | None = None
    parameters: list[Parameter] | None = None


class ChatOutputs(Outputs):
    """What the model answered, as the service wrote it.

    Attributes:
        id: Of the answer.
        object: What the answer is.
        model: Which model answered.
        choices: The answers; the text of the first is ``choices[0].message.content``.
        usage: How many tokens were used.
    """

    id: str | None = None
    object: str | None = None
    model: str | None = None
    choices: list[Json]
    usage: dict[str, Json] | None = None


class ChatCompletion(
    OpenAITask,
    type="io.kestra.plugin.openai.ChatCompletion",
    example="""
type: io.kestra.plugin.openai.ChatCompletion
apiKey: "{{ secret('OPENAI_KEY') }}"
model: gpt-4o-mini
messages:
  - role: system
    content: You sort orders by how urgent they are.
  - role: user
    content: "{{ inputs.order }}"
""",
):
    """Has a model of OpenAI go on with a conversation.

    Attributes:
        model: Which model.
        messages: The conversation so far.
        prompt: A last message of the user.
        temperature: How much chance there is in the answer, from 0 to 2.
        top_p: How many of the likely words are taken into account, from 0 to 1.
        n: How many answers are made.
        stop: Texts at which an answer ends.
        max_tokens: The longest answer.
        presence_penalty: How much new subjects are preferred, from -2 to 2.
        frequency_penalty: How much repeating is avoided, from -2 to 2.
        logit_bias: How much more or less likely tokens are, by their id.
        functions: Functions the model may ask to be called; the call is ``choices[0].message.function_call``.
        function_call: The name of the function it must ask for; ``auto`` leaves it to the model.
        json_response_schema: A JSON Schema the answer must follow.
        prompt_caching: Has no effect: the service keeps beginnings of conversations by itself.
    """

    model: str
    messages: list[Message] | None = None
    prompt: str | None = None
    temperature: float = 1.0
    top_p: float | None = None
    n: int = 1
    stop: list[str] | None = None
    max_tokens: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logit_bias: dict[str, Json] | None = None
    functions: list[Function] | None = None
    function_call: str = "auto"
    json_response_schema: str | None = None
    prompt_caching: bool | None = None

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Ask for something to say."""
        if written.get("messages") is None and written.get("prompt") is None:
            yield Violation("needs messages or a prompt", path="prompt", code="constraint")

    def run(self, ctx: RunContext) -> ChatOutputs:
        """Ask, and count what was used."""
        if self.messages is None and self.prompt is None:
            raise TaskError("needs messages or a prompt")
        messages: list[Json] = [one.model_dump(exclude_none=True) for one in self.messages or ()]
        if self.prompt is not None:
            messages.append({"role": "user", "content": self.prompt})
        stop: Json = list(self.stop) if self.stop is not None else None
        body: dict[str, Json] = {
            "model": self.model,
            "messages": messages,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "n": self.n,
            "stop": stop,
            "max_completion_tokens": self.max_tokens,
            "presence_penalty": self.presence_penalty,
            "frequency_penalty": self.frequency_penalty,
            "logit_bias": self.logit_bias,
            "response_format": self._format(),
            **self._functions(),
        }
        answer = self.ask(ctx, "chat/completions", body)
        for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
            if isinstance((answer.get("usage") or {}).get(name), int):
                ctx.counter(f"usage.{name}", answer["usage"][name])
        known = {name: answer.get(name) for name in ("id", "object", "model", "usage")}
        return ChatOutputs(choices=answer.get("choices") or [], **known)

    def _format(self) -> Json:
        if not self.json_response_schema:
            return None
        try:
            schema = json.loads(self.json_response_schema)
        except ValueError as error:
            raise TaskError(f"jsonResponseSchema is not JSON: {error}") from None
        if not isinstance(schema, dict):
            raise TaskError("jsonResponseSchema must be a JSON map")
        is_strict = schema.get("additionalProperties") is False
        return {"type": "json_schema", "json_schema": {"name": "response", "schema": schema, "strict": is_strict}}

    def _functions(self) -> dict[str, Json]:
        if not self.functions:
            return {}
        is_named = self.function_call not in {"auto", "none"}
        call: Json = {"name": self.function_call} if is_named else self.function_call
        return {"functions": [_described(one) for one in self.functions], "function_call": call}


def _described(function: Function) -> Json:
    """Describe a function as JSON Schema."""
    parameters = function.parameters or []
    known: dict[str, Json] = {}
    for one in parameters:
        choices: dict[str, Json] = {"enum": list(one.enum_values)} if one.enum_values else {}
        known[one.name] = {"type": one.type, "description": one.description, **choices}
    required: list[Json] = [one.name for one in parameters if one.required]
    schema: Json = {"type": "object", "properties": known, "required": required}
    described: dict[str, Json] = {"name": function.name, "description": function.description, "parameters": schema}
    return {name: value for name, value in described.items() if value is not None}
