"""The text of a flow to its record: every problem at once, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from tiercel.errors import Violation
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.types import Types
from tiercel.source.checks import check_flow
from tiercel.source.dialects import refuse_others, resolve
from tiercel.source.expression_checks import check_expressions, warn_of_change
from tiercel.source.fields import Fields, anything, boolean, integer, mapping, read_fields, text
from tiercel.source.flow_parts import CHECKS, OUTPUTS, PLUGIN_DEFAULTS, SLAS, read_listeners
from tiercel.source.identifiers import flow_id, label_pairs, namespace
from tiercel.source.input_fields import read_inputs
from tiercel.source.limits import CONCURRENCY
from tiercel.source.plugin_defaults import Defaults, check_defaults, inject_defaults
from tiercel.source.reader import DEFAULT_LIMITS, Document, Limits, read_yaml
from tiercel.source.report import Report
from tiercel.source.retries import retry
from tiercel.source.scope import Scope
from tiercel.source.task_fields import WORKER_GROUP, WORKER_SELECTOR
from tiercel.source.tasks import read_tasks
from tiercel.source.triggers import read_triggers

FLOW_FIELDS: Fields = {
    "id": flow_id().required(),
    "namespace": namespace().required(),
    "revision": integer(minimum=1),
    "description": text(),
    "labels": label_pairs(is_flow=True),
    "inputs": anything(),
    "variables": mapping(),
    "tasks": anything(),
    "errors": anything(),
    "finally": anything(),
    "afterExecution": anything(),
    "listeners": anything().deprecated().until_1_3(),
    "triggers": anything(),
    "outputs": OUTPUTS,
    "concurrency": CONCURRENCY,
    "retry": retry(),
    "sla": SLAS,
    "checks": CHECKS,
    "pluginDefaults": PLUGIN_DEFAULTS.until_1_3(),
    "taskDefaults": PLUGIN_DEFAULTS.legacy("pluginDefaults").until_1_3(),
    "disabled": boolean(),
    "draft": boolean().since_2_0(),
    "deleted": boolean(),
    "workerGroup": WORKER_GROUP.until_1_3(),
    "workerSelector": WORKER_SELECTOR.since_2_0(),
    "quotas": anything().since_2_0(),
    "policyRefs": anything().since_2_0(),
    "tenantId": text(),
    "updated": text(),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a text.

    Attributes:
        flow: None when there is an error.
        violations: Errors and warnings, in the order of the text.
        document: The YAML as read.
        dialect: The dialect it has, errors or not.
    """

    flow: Flow | None
    violations: list[Violation]
    document: Document
    dialect: Dialect = Dialect.V1_3

    @property
    def errors(self) -> list[Violation]:
        """What must be changed before it can be saved."""
        return [violation for violation in self.violations if violation.is_error]

    @property
    def warnings(self) -> list[Violation]:
        """What works but should be changed."""
        return [violation for violation in self.violations if not violation.is_error]


def parse_flow(  # noqa: PLR0913 (one call with optional settings, each of another kind)
    text: str,
    types: Types,
    dialect: DialectSetting = DialectSetting.AUTO,
    *,
    revision: int = 0,
    previous: Flow | None = None,
    plugin_defaults: Defaults = (),
    limits: Limits = DEFAULT_LIMITS,
    is_checking_expressions: bool = False,
) -> Parsed:
    """Read and check a flow that is to be saved or validated.

    Args:
        text: YAML (or JSON, which is YAML).
        types: The types the installation has.
        dialect: ``auto`` accepts both versions; a version by name refuses what it does not know.
        revision: Goes into the record.
        previous: The stored flow this text replaces; its id and namespace must stay, and where the dialect does not,
            every expression whose meaning changes is named in a warning.
        plugin_defaults: Those of the installation, or of the flow's namespace, below the flow's own.
        limits: Of the text.
        is_checking_expressions: Warn of expressions too; it takes longer than all the rest.
    """
    reading = _Reading(read_yaml(text, limits), types, plugin_defaults)
    if is_checking_expressions:
        reading.check_expressions = True
    return reading.parse(dialect, revision, previous)


def parse_stored(text: str, types: Types, dialect: Dialect, revision: int, plugin_defaults: Defaults = ()) -> Parsed:
    """Read a stored revision in the dialect that was resolved when it was saved; both versions are accepted."""
    document = read_yaml(text, Limits(size_bytes=max(DEFAULT_LIMITS.size_bytes, len(text) * 4)))
    return _Reading(document, types, plugin_defaults).parse(DialectSetting.AUTO, revision, None, resolved=dialect)


class _Reading:
    """One text being read."""

    def __init__(self, document: Document, types: Types, plugin_defaults: Defaults) -> None:
        self._document = document
        self._defaults = plugin_defaults
        self._report = Report(document)
        self._scope = Scope(self._report, types)
        self.check_expressions = False

    def parse(
        self, setting: DialectSetting, revision: int, previous: Flow | None, *, resolved: Dialect | None = None
    ) -> Parsed:
        document, report = self._document, self._report
        if document.violations:
            return Parsed(None, document.violations, document)
        if not isinstance(document.data, dict):
            report.error((), "A flow is a map with id, namespace and tasks", "not-a-flow")
            return Parsed(None, report.violations, document)
        values = read_fields(document.data, (), FLOW_FIELDS, report) or {}
        if previous is not None and not self._is_same(values, previous):
            return Parsed(None, report.violations[-1:], document)
        flow = self._build(values, revision)
        dialect = resolved or resolve(setting, report.uses)
        if flow is not None:
            flow = replace(flow, dialect=dialect)
            check_flow(flow, self._scope)
        refuse_others(setting, report)
        if self.check_expressions:
            check_expressions(document.data, dialect, report)
        if previous is not None and previous.dialect is not dialect:
            warn_of_change(document.data, previous.dialect, dialect, report)
        return Parsed(None if report.has_errors else flow, report.listed(), document, dialect)

    def _is_same(self, values: dict[str, Json], previous: Flow) -> bool:
        """Whether id and namespace are those of the stored flow; the rest is not looked at when they are not."""
        for key, expected in (("id", previous.id), ("namespace", previous.namespace)):
            if key in values and values[key] != expected:
                message = f"Illegal flow {key} update: it is {expected}"
                self._report.error((key,), message, "identity-changed", f"Save it as a new flow, or write {expected}")
                return False
        return True

    def _build(self, values: dict[str, Json], revision: int) -> Flow | None:
        """The flow; None when it has no identity. Parts with errors are left out of it."""
        scope = self._scope
        own_defaults = values.get("pluginDefaults", ())
        raw = inject_defaults(values, own_defaults, self._defaults, scope.types)
        inputs = read_inputs(raw.get("inputs"), ("inputs",), scope)
        tasks = read_tasks(raw.get("tasks"), ("tasks",), scope, is_required=True)
        errors, finally_, after = (
            read_tasks(raw.get(key), (key,), scope) for key in ("errors", "finally", "afterExecution")
        )
        listeners = read_listeners(raw.get("listeners"), ("listeners",), scope)
        triggers = read_triggers(raw.get("triggers"), ("triggers",), scope)
        check_defaults(own_defaults, ("pluginDefaults",), scope)
        if "id" not in values or "namespace" not in values:
            return None
        scope.ids["output"] = [
            (item.id, ("outputs", index, "id")) for index, item in enumerate(values.get("outputs", ()))
        ]
        return Flow(
            id=values["id"],
            namespace=values["namespace"],
            dialect=Dialect.V1_3,
            revision=revision,
            source=self._document.text,
            document=self._document.data,
            description=values.get("description"),
            labels=values.get("labels", ()),
            variables=values.get("variables", {}),
            outputs=values.get("outputs", ()),
            concurrency=values.get("concurrency"),
            retry=values.get("retry"),
            slas=values.get("sla", ()),
            checks=values.get("checks", ()),
            plugin_defaults=own_defaults,
            is_disabled=values.get("disabled", False),
            is_draft=values.get("draft", False),
            inputs=inputs,
            tasks=tasks,
            errors=errors,
            finally_=finally_,
            after_execution=after,
            listeners=listeners,
            triggers=triggers,
        )
