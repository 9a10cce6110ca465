"""Container engines that tests use: one that is there, and Podman, which a test starts for itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import docker
import pytest

from tiercel.tasks.runner.engine import Engine

IMAGE = "tiercel-test:1"
PROGRAMS = ("sh", "echo", "cat", "ls", "sleep", "id", "mkdir", "printf", "seq", "dd", "pwd", "env", "tail")
START_SECONDS = 60.0
API_VERSION = "1.41"
# Where a test runs inside a container, limits cannot be raised, and crun refuses machines with both kinds of cgroups.
PODMAN_CONF = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


def missing(reason: str) -> NoReturn:
    """Skip, except where everything is promised to be there."""
    if os.environ.get("TEST_TIERCEL_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def docker_address(_: Path) -> Iterator[str]:
    """Give the address of the Docker engine of this machine; empty = the usual one."""
    yield os.environ.get("TEST_TIERCEL_DOCKER_HOST", "")


@contextmanager
def podman_address(folder: Path) -> Iterator[str]:
    """Start Podman's service on a socket, with images and containers of its own, and end it with all it holds."""
    podman = shutil.which("podman")
    if podman is None:
        missing("podman is not installed")
    if os.geteuid() != 0:
        missing("podman is started by root only here")
    runtime = ["--runtime", "runc"] if shutil.which("runc") else []
    config = folder / "containers.conf"
    config.write_text(PODMAN_CONF)
    running = tempfile.mkdtemp(prefix="podman")  # its path may have 50 letters at most
    places = ["--root", str(folder / "root"), "--runroot", running, "--storage-driver", "vfs"]
    command = [str(podman), *places, "--cgroup-manager", "cgroupfs", *runtime]
    variables = {**os.environ, "CONTAINERS_CONF": str(config)}
    path = folder / "podman" / "podman.sock"
    path.parent.mkdir()
    address = f"unix://{path}"
    with (folder / "log").open("wb") as log:
        service = subprocess.Popen(
            [*command, "system", "service", "--time", "0", address], env=variables, stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + START_SECONDS
        while not path.exists():
            if service.poll() is not None or time.monotonic() > end:
                missing(f"podman does not start: {(folder / 'log').read_text()[-500:]}")
            time.sleep(0.02)
        with closing(docker.APIClient(base_url=address, version=API_VERSION, timeout=60)) as client:
            client.ping()  # the first answer takes a while
        yield address
    finally:
        service.terminate()
        service.wait()
        subprocess.run([*command, "rm", "--all", "--force"], env=variables, capture_output=True, check=True)
        shutil.rmtree(running, ignore_errors=True)


ADDRESSES = {"docker": docker_address, "podman": podman_address}


@contextmanager
def opened_engine() -> Iterator[docker.APIClient]:
    """Open the engine that DOCKER_HOST names, or the usual one, and put the image of the tests into it."""
    if problem := Engine("", "").problem:  # asked first, since the library leaves a socket open where nobody listens
        missing(f"no engine: {problem}")
    if shutil.which("busybox") is None:
        missing("busybox-static is not installed")
    client = docker.APIClient(version="auto", timeout=60, **docker.utils.kwargs_from_env())
    try:
        name, _, tag = IMAGE.partition(":")
        said = client.import_image_from_data(image(), repository=name, tag=tag)
        client.tag(_digest(said), name, tag)  # Podman leaves the tag out that it was given
        yield client
    finally:
        client.close()


def _digest(said: str) -> str:
    position = said.rindex("sha256:")
    return said[position : position + len("sha256:") + 64]


def image() -> bytes:
    """Make the root file system of an image: busybox and a few names for it."""
    busybox = shutil.which("busybox")
    assert busybox is not None
    made = BytesIO()
    with tarfile.open(mode="w", fileobj=made) as archive:
        for name in ("bin", "tmp", "etc", "proc", "dev", "sys"):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            archive.addfile(entry)
        archive.add(busybox, "bin/busybox")
        for name in PROGRAMS:
            entry = tarfile.TarInfo(f"bin/{name}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(entry)
    return made.getvalue()
