"""Asks a language model behind an endpoint that speaks the protocol of OpenAI; an answer is only ever text."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, ValidationError, convert, json

from tiercel.errors import UnavailableError
from tiercel.operations.settings import AiSettings

LARGEST_ANSWER_BYTES = 1024 * 1024
_SET = "Set ai.url and ai.model, and ai.key if the endpoint asks for one"


class Said(Struct, frozen=True):
    """One message of a conversation; ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


class _Choice(Struct):
    message: Said


class _Answer(Struct):
    choices: list[_Choice]


def check_configured(settings: AiSettings) -> None:
    """Refuse what needs a model while none is set.

    Raises:
        UnavailableError: Always with what to set.
    """
    if not settings.url or not settings.model:
        raise UnavailableError(f"No language model is configured (not configured). {_SET}")


async def complete(settings: AiSettings, conversation: Sequence[Said]) -> str:
    """Give what the model says next.

    Raises:
        UnavailableError: None is set, it cannot be reached, or it answers something else.
    """
    check_configured(settings)
    import httpx  # noqa: PLC0415 (few installations ask a model)

    body = {"model": settings.model, "messages": list(conversation), "stream": False}
    headers = {"content-type": "application/json"}
    if settings.key:
        headers["authorization"] = f"Bearer {settings.key}"
    try:
        async with (
            httpx.AsyncClient(timeout=settings.seconds) as client,
            client.stream(
                "POST", f"{settings.url.rstrip('/')}/chat/completions", content=json.encode(body), headers=headers
            ) as response,
        ):
            answer = bytearray()
            async for piece in response.aiter_bytes():
                answer += piece
                if len(answer) > LARGEST_ANSWER_BYTES:
                    raise UnavailableError(f"The language model answers more than {LARGEST_ANSWER_BYTES:,} bytes")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = str(error) or type(error).__name__
        raise UnavailableError(f"The language model cannot be reached: {reason}") from None
    if response.status_code != httpx.codes.OK:
        raise UnavailableError(f"The language model answers with status {response.status_code}; see the ai settings")
    return _text(bytes(answer))


def _text(answer: bytes) -> str:
    try:
        return convert(json.decode(answer), _Answer).choices[0].message.content
    except (ValidationError, IndexError, ValueError):
        raise UnavailableError("The language model answers something that is no completion") from None
