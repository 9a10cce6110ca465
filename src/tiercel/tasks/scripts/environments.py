"""Environments of Python packages: made once for what is wanted, used by every run that wants the same.

An environment is a folder named after the hash of its packages and its interpreter. It is made under a lock and marked
when it is whole, so that nobody uses half of one, and two runs that want the same wait for one build. Those nobody has
used for a while are removed when the next one is made.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import regex

from tiercel.plugins import RunContext, TaskError

_FOLDER = "python-environments"
_USED = ".used"
_LOOK_SECONDS = 0.05
_DAY_SECONDS = 86_400
_PASSED_ON = ("UV_", "PIP_", "HTTP", "http", "NO_PROXY", "no_proxy", "SSL_CERT", "REQUESTS_CA", "PATH", "LANG")
_VERSION = regex.compile(r"\d+(\.\d+){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an environment has to have.

    Attributes:
        packages: As pip writes them.
        version: Of Python; empty = that of the usual interpreter.
        manager: UV or PIP.
        is_kept: False to make one for this run alone.
    """

    packages: tuple[str, ...]
    version: str
    manager: str
    is_kept: bool


def environment_python(ctx: RunContext, wanted: Wanted, interpreter: str) -> Path:
    """Give the interpreter of an environment, which is made when there is none.

    Raises:
        TaskError: It cannot be made; what the installer said is in the log.
    """
    for package in wanted.packages:
        if package.startswith("-") or "\n" in package:
            raise TaskError(f"dependencies: {package!r} is no package")
    if wanted.version and not _VERSION.fullmatch(wanted.version):
        raise TaskError(f"pythonVersion: {wanted.version!r} is no version such as 3.12")
    if not wanted.is_kept:
        place = ctx.temporary_dir / "environment"
        _build(ctx, wanted, interpreter, place)
        return place / "bin" / "python"
    root = ctx.kept_dir(_FOLDER)
    place = root / _key(wanted, interpreter)
    with _locked(ctx, root / f"{place.name}.lock"):
        if not (place / _USED).exists():
            shutil.rmtree(place, ignore_errors=True)
            _remove_old(ctx, root)
            _build(ctx, wanted, interpreter, place)
        (place / _USED).touch()
    return place / "bin" / "python"


def _key(wanted: Wanted, interpreter: str) -> str:
    parts = (os.path.realpath(interpreter), sys.version, wanted.version, *sorted(set(wanted.packages)))
    return sha256("\n".join(parts).encode()).hexdigest()[:24]


@contextmanager
def _locked(ctx: RunContext, path: Path) -> Iterator[None]:
    """Hold a lock that other threads and processes wait for, as long as the run is wanted."""
    with path.open("w") as file:
        is_told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not is_told:
                    ctx.log.debug("Another run is making this environment of packages")
                    is_told = True
                if ctx.wait(_LOOK_SECONDS):
                    raise TaskError("The script was stopped") from None
        yield


def _build(ctx: RunContext, wanted: Wanted, interpreter: str, place: Path) -> None:
    """Make an environment; one that cannot be finished is removed."""
    base = wanted.version or interpreter
    uv = _uv()
    began = time.monotonic()
    steps: list[Sequence[str]] = [(uv, "venv", "--quiet", "--relocatable", "--python", base, str(place))]
    python = str(place / "bin" / "python")
    if wanted.manager == "PIP" and wanted.packages:
        steps[0] = (*steps[0], "--seed")
        steps.append((python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted.packages))
    elif wanted.packages:
        steps.append((uv, "pip", "install", "--quiet", "--python", python, *wanted.packages))
    try:
        for step in steps:
            _run(ctx, step)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    ctx.log.info("Made an environment of packages in %.1f s: %s", time.monotonic() - began, ", ".join(wanted.packages))


def _uv() -> str:
    """Find uv: the one beside Tiercel, or one on the path.

    Raises:
        TaskError: There is none.
    """
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise TaskError("Python packages are installed by uv, which is not here: pip install 'tiercel[environments]'")
    return found


def _run(ctx: RunContext, command: Sequence[str]) -> None:
    """Run an installer, which ends when the run is no longer wanted."""
    variables = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
    variables |= {"UV_CACHE_DIR": str(ctx.kept_dir("uv")), "HOME": str(ctx.temporary_dir)}
    with subprocess.Popen(  # noqa: S603 (uv or pip, with packages as arguments of their own)
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=variables, text=True
    ) as running:
        said = ""
        while True:
            try:
                said, _ = running.communicate(timeout=_LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                if ctx.is_cancelled:
                    running.kill()
    if ctx.is_cancelled:
        raise TaskError("The script was stopped")
    if running.returncode != 0:
        for line in said.splitlines()[-50:]:
            ctx.log.error("%s", line)
        raise TaskError("The dependencies cannot be installed; what the installer said is in the log")


def _remove_old(ctx: RunContext, root: Path) -> None:
    """Remove environments that nobody has used for scripts.dependency_days."""
    oldest = time.time() - ctx.call("settings.scripts")["dependency_days"] * _DAY_SECONDS
    for place in root.iterdir():
        with suppress(OSError):
            if place.is_dir() and (place / _USED).stat().st_mtime < oldest:
                shutil.rmtree(place, ignore_errors=True)
                (root / f"{place.name}.lock").unlink(missing_ok=True)
