"""The inputs of an execution: what was given, defaults, dependencies and validators, to what is stored.

An input is resolved after those it depends on. It is disabled, and its key is then absent, when one of them is
disabled, when its condition is not exactly true or cannot be rendered, and in 2.0 when one of them is null. In
templates of declarations every input can be named, but only those in ``dependsOn`` have their value; the others are
null. An optional input that is not given is stored as null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct, field

from tiercel.errors import ExpressionError, Violation
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, Input
from tiercel.model.json import Json
from tiercel.source.fields import print_scalar
from tiercel.source.typing import TEXT_TYPES, Encrypt, NotOfTypeError, type_value

_GROUP = "FORM"
_SELECTS = frozenset({"SELECT", "MULTISELECT", "ENUM"})


class Render(Protocol):
    """Renders templates of declarations, with ``inputs`` added to the context of the flow."""

    def __call__(self, template: Json, inputs: Mapping[str, Json], *, is_typed: bool) -> Json:
        """Render text, or maps and lists of it.

        ``is_typed`` keeps the kind of value of a template that is one expression.

        Raises:
            ExpressionError: It cannot be rendered.
        """


class InputState(Struct, kw_only=True):
    """One declared input and what became of it."""

    id: str
    value: Json = None
    is_enabled: bool = True
    is_default: bool = False
    error: str | None = None
    hint: str = ""


class ResolvedInputs(Struct, kw_only=True):
    """All declared inputs.

    Attributes:
        values: To be stored; dotted ids are nested maps, disabled inputs are absent.
        states: One for each declared input, in order of declaration.
        errors: Why no execution can start; empty when one can.
        unknown: Given, but not declared; they are dropped.
    """

    values: dict[str, Json] = field(default_factory=dict)
    states: list[InputState] = field(default_factory=list)
    errors: list[Violation] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def resolve_inputs(
    flow: Flow, given: Mapping[str, Json], *, render: Render, encrypt: Encrypt | None = None
) -> ResolvedInputs:
    """Type, default and check the inputs of a start.

    Args:
        flow: Whose inputs are declared, and whose dialect counts.
        given: By id (``form.child``) or nested as they are stored; files are URIs already.
        render: For defaults, conditions and values of selects.
        encrypt: For SECRET inputs.
    """
    return resolve_declared(flow.inputs, given, render=render, dialect=flow.dialect, encrypt=encrypt)


def resolve_declared(
    declared: tuple[Input, ...],
    given: Mapping[str, Json],
    *,
    render: Render,
    dialect: Dialect,
    encrypt: Encrypt | None = None,
) -> ResolvedInputs:
    """The same for inputs that are not those of a flow (``onResume`` of a Pause)."""
    pass_ = _Resolution(declared, given, render, dialect, encrypt)
    states = [pass_.resolve(item) for item in declared]
    result = ResolvedInputs(states=states)
    for item, state in zip(declared, states, strict=True):
        if state.error is not None and state.is_enabled:
            result.errors.append(Violation(state.error, path=item.id, code="invalid-input", hint=state.hint))
        elif state.is_enabled and item.type != _GROUP:
            put_nested(result.values, item.id, state.value)
    result.unknown = [name for name in given if not pass_.is_declared(name)]
    return result


def context_inputs(flow: Flow, stored: Mapping[str, Json], render: Render | None = None) -> dict[str, Json]:
    """What templates of tasks see as ``inputs``: the stored values, and defaults of those that are absent.

    In 1.3 the defaults of dotted ids can be read under the dotted name too.
    """
    values = dict(stored)
    for item in flow.inputs:
        if not item.has_defaults or _look_up(stored, item.id)[0]:
            continue
        try:
            default = item.defaults
            if has_template(default):
                default = render(default, values, is_typed=True) if render is not None else None
            if default is None:
                continue
            typed = type_value(item.type, default, item.options, dialect=flow.dialect)
        except (ValueError, ExpressionError):
            continue  # it is absent, and a template that names it says so
        put_nested(values, item.id, typed)
        if "." in item.id and flow.dialect is Dialect.V1_3:
            values[item.id] = typed
    return values


def select_values(item: Input, inputs: Mapping[str, Json], render: Render) -> list[str]:
    """The values a SELECT or MULTISELECT offers, as text.

    Raises:
        ExpressionError: Its expression cannot be rendered.
        ValueError: Its expression gives no list.
    """
    expression = item.options.get("expression")
    if expression is None:
        return offered_values(item)
    rendered = render(expression, inputs, is_typed=True)
    entries = type_value("ARRAY", rendered) if rendered is not None else []
    return [_option_text(entry) for entry in entries]


def offered_values(item: Input) -> list[str]:
    """The values a select lists in its declaration."""
    entries = item.options.get("values") or []
    return [entry["value"] if isinstance(entry, dict) else str(entry) for entry in entries]


def check_choice(item: Input, typed: Json, offered: list[str]) -> None:
    """Refuse what a select does not offer.

    Raises:
        ValueError: It is not among the values.
    """
    if item.type not in _SELECTS or item.options.get("allowCustomValue"):
        return
    for chosen in typed if isinstance(typed, list) else [typed]:
        if _option_text(chosen) not in offered:
            raise ValueError(f"it must match the values `{offered}`")


def put_nested(values: dict[str, Json], dotted: str, value: Json) -> None:
    """Set ``a.b`` as a map in a map; maps on the way are copied, not changed."""
    *parents, last = dotted.split(".")
    for name in parents:
        inner = values.get(name)
        values[name] = dict(inner) if isinstance(inner, dict) else {}
        values = values[name]
    values[last] = value


def has_template(value: Json) -> bool:
    """Whether any text of a structure holds an expression."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, dict):
        return any(has_template(item) for item in value.values())
    return isinstance(value, list) and any(has_template(item) for item in value)


class _Resolution:
    """One resolving of all inputs; each is resolved once, those it depends on first."""

    def __init__(
        self,
        declared: tuple[Input, ...],
        given: Mapping[str, Json],
        render: Render,
        dialect: Dialect,
        encrypt: Encrypt | None,
    ) -> None:
        self._declared = {item.id: item for item in declared}
        self._given = given
        self._render = render
        self._dialect = dialect
        self._encrypt = encrypt
        self._states: dict[str, InputState] = {}
        self._open: set[str] = set()

    def is_declared(self, name: str) -> bool:
        return name in self._declared or any(known.startswith(f"{name}.") for known in self._declared)

    def resolve(self, item: Input) -> InputState:
        if item.id not in self._states:
            self._open.add(item.id)
            self._states[item.id] = self._resolve(item)
            self._open.discard(item.id)
        return self._states[item.id]

    def _resolve(self, item: Input) -> InputState:
        state = InputState(id=item.id)
        visible = self._depend(item, state)
        value: Json = None
        if item.type == _GROUP:
            return state
        if not state.is_enabled:
            state.value = None if item.type == "SECRET" else self._given_value(item)  # shown, but not stored
            return state
        try:
            value = self._given_value(item)
            if value is None:
                value = self._default(item, visible)
                state.is_default = value is not None
            if value is not None:
                state.value = self._type(item, value, visible)
            elif item.is_required:
                raise ValueError("missing required input")  # noqa: TRY301 (one place builds the message)
        except ValueError as error:
            received = "" if isinstance(error, NotOfTypeError) else f", but received `{_shown(item, value)}`"
            state.error = f"Invalid input for `{item.id}`, {error}{received}"
            state.hint = _how_to_give(item) if value is None else ""
            state.value = None if item.type == "SECRET" else value
        except ExpressionError as error:
            state.error = f"Invalid input for `{item.id}`, its declaration cannot be rendered: {error}"
        return state

    def _depend(self, item: Input, state: InputState) -> dict[str, Json]:
        """The inputs its templates see; also decides whether it is enabled."""
        visible: dict[str, Json] = {}
        for name in self._declared:
            put_nested(visible, name, None)
        for name in item.depends_on:
            other = self._declared.get(name)
            if other is None or name in self._open:
                continue
            found = self.resolve(other)
            if not found.is_enabled or (self._closes_on_null(other) and found.value is None and not found.error):
                state.is_enabled = False
            elif other.type != _GROUP:
                put_nested(visible, name, found.value)
        if state.is_enabled and item.condition is not None:
            try:
                state.is_enabled = self._render(item.condition, visible, is_typed=True) is True
            except ExpressionError as error:
                state.is_enabled = False
                state.error = str(error)
        return visible

    def _closes_on_null(self, other: Input) -> bool:
        return self._dialect is Dialect.V2_0 and other.type != _GROUP

    def _given_value(self, item: Input) -> Json:
        value = _look_up(self._given, item.id)[1]
        if value == "" and self._dialect is Dialect.V2_0 and item.type not in TEXT_TYPES:
            return None
        return value

    def _default(self, item: Input, visible: Mapping[str, Json]) -> Json:
        if item.has_defaults:
            if has_template(item.defaults):
                return self._render(item.defaults, visible, is_typed=True)
            return item.defaults
        if item.options.get("autoSelectFirst"):
            offered = select_values(item, visible, self._render)
            first = offered[0] if offered else None
            return [first] if first is not None and item.type == "MULTISELECT" else first
        return None

    def _type(self, item: Input, value: Json, visible: Mapping[str, Json]) -> Json:
        typed = type_value(item.type, value, item.options, dialect=self._dialect, encrypt=self._encrypt)
        if item.type not in _SELECTS or item.options.get("allowCustomValue"):
            return typed
        if self._dialect is Dialect.V1_3 and not item.is_required:
            return typed
        check_choice(item, typed, select_values(item, visible, self._render))
        return typed


def _look_up(values: Mapping[str, Json], dotted: str) -> tuple[bool, Json]:
    """Whether a value is there under its id or nested, and the value."""
    if dotted in values:
        return True, values[dotted]
    found: Json = values
    for name in dotted.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return False, None
        found = found[name]
    return True, found


def _option_text(value: Json) -> str:
    if isinstance(value, dict):
        return str(value.get("value", ""))
    return value if isinstance(value, str) else print_scalar(value)


def _shown(item: Input, value: Json) -> str:
    if value is None:
        return "null"
    return "******" if item.type == "SECRET" else str(value)


def _how_to_give(item: Input) -> str:
    value = "@path" if item.type == "FILE" else "value"
    return f"Give {item.id} a value, on the command line with --input {item.id}={value}"
