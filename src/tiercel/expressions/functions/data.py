"""Functions that read text of a data format."""

from __future__ import annotations

from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.ion_text import read_ion
from tiercel.expressions.json_text import read_json
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.values import Value
from tiercel.expressions.yaml_text import read_yaml
from tiercel.model.dialect import Dialect


def _from_json(_: Context, arguments: Arguments) -> Value:
    return None if arguments["json"] is None else read_json(expect.needed_text("fromJson", arguments, "json"))


def _yaml(context: Context, arguments: Arguments) -> Value:
    return read_yaml(context, expect.needed_text("yaml", arguments, "yaml"))


def _from_ion(context: Context, arguments: Arguments) -> Value:
    if arguments["ion"] is None:
        return None
    values = read_ion(expect.needed_text("fromIon", arguments, "ion"), context.dialect)
    if arguments.get("allRows") is not True:
        return next(values, None)
    rows: list[Value] = []
    for value in values:
        context.spend(1)
        rows.append(value)
    return rows


FUNCTIONS: tuple[Function, ...] = (
    Function("fromJson", _from_json, ("json",), ("json",)),
    Function("json", _from_json, ("json",), ("json",), only=Dialect.V1_3),
    Function("yaml", _yaml, ("yaml",), ("yaml",)),
    Function("fromIon", _from_ion, ("ion", "allRows"), ("ion",)),
)
