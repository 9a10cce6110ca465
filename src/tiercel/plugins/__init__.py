"""The SDK: everything an author of tasks and triggers imports."""

from tiercel.errors import ExpressionError
from tiercel.expressions.iso import parse_duration
from tiercel.expressions.text import java_text
from tiercel.expressions.truth import is_truthy
from tiercel.model.dialect import Dialect
from tiercel.model.event import Effects
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State
from tiercel.plugins.coerce import duration_text
from tiercel.plugins.context import RunContext, RunFacts
from tiercel.plugins.dates import date_text, read_date, read_date_time, read_time
from tiercel.plugins.failure import TaskError
from tiercel.plugins.files import Files
from tiercel.plugins.host import Host
from tiercel.plugins.keys import Keys
from tiercel.plugins.markers import Native, Raw, Static
from tiercel.plugins.patterns import fitting, searching
from tiercel.plugins.plugin import Outputs, Plugin, Properties
from tiercel.plugins.resources import Resources
from tiercel.plugins.seams import LogExporter, LogLine, SecretProvider
from tiercel.plugins.task import (
    DAG,
    LIST,
    MAP,
    SINGLE,
    Condition,
    ExecutableTask,
    FlowableTask,
    Part,
    Task,
)
from tiercel.plugins.task_runner import Exit, Launch, TaskRunner, Write
from tiercel.plugins.triggers import PollingTrigger, RealtimeTrigger, Trigger, TriggerEvent

__all__ = [
    "DAG",
    "LIST",
    "MAP",
    "SINGLE",
    "Condition",
    "Dialect",
    "Effects",
    "ExecutableTask",
    "Exit",
    "ExpressionError",
    "Files",
    "FlowableTask",
    "Host",
    "Json",
    "Keys",
    "Launch",
    "LogExporter",
    "LogLevel",
    "LogLine",
    "Native",
    "Outputs",
    "Part",
    "Plugin",
    "PollingTrigger",
    "Properties",
    "Raw",
    "RealtimeTrigger",
    "Resources",
    "RunContext",
    "RunFacts",
    "SecretProvider",
    "State",
    "Static",
    "Task",
    "TaskError",
    "TaskRunner",
    "Trigger",
    "TriggerEvent",
    "Write",
    "date_text",
    "duration_text",
    "fitting",
    "is_truthy",
    "java_text",
    "parse_duration",
    "read_date",
    "read_date_time",
    "read_time",
    "searching",
]
