"""Markdown to HTML and to plain text, and HTML to Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Task
from tiercel.tasks.serdes.html_markdown import html_to_markdown
from tiercel.tasks.serdes.texts import whole_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

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
        html = _parser().render(whole_text(ctx.files.open(self.from_), self.charset))
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
        text = "".join(_texts(_parser().parse(whole_text(ctx.files.open(self.from_), self.charset))))
        return DocumentOutputs(uri=ctx.files.write(ctx.files.new_name(".txt"), text.encode()))


class HtmlToMarkdown(
    Task,
    type="io.kestra.plugin.serdes.markdown.HtmlToMarkdown",
    outputs=DocumentOutputs,
    isolation="process",
    example="""
type: io.kestra.plugin.serdes.markdown.HtmlToMarkdown
from: "{{ outputs.page.uri }}"
ignoreTags:
  - nav
  - footer
baseUri: https://example.com/docs/
""",
):
    """Makes Markdown of HTML, as CommonMark with tables. What is never shown, such as scripts, is left out.

    It runs in a process of its own, in the memory that ``plugins.most_memory_bytes`` allows.

    Attributes:
        from_: URI of a file with HTML, in UTF-8.
        ignore_tags: Elements that are left out with all that is in them.
        base_uri: The address that links and images in it are relative to.
    """

    from_: str = Field(alias="from")
    ignore_tags: list[str] = Field(default_factory=list)
    base_uri: str | None = None

    def run(self, ctx: RunContext) -> DocumentOutputs:
        """Convert it."""
        page = whole_text(ctx.files.open(self.from_), "UTF-8")
        text = html_to_markdown(page, self.ignore_tags, self.base_uri).encode()
        ctx.counter("bytes", len(text))
        return DocumentOutputs(uri=ctx.files.write(ctx.files.new_name(".md"), [text]))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 (few flows read Markdown)

    return MarkdownIt("commonmark")


def _texts(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in _PARENTS:
            yield from _texts(token.children or ())
        elif token.type in _TEXTS:
            yield token.content
        elif token.type in _LINE_ENDS:
            yield "\n"
