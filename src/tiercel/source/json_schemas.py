"""Values against the JSON Schema an input declares.

References to other documents are refused, never fetched.
"""

from __future__ import annotations

import msgspec

from tiercel.model.json import Json


def check_schema(text: str, value: Json = None, *, is_schema_alone: bool = False) -> None:
    """Check a value, or only the schema itself.

    Args:
        text: The schema, draft 2020-12, as JSON.
        value: What must fit it.
        is_schema_alone: There is no value yet.

    Raises:
        ValueError: The schema is none, or the value does not fit it.
    """
    import jsonschema  # noqa: PLC0415 (heavy, and only few inputs have a schema)
    import referencing  # noqa: PLC0415 (as above)

    try:
        schema = msgspec.json.decode(text)
        jsonschema.Draft202012Validator.check_schema(schema)
    except (msgspec.DecodeError, jsonschema.SchemaError) as error:
        raise ValueError(f"its JSON Schema is not valid: {error}".splitlines()[0]) from None
    if is_schema_alone:
        return
    validator = jsonschema.Draft202012Validator(schema, registry=referencing.Registry())
    try:
        problem = next(iter(validator.iter_errors(value)), None)
    except referencing.exceptions.Unresolvable as error:
        raise ValueError(f"its JSON Schema refers to another document: {error}") from None
    if problem is not None:
        raise ValueError(f"it does not fit its JSON Schema at `{problem.json_path}`: {problem.message}")
