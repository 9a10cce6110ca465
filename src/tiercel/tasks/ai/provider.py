"""A service that has a model: what all have in common, and those that speak as OpenAI does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from tiercel.errors import PluginError
from tiercel.plugins import Json, Plugin, RunContext, TaskError
from tiercel.tasks.ai.conversation import Answer, FinishReason, Question
from tiercel.tasks.ai.exchange import ask

WAITS = timedelta(minutes=5)
_FINISHES: dict[str, FinishReason] = {
    "stop": "STOP",
    "length": "LENGTH",
    "tool_calls": "TOOL_EXECUTION",
    "content_filter": "CONTENT_FILTER",
}


class Provider(Plugin):
    """A service that has a model.

    Attributes:
        model_name: Which model.
        base_url: Address of another service that speaks as this one does.
        ca_pem: A certificate of those who vouch for the service; not carried out, so it is refused.
        client_pem: A certificate to show to the service; not carried out, so it is refused.
    """

    model_name: str
    base_url: str | None = None
    ca_pem: str | None = None
    client_pem: str | None = None

    def chat(self, ctx: RunContext, question: Question) -> Answer:  # noqa: ARG002 (for those who override it)
        """Ask, and give the answer.

        Raises:
            TaskError: There is none.
        """
        raise PluginError(f"{type(self).__name__} has no chat method")

    def ask(self, ctx: RunContext, url: str, body: Mapping[str, Json], headers: Mapping[str, str]) -> dict[str, Any]:
        """Send a question."""
        if self.ca_pem is not None or self.client_pem is not None:
            raise TaskError("caPem and clientPem are not carried out: the certificates of the system are used")
        return ask(ctx, url, body, headers, WAITS)


class OpenAILike(Provider):
    """A service that speaks as OpenAI does.

    Attributes:
        api_key: The key.
    """

    address: ClassVar[str] = ""
    limit: ClassVar[str] = "max_tokens"
    seeding: ClassVar[str] = "seed"

    api_key: str

    def chat(self, ctx: RunContext, question: Question) -> Answer:
        """Ask by the service for conversations."""
        url = f"{(self.base_url or self.address).rstrip('/')}/chat/completions"
        return read_choice(self.ask(ctx, url, self.body(question), {"Authorization": f"Bearer {self.api_key}"}))

    def body(self, question: Question) -> dict[str, Json]:
        """Write a question."""
        told = question.configuration
        system: list[Json] = [{"role": "system", "content": question.system}] if question.system else []
        said: list[Json] = [{"role": who, "content": text} for who, text in question.messages]
        return {
            "model": self.model_name,
            "messages": system + said,
            "temperature": told.temperature,
            "top_p": told.top_p,
            self.seeding: told.seed,
            self.limit: told.max_token,
            "response_format": _format(question),
        }


class OpenAI(
    OpenAILike,
    type="io.kestra.plugin.ai.provider.OpenAI",
    aliases=("io.kestra.plugin.langchain4j.provider.OpenAI",),
    example="""
type: io.kestra.plugin.ai.provider.OpenAI
apiKey: "{{ secret('OPENAI_KEY') }}"
modelName: gpt-4o-mini
""",
):
    """OpenAI, or, with `baseUrl`, anything that speaks as it does."""

    address: ClassVar[str] = "https://api.openai.com/v1"
    limit: ClassVar[str] = "max_completion_tokens"


class DeepSeek(
    OpenAILike,
    type="io.kestra.plugin.ai.provider.DeepSeek",
    aliases=("io.kestra.plugin.langchain4j.provider.DeepSeek",),
    example="""
type: io.kestra.plugin.ai.provider.DeepSeek
apiKey: "{{ secret('DEEPSEEK_KEY') }}"
modelName: deepseek-chat
""",
):
    """DeepSeek."""

    address: ClassVar[str] = "https://api.deepseek.com/v1"


class OpenRouter(
    OpenAILike,
    type="io.kestra.plugin.ai.provider.OpenRouter",
    aliases=("io.kestra.plugin.langchain4j.provider.OpenRouter",),
    example="""
type: io.kestra.plugin.ai.provider.OpenRouter
apiKey: "{{ secret('OPENROUTER_KEY') }}"
modelName: mistralai/mistral-small
""",
):
    """OpenRouter."""

    address: ClassVar[str] = "https://openrouter.ai/api/v1"


class MistralAI(
    OpenAILike,
    type="io.kestra.plugin.ai.provider.MistralAI",
    aliases=("io.kestra.plugin.langchain4j.provider.MistralAI",),
    example="""
type: io.kestra.plugin.ai.provider.MistralAI
apiKey: "{{ secret('MISTRAL_KEY') }}"
modelName: mistral-small-latest
""",
):
    """Mistral."""

    address: ClassVar[str] = "https://api.mistral.ai/v1"
    seeding: ClassVar[str] = "random_seed"


def read_choice(answer: dict[str, Any]) -> Answer:
    """Read an answer in the form of OpenAI.

    Raises:
        TaskError: It holds none.
    """
    choices = answer.get("choices") or []
    if not choices:
        raise TaskError("The service gave no answer")
    message, usage = choices[0].get("message") or {}, answer.get("usage") or {}
    if message.get("refusal"):
        raise TaskError(f"The model refused to answer: {message['refusal']}")
    return Answer(
        text=message.get("content") or "",
        finish=_FINISHES.get(str(choices[0].get("finish_reason")), "OTHER"),
        thinking=message.get("reasoning_content") or message.get("reasoning"),
        inputs=usage.get("prompt_tokens"),
        outputs=usage.get("completion_tokens"),
    )


def _format(question: Question) -> Json:
    if not question.is_json:
        return None
    if question.schema is None:
        return {"type": "json_object"}
    told = question.configuration.response_format
    described: dict[str, Json] = {"description": told.json_schema_description} if told.json_schema_description else {}
    schema: Json = {"name": "answer", "schema": question.schema, "strict": told.strict_json, **described}
    return {"type": "json_schema", "json_schema": schema}
