"""Everything an installation can set, as records. Reading files and the process environment is the command line's.

A key that no record names is an error.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json

MEBIBYTE = 1024 * 1024

_LARGEST_PORT = 65535


class StorageKind(StrEnum):
    """Who keeps the files."""

    LOCAL = "local"
    S3 = "s3"
    GCS = "gcs"
    AZURE = "azure"


class ServerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where HTTP is served.

    Attributes:
        url: Address users see, for links; empty = made of host and port.
        allowed_hosts: Accepted in the Host header besides loopback names and the bound address.
        body_limit_bytes: Of a request without files.
        upload_limit_bytes: Of a multipart request, all parts together.
        body_wait_seconds: How long a request may take for its body, and a second more for each 1,000 bytes of it.
        streams_per_user: How many streams of events one user may follow at once.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    body_limit_bytes: int = 10 * MEBIBYTE
    upload_limit_bytes: int = 4096 * MEBIBYTE
    body_wait_seconds: float = 30.0
    streams_per_user: int = 64


class VariableSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What expressions see besides the execution.

    Attributes:
        globals: The variable ``globals``.
        environment_prefix: Variables of the process environment with this prefix are ``envs``, without it, lower case.
        is_recursive: Rendered text is rendered again while it holds expressions.
    """

    globals: dict[str, Json] = field(default_factory=dict)
    environment_prefix: str = "ENV_"
    is_recursive: bool = False


class PluginSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where plugins are found and what they are given.

    Attributes:
        folder: Searched for plugins besides the installed ones; empty = ``plugins`` in the home folder.
        environments: Where plugins with dependencies of their own get them; empty = ``environments`` in the home
            folder.
        defaults: Entries ``{type, forced, values}`` for all flows, weaker than those of a flow.
        configurations: Entries ``{type, values}``: weakest defaults of the properties of a type, and whatever else the
            plugin reads for itself.
        install: Whoever may change the installation can have packages installed, those of the extras and ``packages``.
        packages: Names of further packages that may be installed so.
        reload: Whether a change in the plugins folder is taken while the server runs; ``auto`` = with ``--no-auth``.
        most_memory_bytes: Of each process that runs tasks of a plugin with an environment of its own; 0 = no bound.
    """

    folder: str = ""
    environments: str = ""
    defaults: tuple[dict[str, Json], ...] = ()
    configurations: tuple[dict[str, Json], ...] = ()
    install: bool = False
    packages: tuple[str, ...] = ()
    reload: Literal["auto", "always", "never"] = "auto"
    most_memory_bytes: int = 2048 * MEBIBYTE


class EncryptionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key for SECRET inputs and outputs: 32 random bytes in base64, or 16 or 24."""

    secret_key: str = ""


class StorageSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where files are kept: those of executions, namespaces and tasks. A text in place of the map is the path.

    Attributes:
        type: ``local``, ``s3`` (and what speaks like it), ``gcs`` or ``azure``.
        path: Folder of a local storage; empty = ``storage`` in the home folder.
        bucket: Name of the bucket, or of Azure's container.
        prefix: Put before the path of every file in the bucket.
        endpoint: Address of a server that speaks S3; empty = that of the region.
        region: Of the bucket.
        access_key_id: With its secret; empty = taken from the process environment, as the provider's tools do.
        secret_access_key: Belongs to ``access_key_id``.
        options: Anything else the client of the provider can be told, by its names.
        encryption_key: 32 random bytes in base64: files are encrypted with it; to be set before the first file.
        encryption_key_file: A file that holds such a key.
    """

    type: StorageKind = StorageKind.LOCAL
    path: str = ""
    bucket: str = ""
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    options: dict[str, str] = field(default_factory=dict)
    encryption_key: str = ""
    encryption_key_file: str = ""


class SecretSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key that stored secrets are encrypted with, and where else secrets are.

    Attributes:
        providers: Entries ``{type, ...}`` of secret providers, asked in order for what is neither in the process
            environment nor stored.
        key: 32 random bytes in base64.
        key_file: A file that holds such a key; empty = ``secrets.key`` in the home folder, made at first use.
    """

    key: str = ""
    key_file: str = ""
    providers: tuple[dict[str, Json], ...] = ()


class LogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where log lines are sent besides being stored.

    Attributes:
        exporters: Entries ``{type, ...}`` of log exporters; each gets every line.
    """

    exporters: tuple[dict[str, Json], ...] = ()


class LocalFileSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Folders that ``file://`` addresses may name."""

    allowed_paths: tuple[str, ...] = ()


class ListeningSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ports of this machine that triggers of flows may listen at: numbers such as ``9090``, ranges ``9000-9100``."""

    ports: tuple[str | int, ...] = ()

    def __post_init__(self) -> None:
        for written in self.ports:
            low, high = _port_range(written)
            if not 1 <= low <= high <= _LARGEST_PORT:
                raise ValueError(f"ports: '{written}' is neither a port nor a range such as 9000-9100")

    def opens(self, port: int) -> bool:
        """Tell whether flows may listen at a port."""
        return any(low <= port <= high for low, high in map(_port_range, self.ports))


def _port_range(written: str | int) -> tuple[int, int]:
    """Give the first and the last port of what is written, zeros for what is none."""
    low, _, high = str(written).partition("-")
    return (int(low), int(high or low)) if low.isdecimal() and (high or low).isdecimal() else (0, 0)


class ExecutorSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How executions are spread; the number of shards is fixed once the database exists."""

    shards: int = 64


class SchedulerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What schedules mean that do not say so themselves."""

    time_zone: str = "UTC"


class WorkerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many synchronous tasks run at once."""

    threads: int = 32


class SqlSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What SQL tasks may do on this machine.

    Attributes:
        duckdb_is_open: Statements in DuckDB may use any file, the network and extensions, not just folders of
            ``local_files.allowed_paths``.
    """

    duckdb_is_open: bool = False


class ScriptSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where and how scripts run.

    Attributes:
        runner: Where they run when the task names no taskRunner: ``process`` = beside the server, ``docker`` = in
            containers, ``auto`` = in containers when a Docker engine answers.
        python: Path of the interpreter of Python scripts run as processes; empty = the one Tiercel runs in.
        warm_python: Python scripts start in forks of an interpreter that is ready.
        environment: Variables of the server that scripts run as processes see too.
        most_processes: Of one script run as a process, with all it starts; 0 = no bound.
        most_memory_bytes: Resident, of all processes of one such script together; 0 = no bound.
        control_groups: Each script run as a process has a control group of its own where the server may make some, so
            that the system itself holds these bounds.
        most_cpu_seconds: Processor time of each of them; 0 = no bound.
        most_file_bytes: Size of each file they write; 0 = no bound.
        grace_seconds: How long a script has to end when it is killed or its time is over.
        log_lines: Lines of one run that are kept.
        log_bytes: Bytes of one run that are kept in logs.
        dependency_days: How many days an environment of Python packages is kept after its last use.
        docker_host: Address of the Docker or Podman engine; empty = as DOCKER_HOST says, or its usual socket.
        docker_volumes: Tasks may mount folders of the engine's machine.
        docker_privileged: Tasks may ask for privileged containers.
    """

    runner: Literal["auto", "process", "docker"] = "auto"
    python: str = ""
    warm_python: bool = True
    environment: tuple[str, ...] = (
        "PATH",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    )
    most_processes: int = 1000
    most_memory_bytes: int = 0
    control_groups: bool = True
    most_cpu_seconds: int = 0
    most_file_bytes: int = 0
    grace_seconds: float = 5.0
    log_lines: int = 50_000
    log_bytes: int = 16 * MEBIBYTE
    dependency_days: int = 30
    docker_host: str = ""
    docker_volumes: bool = False
    docker_privileged: bool = False


class RetentionSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many days ended executions, their logs and files are kept; 0 = for ever."""

    days: int = 90


class AuthenticationSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many hours a browser stays signed in."""

    session_hours: int = 168


class TemplateSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the templates of 1.x, which 2.0 has removed, can be stored and used."""

    enabled: bool = False


class EnvironmentSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Name and colour shown to tell one installation from another."""

    name: str = ""
    color: str = ""


class BreakerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a flow that executions start again and again is stopped.

    Attributes:
        own_starts: How many executions of one flow its own executions may lead to within the period; 0 = any number.
        starts: How many executions of one flow other executions may lead to within the period; 0 = any number.
        period_seconds: How long the period is.
    """

    own_starts: int = 100
    starts: int = 0
    period_seconds: int = 60


class AiSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language model that drafts flows and dashboards; off while ``url`` and ``model`` are empty.

    Attributes:
        url: Of an endpoint that speaks the protocol of OpenAI, up to and with ``/v1``.
        key: Sent to it as a bearer token; empty = none.
        model: Which of its models.
        seconds: How long an answer may take.
        drafts_per_minute: How many drafts one user may ask for.
    """

    url: str = ""
    key: str = ""
    model: str = ""
    seconds: float = 60.0
    drafts_per_minute: int = 20


class McpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How language models may use tools.

    Attributes:
        seconds: How long the answer to a call waits for the execution it started; that goes on all the same.
        calls_per_minute: How many calls one user may make.
    """

    seconds: float = 300.0
    calls_per_minute: int = 120


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of ``tiercel.yaml``.

    Attributes:
        home: Folder of the data; ``~`` is the user's home folder.
        database: Address of the database; empty = SQLite in the home folder.
        dialect: For texts saved without one.
        source_limit_bytes: Of one flow.
        pools: How many slots each pool has, by name.
    """

    home: str = "~/.tiercel"
    database: str = ""
    dialect: DialectSetting = DialectSetting.AUTO
    source_limit_bytes: int = MEBIBYTE
    pools: dict[str, int] = field(default_factory=dict)
    server: ServerSettings = field(default_factory=ServerSettings)
    variables: VariableSettings = field(default_factory=VariableSettings)
    plugins: PluginSettings = field(default_factory=PluginSettings)
    encryption: EncryptionSettings = field(default_factory=EncryptionSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    secrets: SecretSettings = field(default_factory=SecretSettings)
    logs: LogSettings = field(default_factory=LogSettings)
    local_files: LocalFileSettings = field(default_factory=LocalFileSettings)
    listening: ListeningSettings = field(default_factory=ListeningSettings)
    executor: ExecutorSettings = field(default_factory=ExecutorSettings)
    scheduler: SchedulerSettings = field(default_factory=SchedulerSettings)
    worker: WorkerSettings = field(default_factory=WorkerSettings)
    scripts: ScriptSettings = field(default_factory=ScriptSettings)
    sql: SqlSettings = field(default_factory=SqlSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    authentication: AuthenticationSettings = field(default_factory=AuthenticationSettings)
    templates: TemplateSettings = field(default_factory=TemplateSettings)
    ai: AiSettings = field(default_factory=AiSettings)
    mcp: McpSettings = field(default_factory=McpSettings)
    environment: EnvironmentSettings = field(default_factory=EnvironmentSettings)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
