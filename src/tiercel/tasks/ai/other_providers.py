"""Services of models that speak each in its own way: Anthropic, Google, Ollama and Azure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from tiercel.plugins import Json, Properties, RunContext, TaskError
from tiercel.tasks.ai.conversation import Answer, FinishReason, Question, asking_for_json, joined
from tiercel.tasks.ai.provider import OpenAI, Provider, read_choice

_MOST_TOKENS = 1024  # Anthropic must be told; this is what is common
_ANTHROPIC_VERSION = "2023-06-01"
_AZURE_VERSION = "2024-10-21"
_FINISHES: dict[str, FinishReason] = {
    "end_turn": "STOP",
    "stop_sequence": "STOP",
    "stop": "STOP",
    "STOP": "STOP",
    "max_tokens": "LENGTH",
    "length": "LENGTH",
    "MAX_TOKENS": "LENGTH",
    "tool_use": "TOOL_EXECUTION",
    "refusal": "CONTENT_FILTER",
    "SAFETY": "CONTENT_FILTER",
    "RECITATION": "CONTENT_FILTER",
    "PROHIBITED_CONTENT": "CONTENT_FILTER",
    "BLOCKLIST": "CONTENT_FILTER",
}


class Anthropic(
    Provider,
    type="io.kestra.plugin.ai.provider.Anthropic",
    aliases=("io.kestra.plugin.langchain4j.provider.Anthropic",),
    example="""
type: io.kestra.plugin.ai.provider.Anthropic
apiKey: "{{ secret('ANTHROPIC_KEY') }}"
modelName: "{{ inputs.model }}"
""",
):
    """Anthropic.

    Attributes:
        api_key: The key.
        max_tokens: The longest answer, where the configuration does not say.
    """

    api_key: str
    max_tokens: int | None = None

    def chat(self, ctx: RunContext, question: Question) -> Answer:
        """Ask by the service for messages."""
        told = question.configuration
        said: list[Json] = [{"role": who, "content": text} for who, text in question.messages]
        thinks = told.thinking_enabled
        body: dict[str, Json] = {
            "model": self.model_name,
            "max_tokens": told.max_token or self.max_tokens or _MOST_TOKENS,
            "system": self._system(question),
            "messages": said,
            "temperature": told.temperature,
            "top_p": told.top_p,
            "top_k": told.top_k,
            "thinking": {"type": "enabled", "budget_tokens": told.thinking_budget_tokens or _MOST_TOKENS}
            if thinks
            else None,
        }
        url = f"{(self.base_url or 'https://api.anthropic.com/v1').rstrip('/')}/messages"
        answer = self.ask(ctx, url, body, {"x-api-key": self.api_key, "anthropic-version": _ANTHROPIC_VERSION})
        parts, usage = answer.get("content") or [], answer.get("usage") or {}
        return Answer(
            text=joined(part.get("text") for part in parts if part.get("type") == "text"),
            finish=_FINISHES.get(str(answer.get("stop_reason")), "OTHER"),
            thinking=joined(part.get("thinking") for part in parts if part.get("type") == "thinking") or None,
            inputs=usage.get("input_tokens"),
            outputs=usage.get("output_tokens"),
        )

    def _system(self, question: Question) -> Json:
        text = asking_for_json(question)
        if not text or not question.configuration.prompt_caching:
            return text or None
        return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]


class EmbeddingModelConfiguration(Properties):
    """How Google makes vectors of texts; has no effect on conversations.

    Attributes:
        max_retries: How often it is asked again.
        output_dimensionality: Length of the vectors.
        task_type: What they are for.
        timeout: How long to wait.
        title_metadata_key: Where titles are.
    """

    max_retries: int | None = None
    output_dimensionality: int | None = None
    task_type: (
        Literal[
            "RETRIEVAL_QUERY",
            "RETRIEVAL_DOCUMENT",
            "SEMANTIC_SIMILARITY",
            "CLASSIFICATION",
            "CLUSTERING",
            "QUESTION_ANSWERING",
            "FACT_VERIFICATION",
        ]
        | None
    ) = None
    timeout: str | None = None
    title_metadata_key: str | None = None


class GoogleGemini(
    Provider,
    type="io.kestra.plugin.ai.provider.GoogleGemini",
    aliases=("io.kestra.plugin.langchain4j.provider.GoogleGemini",),
    example="""
type: io.kestra.plugin.ai.provider.GoogleGemini
apiKey: "{{ secret('GEMINI_KEY') }}"
modelName: gemini-2.5-flash
""",
):
    """Google.

    Attributes:
        api_key: The key.
        embedding_model_configuration: How it makes vectors of texts; has no effect on conversations.
    """

    api_key: str | None = None
    embedding_model_configuration: EmbeddingModelConfiguration | None = None

    def chat(self, ctx: RunContext, question: Question) -> Answer:
        """Ask by the service that makes content."""
        said: list[Json] = [
            {"role": "model" if who == "assistant" else "user", "parts": [{"text": text}]}
            for who, text in question.messages
        ]
        system: Json = {"parts": [{"text": question.system}]} if question.system else None
        base = (self.base_url or "https://generativelanguage.googleapis.com/v1beta").rstrip("/")
        url = f"{base}/models/{quote(self.model_name, safe='')}:generateContent"
        body: dict[str, Json] = {
            "contents": said,
            "systemInstruction": system,
            "generationConfig": _without_none(_gemini_settings(question)) or None,
        }
        answer = self.ask(ctx, url, body, {"x-goog-api-key": self.api_key} if self.api_key else {})
        candidates, usage = answer.get("candidates") or [], answer.get("usageMetadata") or {}
        if not candidates:
            blocked = (answer.get("promptFeedback") or {}).get("blockReason", "it does not say why")
            raise TaskError(f"The service gave no answer: {blocked}")
        parts = (candidates[0].get("content") or {}).get("parts") or []
        return Answer(
            text=joined(part.get("text") for part in parts if not part.get("thought")),
            finish=_FINISHES.get(str(candidates[0].get("finishReason")), "OTHER"),
            thinking=joined(part.get("text") for part in parts if part.get("thought")) or None,
            inputs=usage.get("promptTokenCount"),
            outputs=usage.get("candidatesTokenCount"),
        )


class Ollama(
    Provider,
    type="io.kestra.plugin.ai.provider.Ollama",
    aliases=("io.kestra.plugin.langchain4j.provider.Ollama",),
    example="""
type: io.kestra.plugin.ai.provider.Ollama
endpoint: http://localhost:11434
modelName: llama3.2
""",
):
    """Models on a machine of one's own, by Ollama.

    Attributes:
        endpoint: Its address.
    """

    endpoint: str

    def chat(self, ctx: RunContext, question: Question) -> Answer:
        """Ask by its own service for conversations."""
        told = question.configuration
        system: list[Json] = [{"role": "system", "content": question.system}] if question.system else []
        said: list[Json] = [{"role": who, "content": text} for who, text in question.messages]
        options: dict[str, Json] = {
            "temperature": told.temperature,
            "top_p": told.top_p,
            "top_k": told.top_k,
            "seed": told.seed,
            "num_predict": told.max_token,
        }
        body: dict[str, Json] = {
            "model": self.model_name,
            "messages": system + said,
            "stream": False,
            "options": _without_none(options) or None,
            "format": (question.schema or "json") if question.is_json else None,
            "think": told.thinking_enabled,
        }
        answer = self.ask(ctx, f"{(self.base_url or self.endpoint).rstrip('/')}/api/chat", body, {})
        message = answer.get("message") or {}
        return Answer(
            text=message.get("content") or "",
            finish=_FINISHES.get(str(answer.get("done_reason")), "OTHER"),
            thinking=message.get("thinking"),
            inputs=answer.get("prompt_eval_count"),
            outputs=answer.get("eval_count"),
        )


class AzureOpenAI(
    Provider,
    type="io.kestra.plugin.ai.provider.AzureOpenAI",
    aliases=("io.kestra.plugin.langchain4j.provider.AzureOpenAI",),
    example="""
type: io.kestra.plugin.ai.provider.AzureOpenAI
endpoint: https://mine.openai.azure.com
apiKey: "{{ secret('AZURE_OPENAI_KEY') }}"
modelName: my-deployment
""",
):
    """Models of OpenAI in Microsoft's cloud.

    Attributes:
        model_name: The name of the deployment.
        endpoint: Address of the resource.
        api_key: The key.
        service_version: Version of the service.
        tenant_id: Of a service principal; not carried out: use a key.
        client_id: Of a service principal; not carried out: use a key.
        client_secret: Of a service principal; not carried out: use a key.
    """

    endpoint: str
    api_key: str | None = None
    service_version: str = _AZURE_VERSION
    tenant_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = None

    def chat(self, ctx: RunContext, question: Question) -> Answer:
        """Ask the deployment."""
        if self.api_key is None:
            raise TaskError("A service principal cannot log in here yet: give apiKey")
        base = (self.base_url or self.endpoint).rstrip("/")
        name = quote(self.model_name, safe="")
        url = f"{base}/openai/deployments/{name}/chat/completions?api-version={quote(self.service_version)}"
        body = OpenAI(model_name=self.model_name, api_key=self.api_key).body(question)
        return read_choice(self.ask(ctx, url, body, {"api-key": self.api_key}))


def _gemini_settings(question: Question) -> dict[str, Json]:
    told = question.configuration
    thinking: dict[str, Json] = {
        "thinkingBudget": told.thinking_budget_tokens if told.thinking_enabled is not False else 0,
        "includeThoughts": told.return_thinking,
    }
    return {
        "temperature": told.temperature,
        "topP": told.top_p,
        "topK": told.top_k,
        "seed": told.seed,
        "maxOutputTokens": told.max_token,
        "responseMimeType": "application/json" if question.is_json else None,
        "responseJsonSchema": question.schema,
        "thinkingConfig": _without_none(thinking) or None,
    }


def _without_none(values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}
