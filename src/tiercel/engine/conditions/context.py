"""What conditions are tested against, and how their properties are read from it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tiercel.engine.conditions.upstream import Upstream
from tiercel.errors import ExpressionError
from tiercel.expressions import Context, Host, Value, compile_template, to_json
from tiercel.expressions.coerce import coerce
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json

Properties: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ConditionContext:
    """What conditions of one trigger see.

    Attributes:
        variables: Of expressions.
        seen: What the trigger adds: dates of a slot, outputs of an execution. Properties of conditions see it, and a
            ``when``; the 1.3 condition Expression does not.
        host: What expressions need from the outside.
        upstream: The execution they are tested on; None for schedules, webhooks and the like.
        flow: Namespace and id of the flow for the two conditions about flows; that of the execution when None.
    """

    variables: Mapping[str, Value]
    host: Host
    dialect: Dialect
    upstream: Upstream | None = None
    flow: tuple[str, str] | None = None
    seen: Mapping[str, Value] = field(default_factory=dict)

    def render(self, template: str) -> str:
        """Render a text.

        Raises:
            ExpressionError: It cannot be.
        """
        return compile_template(template, self.dialect).render(self.expressions())

    def expressions(self) -> Context:
        """Give what expressions are rendered with."""
        variables = ChainMap(dict(self.seen), self.variables) if self.seen else self.variables  # type: ignore[arg-type]  # only the first is written
        return Context(variables, self.host, self.dialect)

    def seeing(self, **variables: Value) -> ConditionContext:
        """The same, with these variables added by the trigger."""
        return replace(self, seen=variables)

    def alone(self) -> ConditionContext:
        """The same, without what the trigger adds."""
        return replace(self, seen={})


def optional_text(properties: Properties, name: str, context: ConditionContext) -> str | None:
    """Render a property; None when it is absent."""
    value = properties.get(name)
    if value is None:
        return None
    return context.render(value if isinstance(value, str) else to_json(value, context.dialect))


def needed_text(properties: Properties, name: str, context: ConditionContext) -> str:
    """Render a property that must be there."""
    found = optional_text(properties, name, context)
    if found is None:
        raise ExpressionError("evaluation", f"the condition has no {name}")
    return found


def optional_texts(properties: Properties, name: str, context: ConditionContext) -> list[str] | None:
    """Render a list of texts, each by itself; None when it is absent."""
    value = properties.get(name)
    if value is None:
        return None
    if isinstance(value, list):
        return [context.render(str(item)) for item in value]
    read = coerce(context.render(str(value)), "List")
    return [str(item) for item in read] if isinstance(read, list) else None


def needed_upstream(context: ConditionContext) -> Upstream:
    """The execution, for conditions that are about one."""
    if context.upstream is None:
        raise ExpressionError("evaluation", "the condition is about an execution, and there is none here")
    return context.upstream
