"""Running the program git: with nothing of the machine's own settings, and credentials that show nowhere.

Passwords reach it through a small program that it asks for them, keys through files of the run; neither is part of a
command line. Hooks, links and the protocols that run programs are off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.http.reach import check_host

_LOOK_SECONDS = 0.2
_PORTS = {"http": 80, "https": 443, "ssh": 22}
_ASK = """#!/bin/sh
case "$1" in
  Username*) printf '%s' "$TIERCEL_GIT_USERNAME" ;;
  *passphrase*) printf '%s' "$TIERCEL_GIT_PASSPHRASE" ;;
  *) printf '%s' "$TIERCEL_GIT_PASSWORD" ;;
esac
"""
_ALWAYS = (
    "core.hooksPath=/dev/null",
    "core.symlinks=false",
    "core.fsmonitor=false",
    "protocol.allow=never",
    "protocol.http.allow=always",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "commit.gpgSign=false",
    "advice.detachedHead=false",
)
_MAY_BE_SET = (
    *("user.", "author.", "committer.", "http.sslverify", "http.postbuffer", "http.extraheader", "http.version"),
    *("core.autocrlf", "core.longpaths", "core.eol", "core.quotepath", "core.filemode", "pack.", "fetch."),
)


@dataclass(frozen=True, slots=True)
class Access:
    """How a repository is reached.

    Attributes:
        config: Settings of git the flow makes.
        idle_seconds: After how long without a byte a transfer fails.
    """

    username: str | None = None
    password: str | None = None
    private_key: str | None = None
    passphrase: str | None = None
    ca_path: str | None = None
    is_direct: bool = False
    idle_seconds: int = 60
    config: Mapping[str, object] | None = None


class Git:
    """The program, as one run uses it."""

    def __init__(self, ctx: RunContext, access: Access) -> None:
        program = shutil.which("git")
        if program is None:
            raise TaskError("The program git is not installed where this task runs")
        self._ctx = ctx
        self._access = access
        self._program = program
        self._home = Path(ctx.temporary_dir) / ctx.files.new_name("-git")
        self._home.mkdir(mode=0o700)
        self._environment = self._make_environment()

    def address(self, url: str) -> str:
        """Give an address that may be asked; one of this machine must lie in ``local_files.allowed_paths``.

        Raises:
            TaskError: It may not be, or is none.
        """
        if url.startswith(("/", "file://")):
            return str(self._ctx.call("local.resolve", path=url.removeprefix("file://")))
        parts = urlsplit(url)
        host, scheme = parts.hostname, parts.scheme
        if scheme not in _PORTS and "@" in url and ":" in url.partition("@")[2]:
            scheme, host = "ssh", url.partition("@")[2].partition(":")[0]  # the short form of ssh
        if scheme not in _PORTS or not host or url.startswith("-"):
            raise TaskError(
                f"'{self._hidden(url)}' is not the address of a repository, such as https://host/team/x.git"
            )
        check_host(self._ctx, host, parts.port or _PORTS[scheme] if parts.scheme in _PORTS else _PORTS["ssh"])
        return url

    def run(self, *arguments: str, directory: Path | None = None, is_local: bool = False) -> str:
        """Run a command of git, and give what it printed.

        Args:
            arguments: The command and its arguments.
            directory: Where.
            is_local: Whether it may read a repository of this machine.

        Raises:
            TaskError: It failed, or the run is cancelled.
        """
        settings = [*_ALWAYS, *self._settings(), *(["protocol.file.allow=always"] if is_local else [])]
        command = [self._program, *(part for setting in settings for part in ("-c", setting)), *arguments]
        with subprocess.Popen(  # noqa: S603 (a list, never a shell)
            command,
            cwd=directory or self._home,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            output, errors = self._finish(process)
        if process.returncode:
            told = self._hidden(errors.decode(errors="replace").strip() or output.decode(errors="replace").strip())
            raise TaskError(f"git {arguments[0]} failed: {told}")
        return output.decode(errors="replace")

    def _finish(self, process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
        while True:
            try:
                return process.communicate(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                if self._ctx.is_cancelled:
                    os.killpg(process.pid, 9)
                    process.communicate()
                    raise TaskError("git was cancelled") from None

    def _settings(self) -> list[str]:
        settings = ["http.lowSpeedLimit=1", f"http.lowSpeedTime={self._access.idle_seconds}"]
        if self._access.ca_path:
            path = self._ctx.call("local.resolve", path=self._access.ca_path)
            settings.append(f"http.sslCAInfo={path}")
        for name, value in (self._access.config or {}).items():
            if not str(name).lower().startswith(_MAY_BE_SET):
                raise TaskError(f"gitConfig {name} may not be set: git could run programs with it, or reach elsewhere")
            settings.append(f"{name}={str(value).lower() if isinstance(value, bool) else value}")
        return settings

    def _make_environment(self) -> dict[str, str]:
        access = self._access
        ask = self._home / "ask"
        ask.write_text(_ASK)
        ask.chmod(0o700)
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self._home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": str(ask),
            "SSH_ASKPASS": str(ask),
            "SSH_ASKPASS_REQUIRE": "force",
            "TIERCEL_GIT_USERNAME": access.username or "git",
            "TIERCEL_GIT_PASSWORD": access.password or "",
            "TIERCEL_GIT_PASSPHRASE": access.passphrase or "",
            "GIT_SSH_COMMAND": self._ssh(),
        }
        proxies = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
        passed = {} if access.is_direct else {name: os.environ[name] for name in proxies if name in os.environ}
        return {**environment, **passed}

    def _ssh(self) -> str:
        known = Path(self._ctx.kept_dir("git")) / "known_hosts"
        options = ["-F /dev/null", "-o StrictHostKeyChecking=accept-new", f"-o UserKnownHostsFile={known}"]
        if self._access.private_key:
            key = self._home / "key"
            key.touch(mode=0o600)
            key.write_text(self._access.private_key.strip() + "\n")
            options += [f"-i {key}", "-o IdentitiesOnly=yes"]
        return " ".join(["ssh", *options])

    def _hidden(self, text: str) -> str:
        for secret in (self._access.password, self._access.passphrase):
            if secret:
                text = text.replace(secret, "******")
        return self._ctx.mask(text)
