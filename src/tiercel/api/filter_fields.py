"""What each list can be filtered by, and how: the published pairs of field and operation, and some of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

LISTS = frozenset({"IN", "NOT_IN"})
PRESENCE = frozenset({"IS_NULL", "IS_NOT_NULL"})
"""Whether there is such a thing at all."""
DATES = frozenset({"startDate", "endDate", "updated", "expirationDate", "nextExecutionDate", "lastTriggeredDate"})
"""Fields that are compared with a date."""

_EQUAL = ("EQUALS", "NOT_EQUALS")
_ONE_OF = (*_EQUAL, "IN", "NOT_IN")
_HOLDING = ("CONTAINS", "NOT_CONTAINS")
_TEXT = (*_ONE_OF, "STARTS_WITH", "ENDS_WITH", *_HOLDING, "REGEX", "PREFIX")
_LIMITS = ("GREATER_THAN_OR_EQUAL_TO", "LESS_THAN_OR_EQUAL_TO")
_DATE = (*_EQUAL, "GREATER_THAN", "LESS_THAN", *_LIMITS)

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "q": _EQUAL,
    "scope": _ONE_OF,
    "tags": (*_ONE_OF, *_HOLDING, "STARTS_WITH", "ENDS_WITH", "PREFIX"),
    "namespace": _TEXT,
    "flowId": _TEXT,
    "labels": (*_ONE_OF, *_HOLDING, "IS_NULL", "IS_NOT_NULL"),
    "state": _ONE_OF,
    "timeRange": ("EQUALS",),
    "childFilter": _EQUAL,
    "triggerExecutionId": _TEXT,
    "kind": _ONE_OF,
    "parentId": _ONE_OF,
    "level": (*_LIMITS, "IN", "NOT_IN"),
    "triggerId": _TEXT,
    "workerId": _TEXT,
    "source": _TEXT,
    "executionId": _TEXT,
    "taskId": _TEXT,
    "taskRunId": _TEXT,
    "attemptNumber": _ONE_OF,
    "locked": _EQUAL,
    "triggerState": _ONE_OF,
    "name": _TEXT,
    **dict.fromkeys(DATES, _DATE),
}


class Fields(Struct, frozen=True):
    """What one list can be filtered by.

    Attributes:
        resource: What the list is of, in the word that refusals name it by.
        names: In the order a refusal lists them.
    """

    resource: str
    names: tuple[str, ...]

    def also(self, names: Iterable[str]) -> Fields:
        """Give the same with further fields."""
        return Fields(self.resource, tuple(dict.fromkeys((*self.names, *sorted(names)))))

    def refusal(self, field: str, operation: str) -> str:
        """Say why a pair is not taken, nothing when it is."""
        problems = []
        if field in OPERATIONS and operation not in OPERATIONS[field]:
            supported = ", ".join(OPERATIONS[field])
            problems.append(
                f"Operation {operation} is not supported for field {field}. Supported operations are {supported}"
            )
        if field not in self.names:
            supported = ", ".join(self.names)
            problems.append(
                f"Field {field} is not supported for resource {self.resource}. Supported fields are {supported}"
            )
        return ", ".join(problems)


FLOW_FIELDS = Fields("FLOW", ("q", "namespace", "flowId", "labels", "scope"))
EXECUTION_FIELDS = Fields(
    "EXECUTION",
    (
        *("q", "scope", "namespace", "flowId", "startDate", "endDate", "timeRange", "state", "labels"),
        *("triggerExecutionId", "childFilter", "kind", "parentId", "taskId"),
    ),
)
LOG_FIELDS = Fields(
    "LOG",
    (
        *("q", "scope", "namespace", "flowId", "startDate", "endDate", "timeRange", "triggerId", "level"),
        *("executionId", "taskId", "taskRunId", "attemptNumber", "kind"),
    ),
)
TRIGGER_FIELDS = Fields(
    "TRIGGER",
    (
        *("q", "scope", "namespace", "flowId", "triggerId", "triggerState", "workerId", "source", "kind"),
        *("locked", "executionId", "lastTriggeredDate", "nextExecutionDate"),
    ),
)
METRIC_FIELDS = Fields("METRIC", ("namespace", "flowId", "taskId", "taskRunId", "name", "startDate", "endDate"))
BLUEPRINT_FIELDS = Fields("BLUEPRINT", ("q", "tags"))
KV_FIELDS = Fields("KV_METADATA", ("q", "namespace", "updated", "expirationDate"))
SECRET_FIELDS = Fields("SECRET_METADATA", ("q", "namespace"))
NAMESPACE_FIELDS = Fields("NAMESPACE", ("q", "namespace"))
LISTS_OF = (
    *(EXECUTION_FIELDS, FLOW_FIELDS, LOG_FIELDS, TRIGGER_FIELDS, METRIC_FIELDS, KV_FIELDS, SECRET_FIELDS),
    *(NAMESPACE_FIELDS, BLUEPRINT_FIELDS),
)
"""What the reference names, in its order."""
