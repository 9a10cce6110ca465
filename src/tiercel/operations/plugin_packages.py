"""Which packages bring types that a source names and the installation lacks, and their installation by an admin.

Only what is named here or in the setting ``plugins.packages`` can be installed, and only while ``plugins.install`` is
on. It goes to a folder of its own below the plugins folder; nothing of the server itself is replaced.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import re
import sys
import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from tiercel.errors import ConflictError, InvalidError, NotFoundError, Violation
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.plugin_jobs import Job, JobStatus
from tiercel.source import read_yaml

_OURS = "tiercel"
_CORE = "io.kestra.plugin."
EXTRAS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "avro": ("fastavro", (f"{_CORE}serdes.avro.",)),
    "aws": ("boto3", (f"{_CORE}aws.", f"{_CORE}minio.")),
    "azure": ("azure.storage.blob", (f"{_CORE}azure.storage.",)),
    "docker": ("docker", (f"{_CORE}scripts.runner.docker.", f"{_CORE}docker.")),
    "duckdb": ("duckdb", (f"{_CORE}jdbc.duckdb.",)),
    "environments": ("uv", (f"{_CORE}scripts.python.",)),
    "excel": ("openpyxl", (f"{_CORE}serdes.excel.",)),
    "gcp": ("google.cloud.storage", (f"{_CORE}gcp.gcs.",)),
    "holidays": ("holidays", (f"{_CORE}core.condition.PublicHoliday",)),
    "jsonata": ("jsonata", (f"{_CORE}transform.jsonata.",)),
    "mysql": ("pymysql", (f"{_CORE}jdbc.mysql.", f"{_CORE}jdbc.mariadb.")),
    "parquet": ("pyarrow", (f"{_CORE}serdes.parquet.",)),
    "polars": ("polars", ("io.tiercel.plugin.transform.Polars",)),
    "postgres": ("psycopg", (f"{_CORE}jdbc.postgresql.",)),
    "protobuf": ("google.protobuf", (f"{_CORE}serdes.protobuf.",)),
    "redis": ("redis", (f"{_CORE}redis.",)),
    "sftp": ("asyncssh", (f"{_CORE}fs.sftp.",)),
}
"""What each extra of the package brings: the module that is there when it is installed, and how its types begin."""

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "avro": ("fastavro>=1.9",),
    "aws": ("boto3>=1.35",),
    "azure": ("azure-identity>=1.19", "azure-storage-blob>=12.23"),
    "docker": ("docker>=7.1",),
    "duckdb": ("duckdb>=1.1",),
    "environments": ("uv>=0.5",),
    "excel": ("openpyxl>=3.1",),
    "gcp": ("google-cloud-storage>=3.0",),
    "holidays": ("holidays>=0.60",),
    "jsonata": ("jsonata-python>=0.7",),
    "mysql": ("PyMySQL>=1.1",),
    "parquet": ("pyarrow>=17",),
    "polars": ("polars>=1.12",),
    "postgres": ("psycopg[binary]>=3.2",),
    "protobuf": ("protobuf>=5",),
    "redis": ("redis>=5.2",),
    "sftp": ("asyncssh>=2.18",),
}
"""The libraries of each extra, as the package declares them."""

_FULL_NAME = re.compile(r"[a-zA-Z_]\w*(\.[\w$]+){2,}")
_ARTIFACT = re.compile(rf"{_OURS}\[([a-z]+)]")
_PASSED_ON = re.compile(r"PATH|HOME|LANG|TMPDIR|SSL_CERT_\w+|(?i:https?_proxy|no_proxy|all_proxy)|PIP_\w+|UV_\w+")
_MOST_SECONDS = 900
_LINES = 20


class Reason(StrEnum):
    """Why a type cannot be used."""

    UNKNOWN = "UNKNOWN"
    LIBRARY = "LIBRARY_MISSING"


class Missing(Struct, frozen=True, kw_only=True):
    """A type that a source names and the installation cannot run.

    Attributes:
        package: What brings it: an extra of this package; None when nothing known does.
    """

    type: str
    reason: Reason
    package: str | None


@operation(Resource.PLUGIN, Action.READ)
async def detect_missing(environment: Environment, actor: Actor, source: str) -> list[Missing]:
    """Give the types that a source names and that are missing, in order of name.

    Raises:
        InvalidError: The source is no YAML.
    """
    del actor
    document = read_yaml(source)
    if document.violations:
        raise InvalidError(document.violations)
    found = (_missing(environment, name) for name in sorted(_types_in(document.data)))
    return [one for one in found if one is not None]


@operation(Resource.INSTANCE, Action.UPDATE)
async def install_packages(environment: Environment, actor: Actor, keys: Sequence[str]) -> Job:
    """Begin to install packages; gives the job, which goes on by itself.

    Args:
        environment: Of the installation.
        actor: Who asks: one who may change the installation.
        keys: ``tiercel[docker]`` for an extra, or names of packages that the settings allow.

    Raises:
        ConflictError: Installing is switched off, or another installation is under way.
        InvalidError: A package is not allowed.
    """
    actor.require(Resource.INSTANCE, Action.UPDATE, "")
    if not environment.settings.plugins.install:
        raise ConflictError("Installing packages is switched off here: set plugins.install to true to allow it")
    if not keys:
        raise InvalidError([Violation("name at least one package", path="artifacts")])
    requirements = [text for key in keys for text in _requirements(environment, key)]
    job = environment.plugin_jobs.begin(str(uuid.UUID(bytes=os.urandom(16), version=4)), keys, environment.clock())
    environment.plugin_jobs.task = asyncio.create_task(_install(environment, job, requirements))
    return job


@operation(Resource.INSTANCE, Action.UPDATE, is_change=False)
async def get_job(environment: Environment, actor: Actor, name: str) -> Job:
    """Give an installation that was begun since the server started.

    Raises:
        NotFoundError: There is none of that id.
    """
    actor.require(Resource.INSTANCE, Action.UPDATE, "")
    job = environment.plugin_jobs.jobs.get(name)
    if job is None:
        raise NotFoundError("installation", name)
    return job


def packages_folder(environment: Environment) -> Path:
    """Give the folder that packages are installed to."""
    settings = environment.settings
    folder = settings.plugins.folder or Path(settings.home) / "plugins"
    return Path(folder).expanduser() / ".packages"


def _missing(environment: Environment, name: str) -> Missing | None:
    extra = next((key for key, (_, starts) in EXTRAS.items() if name.startswith(starts)), None)
    if environment.types.find_type(name) is None:
        return Missing(type=name, reason=Reason.UNKNOWN, package=None)
    if extra is None or _is_there(EXTRAS[extra][0]):
        return None
    return Missing(type=name, reason=Reason.LIBRARY, package=f"{_OURS}[{extra}]")


def _is_there(module: str) -> bool:
    """Tell whether a module can be imported, which one in a package that is not there cannot."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _types_in(data: Json) -> set[str]:
    if isinstance(data, dict):
        found = {name for value in data.values() for name in _types_in(value)}
        kind = data.get("type")
        return found | {kind} if isinstance(kind, str) and _FULL_NAME.fullmatch(kind) else found
    if isinstance(data, list):
        return {name for value in data for name in _types_in(value)}
    return set()


def _requirements(environment: Environment, key: str) -> tuple[str, ...]:
    extra = _ARTIFACT.fullmatch(key)
    if extra is not None and extra[1] in LIBRARIES:
        return LIBRARIES[extra[1]]
    if key in environment.settings.plugins.packages:
        return (key,)
    hint = f"name {_OURS}[...] with one of {', '.join(LIBRARIES)}, or add it to the setting plugins.packages"
    raise InvalidError([Violation(f"'{key}' may not be installed", path="artifacts", hint=hint)])


async def _install(environment: Environment, job: Job, requirements: Sequence[str]) -> None:
    folder = packages_folder(environment)
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        error = await _run([*_installer(), "--target", str(folder), "--", *requirements])
    except (OSError, TimeoutError) as failure:
        error = str(failure) or f"it took longer than {_MOST_SECONDS} seconds"
    job.error = error
    job.status = JobStatus.FAILED if error else JobStatus.SUCCEEDED
    job.finished_at = environment.clock()
    if not error:
        if str(folder) not in sys.path:
            sys.path.append(str(folder))  # behind everything else, so that nothing of the server is replaced
        importlib.invalidate_caches()


async def _run(command: Sequence[str]) -> str:
    """Run the installer; gives the end of what it said when it failed, else nothing."""
    variables = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}
    process = await asyncio.create_subprocess_exec(
        *command,
        env=variables,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return ""
    return "\n".join(said.decode(errors="replace").splitlines()[-_LINES:]) or f"it ended with {process.returncode}"


def _installer() -> list[str]:
    """Give the command of uv where it is there, else of pip, with arguments that nobody else chooses."""
    try:
        import uv  # noqa: PLC0415 (an extra)
    except ImportError:
        return [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--upgrade"]
    return [uv.find_uv_bin(), "pip", "install", "--quiet", "--no-config", "--python", sys.executable]
