"""``tiercel server``: the whole product in one process with one event loop, which ends as a whole."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar.types import ASGIApp

from tiercel import __version__
from tiercel.cli.client import url_of
from tiercel.cli.configuration import load_settings
from tiercel.cli.wiring import home_of, open_installation, reload_plugins
from tiercel.errors import ForbiddenError, TiercelError, UnavailableError
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.retention import remove_expired_keys, remove_old
from tiercel.operations.settings import Settings
from tiercel.operations.setup import can_anybody_sign_in, issue_setup_token

_CLEANING_SECONDS = 3600.0
_COLLECTIONS = (20_000, 5, 200)  # smaller ones cost large loops a fifth of their speed, larger ones hold the event loop
_SWITCH_SECONDS = 0.0005  # the writer's thread waits this long, not 5 ms, for the interpreter beside a busy loop
_LISTENING_SECONDS = 0.005
_MOST_CONNECTIONS = 10_000
_MOST_WAITING = 1024
_OTHER_FILES = 512
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_log = logging.getLogger("tiercel")


def serve(config: Path | None, overrides: Mapping[str, Json], *, is_open: bool) -> int:
    """Serve until a signal asks to end; gives the exit code, 1 when it ends because it cannot go on.

    Raises:
        ForbiddenError: The address could be reached by others, and everybody would be let in, or nobody.
        ConflictError: Another process has the data.
        UnavailableError: The port is taken, or the data cannot be opened.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    settings = load_settings(config, os.environ, overrides)
    check_address(settings.server.host, is_open=is_open)
    return uvloop.run(_serve(settings, is_open=is_open))


def check_address(host: str, *, is_open: bool, can_sign_in: bool = True) -> None:
    """Refuse to serve where others could come in without being known, or nobody could.

    Raises:
        ForbiddenError: Always with what to do instead.
    """
    if is_loopback(host):
        return
    if is_open:
        raise ForbiddenError(
            f"--no-auth serves this machine only, and {host} can be reached by others: use --host 127.0.0.1"
        )
    if not can_sign_in:
        raise ForbiddenError(
            f"Nobody can sign in, since every account is disabled, and {host} can be reached by others: "
            "enable one with `tiercel user enable NAME`"
        )


def is_loopback(host: str) -> bool:
    """Tell whether an address is reachable from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _serve(settings: Settings, *, is_open: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    host, port = settings.server.host, settings.server.port
    _check_port(host, port)
    async with open_installation(settings, os.environ) as installation:
        token = None if is_open else await _setup_token(installation.environment)
        server = _make_server(installation.application(is_open=is_open), host, port)
        serving = asyncio.ensure_future(server.serve())
        stopping = asyncio.ensure_future(stop.wait())
        breaking = asyncio.ensure_future(installation.executor.until_broken())
        cleaning = [asyncio.ensure_future(_clean(installation.environment))]
        if settings.plugins.reload == "always" or (settings.plugins.reload == "auto" and is_open):
            cleaning.append(asyncio.ensure_future(reload_plugins(installation)))
        gc.freeze()
        gc.set_threshold(*_COLLECTIONS)
        sys.setswitchinterval(_SWITCH_SECONDS)
        gc.enable()
        await _until_listening(serving, host, port)
        if token is not None:
            _print_setup_token(token, url_of(host, port))
        _log.info("Tiercel %s serves http://%s:%s, data in %s", __version__, host, port, home_of(settings).resolve())
        await asyncio.wait({serving, stopping, breaking}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (*cleaning, stopping, breaking):
            waiting.cancel()
        if serving.done() and not stop.is_set():
            await serving  # raises what ended it
            return 1
        for number in _SIGNALS:
            loop.remove_signal_handler(number)  # a second signal ends it at once
        _log.info("stopping")
        installation.executor.stream.close()  # those who follow would hold their connections open
        installation.environment.noticeboard.close()
        server.stop()  # type: ignore[no-untyped-call]  # the library has no types here
        await asyncio.wait({serving}, timeout=5)
    return 0 if stop.is_set() else 1


async def _until_listening(serving: asyncio.Future[None], host: str, port: int) -> None:
    """Wait until requests are accepted, so that what is said then is true; the server itself does not tell."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(_reachable(host), port)
        except OSError:
            await asyncio.sleep(_LISTENING_SECONDS)
            continue
        writer.close()
        return


def _reachable(host: str) -> str:
    """Give an address of this machine that leads to one that stands for all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (named, not listened on)


async def _setup_token(environment: Environment) -> str | None:
    """Give the token that makes the first user, None when there are users.

    Raises:
        ForbiddenError: The address can be reached by others, and nobody could sign in.
    """
    token = await issue_setup_token(environment)
    if token is None:
        can_sign_in = await can_anybody_sign_in(environment)
        check_address(environment.settings.server.host, is_open=False, can_sign_in=can_sign_in)
    return token


def _print_setup_token(token: str, url: str) -> None:
    """Print it by itself, since logs are kept and sent around."""
    sys.stderr.write(
        f"\nThere are no users yet. Make the first one, once, with this set-up token:\n\n    {token}\n\n"
        f"in the browser at {url}, or with\n\n"
        f"    tiercel user add you@example.com --setup-token {token} --server {url}\n\n"
    )
    sys.stderr.flush()


async def _clean(environment: Environment) -> None:
    """Remove what is old, every hour."""
    days = environment.settings.retention.days
    kept = f"{days} days" if days > 0 else "for ever"
    _log.info("ended executions with their logs and files are kept %s (retention.days)", kept)
    while True:
        await asyncio.sleep(_CLEANING_SECONDS)
        try:
            keys, count = await remove_expired_keys(environment), await remove_old(environment)
        except TiercelError as error:
            _log.warning("what is old could not be removed, trying again in an hour: %s", error)
            continue
        if keys:
            _log.info("%s expired keys were removed", keys)
        if count:
            _log.info("%s executions older than %s days were removed", count, days)


def _make_server(app: ASGIApp, host: str, port: int) -> Server:
    return Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        backlog=_MOST_WAITING,
        backpressure=_most_connections(),
        log_enabled=False,
    )


def _most_connections() -> int:
    """Allow as many open files as the system does, and give how many connections that leaves room for.

    Everybody who follows an execution or waits for its end keeps a connection; above this number others wait at the
    door, so the usual limit of 1,024 files and the library's of 128 connections would soon lock everybody out.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(soft - _OTHER_FILES, soft // 2)
    return _MOST_CONNECTIONS


def _check_port(host: str, port: int) -> None:
    """Say clearly that a port is taken, before anything is opened.

    Raises:
        UnavailableError: It is.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UnavailableError(
                f"{host}:{port} cannot be used: {error.strerror}. Choose another with --port"
            ) from None
