"""What is set for a namespace, read from YAML or JSON with a position for every mistake."""

from __future__ import annotations

from dataclasses import dataclass

from tiercel.errors import Violation
from tiercel.model.flow import PluginDefault
from tiercel.model.json import Json
from tiercel.model.types import Types
from tiercel.source.fields import Fields, anything, boolean, mapping, read_fields, text
from tiercel.source.flow_parts import PLUGIN_DEFAULTS
from tiercel.source.identifiers import namespace
from tiercel.source.plugin_defaults import check_defaults
from tiercel.source.reader import read_yaml
from tiercel.source.report import Report
from tiercel.source.scope import Scope

# What clients of the published API send along; it may be there as long as it asks for nothing.
_OTHERS = (
    "allowedNamespaces",
    "concurrency",
    "defaultWorkerSelector",
    "outputsInInternalStorage",
    "quotas",
    "sdkDefaultAuthentication",
    "secretConfiguration",
    "secretIsolation",
    "secretReadOnly",
    "secretType",
    "storageConfiguration",
    "storageIsolation",
    "storageType",
    "workerGroup",
    "workerSecretManagerMode",
)
_FIELDS: Fields = {
    "id": namespace().required(),
    "description": text(maximum=10_000),
    "variables": mapping(),
    "pluginDefaults": PLUGIN_DEFAULTS,
    "deleted": boolean(),
    "tenantId": text(),
    "created": anything(),
    "updated": anything(),
    **{name: anything() for name in _OTHERS},
}


@dataclass(frozen=True, slots=True)
class NamespaceText:
    """What a text says."""

    id: str
    description: str | None
    variables: dict[str, Json]
    plugin_defaults: tuple[PluginDefault, ...]


def read_namespace(
    source: str, types: Types, expected_id: str | None = None
) -> tuple[NamespaceText | None, list[Violation]]:
    """Read and check what is to be set for a namespace; None when there is an error.

    Args:
        source: YAML or JSON.
        types: The types the installation has.
        expected_id: The namespace it must be for; the text need not name it then.
    """
    document = read_yaml(source)
    if document.violations:
        return None, document.violations
    report = Report(document)
    data = document.data
    if isinstance(data, dict) and expected_id is not None:
        data.setdefault("id", expected_id)
    values = read_fields(data, (), _FIELDS, report)
    if values is None:
        return None, report.listed()
    if expected_id is not None and values.get("id", expected_id) != expected_id:
        report.error(("id",), f"must be {expected_id}, the namespace that is asked for", "identity-changed")
    for name in _OTHERS:
        if values.get(name) not in (None, False, [], {}):
            report.error((name,), "cannot be set for a namespace here", "not-supported", f"Remove {name}", of_key=True)
    defaults = values.get("pluginDefaults", ())
    check_defaults(defaults, ("pluginDefaults",), Scope(report, types))
    if report.has_errors:
        return None, report.listed()
    read = NamespaceText(values["id"], values.get("description"), values.get("variables", {}), tuple(defaults))
    return read, report.listed()
