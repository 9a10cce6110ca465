"""The plan by which the properties of one task, as written, become an instance of its class: made once, used per run.

Each property is compiled by its declared type: what holds no expression becomes a constant at once, the rest a chain
of closures over compiled templates. Rendering a plan then costs its templates and one validation by the class.

Order of readings (Source: recorded property readings of both published versions): text is rendered, then read as the
declared type; a list or a map is rendered item by item, or read as JSON when it is written as one text; an empty text
or ``null`` where no text is wanted means that the property is absent, and its default holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError

from tiercel.errors import ExpressionError, InvalidError, Violation
from tiercel.expressions import Context, compile_template
from tiercel.expressions.text import java_text, to_text
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.plugins.check import has_template
from tiercel.plugins.markers import Rendering
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.reading import choose_option, plain_value, read_value, takes_map
from tiercel.plugins.shapes import Form, PropertyShape, Shape, property_shapes

P = TypeVar("P", bound=Plugin)
Step = Callable[[Context], Json]


class PropertyPlan(Generic[P]):
    """Renders the properties of one task; make it with `plan_properties`."""

    __slots__ = ("_constants", "_nullable", "_plugin", "_steps")

    def __init__(self, plugin: type[P], constants: dict[str, Json], steps: Sequence[tuple[str, Step]]) -> None:
        self._plugin = plugin
        self._constants = constants
        self._steps = steps
        shapes = property_shapes(plugin).values()
        self._nullable = frozenset(prop.name for prop in shapes if prop.shape.rendering is Rendering.NATIVE)

    def render(self, context: Context) -> P:
        """Render all properties and make the instance.

        Raises:
            ExpressionError: A template cannot be rendered.
            InvalidError: A value is none its property can have.
        """
        values = self._constants.copy()
        for name, step in self._steps:
            try:
                value = step(context)
            except ExpressionError as error:
                raise error.at(name) from error
            if value is not None or name in self._nullable:
                values[name] = value
        try:
            return self._plugin.model_validate(values)
        except ValidationError as error:
            raise InvalidError(_violations(error)) from None


def plan_properties(plugin: type[P], written: Mapping[str, Json], dialect: Dialect) -> PropertyPlan[P]:
    """Make the plan for one task; names the class does not know are passed over.

    Raises:
        ExpressionError: A template cannot be compiled.
        InvalidError: A literal is none its property can have; all such are listed.
    """
    planner = _Planner(dialect)
    constants: dict[str, Json] = {}
    steps: list[tuple[str, Step]] = []
    for name, prop in property_shapes(plugin).items():
        try:
            planned = planner.plan_property(prop, written.get(name))
        except ExpressionError as error:
            raise error.at(name) from error
        if isinstance(planned, _Constant):
            if planned.value is not None:
                constants[name] = planned.value
        else:
            steps.append((name, planned))
    if planner.violations:
        raise InvalidError(planner.violations)
    return PropertyPlan(plugin, constants, tuple(steps))


class _Constant:
    """A step that needs no context."""

    __slots__ = ("value",)

    def __init__(self, value: Json) -> None:
        self.value = value

    def __call__(self, context: Context) -> Json:  # noqa: ARG002 (a step takes one)
        return self.value


_ABSENT = _Constant(None)


class _Planner:
    """Compiles written values; collects what is wrong with literals."""

    def __init__(self, dialect: Dialect) -> None:
        self.violations: list[Violation] = []
        self._dialect = dialect

    def plan_property(self, prop: PropertyShape, value: Json) -> Step:
        """Compile one property; a default that holds an expression is rendered like a written value."""
        if value is None:
            if prop.is_required:
                self.violations.append(Violation("must not be null", path=prop.name, code="required"))
                return _ABSENT
            if not isinstance(prop.default, str) or not has_template(prop.default):
                return _ABSENT
            value = prop.default
        if prop.shape.rendering is Rendering.RAW:
            return _Constant(value)
        try:
            if prop.shape.rendering is Rendering.STATIC:
                return _Constant(read_value(prop.shape, value))
            if prop.shape.rendering is Rendering.NATIVE:
                return self._plan_native(value)
            return self._plan(prop.shape, value, prop.name)
        except ValueError as error:
            self.violations.append(Violation(str(error), path=prop.name, code="type"))
            return _ABSENT

    def _plan(self, shape: Shape, value: Json, path: str) -> Step:
        return _ABSENT if value is None else self._plan_present(shape, value, path)

    def _plan_present(self, shape: Shape, value: Json, path: str) -> Step:
        match shape.form:
            case Form.ANY:
                return self._plan_any(value)
            case Form.UNION if isinstance(value, dict) and not takes_map(shape):
                raise ValueError("a map is not expected here")
            case Form.UNION:
                return self._plan(choose_option(shape.options, value), value, path)
            case Form.TEXT:
                return self._plan_text(value)
            case _ if isinstance(value, str) and has_template(value):
                return _reading(self._template(value), shape, path)
            case Form.LIST if isinstance(value, list) and shape.item is not None:
                return _list([self._plan(shape.item, item, f"{path}[{at}]") for at, item in enumerate(value)])
            case Form.MAP if isinstance(value, dict) and shape.item is not None:
                item = shape.item
                return _map(
                    [(self._key(key), self._plan(item, entry, f"{path}.{key}")) for key, entry in value.items()]
                )
            case Form.GROUP if isinstance(value, dict) and shape.model is not None:
                return self._plan_group(shape.model, value, path)
            case _:
                return _Constant(read_value(shape, value))

    def _plan_group(self, model: type[BaseModel], value: dict[str, Json], path: str) -> Step:
        """Compile a group of properties; unknown names go through, for its class to refuse."""
        shapes = property_shapes(model)
        entries: list[tuple[Step, Step]] = []
        for name in {**shapes, **value}:
            prop, written = shapes.get(name), value.get(name)
            if prop is None or prop.shape.rendering is Rendering.RAW:
                entries.append((_Constant(name), _Constant(written)))
            else:
                default = prop.default if isinstance(prop.default, str) and has_template(prop.default) else None
                step = self._plan(prop.shape, default if written is None else written, f"{path}.{name}")
                entries.append((_Constant(name), step))
        return _map(entries)

    def _plan_native(self, value: Json) -> Step:
        """Compile a text of which one single expression keeps the type of its value, dates as their JSON."""
        if not isinstance(value, str) or "{" not in value:
            return self._plan_text(value)
        template = compile_template(value, self._dialect)
        return lambda context: plain_value(template.evaluate(context), self._dialect)

    def _plan_text(self, value: Json) -> Step:
        """Compile a text; a structure in place of one becomes its JSON, a number or a boolean its text."""
        if isinstance(value, str):
            return self._template(value)
        step = self._plan_any(value)
        if isinstance(step, _Constant):
            return _Constant(to_text(step.value, self._dialect))
        return lambda context: to_text(step(context), self._dialect)

    def _plan_any(self, value: Json) -> Step:
        if isinstance(value, str):
            step = self._template(value)
            is_constant = isinstance(step, _Constant)
            return step if is_constant or self._dialect is Dialect.V1_3 else self._null_aware(value)
        if isinstance(value, list):
            return _list([self._plan_any(item) for item in value])
        if isinstance(value, dict):
            return _map([(self._key(key), self._plan_any(item)) for key, item in value.items()])
        return _Constant(value)

    def _null_aware(self, text: str) -> Step:
        """Compile a text of the 2.0 dialect inside a structure: one single expression that is null stays null."""
        template = compile_template(text, self._dialect)

        def render(context: Context) -> Json:
            rendered = template.render(context)
            return rendered if rendered or template.evaluate(context) is not None else None

        return render

    def _key(self, key: Json) -> Step:
        return self._template(key) if isinstance(key, str) else _Constant(java_text(key))

    def _template(self, text: str) -> Step:
        if "{" not in text:
            return _Constant(text)
        template = compile_template(text, self._dialect)
        if template.is_literal:
            return _Constant(text)
        return template.render


def _list(steps: Sequence[Step]) -> Step:
    if all(isinstance(step, _Constant) for step in steps):
        return _Constant([cast("_Constant", step).value for step in steps])
    return lambda context: [step(context) for step in steps]


def _map(entries: Sequence[tuple[Step, Step]]) -> Step:
    """Make a map without the keys whose value is null; of keys that render to the same text the first wins."""

    def render(context: Context) -> Json:
        values: dict[Any, Json] = {}
        for key, step in entries:
            value = step(context)
            if value is not None:
                values.setdefault(key(context), value)
        return values

    if all(isinstance(key, _Constant) and isinstance(step, _Constant) for key, step in entries):
        return _Constant(render(cast("Context", None)))  # constants do not look at it
    return render


def _reading(step: Step, shape: Shape, path: str) -> Step:
    """Read what a template renders to as the declared type."""

    def read(context: Context) -> Json:
        text = step(context)
        try:
            return read_value(shape, text)
        except ValueError as error:
            raise InvalidError([Violation(str(error), path=path, code="type")]) from None

    return read


def _violations(error: ValidationError) -> list[Violation]:
    return [
        Violation(_message(detail["type"], detail["msg"]), path=".".join(map(str, detail["loc"])), code="constraint")
        for detail in error.errors(include_url=False, include_input=False)
    ]


def _message(kind: str, message: str) -> str:
    return "must not be null" if kind == "missing" else message
