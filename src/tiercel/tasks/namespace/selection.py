"""Choosing namespaces, and files in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from tiercel.plugins import RunContext, TaskError


def selected_namespaces(
    ctx: RunContext,
    names: Sequence[str] | None,
    pattern: str | None,
    has_children: bool,  # noqa: FBT001 (named by every caller's own property)
) -> list[str]:
    """Give the namespaces a purge is about: those named, those that fit a pattern, or all; each once, in order.

    Raises:
        TaskError: Both names and a pattern are given.
    """
    if names and pattern:
        raise TaskError("`namespaces` and `namespacePattern` exclude one another: give one of them")
    known: list[str] = ctx.call("namespaces.list")
    if pattern:
        return sorted(name for name in known if fits(pattern, name))
    if not names:
        return sorted(known)
    below = (name for name in known if has_children and any(name.startswith(f"{top}.") for top in names))
    return sorted({*names, *below})


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text fits a pattern with ``*`` and ``?``, which match dots too."""
    return regex.fullmatch(_translate(pattern, crosses_slash=True), text, timeout=2) is not None


def fitting_paths(patterns: Iterable[str], paths: Iterable[str]) -> list[str]:
    """Give the paths that fit one of the patterns (``*`` within a folder, ``**`` across), in order, each once.

    A pattern may begin with a slash or not.
    """
    compiled = [regex.compile(_translate(pattern.lstrip("/"), crosses_slash=False)) for pattern in patterns]
    return [path for path in paths if any(expression.fullmatch(path.lstrip("/")) for expression in compiled)]


def _translate(pattern: str, *, crosses_slash: bool) -> str:
    """Turn a pattern into a regular expression."""
    within = "." if crosses_slash else "[^/]"
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": f"{within}*", "?": within}
    return "".join(
        parts.get(token) or (_alternatives(token) if token[0] == "{" else regex.escape(token))
        for token in regex.findall(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}|[^*?{]+|\{", pattern)
    )


def _alternatives(token: str) -> str:
    if not token.endswith("}"):
        return regex.escape(token)
    return f"(?:{'|'.join(map(regex.escape, token[1:-1].split(',')))})"
