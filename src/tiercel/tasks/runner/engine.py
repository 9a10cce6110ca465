"""The Docker or Podman engine: found once for a process, and cleared of what a former process left there."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tiercel.plugins import Resources, RunContext, TaskError

if TYPE_CHECKING:
    import docker

HOME_LABEL = "io.tiercel.home"
PROCESS_LABEL = "io.tiercel.process"
_FIND_SECONDS = 10.0  # a socket of systemd may have to start the engine first
_CALL_SECONDS = 120
_ERROR_STREAM = 2
_DOCKER_SOCKETS = ("/var/run/docker.sock", "{runtime}/docker.sock")
_PODMAN_SOCKETS = ("{runtime}/podman/podman.sock", "/run/podman/podman.sock")


class Engine:
    """One engine; for any number of threads.

    Attributes:
        address: Where it is.
        problem: Why it does not answer, if so.
    """

    def __init__(self, host: str, home: str) -> None:
        """Look for the engine, and remove containers of former processes of this installation.

        Args:
            host: Its address; empty = as DOCKER_HOST says, or the first of the usual sockets where somebody listens.
            home: Tells this installation from others on the same engine.
        """
        self.address = host or os.environ.get("DOCKER_HOST", "")
        self._is_named = bool(host)
        self._version = ""
        self.labels = {HOME_LABEL: home_mark(home), PROCESS_LABEL: uuid4().hex}
        self.problem = self._find()

    @contextmanager
    def client(self) -> Iterator[docker.APIClient]:
        """Open a connection of one run's own.

        Raises:
            TaskError: The engine does not answer, or refuses something.
        """
        if self.problem:
            raise TaskError(f"No Docker or Podman engine answers: {self.problem}")
        import docker  # noqa: PLC0415 (an optional package, needed by containers alone)

        opened = docker.APIClient(version=self._version, timeout=_CALL_SECONDS, **self._address())
        try:
            yield opened
        except docker.errors.DockerException as error:
            raise TaskError(f"The Docker engine refused: {_told(error)}") from error
        finally:
            opened.close()

    def close(self) -> None:
        """Nothing is held between runs."""

    def _find(self) -> str:
        """Look for the engine; gives why there is none. The library is loaded only when somebody answers."""
        if not self.address:
            self.address = next((one for one in usual_addresses() if not _socket_problem(one)), "")
            if not self.address:
                return f"nobody listens at any of {', '.join(usual_addresses())}"
        if problem := _socket_problem(self.address):
            return problem
        try:
            import docker  # noqa: PLC0415 (an optional package, needed by containers alone)
        except ImportError:
            return "the Python package is not installed: pip install 'tiercel[docker]'"
        try:
            client = docker.APIClient(version="auto", timeout=_FIND_SECONDS, **self._address())
        except (docker.errors.DockerException, ValueError) as error:  # ValueError: an address that cannot be read
            return _told(error)
        try:
            self._version = client.api_version
            self._remove_leftovers(client)
        except docker.errors.DockerException as error:
            return _told(error)
        finally:
            client.close()
        return ""

    def _address(self) -> dict[str, Any]:
        import docker  # noqa: PLC0415 (an optional package, needed by containers alone)

        by_environment = not self._is_named and os.environ.get("DOCKER_HOST")
        return dict(docker.utils.kwargs_from_env()) if by_environment else {"base_url": self.address}

    def _remove_leftovers(self, client: docker.APIClient) -> None:
        mine = f"{HOME_LABEL}={self.labels[HOME_LABEL]}"
        for found in client.containers(all=True, filters={"label": [mine]}):
            if found["Labels"].get(PROCESS_LABEL) != self.labels[PROCESS_LABEL]:
                client.remove_container(found["Id"], force=True, v=True)


def home_mark(home: str) -> str:
    """Give what marks the containers of an installation."""
    return sha256(home.encode()).hexdigest()[:16]


def engine_of(ctx: RunContext, host: str) -> Engine:
    """Give the engine at an address, looked for once."""
    return find_engine(ctx.resources, host, str(ctx.kept_dir("docker")))


def find_engine(resources: Resources, host: str, home: str) -> Engine:
    """Look for the engine at an address, once; what a former process left there is removed."""
    return resources.get(f"tiercel.engine:{host}", lambda: Engine(host, home))


def usual_addresses() -> tuple[str, ...]:
    """Give where engines listen when nobody says otherwise: Docker, then Podman, of the system and of this user."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return tuple(f"unix://{path.format(runtime=runtime)}" for path in (*_DOCKER_SOCKETS, *_PODMAN_SOCKETS))


def is_engine_there(ctx: RunContext) -> bool:
    """Tell whether the engine of the installation answered."""
    return not engine_of(ctx, str(ctx.call("settings.scripts")["docker_host"])).problem


def has_image(client: docker.APIClient, image: str) -> bool:
    """Tell whether the engine has an image; lists are no answer, since Podman's do not know short names."""
    import docker  # noqa: PLC0415 (an optional package, needed by containers alone)

    try:
        client.inspect_image(image)
    except docker.errors.ImageNotFound:
        return False
    return True


@contextmanager
def attached(client: docker.APIClient, container: str) -> Iterator[Iterator[tuple[int, bytes]]]:
    """Listen to a container: gives pieces of its output, each with the number of its stream."""
    from docker.utils.socket import frames_iter  # noqa: PLC0415 (an optional package, needed by containers alone)

    wanted = {"stdout": 1, "stderr": 1, "stream": 1, "logs": 1}
    listening = client.attach_socket(container, params=wanted)
    try:
        yield frames_iter(listening, tty=False)
    finally:
        listening._response.close()  # noqa: SLF001 (the library leaves it open for the garbage collector)


def follow(
    frames: Iterator[tuple[int, bytes]],
    write: Callable[[bytes, bool], None],
    on_look: Callable[[], None],
    seconds: float,
) -> None:
    """Hand on what a container writes until its end, and look at something now and then meanwhile."""
    problems: list[BaseException] = []

    def read() -> None:
        try:
            for stream, piece in frames:
                write(piece, stream == _ERROR_STREAM)
        except BaseException as problem:  # noqa: BLE001 (raised by the thread that waits)
            problems.append(problem)

    reader = threading.Thread(target=read, name="tiercel-container", daemon=True)
    reader.start()
    while reader.is_alive():
        reader.join(seconds)
        on_look()
    if problems:
        raise problems[0]


def _socket_problem(address: str) -> str:
    """Say why nobody can be reached at a socket; the library would leave its own one open then."""
    if not address.startswith("unix://"):
        return ""
    path = "/" + address.removeprefix("unix://").lstrip("/")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_FIND_SECONDS)
        try:
            probe.connect(path)
        except OSError as error:
            return f"{path}: {error.strerror or error}"
    return ""


def _told(error: BaseException) -> str:
    explanation: object = getattr(error, "explanation", None)
    return str(explanation or error)


def as_text(values: Mapping[str, str]) -> list[str]:
    """Give variables in the form the engine takes."""
    return [f"{name}={value}" for name, value in values.items()]
