"""Markdown to HTML and to text."""

from __future__ import annotations

import pytest

from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.tasks.serdes import texts
from tiercel.testing.memory_host import MemoryHost

PREFIX = "io.kestra.plugin.serdes.markdown"
SOURCE = """# Tïtle

One *soft*
line with [a link](https://example.org) and `code` <b>x</b>.

- first
- second

```python
print(1)
```

![picture](x.png)
"""
HTML = """<h1>Tïtle</h1>
<p>One <em>soft</em>
line with <a href="https://example.org">a link</a> and <code>code</code> <b>x</b>.</p>
<ul>
<li>first</li>
<li>second</li>
</ul>
<pre><code class="language-python">print(1)
</code></pre>
<p><img src="x.png" alt="picture" /></p>
"""
TEXT = "Tïtle\nOne soft\nline with a link and code x.\nfirst\nsecond\nprint(1)\npicture\n"


@pytest.mark.parametrize(("name", "expected"), [("MarkdownToHtml", HTML), ("MarkdownToText", TEXT)])
@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1"])
def test_a_document(host: MemoryHost, registry: Registry, name: str, expected: str, charset: str) -> None:
    given = {"from": host.put("a.md", SOURCE.encode(charset)), "charset": charset}
    out = host.run(registry.get_task(f"{PREFIX}.{name}"), given)
    assert host.files[out["uri"]].decode() == expected


def test_what_is_refused(host: MemoryHost, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = registry.get_task(f"{PREFIX}.MarkdownToText")
    with pytest.raises(TaskError, match="not in charset UTF-8"):
        host.run(plugin, {"from": host.put("a.md", b"\xff")})
    monkeypatch.setattr(texts, "_MOST_CHARACTERS", 3)
    with pytest.raises(TaskError, match="longer than 3 characters"):
        host.run(plugin, {"from": host.put("b.md", b"abcd")})
