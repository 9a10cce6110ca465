"""What bodies of requests about triggers hold: the names of triggers, dates and lengths of backfills."""

from __future__ import annotations

from tiercel.api.errors import BodyError
from tiercel.api.filters import read_instant
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations.backfilling import BackfillRequest
from tiercel.repository.triggers import TriggerKey

_NAMES = ("namespace", "flowId", "triggerId")


def read_key(body: Json) -> TriggerKey:
    """Read what names a trigger.

    Raises:
        InvalidError: A part of it is missing.
    """
    given = body if isinstance(body, dict) else {}
    wrong = [
        Violation("must be there, as a text", path=name) for name in _NAMES if not isinstance(given.get(name), str)
    ]
    if wrong:
        raise InvalidError(wrong)
    return given["namespace"], given["flowId"], given["triggerId"]


def read_keys(body: Json) -> list[TriggerKey]:
    """Read a list of names, alone or as ``triggers``, each once.

    Raises:
        InvalidError: It is none.
    """
    given = body.get("triggers") if isinstance(body, dict) else body
    if not isinstance(given, list):
        raise BodyError("Send a JSON array of {namespace, flowId, triggerId}")
    return list(dict.fromkeys(read_key(one) for one in given))


def flag_in(body: Json, name: str, *, default: bool) -> bool:
    """Read a boolean.

    Raises:
        InvalidError: It is neither true nor false.
    """
    value = body.get(name) if isinstance(body, dict) else None
    if value is None:
        return default
    if not isinstance(value, bool):
        raise InvalidError([Violation("must be true or false", path=name)])
    return value


def read_backfill(body: Json) -> BackfillRequest:
    """Read which dates are to be run.

    Raises:
        InvalidError: A part of it is wrong.
        RequestError: A date is none.
    """
    given = body.get("backfill") if isinstance(body, dict) else None
    if not isinstance(given, dict) or not isinstance(given.get("start"), str):
        hint = '{"backfill": {"start": "2026-01-01T00:00:00Z"}}'
        raise InvalidError([Violation("must have a start", path="backfill", hint=hint)])
    end, inputs = given.get("end"), given.get("inputs")
    if inputs is not None and not isinstance(inputs, dict):
        raise InvalidError([Violation("must be a map of inputs", path="backfill.inputs")])
    return BackfillRequest(
        start=read_instant(given["start"], "backfill.start"),
        end=None if end is None else read_instant(str(end), "backfill.end"),
        inputs=inputs,
        labels=_labels(given.get("labels")),
        is_only_missing=flag_in(given, "onlyMissing", default=False),
    )


def _labels(given: Json) -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    if isinstance(given, dict):
        return tuple((key, str(value)) for key, value in given.items())
    if isinstance(given, list) and all(isinstance(one, dict) and "key" in one for one in given):
        return tuple((str(one["key"]), str(one.get("value", ""))) for one in given)
    raise InvalidError([Violation("must be a list of {key, value}, or a map", path="backfill.labels")])
