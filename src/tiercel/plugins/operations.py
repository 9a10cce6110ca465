"""The operations a task can ask of the platform with ``ctx.call(name, argument=value, ...)``.

Arguments and answers are plain data; dates are ISO text. A host carries an operation out with the rights of the flow
and raises `TaskError` when it cannot be done. Arguments marked ``?`` may be missing or None.
"""

from __future__ import annotations

from typing import NamedTuple


class Operation(NamedTuple):
    """One operation: its name, its arguments, what it answers."""

    name: str
    arguments: tuple[str, ...]
    answer: str


OPERATIONS: tuple[Operation, ...] = (
    Operation("new_id", (), "a text no other answer equals"),
    Operation("encrypt", ("text",), "a map that expressions see decrypted"),
    Operation("secrets.get", ("name",), "the secret's text"),
    Operation("tasks.run", ("spec",), "the outputs of the runnable task the YAML text describes, or None"),
    Operation("namespaces.list", (), "all names"),
    Operation("namespaces.exists", ("namespace",), "whether there is one"),
    Operation("kv.get", ("namespace", "key"), "a map with value and type, None when missing; fails when it expired"),
    Operation(
        "kv.set",
        ("namespace", "key", "value", "type?", "description?", "ttl_seconds?", "overwrite?", "keeps_metadata?"),
        "the new revision",
    ),
    Operation("kv.delete", ("namespace", "key"), "whether there was one"),
    Operation("kv.list", ("namespace", "prefix"), "keys in order"),
    Operation(
        "kv.purge",
        ("namespace", "key_pattern?", "target (key or version)", "expired_only", "before?", "keep_amount?"),
        "how many went",
    ),
    Operation("namespace_files.list", ("namespace",), "paths of files, each with a leading slash, in order"),
    Operation("namespace_files.delete", ("namespace", "path", "with_empty_folders"), "how many went"),
    Operation("namespace_files.purge", ("namespace", "pattern?", "before?", "keep_amount?"), "how many versions went"),
    Operation("storage.size", ("uri",), "bytes"),
    Operation("storage.exists", ("uri",), "whether there is such a file"),
    Operation("storage.delete", ("uri",), "whether there was one"),
    Operation("storage.purge_execution", (), "URIs of the files of this execution that went"),
    Operation(
        "storage.purge",
        ("namespace?", "flow_id?", "start_date?", "end_date", "is_dry_run"),
        "a map with scannedCount, purgedCount, deletedFilesCount: folders of executions that exist no more",
    ),
    Operation(
        "executions.purge",
        (
            "namespace?",
            "flow_id?",
            "start_date?",
            "end_date",
            "states",
            "purge_execution",
            "purge_log",
            "purge_metric",
            "purge_storage",
            "batch_size",
        ),
        "a map with executionsCount, logsCount, metricsCount, storagesCount, taskOutputsCount, executionOutputsCount",
    ),
    Operation(
        "executions.count",
        ("flows (maps of namespace and flowId)", "namespaces", "states", "start_date", "end_date?"),
        "maps of namespace, flowId and count, zeros included",
    ),
    Operation("executions.resume", ("execution_id", "namespace?", "flow_id?", "inputs"), "None"),
    Operation(
        "executions.get",
        ("execution_id",),
        "a map with id, namespace, flowId, flowRevision, state, startDate, endDate, duration, labels, error, link, "
        "firstFailed and lastTask (each a map with taskId)",
    ),
    Operation("flows.list", ("namespace", "with_children"), "maps of namespace, id and source, in order"),
    Operation("flows.save", ("source", "is_checked_only"), "a map with errors, none when it is saved or may be"),
    Operation("flows.delete", ("namespace", "flow_id"), "whether there was one"),
    Operation("executions.child_outputs", ("task_id",), "flow outputs of the executions that task started, in order"),
    Operation(
        "logs.list",
        ("execution_id", "namespace?", "flow_id?", "task_ids", "level", "after?"),
        "a map with items (log lines as the API shows them, oldest first) and next: what to give as after, or None",
    ),
    Operation(
        "logs.purge",
        (
            "namespace?",
            "flow_id?",
            "execution_id?",
            "levels",
            "start_date?",
            "end_date",
            "purge_execution_logs",
            "purge_non_execution_logs",
            "batch_size?",
        ),
        "a map with executionLogsCount and nonExecutionLogsCount",
    ),
    Operation(
        "flows.purge_revisions",
        ("namespace", "flow_id?", "flow_pattern?", "before?", "keep_amount?"),
        "how many revisions went",
    ),
    Operation("triggers.toggle", ("namespace", "flow_id", "trigger_id", "is_enabled"), "None"),
    Operation(
        "triggers.emit",
        ("variables", "key?", "state? (a map with kept)"),
        "the id of the execution a listening trigger started for the event, or None; stored when answered",
    ),
    Operation("triggers.state", (), "what the trigger that asks kept last, or None"),
    Operation("mask", ("text",), "the text with secrets hidden, as everything that is logged"),
    Operation("directories.temporary", (), "path of a second directory of the run, removed at its end"),
    Operation("directories.kept", ("name",), "path of a directory of this machine that all runs share, for caches"),
    Operation("settings.scripts", (), "a map with the settings of scripts, named as in the configuration"),
    Operation("settings.sql", (), "a map with allowed_paths (folders of the machine) and duckdb_is_open"),
    Operation("plugins.configuration", ("type",), "a map with what plugins.configurations sets for the type"),
    Operation("settings.isolation", (), "a map with most_memory_bytes and grace_seconds, for processes of tasks"),
    Operation("local.resolve", ("path",), "the real path on the machine; fails outside of local_files.allowed_paths"),
    Operation("http.check", ("host", "address"), "None; fails when the installation forbids to connect there"),
    Operation("ports.check", ("port",), "None; fails when the installation forbids flows to listen there"),
)
