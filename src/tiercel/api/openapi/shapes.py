"""Which shape each route answers with, and which its JSON body has, by module and name of the handler.

A shape is the name of a component, ``[Name]`` for a list and ``{Name}`` for one page of a list.
"""

from __future__ import annotations

from tiercel.model.json import Json

ANSWERS: dict[str, str] = {
    "system.configuration": "Configuration",
    "flows.create_flow": "Flow",
    "flows.update_flow": "Flow",
    "flows.get_flow": "Flow",
    "flows.list_revisions": "[Flow]",
    "flows.get_task": "Task",
    "flows.search_flows": "{Flow}",
    "flows.list_flows": "[Flow]",
    "flows.validate_flows": "[Validation]",
    "flows.update_flows": "[Flow]",
    "flows.update_namespace": "[Flow]",
    "flow_bulk.delete_ids": "Count",
    "flow_bulk.delete_query": "Count",
    "source_search.replace_line": "Flow",
    "executions.start": "Execution",
    "executions.validate_start": "CheckedInputs",
    "executions.search": "{LightExecution}",
    "executions.list_of_flow": "{LightExecution}",
    "executions.get_one": "Execution",
    "execution_actions.act_on_one": "Execution",
    "execution_actions.resume_one": "Execution",
    "execution_actions.validate_resume": "CheckedInputs",
    "execution_actions.evaluate_one": "Evaluation",
    "execution_actions.evaluate_for_task": "Evaluation",
    "execution_actions.kill_one": "Execution",
    "execution_bulk.act_on_ids": "Count",
    "execution_bulk.act_on_query": "Count",
    "execution_bulk.kill_ids": "Count",
    "execution_bulk.kill_query": "Count",
    "execution_bulk.delete_ids": "Count",
    "execution_bulk.delete_query": "Count",
    "logs.search": "{LogEntry}",
    "logs.list_of_execution": "[LogEntry]",
    "metrics.search_of_execution": "{Metric}",
    "metrics.aggregate": "MetricAggregations",
    "metrics.aggregate_of_task": "MetricAggregations",
    "files.list_directory": "[File]",
    "files.describe_namespace_file": "File",
    "kv.search": "{KvEntry}",
    "kv.list_of_namespace": "[KvEntry]",
    "kv.list_inherited": "[KvEntry]",
    "kv.get_value": "KvValue",
    "namespaces.search_namespaces": "{Namespace}",
    "namespaces.get_namespace": "Namespace",
    "namespaces.create_namespace": "Namespace",
    "namespaces.set_namespace": "Namespace",
    "secrets.put_secret": "[Secret]",
    "secrets.patch_secret": "[Secret]",
    "plugins.get_documentation": "Documentation",
    "plugins.validate_task": "Validation",
    "plugins.validate_trigger": "Validation",
    "plugin_icons.get_input_schema": "Documentation",
    "graphs.graph_of_text": "Graph",
    "graphs.graph_of_flow": "Graph",
    "graphs.graph_of_execution": "Graph",
    "dependencies.of_flow": "Dependencies",
    "dependencies.of_namespace": "Dependencies",
    "triggers.search": "{Trigger}",
    "triggers.search_flow": "{TriggerState}",
    "triggers.get_one": "Trigger",
    "triggers.unlock": "TriggerState",
    "triggers.restart": "TriggerState",
    "triggers.set_disabled": "TriggerState",
    "triggers.act_on_named": "Count",
    "triggers.act_on_found": "Count",
    "triggers.delete_named": "Count",
    "triggers.delete_found": "Count",
    "backfills.create": "TriggerState",
    "backfills.pause": "TriggerState",
    "backfills.unpause": "TriggerState",
    "backfills.cancel": "TriggerState",
}

MEDIA: dict[str, str] = {
    "system.ping": "text/plain",
    "prometheus.expose": "text/plain",
    "executions.follow": "text/event-stream",
    "events.follow": "text/event-stream",
    "dependencies.follow": "text/event-stream",
    "logs.follow": "text/event-stream",
    "logs.download": "text/plain",
    "files.download": "application/octet-stream",
    "files.get_namespace_file": "application/octet-stream",
    "file_export.export": "application/octet-stream",
    "flow_bulk.export_query": "application/octet-stream",
    "execution_reports.export": "text/csv",
    "usages.export_flows": "text/csv",
    "triggers.export": "text/csv",
    "plugin_icons.get_svg": "image/svg+xml",
    "notifications.follow": "text/event-stream",
    "blueprints.get_source": "application/yaml",
    "ai_drafts.draft_flow": "application/yaml",
    "ai_drafts.draft_dashboard": "application/yaml",
    "api_page.show": "text/html",
    "webhooks.call": "*/*",
}
"""What is no JSON."""

IDS: Json = {"type": "array", "items": {"type": "string"}}
_FLOWS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/FlowKey"}}
_TRIGGERS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/TriggerKey"}}
_TRIGGER: Json = {"$ref": "#/components/schemas/TriggerKey"}
_REPLACEMENT: dict[str, Json] = {
    "query": {"type": "string"},
    "replacement": {"type": "string"},
    "caseSensitive": {"type": "boolean"},
    "wholeWord": {"type": "boolean"},
    "regex": {"type": "boolean"},
    "namespace": {"type": "string"},
}


def _replacement(**more: Json) -> Json:
    required: list[Json] = ["query", "replacement", *more]
    return {"type": "object", "required": required, "properties": _REPLACEMENT | more}


def _secret(*, required: list[Json]) -> dict[str, Json]:
    text: dict[str, Json] = {"type": "string"}
    tag: dict[str, Json] = {"type": "object", "required": ["key", "value"], "properties": {"key": text, "value": text}}
    properties: dict[str, Json] = {
        "key": text,
        "value": text,
        "description": text,
        "tags": {"type": "array", "items": tag},
    }
    return {"type": "object", "required": required, "properties": properties}


_PROMPT: Json = {
    "type": "object",
    "required": ["userPrompt"],
    "properties": {"userPrompt": {"type": "string"}, "yaml": {"type": "string"}},
}

BODIES: dict[str, Json] = {
    "flow_bulk.delete_ids": _FLOWS,
    "flow_bulk.act_on_ids": _FLOWS,
    "executions.list_latest": _FLOWS,
    "source_search.preview": _replacement(),
    "source_search.apply": _replacement(flows=_FLOWS),
    "source_search.replace_line": _replacement(
        namespace={"type": "string"}, id={"type": "string"}, line={"type": "integer", "minimum": 1}
    ),
    "execution_bulk.act_on_ids": IDS,
    "execution_bulk.kill_ids": IDS,
    "execution_bulk.delete_ids": IDS,
    "kv.delete_values": {"type": "object", "required": ["keys"], "properties": {"keys": IDS}},
    "namespaces.autocomplete": {"type": "object", "properties": {"q": {"type": "string"}}},
    "secrets.put_secret": _secret(required=["key", "value"]),
    "secrets.patch_secret": _secret(required=[]),
    "system.render_expressions": {
        "type": "object",
        "required": ["expressions"],
        "properties": {
            "expressions": {"type": "object", "additionalProperties": {"type": "string"}},
            "variables": {"type": "object"},
        },
    },
    "triggers.set_disabled": _TRIGGER,
    "triggers.act_on_named": _TRIGGERS,
    "triggers.delete_named": _TRIGGERS,
    "backfills.pause": _TRIGGER,
    "backfills.unpause": _TRIGGER,
    "backfills.cancel": _TRIGGER,
    "ai_drafts.draft_flow": _PROMPT,
    "ai_drafts.draft_dashboard": _PROMPT,
    "plugin_packages.install": IDS,
    "plugin_icons.list_interfaces": {"type": "array", "items": {"type": "object"}},
}
"""Bodies in JSON; of the others nothing is said."""

LABELS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Label"}}
CHANGE: Json = {
    "type": "object",
    "required": ["taskRunId", "state"],
    "properties": {"taskRunId": {"type": "string"}, "state": {"$ref": "#/components/schemas/StateName"}},
}

TEXTS = {
    "flow_tasks": "application/x-yaml",
    "flows": "application/x-yaml",
    "graphs": "application/x-yaml",
    "templates": "application/x-yaml",
}
"""The type of bodies that are text, by module."""
