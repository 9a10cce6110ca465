"""The expressions of records: ``amount > 100 && country in ("FR", "DE")``, ``sum(items[].price)``.

A text is read once into a function, which is called with each record. What binds tighter, from the loosest on: ``||``,
``&&``, ``==`` ``=`` ``!=``, ``<`` ``<=`` ``>`` ``>=`` ``in``, ``+`` ``-``, ``*`` ``/``, ``!`` and ``-`` before a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from tiercel.plugins import Json, TaskError
from tiercel.tasks.transform.records.functions import FUNCTIONS, Function
from tiercel.tasks.transform.records.operators import (
    Evaluate,
    add,
    both,
    compared,
    computed,
    divide,
    either,
    equal,
    is_in,
    multiply,
    negated,
    opposite,
    subtract,
    unequal,
)
from tiercel.tasks.transform.records.paths import Step, path_reader

_TOKEN = re.compile(
    r"""(?P<name>[^\W\d]\w*|\$\d+)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<mark>&&|\|\||==|!=|>=|<=|[-+*/<>=!().,\[\]])""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_DEEPEST = 100

_Join = Callable[[Evaluate, Evaluate], Evaluate]
_LEVELS: tuple[Mapping[str, _Join], ...] = (
    {"||": either},
    {"&&": both},
    {"==": equal, "=": equal, "!=": unequal},
    {
        "<": compared(lambda sign: sign < 0),
        "<=": compared(lambda sign: sign <= 0),
        ">": compared(lambda sign: sign > 0),
        ">=": compared(lambda sign: sign >= 0),
    },
    {"+": computed(add), "-": computed(subtract)},
    {"*": computed(multiply), "/": computed(divide)},
)
_COMPARISON = 3


def read_expression(text: str, where: str) -> Evaluate:
    """Read an expression; what is returned gives its value for a record.

    The value is ``MISSING`` when the expression is a path to a field that the record does not have.

    Args:
        text: The expression.
        where: What it stands in, for messages.

    Raises:
        TaskError: It is no expression; what is returned raises it when a value does not fit.
    """
    read = _Reader(text, where).expression()

    def evaluate(record: dict[str, Json]) -> Json:
        try:
            return read(record)
        except RecursionError:
            raise TaskError(f"{where}: '{text[:80]}': it has too many parts") from None

    return evaluate


class _Reader:
    """Reads one expression from its tokens, level by level."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._at = 0
        self._depth = 0
        self._kind, self._word, self._began = "", "", 0
        self._advance()

    def expression(self) -> Evaluate:
        """Read the whole text."""
        if self._kind == "end":
            return lambda _: None
        read = self._level(0)
        if self._kind != "end":
            raise self._error(f"'{self._word}' is not expected")
        return read

    def _level(self, number: int) -> Evaluate:
        if number == len(_LEVELS):
            return self._single()
        left = self._level(number + 1)
        while True:
            join = _LEVELS[number].get(self._word) if self._kind == "mark" else None
            if join is not None:
                self._advance()
                left = join(left, self._level(number + 1))
            elif number == _COMPARISON and self._kind == "name" and self._word == "in":
                self._advance()
                left = is_in(left, self._listed())
            else:
                return left

    def _single(self) -> Evaluate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error("its parts lie too deep in one another")
        try:
            if self._took("!"):
                return opposite(self._single())
            if self._took("-"):
                return negated(self._single())
            if self._took("("):
                inner = self._level(0)
                self._need(")")
                return inner
            return self._value()
        finally:
            self._depth -= 1

    def _value(self) -> Evaluate:
        kind, token = self._kind, self._word
        if kind in {"mark", "end"}:
            raise self._error(f"'{token}' is not expected" if token else "a value is missing at its end")
        self._advance()
        if kind == "name" and token.lower() in _WORDS:
            return _constant(_WORDS[token.lower()])
        if kind == "name" and self._word == "(":
            return self._call(token)
        if kind == "name":
            return self._path(token)
        return _constant(self._unescaped(token) if kind == "text" else self._number(token))

    def _number(self, token: str) -> Decimal:
        try:
            return Decimal(token)
        except InvalidOperation:
            raise self._error("a number is too large") from None

    def _call(self, name: str) -> Evaluate:
        function: Function | None = FUNCTIONS.get(name.lower())
        if function is None:
            raise self._error(f"there is no function {name}; there are {', '.join(sorted(FUNCTIONS))}")
        arguments = self._listed()
        problem = function.wrong_count(len(arguments))
        if problem:
            raise self._error(f"{name} takes {problem}")
        call = function.call
        return lambda record: call(*[argument(record) for argument in arguments])

    def _listed(self) -> list[Evaluate]:
        self._need("(")
        found: list[Evaluate] = []
        if not self._took(")"):
            found.append(self._level(0))
            while self._took(","):
                found.append(self._level(0))
            self._need(")")
        return found

    def _path(self, name: str) -> Evaluate:
        steps = [Step(name)]
        while True:
            if self._took("."):
                if self._kind != "name":
                    raise self._error("the name of a field is missing after '.'")
                steps.append(Step(self._word))
                self._advance()
            elif self._took("["):
                steps.append(self._bracket())
            else:
                return path_reader(steps)

    def _bracket(self) -> Step:
        kind, token = self._kind, self._word
        if self._took("]"):
            return Step(None, is_each=True)
        if kind == "number" and token.isdigit():
            step = Step(None, index=int(token))
        elif kind == "text":
            step = Step(self._unescaped(token))
        else:
            raise self._error('between [ and ] there is a number, the name of a field in "…", or nothing')
        self._advance()
        self._need("]")
        return step

    def _took(self, mark: str) -> bool:
        if self._kind != "mark" or self._word != mark:
            return False
        self._advance()
        return True

    def _need(self, mark: str) -> None:
        if not self._took(mark):
            raise self._error(f"'{mark}' is missing")

    def _advance(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._began = self._at = space.end() if space else self._at
        found = _TOKEN.match(self._text, self._at)
        if found is not None:
            self._kind, self._word, self._at = str(found.lastgroup), found[0], found.end()
        elif self._at >= len(self._text):
            self._kind, self._word = "end", ""
        elif self._text[self._at] == '"':
            raise self._error("a text does not end")
        else:
            raise self._error(f"'{self._text[self._at]}' is not expected")

    def _unescaped(self, token: str) -> str:
        def character(found: re.Match[str]) -> str:
            if found[1] not in _ESCAPED:
                raise self._error(f"{found[0]} is no way to write a character")
            return _ESCAPED[found[1]]

        return _ESCAPE.sub(character, token[1:-1])

    def _error(self, reason: str) -> TaskError:
        return TaskError(f"{self._where}: '{self._text[:200]}' at character {self._began + 1}: {reason}")


def _constant(value: Json) -> Evaluate:
    return lambda _: value
