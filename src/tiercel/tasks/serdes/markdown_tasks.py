"""Markdown to HTML and to plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.serdes.texts import decoded

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MOST_CHARACTERS = 16 * 1024 * 1024  # a document is read as a whole
_PARENTS = frozenset({"inline", "image"})
_TEXTS = frozenset({"text", "code_inline", "fence", "code_block"})
_LINE_ENDS = frozenset({"paragraph_close", "heading_close", "hr", "softbreak", "hardbreak"})


class DocumentOutputs(Outputs):
    """The file a conversion made.

    Attributes:
        uri: Where it is.
    """

    uri: str


class MarkdownTask(Task):
    """What both have in common.

    Attributes:
        from_: URI of a file with Markdown.
        charset: How its text is encoded.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"


class MarkdownToHtml(
    MarkdownTask,
    type="io.kestra.plugin.serdes.markdown.MarkdownToHtml",
    outputs=DocumentOutputs,
    example="""
type: io.kestra.plugin.serdes.markdown.MarkdownToHtml
from: "{{ outputs.readme.uri }}"
""",
):
    """Makes HTML of Markdown, as CommonMark defines it. HTML in it stays as it is."""

    def run(self, ctx: RunContext) -> DocumentOutputs:
        """Convert it."""
        html = _parser().render(_read(ctx, self))
        return DocumentOutputs(uri=ctx.files.write(ctx.files.new_name(".html"), html.encode()))


class MarkdownToText(
    MarkdownTask,
    type="io.kestra.plugin.serdes.markdown.MarkdownToText",
    outputs=DocumentOutputs,
    example="""
type: io.kestra.plugin.serdes.markdown.MarkdownToText
from: "{{ outputs.readme.uri }}"
""",
):
    """Makes plain text of Markdown: what is left without its marks, addresses and HTML."""

    def run(self, ctx: RunContext) -> DocumentOutputs:
        """Convert it."""
        text = "".join(_texts(_parser().parse(_read(ctx, self))))
        return DocumentOutputs(uri=ctx.files.write(ctx.files.new_name(".txt"), text.encode()))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 (few flows read Markdown)

    return MarkdownIt("commonmark")


def _read(ctx: RunContext, task: MarkdownTask) -> str:
    parts: list[str] = []
    size = 0
    for part in decoded(ctx.files.open(task.from_), task.charset):
        size += len(part)
        if size > _MOST_CHARACTERS:
            raise TaskError(f"The file is longer than {_MOST_CHARACTERS:,} characters")
        parts.append(part)
    return "".join(parts)


def _texts(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in _PARENTS:
            yield from _texts(token.children or ())
        elif token.type in _TEXTS:
            yield token.content
        elif token.type in _LINE_ENDS:
            yield "\n"
