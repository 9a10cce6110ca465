"""Templates: compiled once, rendered many times, with failures placed in the source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import TracebackType
from typing import NoReturn

from tiercel.errors import ExpressionError
from tiercel.expressions.catalogue import FILTERS, FUNCTIONS
from tiercel.expressions.compiler import FILENAME, Evaluation, compile_evaluation, compile_tree
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Function, Library
from tiercel.expressions.nodes import Output
from tiercel.expressions.operators import kind_of
from tiercel.expressions.raws import without_raw_tags
from tiercel.expressions.tags import parse_template
from tiercel.expressions.tests import TESTS
from tiercel.expressions.text import to_text
from tiercel.expressions.values import Entry, Loop, Value, is_text
from tiercel.model.dialect import Dialect

_CACHED_TEMPLATES = 4_000
_LONGEST_CACHED = 20_000


class Template:
    """A compiled template.

    Attributes:
        source: Its text.
        dialect: Which published version gives it its meaning; contexts must be of the same.
        is_literal: It holds no expression: rendering gives the source.
        is_single: It is one ``{{ expression }}`` and nothing else.
        names: Variables it reads (``inputs``, ``outputs``, ...).
        functions: Functions it calls.
        unknown: A failure for each filter, function or test that does not exist, with its place. Rendering fails only
            when it reaches one; who saves a template warns of them.
        reads_all: It calls a function through which it may read any variable and call any function.
    """

    __slots__ = (
        "_evaluate",
        "_render",
        "_tree",
        "dialect",
        "functions",
        "is_literal",
        "is_single",
        "names",
        "reads_all",
        "source",
        "unknown",
    )

    def __init__(self, source: str, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect
        self.is_literal = "{" not in source
        self.names: frozenset[str] = frozenset()
        self.functions: frozenset[str] = frozenset()
        self.unknown: tuple[ExpressionError, ...] = ()
        self.reads_all = False
        self.is_single = False
        self._evaluate: Evaluation | None = None  # most templates only ever render to text
        if not self.is_literal:
            self._tree = tree = parse_template(source, dialect)
            compiled = compile_tree(tree, _LIBRARY, dialect)
            self.is_single = len(tree.body) == 1 and isinstance(tree.body[0], Output)
            self.names, self.functions = compiled.names, compiled.functions
            self.unknown = compiled.unknown
            self._render = compiled.render
            self.reads_all = compiled.reads_all

    def render(self, context: Context) -> str:
        """Render to text.

        Raises:
            ExpressionError: With line and column.
        """
        if self.is_literal:
            return self.source
        text = self.render_once(context)
        if context.recursive:
            text = _render_again(self.source, text, context)
        return without_raw_tags(text) if "{%" in text else text

    def evaluate(self, context: Context) -> Value:
        """Render to a value: the value itself where one expression is all the output there is, else text.

        Where a list or a map stands among other output, 1.3 refuses and 2.0 joins the text and reads it again as JSON
        when it begins as JSON.

        Raises:
            ExpressionError: With line and column.
        """
        if self.is_literal:
            return self.source
        try:
            if self._evaluate is None:
                self._evaluate = compile_evaluation(self._tree, _LIBRARY, self.dialect)
            pieces = self._evaluate(context)
        except _FAILURES as error:
            _fail(error)
        value = _join_values(pieces, self.dialect)
        if isinstance(value, str):
            if context.recursive and value.__class__ is str:
                value = _render_again(self.source, value, context)
            return without_raw_tags(value) if "{%" in value else value
        return value

    def render_once(self, context: Context) -> str:
        """Render to text in one pass, leaving the tags of ``raw`` in it."""
        if self.is_literal:
            return self.source
        try:
            text = self._render(context)
        except _FAILURES as error:
            _fail(error)
        if len(text) > context.limits.output_characters:
            context.check_size(len(text))
        return text


def compile_template(source: str, dialect: Dialect) -> Template:
    """Compile a template, or find it among those compiled before.

    Raises:
        ExpressionError: Of kind ``syntax`` or, for what can never work, ``evaluation``; with line and column.
    """
    if len(source) > _LONGEST_CACHED:
        return Template(source, dialect)
    return _compile_cached(source, dialect)


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _compile_cached(source: str, dialect: Dialect) -> Template:
    return Template(source, dialect)


def render_structure(value: Value, context: Context, *, typed: bool = False) -> Value:
    """Render every text in a structure: keys and values of maps, items of lists; all else stays as it is.

    Where two keys of a map render to the same text the first one wins.

    In 2.0 a text that is one expression whose value is null becomes null.

    Args:
        value: The structure.
        context: Of the rendering.
        typed: Keep the native value of texts that are one expression, instead of text.
    """
    if isinstance(value, str):
        template = compile_template(value, context.dialect)
        if typed:
            return template.evaluate(context)
        if template.is_single and context.dialect is Dialect.V2_0:
            single = template.evaluate(context)
            return None if single is None else to_text(single, context.dialect)
        return template.render(context)
    if isinstance(value, Mapping):
        rendered: dict[Value, Value] = {}
        for key, item in value.items():
            name = compile_template(key, context.dialect).render(context) if isinstance(key, str) else key
            rendered.setdefault(name, render_structure(item, context, typed=typed))
        return rendered
    if isinstance(value, list):
        return [render_structure(item, context, typed=typed) for item in value]
    return value


_FAILURES = (ExpressionError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError, AttributeError)


def _fail(error: Exception) -> NoReturn:
    """Raise a failure again with its place, which is that of the innermost frame of a template."""
    if isinstance(error, ExpressionError):
        if error.line:
            raise error
        line, column = _place(error.__traceback__)
        raise ExpressionError(error.kind, error.message, line=line, column=column) from error
    line, column = _place(error.__traceback__)
    if isinstance(error, RecursionError):
        raise ExpressionError("budget", "the expression is nested too deep", line=line, column=column) from None
    message = f"the values here do not fit what is done with them ({type(error).__name__}: {error})"
    raise ExpressionError("evaluation", message, line=line, column=column) from error


def _place(traceback: TracebackType | None) -> tuple[int, int]:
    line, column = 0, 0
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == FILENAME:
            positions = list(code.co_positions())[traceback.tb_lasti // 2]
            line, column = positions[0] or line, positions[2] or column
        traceback = traceback.tb_next
    return line, column


def _render_again(source: str, text: str, context: Context) -> str:
    """Render what was rendered until it no longer changes."""
    passes = 1
    while text != source and "{" in text:
        if passes >= context.limits.passes:
            raise ExpressionError("evaluation", f"the text still changes after {passes} renderings", line=1, column=1)
        source = text
        text = compile_template(text, context.dialect).render_once(context)
        passes += 1
    return text


def _join_values(pieces: list[Value], dialect: Dialect) -> Value:
    values = [piece for piece in pieces if piece is not None]
    if not values:
        return None
    if len(values) == 1:
        return values[0].to_map() if isinstance(values[0], (Entry, Loop)) else values[0]
    others = [value for value in values if not is_text(value) and not isinstance(value, _NUMBERS)]
    if others and dialect is Dialect.V1_3:
        raise ExpressionError(
            "evaluation", f"{kind_of(others[0])} cannot be joined to other output; output it alone", line=1, column=1
        )
    text = "".join([to_text(value, dialect) for value in values])
    if any(isinstance(value, (list, Mapping)) for value in others):
        return _read_json_start(text)
    return text


_NUMBERS = (int, float, Decimal)
_JSON_DECODER = json.JSONDecoder()


def _read_json_start(text: str) -> Value:
    """Read the JSON value a text begins with; what follows it is dropped."""
    start = text.lstrip()
    if not start.startswith(("[", "{")):
        return text
    try:
        value: Value = _JSON_DECODER.raw_decode(start)[0]
    except (ValueError, RecursionError):
        return text
    return value


def _render_nested(context: Context, value: Value, *, recursive: bool) -> Value:
    """Render a value that a template holds; its failures keep the place inside it."""
    if isinstance(value, str):
        return _render_text(context, value, recursive=recursive)
    if isinstance(value, Mapping):
        rendered: dict[Value, Value] = {}
        for key, item in value.items():
            name = _render_text(context, key, recursive=recursive) if isinstance(key, str) else key
            rendered.setdefault(name, _render_nested(context, item, recursive=recursive))
        return rendered
    if isinstance(value, list):
        return [_render_nested(context, item, recursive=recursive) for item in value]
    return value


def _render_text(context: Context, source: str, *, recursive: bool) -> str:
    if "{" not in source:
        return source
    context.depth += 1
    if context.depth > context.limits.depth:
        raise ExpressionError("budget", f"render is nested more than {context.limits.depth} deep")
    context.spend(1)
    try:
        text = compile_template(source, context.dialect).render_once(context)
        if recursive:
            text = _render_again(source, text, context)
    finally:
        context.depth -= 1
    return without_raw_tags(text) if "{%" in text else text


def _render(context: Context, arguments: Arguments) -> Value:
    if context.recursive:
        raise ExpressionError("unknown", "there is no function render where recursive rendering is switched on")
    recursive = arguments.get("recursive")
    recursive = True if recursive is None else recursive
    if not isinstance(recursive, bool):
        raise ExpressionError("evaluation", f"recursive is true or false, not {kind_of(recursive)}")
    return _render_nested(context, arguments["toRender"], recursive=recursive)


def _render_once(context: Context, arguments: Arguments) -> Value:
    return _render_nested(context, arguments["toRender"], recursive=False)


def _fetch_context(context: Context, _arguments: Arguments) -> Value:
    return context.variables


_OWN_FUNCTIONS = (
    Function("render", _render, ("toRender", "recursive"), ("toRender",), reads_all=True),
    Function("renderOnce", _render_once, ("toRender",), ("toRender",), reads_all=True),
    Function("fetchContext", _fetch_context, reads_all=True),
    Function("printContext", _fetch_context, reads_all=True),
)
_LIBRARY = Library(
    FILTERS,
    {**FUNCTIONS, **{function.name: function for function in _OWN_FUNCTIONS}},
    {test.name: test for test in TESTS},
)
IO_FUNCTIONS = frozenset(name for name, function in _LIBRARY.functions.items() if function.is_io)
