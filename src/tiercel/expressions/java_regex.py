r"""Regular expressions in the dialect flows are written in (that of Java), on top of the `regex` module.

What differs is translated: ``\Q...\E`` quotes, ``\x{1F600}``, ``.`` that stops at every line terminator, ``\Z``,
and ``$1`` in replacements. Every search has a time limit, because a pattern is user input.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.patterns import compile_foreign

_TOKEN = regex.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|$)|\\x\{(?P<code>[0-9A-Fa-f]+)\}|\\0(?P<octal>[0-3]?[0-7]{1,2})|\\k<(?P<group>\w+)>"
    r"|\\c(?P<control>.)|(?P<escape>\\.)|(?P<quantifier>\{\d+(?:,\d*)?\})|(?P<character>.)",
    regex.DOTALL,
)
_NOT_LINE_TERMINATOR = r"[^\n\r\x85\u2028\u2029]"
_WORD = "A-Za-z0-9_"
# What escapes stand for inside a character class; outside they get brackets. All but ``\p`` know ASCII only.
_CLASSES = {
    r"\w": _WORD,
    r"\d": "0-9",
    r"\s": r" \t\n\x0b\f\r",
    r"\v": r"\n\x0b\f\r\x85\u2028\u2029",
    r"\W": f"[^{_WORD}]",
    r"\D": "[^0-9]",
    r"\S": r"[^ \t\n\x0b\f\r]",
    r"\V": r"[^\n\x0b\f\r\x85\u2028\u2029]",
    r"\e": r"\x1b",
}
_EDGE = f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))"
_ASSERTIONS = {
    r"\Z": r"(?=(?:\r\n|[\n\r\x85\u2028\u2029])?\z)",
    r"\b": _EDGE,
    r"\B": f"(?!{_EDGE})",
}
_NEEDS_UNICODE = regex.compile(r"\\[pP]|\(\?[a-zA-Z]*u")
_REFERENCE = regex.compile(r"\\(?P<escaped>.)|\$\{(?P<name>[A-Za-z][A-Za-z0-9]*)\}|\$(?P<digits>\d+)|(?P<bad>[\\$])")


def search(context: Context, pattern: str, text: str) -> regex.Match[str] | None:
    """Find the first match anywhere in the text."""
    compiled = compile_pattern(pattern)
    try:
        return compiled.search(text, timeout=context.limits.regex_seconds)
    except TimeoutError:
        raise _too_slow(pattern) from None


def substitute(context: Context, pattern: str, replacement: str, text: str) -> str:
    """Replace every match; ``$1`` and ``${name}`` in the replacement stand for groups, a backslash quotes."""
    compiled = compile_pattern(pattern)
    pieces = _replacement(replacement, compiled)

    def expand(match: regex.Match[str]) -> str:
        return "".join(piece if isinstance(piece, str) else match[piece[0]] or "" for piece in pieces)

    try:
        result = compiled.sub(expand, text, timeout=context.limits.regex_seconds)
    except TimeoutError:
        raise _too_slow(pattern) from None
    context.check_size(len(result))
    return result


def split(context: Context, pattern: str, text: str, limit: int) -> list[str]:
    """Cut the text at the matches.

    Args:
        context: Of the rendering.
        pattern: What separates the parts.
        text: To cut.
        limit: The most parts there may be; 0 has no limit and drops empty parts at the end, -1 keeps them.
    """
    parts: list[str] = []
    start = 0
    for first, last in _spans(context, pattern, text):
        if 0 < limit <= len(parts) + 1:
            break
        if first == last == 0:  # an empty match at the beginning makes no part
            continue
        parts.append(text[start:first])
        start = last
    parts.append(text[start:])
    if limit == 0 and len(parts) > 1:
        while parts and not parts[-1]:
            parts.pop()
    return parts


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """Compile a pattern.

    Raises:
        ExpressionError: It is not a regular expression.
    """
    try:
        ascii_only = 0 if _NEEDS_UNICODE.search(pattern) else regex.ASCII
        return compile_foreign(_translate(pattern), regex.V1 | ascii_only)
    except (regex.error, OverflowError, ValueError) as error:
        raise ExpressionError("evaluation", f"{pattern!r} is not a regular expression: {error}") from None


def _spans(context: Context, pattern: str, text: str) -> Iterator[tuple[int, int]]:
    compiled = compile_pattern(pattern)
    try:
        for match in compiled.finditer(text, timeout=context.limits.regex_seconds):
            context.spend(1)
            yield match.span()
    except TimeoutError:
        raise _too_slow(pattern) from None


def _translate(pattern: str) -> str:
    parts: list[str] = []
    depth = 0  # of character classes, which nest
    dot = "." if "(?s" in pattern or "s)" in pattern else _NOT_LINE_TERMINATOR
    for token in _TOKEN.finditer(pattern):
        character = token["character"]
        if character is None:
            parts.append(_escaped(token, in_class=depth > 0))
            continue
        if character == "[":
            depth += 1
        elif character == "]" and depth:
            depth -= 1
        elif character == "{" and not depth and not _opens_property(parts):
            raise ExpressionError("evaluation", f"{pattern!r} is not a regular expression: quote the {{ as \\{{")
        parts.append(dot if character == "." and not depth else character)
    return "".join(parts)


def _escaped(token: regex.Match[str], *, in_class: bool) -> str:
    if token["quoted"] is not None:
        return regex.escape(token["quoted"])
    if token["group"]:
        return f"(?P={token['group']})"
    for name, number in (("code", 16), ("octal", 8)):
        if token[name]:
            return regex.escape(chr(int(token[name], number)))
    if token["control"]:
        return regex.escape(chr(ord(token["control"]) ^ 64))
    found = _CLASSES.get(token[0])
    if found is not None:
        return found if in_class or found[0] == "[" else f"[{found}]"
    return token[0] if in_class else _ASSERTIONS.get(token[0], token[0])


def _opens_property(parts: list[str]) -> bool:
    return bool(parts) and parts[-1] in {r"\p", r"\P", r"\k", r"\N", r"\b"}


@lru_cache(maxsize=512)
def _replacement(replacement: str, compiled: regex.Pattern[str]) -> tuple[str | tuple[int | str], ...]:
    pieces: list[str | tuple[int | str]] = []
    end = 0
    for token in _REFERENCE.finditer(replacement):
        pieces.append(replacement[end : token.start()])
        end = token.end()
        if token["bad"]:
            raise ExpressionError(
                "evaluation", f"{replacement!r}: a literal {token['bad']} is written \\{token['bad']}"
            )
        if token["escaped"]:
            pieces.append(token["escaped"])
        elif token["name"]:
            if token["name"] not in compiled.groupindex:
                raise ExpressionError("evaluation", f"the pattern has no group named {token['name']}")
            pieces.append((token["name"],))
        else:
            group, rest = _group_number(token["digits"], compiled.groups)
            pieces.extend([(group,), rest])
    pieces.append(replacement[end:])
    return tuple(pieces)


def _group_number(digits: str, groups: int) -> tuple[int, str]:
    """Read as many digits as still name a group; the rest is text."""
    length = 1
    while length < len(digits) and int(digits[: length + 1]) <= groups:
        length += 1
    group = int(digits[:length])
    if group > groups:
        raise ExpressionError("evaluation", f"the pattern has {groups} groups, there is no group {group}")
    return group, digits[length:]


def _too_slow(pattern: str) -> ExpressionError:
    return ExpressionError("budget", f"searching for {pattern!r} takes too long")
