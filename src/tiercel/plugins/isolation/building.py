"""Environments of plugin packages: their dependencies in a folder, made once for what they ask for.

An environment is named after the hash of its requirements, of the wheels that lie beside them, and of the interpreter.
It is made under a lock, in a folder that gets its name when it is whole; so nobody uses half of one, two processes that
want the same wait for one build, and a build that fails or is killed leaves nothing. Those nobody has asked for in a
month are removed when the next one is made.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from tiercel.errors import PluginError

_PASSED_ON = re.compile(r"PATH|HOME|LANG|TMPDIR|SSL_CERT_\w+|(?i:https?_proxy|no_proxy|all_proxy)|PIP_\w+|UV_\w+")
_OWN = re.compile(r"tiercel(?![\w.-])", re.IGNORECASE)
_MOST_SECONDS = 900
_LINES = 20
_KEPT_SECONDS = 30 * 86_400
_USED = ".used"


def environment_of(folder: Path, root: Path) -> Path | None:
    """Give the folder with the dependencies of a package, made now if there is none; None when it has none.

    Args:
        folder: The package, with ``requirements.txt`` or ``pyproject.toml``; the first one wins, being exact.
        root: Where environments are.

    Raises:
        PluginError: They cannot be installed; the message ends with what the installer said.
    """
    wanted = _requirements(folder)
    if not wanted:
        return None
    place = root / _key(folder, wanted)
    with _locked(root, place.name):
        if not (place / _USED).is_file():
            _remove_old(root)
            _build(folder, wanted, place)
        (place / _USED).touch()
    return place


def _requirements(folder: Path) -> str:
    """Give what is to be installed, as a requirements file; Tiercel itself is there already."""
    file = folder / "requirements.txt"
    try:
        if file.is_file():
            lines = file.read_text(encoding="utf-8").splitlines()
        elif (folder / "pyproject.toml").is_file():
            project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
            lines = [str(one) for one in project.get("dependencies", ())]
        else:
            return ""
    except (OSError, ValueError) as error:
        raise PluginError(f"plugin {folder.name}: what it depends on cannot be read: {error}") from error
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#") and not _OWN.match(line)]
    return "\n".join(wanted) if any(not line.lstrip().startswith("-") for line in wanted) else ""


def _key(folder: Path, wanted: str) -> str:
    digest = sha256(f"{sys.version}\n{sys.platform}\n{wanted}".encode())
    for wheel in sorted(folder.rglob("*.whl")):
        digest.update(str(wheel.relative_to(folder)).encode() + wheel.read_bytes())
    return digest.hexdigest()[:24]


@contextmanager
def _locked(root: Path, name: str) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(folder: Path, wanted: str, place: Path) -> None:
    unfinished = place.with_name(f"{place.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
    unfinished.mkdir()
    listed = folder / "requirements.txt"
    if not listed.is_file() or listed.read_text(encoding="utf-8") != wanted:
        listed = place.with_name(f"{place.name}.txt")
        listed.write_text(wanted + "\n", encoding="utf-8")
    try:
        _install(folder, [*_installer(), "--target", str(unfinished), "--requirement", str(listed)])
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        if listed.parent != folder:
            listed.unlink()


def _install(folder: Path, command: Sequence[str]) -> None:
    variables = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}
    try:
        done = subprocess.run(  # noqa: S603 (uv or pip, with paths of ours)
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PluginError(f"plugin {folder.name}: its dependencies cannot be installed: {error}") from error
    if done.returncode:
        said = "\n".join(done.stdout.decode(errors="replace").splitlines()[-_LINES:])
        raise PluginError(f"plugin {folder.name}: its dependencies cannot be installed:\n{said}")


def _installer() -> list[str]:
    """Give the command of uv where it is there, else of pip."""
    try:
        import uv  # noqa: PLC0415 (an extra)
    except ImportError:
        return [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    return [uv.find_uv_bin(), "pip", "install", "--quiet", "--no-config", "--python", sys.executable]


def _remove_old(root: Path) -> None:
    oldest = time.time() - _KEPT_SECONDS
    for place in root.iterdir():
        with suppress(OSError):
            if (place / _USED).stat().st_mtime < oldest:
                shutil.rmtree(place, ignore_errors=True)
                (root / f"{place.name}.lock").unlink(missing_ok=True)
