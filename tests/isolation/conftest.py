"""Plugins with environments of their own, whose dependencies are two tiny wheels made here."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

LIBRARY = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-units"
version = "{version}"

[tool.hatch.build.targets.wheel]
packages = ["acme_units"]
"""
CODE = '''
"""The tasks of a package that needs one version of a library and no other."""
import os
import time
from collections.abc import Iterator
from typing import Annotated, Literal

import acme_units
from pydantic import Field

from tiercel.plugins import Outputs, PollingTrigger, Properties, Raw, RealtimeTrigger, RunContext, Task, TaskError
from tiercel.plugins import TriggerEvent


class Options(Properties):
    """How it is measured.

    Attributes:
        unit: In which unit.
    """

    unit: Literal["KM", "MILE"] = "KM"


class Measured(Outputs):
    """What was measured.

    Attributes:
        library: The version of the library.
        text: What was measured.
        process_id: Where.
    """

    library: str
    text: str
    process_id: int


class Measure(
    Task,
    type="com.acme.units.Measure",
    aliases=("com.acme.units.Metre",),
    icon="<svg xmlns='http://www.w3.org/2000/svg'/>",
    example="""
    type: com.acme.units.Measure
    length: 3
    """,
):
    """Measures a length.

    Attributes:
        length: What to measure.
        options: How.
    """

    length: Annotated[float, Field(ge=0)]
    options: Options = Options()

    def run(self, ctx: RunContext) -> Measured:
        ctx.log.info("with %s", acme_units.VERSION)
        ctx.counter("measured", 1, {"unit": self.options.unit})
        text = f"{self.length} {self.options.unit}"
        return Measured(library=acme_units.VERSION, text=text, process_id=os.getpid())


class Copy(Task, type="com.acme.units.Copy"):
    """Copies a file, piece by piece, while it reads another."""

    uri: str

    def run(self, ctx: RunContext) -> dict[str, object]:
        def pieces() -> Iterator[bytes]:
            for piece in ctx.files.open(self.uri):
                yield piece.upper()

        copied = ctx.files.write("copy.txt", pieces())
        return {"uri": copied, "size": ctx.files.size(copied), "rendered": ctx.render("{{ flow.id }}")}


class Behave(Task, type="com.acme.units.Behave"):
    """Misbehaves as it is told."""

    how: str

    def run(self, ctx: RunContext) -> dict[str, object]:
        if self.how == "crash":
            os.abort()
        if self.how == "exit":
            os._exit(3)
        if self.how == "greedy":
            return {"size": len(bytearray(1 << 40))}
        if self.how == "told":
            raise TaskError("as it was told", outputs={"half": 1})
        if self.how == "deaf":
            ctx.log.info("deaf in %s", os.getpid())
            while True:
                time.sleep(0.05)
        if self.how == "heeds":
            ctx.log.info("heeds")
            return {"cancelled": ctx.wait(60)}
        if self.how == "broken pieces":
            ctx.files.write("half.txt", (piece for piece in (b"a", 1 / 0)))
        raise ValueError("no such behaviour")


class Slow(Task, type="com.acme.units.Slow"):
    """Waits without blocking."""

    async def run(self, ctx: RunContext) -> dict[str, object]:
        import asyncio

        await asyncio.sleep(0.01)
        return {"awaited": True}


class Found(PollingTrigger, type="com.acme.units.Found"):
    """Finds something each time."""

    def evaluate(self, ctx: RunContext) -> dict[str, object]:
        number = (ctx.kept_before() or 0) + 1
        ctx.keep(number)
        return {"number": number, "library": acme_units.VERSION}


class Heard(RealtimeTrigger, type="com.acme.units.Heard"):
    """Hears three things."""

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        for number in range(3):
            yield TriggerEvent(variables={"number": number}, key=str(number))
'''


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build two versions of a library, without an index."""
    root = tmp_path_factory.mktemp("library")
    for version in ("1.0", "2.0"):
        source = root / version
        (source / "acme_units").mkdir(parents=True)
        (source / "pyproject.toml").write_text(LIBRARY.format(version=version))
        (source / "acme_units" / "__init__.py").write_text(f'VERSION = "{version}"\n')
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", root, source],
            check=True,
            capture_output=True,
        )
    return root


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where environments are made: once for all tests."""
    return tmp_path_factory.mktemp("environments")


def write_package(folder: Path, version: str, wheels: Path, code: str = CODE) -> Path:
    """Write ``units@<version>``, which pins the library to the same version."""
    package = folder / f"units@{version}"
    package.mkdir(parents=True)
    wheel = next(wheels.glob(f"acme_units-{version}-*.whl"))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    requirement = f"acme-units=={version} --hash=sha256:{digest}"
    (package / "requirements.txt").write_text(f"--no-index\n--find-links {wheels}\n{requirement}\n")
    (package / "acme_measure.py").write_text(code)
    return package


@pytest.fixture
def folder(tmp_path: Path, wheels: Path) -> Path:
    """A plugins folder with two versions of one package, whose pins contradict each other."""
    for version in ("1.0", "2.0"):
        write_package(tmp_path / "plugins", version, wheels)
    return tmp_path / "plugins"
