"""What describes the installation: its id, the words of its expression language, expressions tried out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from tiercel.errors import ExpressionError
from tiercel.expressions.catalogue import FILTERS, FUNCTIONS
from tiercel.expressions.context import Context, Host
from tiercel.expressions.library import Function
from tiercel.expressions.template import compile_template
from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.evaluation import masked_error
from tiercel.operations.outside import dialect_outside_flows, with_host


def instance_id(environment: Environment) -> str:
    """Give the same text for the same installation: made of where its data is."""
    return hashlib.sha256(str(environment.settings.home).encode()).hexdigest()[:22]


@operation(Resource.INSTANCE, Action.READ)
async def list_filters(environment: Environment, actor: Actor) -> list[str]:  # noqa: ARG001 (every operation's)
    """Name the filters, in order."""
    return sorted(FILTERS)


@operation(Resource.INSTANCE, Action.READ)
async def list_functions(environment: Environment, actor: Actor) -> list[Function]:  # noqa: ARG001 (every operation's)
    """Give the functions, in order of name."""
    return [function for _, function in sorted(FUNCTIONS.items())]


@operation(Resource.EXECUTION, Action.UPDATE, is_change=False)
async def render_expressions(
    environment: Environment,
    actor: Actor,
    expressions: Mapping[str, str],
    variables: Mapping[str, Json],
    dialect: DialectSetting | None,
) -> dict[str, str | ExpressionError]:
    """Render each text by itself with the variables given; one that fails has its error in place of its text.

    The secrets of the installation are masked in what comes out.
    """
    actor.require(Resource.EXECUTION, Action.UPDATE, "")  # they can name any namespace
    spoken = dialect_outside_flows(dialect or environment.settings.dialect)

    def render(host: Host) -> dict[str, str | ExpressionError]:
        rendered: dict[str, str | ExpressionError] = {}
        for name, text in expressions.items():
            try:
                value = compile_template(text, spoken).render(Context(variables, host, spoken))
                rendered[name] = environment.secrets.mask(value)
            except ExpressionError as error:
                rendered[name] = masked_error(error, environment.secrets.mask)
        return rendered

    return await with_host(environment, "", render)
