"""Pictures made by OpenAI, and files given to it."""

from __future__ import annotations

import base64
from typing import Any, Literal

from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, TaskError
from tiercel.tasks.ai.exchange import options_of, read_answer
from tiercel.tasks.http.message import HttpTask
from tiercel.tasks.openai.connection import OpenAITask

_SIZES = {"SMALL": "256x256", "MEDIUM": "512x512", "LARGE": "1024x1024"}


class ImageOutputs(Outputs):
    """What was made.

    Attributes:
        images: The pictures: URIs of stored files, or addresses where the service keeps them for a while.
    """

    images: list[str]


class CreateImage(
    OpenAITask,
    type="io.kestra.plugin.openai.CreateImage",
    example="""
type: io.kestra.plugin.openai.CreateImage
apiKey: "{{ secret('OPENAI_KEY') }}"
prompt: A falcon above a flow chart, as a woodcut
download: true
""",
):
    """Has OpenAI make pictures.

    Attributes:
        prompt: What they show.
        model: Which model.
        n: How many.
        size: How large: 256, 512 or 1024 points wide and high.
        quality: How well they are made.
        download: Whether pictures the service only gives an address of are stored too; others always are.
    """

    prompt: str
    model: str = "gpt-image-1"
    n: int | None = None
    size: Literal["SMALL", "MEDIUM", "LARGE"] = "LARGE"
    quality: Literal["AUTO", "LOW", "MEDIUM", "HIGH"] | None = None
    download: bool = False

    def run(self, ctx: RunContext) -> ImageOutputs:
        """Have them made, and store them."""
        body: dict[str, Json] = {
            "prompt": self.prompt,
            "model": self.model,
            "n": self.n,
            "size": _SIZES[self.size],
            "quality": self.quality.lower() if self.quality else None,
        }
        answer = self.ask(ctx, "images/generations", body)
        made = enumerate(answer.get("data") or (), start=1)
        return ImageOutputs(images=[self._kept(ctx, number, image) for number, image in made])

    def _kept(self, ctx: RunContext, number: int, image: dict[str, Any]) -> str:
        if image.get("b64_json"):
            return ctx.files.write(f"image-{number}.png", base64.b64decode(image["b64_json"]))
        url = str(image.get("url") or "")
        if not url:
            raise TaskError("OpenAI gave neither a picture nor its address")
        return self._fetched(ctx, number, url) if self.download else url

    def _fetched(self, ctx: RunContext, number: int, url: str) -> str:
        from tiercel.tasks.http.client import opened, stream  # noqa: PLC0415 (takes longer to load than a small flow)

        with opened(ctx, HttpTask(uri=url, options=options_of(self.waits()))) as response:
            return ctx.files.write(f"image-{number}.png", stream(ctx, response))


class UploadOutputs(Outputs):
    """What became of the file.

    Attributes:
        file_id: Its id at OpenAI.
    """

    file_id: str


class UploadFile(
    OpenAITask,
    type="io.kestra.plugin.openai.UploadFile",
    example="""
type: io.kestra.plugin.openai.UploadFile
apiKey: "{{ secret('OPENAI_KEY') }}"
from: "{{ inputs.file }}"
purpose: assistants
""",
):
    """Gives a file to OpenAI.

    Attributes:
        from_: The stored file.
        purpose: What for, such as ``assistants`` or ``fine-tune``.
    """

    from_: str = Field(alias="from")
    purpose: str

    def run(self, ctx: RunContext) -> UploadOutputs:
        """Send it."""
        from tiercel.tasks.http.client import opened, read_text  # noqa: PLC0415 (takes longer to load than a small flow)

        url = self.address(ctx, "files")
        request = HttpTask(
            uri=url,
            method="POST",
            content_type="multipart/form-data",
            form_data={"purpose": self.purpose, "file": self.from_},
            headers=self.headers(),
            options=options_of(self.waits()),
        )
        with opened(ctx, request) as response:
            answer = read_answer(url, read_text(response, request.options))
        return UploadOutputs(file_id=str(answer["id"]))
