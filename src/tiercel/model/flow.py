"""A flow as the engine reads it: the outcome of parsing one revision of a source, never written back.

Everything here is immutable. Text that may hold expressions is kept as written; nothing is rendered while parsing.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct, field

from tiercel.model.dialect import Dialect
from tiercel.model.json import Json


class TaskKind(StrEnum):
    """Who carries a task out."""

    FLOWABLE = "flowable"  # the engine itself: it creates children
    RUNNABLE = "runnable"  # a worker, or the executor when the type is inline
    EXECUTABLE = "executable"  # the engine, by starting other executions


class RetryKind(StrEnum):
    """How the delay before the next attempt grows."""

    CONSTANT = "constant"
    EXPONENTIAL = "exponential"
    RANDOM = "random"


class RetryBehavior(StrEnum):
    """What is tried again."""

    RETRY_FAILED_TASK = "RETRY_FAILED_TASK"
    CREATE_NEW_EXECUTION = "CREATE_NEW_EXECUTION"


class Retry(Struct, frozen=True, kw_only=True):
    """When and how often a failed attempt is repeated; ``max_attempts`` counts the first attempt too."""

    kind: RetryKind
    interval: timedelta | None = None
    max_interval: timedelta | None = None
    min_interval: timedelta | None = None
    delay_factor: float = 2.0
    max_attempts: int | None = None
    max_duration: timedelta | None = None
    is_warning_on_retry: bool = False
    behavior: RetryBehavior = RetryBehavior.RETRY_FAILED_TASK


class TaskCache(Struct, frozen=True, kw_only=True):
    """Whether and how long the outputs of a task are reused for equal rendered properties."""

    is_enabled: bool
    ttl: str | None = None


class TaskDefinition(Struct, frozen=True, kw_only=True):
    """One task as declared.

    Attributes:
        type: The canonical type name; aliases are resolved.
        declared_type: The type as written in the source.
        kind: Who carries it out.
        control: For flowables and executables, the name of the engine module that decides for it (``sequential``,
            ``parallel``, ``subflow``, ...); empty for runnable tasks.
        is_inline: The type may run inside the executor's pass and no property of this task forbids it.
        properties: Those of the type, as written, plugin defaults applied, without common ones and child tasks.
        branches: Child task lists by property: ``tasks``, ``then``, ``else``, ``defaults``, ``errors``, ``finally``,
            ``onPause`` ..., and ``cases.<value>`` for each case of a switch. Order is that of the source.
        depends_on: For an entry of a Dag: ids of the tasks it waits for.
        run_if: Template; the empty text when absent (always runs).
        timeout: Duration text or template, per attempt.
    """

    id: str
    type: str
    declared_type: str
    kind: TaskKind
    control: str = ""
    is_inline: bool = False
    properties: dict[str, Json] = field(default_factory=dict)
    branches: dict[str, tuple[TaskDefinition, ...]] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    run_if: str = ""
    timeout: str | None = None
    retry: Retry | None = None
    is_disabled: bool = False
    allow_failure: bool = False
    allow_warning: bool = False
    log_level: str | None = None
    log_to_file: bool = False
    cache: TaskCache | None = None
    description: str | None = None
    version: str | None = None


class Input(Struct, frozen=True, kw_only=True):
    """One declared input; ``options`` holds what only its type knows (``values``, ``min``, ...), as written."""

    id: str
    type: str
    is_required: bool = True
    defaults: Json = None
    has_defaults: bool = False
    prefill: Json = None
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    display_name: str | None = None
    description: str | None = None
    options: dict[str, Json] = field(default_factory=dict)


class FlowOutput(Struct, frozen=True, kw_only=True):
    """One output of a flow or of a loop iteration; ``value`` may be any structure of templates."""

    id: str
    type: str | None
    value: Json
    is_required: bool = True
    display_name: str | None = None
    description: str | None = None


class ConcurrencyBehavior(StrEnum):
    """What happens to a start above the limit."""

    QUEUE = "QUEUE"
    CANCEL = "CANCEL"
    FAIL = "FAIL"


class Rate(Struct, frozen=True, kw_only=True):
    """At most ``limit`` starts within any stretch of time as long as ``period``."""

    limit: int
    period: timedelta


class Concurrency(Struct, frozen=True, kw_only=True):
    """How many executions of a flow may run at once, and how many may start in a while.

    At least one of ``limit``, ``rate`` and ``pool`` is set.

    Attributes:
        key: Template; each value it renders to has the limit and the rate for itself.
        pool: The name of slots that several flows share; empty for none.
        priority: A number, or a template that renders to one: who waits with more of it starts earlier.
    """

    limit: int | None = None
    behavior: ConcurrencyBehavior = ConcurrencyBehavior.QUEUE
    key: str | None = None
    rate: Rate | None = None
    pool: str = ""
    priority: str = ""


class Sla(Struct, frozen=True, kw_only=True):
    """A promise about executions; exactly one of ``duration`` and ``assertion`` is set."""

    id: str
    type: str
    behavior: str
    duration: str | None = None
    assertion: str | None = None
    labels: tuple[tuple[str, str], ...] = ()


class Check(Struct, frozen=True, kw_only=True):
    """A condition tested when an execution is asked for."""

    when: str
    message: str
    style: str = "INFO"
    behavior: str = "BLOCK_EXECUTION"


class Debounce(Struct, frozen=True, kw_only=True):
    """A trigger waits until it has been quiet for a while; the last event counts.

    Attributes:
        max_wait: Since the first event, after which it waits no longer.
        key: Template; each value it renders to is waited for by itself.
    """

    wait: timedelta
    max_wait: timedelta | None = None
    key: str | None = None


class Batch(Struct, frozen=True, kw_only=True):
    """A trigger gathers events: until there are ``size`` of them, or the first one has waited long enough."""

    size: int
    wait: timedelta
    key: str | None = None


class ConditionDefinition(Struct, frozen=True, kw_only=True):
    """A 1.x condition of a trigger or listener; nested conditions stay inside ``properties`` as written."""

    type: str
    properties: dict[str, Json] = field(default_factory=dict)


class Listener(Struct, frozen=True, kw_only=True):
    """1.x: tasks that run after the terminal state when all conditions hold."""

    id: str
    tasks: tuple[TaskDefinition, ...]
    conditions: tuple[ConditionDefinition, ...] = ()
    description: str | None = None


class TriggerDefinition(Struct, frozen=True, kw_only=True):
    """One trigger as declared; what only its type knows is in ``properties`` as written."""

    id: str
    type: str
    declared_type: str
    properties: dict[str, Json] = field(default_factory=dict)
    conditions: tuple[ConditionDefinition, ...] = ()
    when: str | None = None
    is_disabled: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    stop_after: tuple[str, ...] = ()
    log_level: str | None = None
    log_to_file: bool = False
    fail_on_trigger_error: bool = False
    allow_concurrent: bool = False
    debounce: Debounce | None = None
    batch: Batch | None = None
    description: str | None = None


class PluginDefault(Struct, frozen=True, kw_only=True):
    """Values given to every mapping whose ``type`` equals or starts with ``type``."""

    type: str
    values: dict[str, Json]
    is_forced: bool = False


class Flow(Struct, frozen=True, kw_only=True):
    """One revision of a flow.

    Attributes:
        revision: From 1; 0 for a text that is not stored.
        dialect: Resolved when the revision was saved.
        labels: Pairs in the order of the source.
        document: The whole parsed document (anchors and merge keys resolved), for showing it as JSON.
        source: The text, byte for byte.
    """

    id: str
    namespace: str
    dialect: Dialect
    tasks: tuple[TaskDefinition, ...]
    revision: int = 0
    source: str = ""
    document: dict[str, Json] = field(default_factory=dict)
    description: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    inputs: tuple[Input, ...] = ()
    variables: dict[str, Json] = field(default_factory=dict)
    errors: tuple[TaskDefinition, ...] = ()
    finally_: tuple[TaskDefinition, ...] = ()
    after_execution: tuple[TaskDefinition, ...] = ()
    listeners: tuple[Listener, ...] = ()
    triggers: tuple[TriggerDefinition, ...] = ()
    outputs: tuple[FlowOutput, ...] = ()
    concurrency: Concurrency | None = None
    retry: Retry | None = None
    slas: tuple[Sla, ...] = ()
    checks: tuple[Check, ...] = ()
    plugin_defaults: tuple[PluginDefault, ...] = ()
    is_disabled: bool = False
    is_draft: bool = False
