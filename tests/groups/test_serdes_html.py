"""HTML to Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape, unescape

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from tiercel.plugins import Resources
from tiercel.plugins.registry import Registry
from tiercel.tasks.serdes.html_markdown import html_to_markdown
from tiercel.testing.memory_host import MemoryHost

TYPE = "io.kestra.plugin.serdes.markdown.HtmlToMarkdown"


@pytest.fixture
def processes(host: MemoryHost) -> Iterator[Resources]:
    made = Resources()
    host.resources = made
    yield made
    made.close()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("", ""),
        ("<h1>Hello</h1><p>This is <strong>bold</strong> text.</p>", "# Hello\n\nThis is **bold** text.\n"),
        ("<h3> A <em>b</em> </h3>", "### A *b*\n"),
        ("<p>a<b> b </b>c<i></i></p>", "a **b** c\n"),
        ("one\n  two<br>three", "one two\\\nthree\n"),
        ('<a href="/x">in <code>code</code></a>', "[in `code`](/x)\n"),
        ('<a href="/a b(c)" title=\'say "x"\'>t</a>', '[t](</a%20b(c)> "say \\"x\\"")\n'),
        ('<a name="x">no link</a>', "no link\n"),
        ('<p><img src="x.png" alt="a [b]"></p>', "![a \\[b\\]](x.png)\n"),
        ("<p>a<p>b", "a\n\nb\n"),
        ("a<hr>b", "a\n\n---\n\nb\n"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c\n"),
        ('<ol start="9"><li>a</li><li><p>b</p><p>c</p></li></ol>', "9. a\n10. b\n\n    c\n"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n"),
        ('<pre><code class="language-py">a  =\n 1</code></pre>', "```py\na  =\n 1\n```\n"),
        ("<pre>```</pre>", "````\n```\n````\n"),
        ("<code>a`b</code>", "``a`b``\n"),
        (
            "<table><thead><tr><th>a</th><th>b|c</th></tr></thead><tbody><tr><td>1<br>2</td></tr></tbody></table>",
            "| a | b\\|c |\n| --- | --- |\n| 1 2 |  |\n",
        ),
        ("<del>x</del> 1 * 2 snake_case _x_", "~~x~~ 1 \\* 2 snake_case \\_x\\_\n"),
        ("<p># no</p><p>1. no</p><p>- no</p><p>&gt; no</p>", "\\# no\n\n1\\. no\n\n\\- no\n\n\\> no\n"),
        ("<p>&amp;lt; &lt;b&gt;</p>", "\\&lt; \\<b>\n"),
        ("<head><title>t</title></head><script>x</script><style>y</style>z", "z\n"),
        ("<div>a<span><div>b</div></span></div>", "a\n\nb\n"),
        ("</p></div>a</b>", "a\n"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown


@pytest.mark.usefixtures("processes")
def test_the_task_leaves_out_and_completes(host: MemoryHost, registry: Registry) -> None:
    page = b'<nav>n<p>m</nav><a href="b.html">b</a> <a href="#x">x</a> <img src="/i.png" alt="i"> <svg>no</svg>'
    properties = {"from": host.put("a.html", page), "ignoreTags": ["NAV"], "baseUri": "https://example.com/docs/a.html"}
    out = host.run(registry.get_task(TYPE), properties)
    assert host.files[out["uri"]].decode() == (
        "[b](https://example.com/docs/b.html) [x](https://example.com/docs/a.html#x) ![i](https://example.com/i.png)\n"
    )


@given(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=60))
def test_a_text_stays_what_it_is(text: str) -> None:
    html = MarkdownIt("commonmark").render(html_to_markdown(f"<p>x {escape(text)}</p>"))
    assert unescape(html) == f"<p>{' '.join(f'x {text}'.split())}</p>\n"


def test_a_page_nested_without_end_is_read() -> None:
    assert html_to_markdown("<div><b>" * 50_000 + "x") == "**x**\n"
    assert html_to_markdown("<ul><li>" * 50_000 + "x").rstrip().endswith("- x")
