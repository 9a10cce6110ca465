"""Functions the host answers: they read secrets, keys, files, the network or stored outputs, and may block."""

from __future__ import annotations

from tiercel.expressions.library import Function, host_function

_FILE = ("path", "namespace")

FUNCTIONS: tuple[Function, ...] = (
    host_function("secret", ("key", "namespace", "subkey", "full"), ("key",)),
    host_function("kv", ("key", "namespace", "errorOnMissing"), ("key",)),
    host_function("env", ("name", "default"), ("name",)),
    host_function("read", (*_FILE, "revision"), ("path",)),
    host_function("fileURI", (*_FILE, "revision"), ("path",)),
    host_function("fileSize", _FILE, ("path",)),
    host_function("fileExists", _FILE, ("path",)),
    host_function("isFileEmpty", _FILE, ("path",)),
    host_function("errorLogs"),
    host_function("http", ("uri", "method", "query", "body", "contentType", "headers", "options", "accept"), ("uri",)),
    host_function("subflow", ("namespace", "id", "inputs", "revision", "labels", "timeout"), ("namespace", "id")),
    host_function("loopOutputs", ("outputs", "name"), ("outputs",)),
)
