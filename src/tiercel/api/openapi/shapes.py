"""Which shape the body of each route has, by module and name of the handler."""

from __future__ import annotations

from tiercel.model.json import Json

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

_TRIAL: Json = {
    "type": "object",
    "required": ["source", "taskId"],
    "properties": {
        "source": {"type": "string", "description": "The text of a flow."},
        "taskId": {"type": "string"},
        "inputs": {"type": "object"},
        "variables": {"type": "object", "description": "What expressions see, such as outputs of earlier tasks."},
        "seconds": {"type": "number", "maximum": 600},
        "executionId": {"type": "string", "description": "One of the flow, whose files may be read."},
    },
}

_FILTER: Json = {
    "type": "object",
    "required": ["field", "operation", "value"],
    "properties": {"field": {"type": "string"}, "operation": {"type": "string"}, "value": {}},
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
    "task_trials.run_alone": _TRIAL,
    "task_trials.follow_alone": _TRIAL,
    "triggers.set_disabled": _TRIGGER,
    "triggers.act_on_named": _TRIGGERS,
    "triggers.delete_named": _TRIGGERS,
    "triggers.delete_found": {"type": "object", "properties": {"filters": {"type": "array", "items": _FILTER}}},
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
