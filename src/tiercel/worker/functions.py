"""The functions of expressions that read the outside: secrets, keys, files, logs, the network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial

from tiercel.engine.conditions.evaluate import PLUGIN_CONDITION
from tiercel.errors import ExpressionError, NotFoundError, TiercelError
from tiercel.expressions import Context, Value, to_text
from tiercel.expressions.values import Uri, ZonedDateTime
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.operations.environment import Environment
from tiercel.operations.masking import Mask
from tiercel.operations.outside import HereHost
from tiercel.plugins import Condition, Plugin
from tiercel.plugins.plan import plan_properties
from tiercel.plugins.reading import plain_value
from tiercel.repository.kv import find_kv
from tiercel.repository.logs import list_execution_logs
from tiercel.storage import paths
from tiercel.worker.bridge import Bridge
from tiercel.worker.files import FileReader
from tiercel.worker.lines import Lines
from tiercel.worker.remote import fetch
from tiercel.worker.subflows import run_subflow

_LOG_PATIENCE_SECONDS = 5.0
_LOG_STEP_SECONDS = 0.1
_LONGEST_READ_BYTES = 32 * 1024 * 1024
_NAMESPACE_FILE = "nsfile:"

Arguments = Mapping[str, Value]


class FunctionHost:
    """Fulfils ``expressions.Host`` on a thread.

    Attributes:
        find_class: Finds the classes of conditions, where there are any to test.
        execution_id: Whose logs ``errorLogs`` gives; None outside of an execution.
    """

    def __init__(
        self,
        environment: Environment,
        bridge: Bridge,
        reader: FileReader,
        *,
        lines: Lines | None = None,
        execution_id: str | None = None,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._environment = environment
        self._bridge = bridge
        self._reader = reader
        self._lines = lines
        self._here = HereHost()
        self._wait = wait
        self.find_class: Callable[[str], type[Plugin] | None] | None = None
        self.execution_id = execution_id

    def now(self) -> ZonedDateTime:
        """Give the time."""
        return self._here.now()

    def random_bytes(self, count: int) -> bytes:
        """Give unpredictable bytes."""
        return self._here.random_bytes(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        """Answer a function.

        Raises:
            ExpressionError: It failed; the message says why.
        """
        answer = _ANSWERS.get(name)
        if answer is None:
            raise ExpressionError("evaluation", f"the function {name} is not available here")
        try:
            return answer(self, arguments, context)
        except ExpressionError:
            raise
        except (TiercelError, OSError, ValueError) as error:
            raise ExpressionError("evaluation", f"{name}: {error}") from error

    def secret(self, arguments: Arguments, context: Context) -> Value:
        """Give a secret of the installation or of the namespace, or one entry of it when it is JSON."""
        name = _text(arguments, "key", context)
        value = self._environment.secrets.fetch(name, self._secret_namespace(arguments, context))
        if value is None:
            raise ExpressionError("evaluation", f"Cannot find secret for key '{name}'.")
        subkey = arguments.get("subkey")
        if subkey is None:
            return value
        found = _entry(value, to_text(subkey, context.dialect), name)
        if self._lines is not None:
            known, own = self._lines.mask, Mask([found])
            self._lines.mask = lambda text: own(known(text))
        return found

    def plugin_condition(self, arguments: Arguments, context: Context) -> Value:
        """Test a condition whose class a plugin brings."""
        name, written = str(arguments["type"]), arguments["properties"]
        plugin = None if self.find_class is None else self.find_class(name)
        if plugin is None or not issubclass(plugin, Condition) or not isinstance(written, dict):
            raise ExpressionError("evaluation", f"the condition {name} cannot be tested here")
        condition = plan_properties(plugin, written, context.dialect).render(context)
        seen = {key: plain_value(context.variables[key], context.dialect) for key in context.variables}
        try:
            return condition.test(seen)
        except Exception as error:  # a plugin may fail in any way, and must not take the scheduler with it
            raise ExpressionError("evaluation", f"{name}: {type(error).__name__}: {error}") from error

    def _secret_namespace(self, arguments: Arguments, context: Context) -> str:
        """Give whose secrets are meant: a flow reads those of its namespace and of the ones above, and no others."""
        own, given = self._reader.namespace, arguments.get("namespace")
        if given is None:
            return own
        wanted = to_text(given, context.dialect)
        if not f"{own}.".startswith(f"{wanted}."):
            message = f"secret: a flow of namespace {own} has no right to the secrets of namespace {wanted}"
            raise ExpressionError("evaluation", message)
        return wanted

    def kv(self, arguments: Arguments, context: Context) -> Value:
        """Give the value of a key, of the namespace given or of the nearest one above the flow's that has it."""
        key = _text(arguments, "key", context)
        given = arguments.get("namespace")
        namespaces = [to_text(given, context.dialect)] if given is not None else _upwards(_namespace(context))
        now = self._environment.clock()
        for namespace in namespaces:
            entry = self._bridge.read(partial(find_kv, namespace=namespace, key=key))
            if entry is not None and not entry.is_expired(now):
                return entry.value
        if arguments.get("errorOnMissing", True) is False:
            return None
        raise ExpressionError("evaluation", f"The key '{key}' does not exist in the namespace '{namespaces[0]}'.")

    def env(self, arguments: Arguments, context: Context) -> Value:
        """Give a variable of the process environment that expressions may see."""
        name = _text(arguments, "name", context)
        found = self._environment.envs.get(name.lower())
        return arguments.get("default") if found is None else found

    def read(self, arguments: Arguments, context: Context) -> Value:
        """Give the text of a file."""
        address = self._address(arguments, context)
        size = self._reader.size(address)
        if size > _LONGEST_READ_BYTES:
            raise ExpressionError(
                "budget", f"{address} has {size:,} bytes, read() takes {_LONGEST_READ_BYTES:,} at most"
            )
        content = b"".join(self._reader.pieces(address))
        is_binary_ion = content[:4] == b"\xe0\x01\x00\xea"
        return content.decode("latin-1") if is_binary_ion else content.decode("utf-8", "replace")

    def file_uri(self, arguments: Arguments, context: Context) -> Value:
        """Give the address of a namespace file in storage."""
        return Uri(paths.to_uri(self._reader.storage_path(self._address(arguments, context))))

    def file_size(self, arguments: Arguments, context: Context) -> Value:
        """Give the size of a file in bytes."""
        return self._reader.size(self._address(arguments, context))

    def file_exists(self, arguments: Arguments, context: Context) -> Value:
        """Tell whether there is such a file."""
        return self._reader.exists(self._address(arguments, context))

    def is_file_empty(self, arguments: Arguments, context: Context) -> Value:
        """Tell whether a file has no content."""
        return self._reader.size(self._address(arguments, context)) == 0

    def error_logs(self, _arguments: Arguments, _context: Context) -> Value:
        """Give the ERROR lines of the execution; waits a little for lines that are on their way."""
        waited = 0.0
        while True:
            found = self._read_errors()
            if found or waited >= _LOG_PATIENCE_SECONDS or self._wait is None or self._wait(_LOG_STEP_SECONDS):
                return found
            waited += _LOG_STEP_SECONDS

    def http(self, arguments: Arguments, context: Context) -> Value:
        """Give the body of an answer, read by its content type."""
        return fetch(arguments, context.dialect)

    def subflow(self, arguments: Arguments, context: Context) -> Value:
        """Run a flow and give its outputs."""
        return self._bridge.await_(run_subflow(self._environment, arguments, context.dialect))

    def loop_outputs(self, arguments: Arguments, context: Context) -> Value:
        """Give one output of every iteration of a Loop, in the order of the list."""
        name = arguments.get("name")
        entries = arguments.get("outputs")
        if not isinstance(entries, list):
            raise ExpressionError(
                "evaluation", "loopOutputs takes a list: loopOutputs(outputs.<the loop>.outputs, '<output>')"
            )
        values = [entry.get("outputs", {}) if isinstance(entry, Mapping) else {} for entry in entries]
        if name is None:
            return values
        return [value.get(to_text(name, context.dialect)) for value in values]

    def _read_errors(self) -> list[Value]:
        execution_id = self.execution_id
        if execution_id is None:
            return []
        found = self._bridge.read(lambda connection: list_execution_logs(connection, execution_id))
        return [
            {"taskId": entry.task_id, "taskRunId": entry.task_run_id, "message": entry.message, "level": "ERROR"}
            for _, entry in found
            if entry.level is LogLevel.ERROR
        ]

    def _address(self, arguments: Arguments, context: Context) -> str:
        """Give the full address of a file named by URI, or by its path among the namespace files."""
        text = _text(arguments, "path", context)
        if text.startswith(("kestra:", _NAMESPACE_FILE, "file:")):
            return text
        namespace = arguments.get("namespace")
        where = to_text(namespace, context.dialect) if namespace is not None else _namespace(context)
        return f"nsfile://{where}/{text.lstrip('/')}"


def _text(arguments: Arguments, name: str, context: Context) -> str:
    return to_text(arguments[name], context.dialect)


def _namespace(context: Context) -> str:
    flow = context.variables.get("flow")
    return str(flow.get("namespace", "")) if isinstance(flow, Mapping) else ""


def _upwards(namespace: str) -> list[str]:
    """Give a namespace and those above it, nearest first."""
    steps = namespace.split(".")
    return [".".join(steps[:count]) for count in range(len(steps), 0, -1)]


def _entry(text: str, key: str, name: str) -> str:
    try:
        document: Json = json.loads(text)
    except ValueError:
        raise ExpressionError("evaluation", f"the secret {name} is not JSON, so it has no subkey {key}") from None
    if not isinstance(document, dict) or key not in document:
        raise NotFoundError("subkey", f"{key} of secret {name}")
    value = document[key]
    return value if isinstance(value, str) else json.dumps(value)


_ANSWERS: Mapping[str, Callable[[FunctionHost, Arguments, Context], Value]] = {
    PLUGIN_CONDITION: FunctionHost.plugin_condition,
    "secret": FunctionHost.secret,
    "kv": FunctionHost.kv,
    "env": FunctionHost.env,
    "read": FunctionHost.read,
    "fileURI": FunctionHost.file_uri,
    "fileSize": FunctionHost.file_size,
    "fileExists": FunctionHost.file_exists,
    "isFileEmpty": FunctionHost.is_file_empty,
    "errorLogs": FunctionHost.error_logs,
    "http": FunctionHost.http,
    "loopOutputs": FunctionHost.loop_outputs,
    "subflow": FunctionHost.subflow,
}
