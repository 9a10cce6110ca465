"""Packages that bring types: found, allowed, installed for real."""

from __future__ import annotations

import base64
import hashlib
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from api.users import ADMIN, EDITOR, VIEWER, basic
from conformance.waiting import until
from tiercel.operations.plugin_packages import EXTRAS, LIBRARIES
from tiercel.operations.settings import PluginSettings, Settings

ROOT = "/api/v1/plugins"
SOURCE = """\
id: a
namespace: b
tasks:
  - {id: known, type: io.kestra.plugin.core.log.Log, message: hi}
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: unknown, type: io.kestra.plugin.acme.Launch}
      - {id: again, type: io.kestra.plugin.acme.Launch}
"""


def wheel_in(folder):
    """Write a package of one module, as installers take it."""
    info = "acme_launch-1.0.dist-info"
    files = {
        "acme_launch.py": "ANSWER = 42\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: acme-launch\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={digest(text)},{len(text)}\n" for name, text in files.items())
    folder.mkdir()
    with zipfile.ZipFile(folder / "acme_launch-1.0-py3-none-any.whl", "w") as archive:
        for name, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(name, text)


def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def opened(open_server, tmp_path):
    def opened(**plugins):
        folder = str(tmp_path / "plugins")
        return open_server(Settings(home=str(tmp_path / "home"), plugins=PluginSettings(folder=folder, **plugins)))

    return opened


def test_extras_are_those_of_the_package():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    declared = {name: tuple(libraries) for name, libraries in project["optional-dependencies"].items() if name != "all"}
    assert {name: LIBRARIES.get(name) for name in declared} == declared
    assert set(EXTRAS) == set(LIBRARIES)


async def test_missing_types_are_found(client):
    response = await client.post(f"{ROOT}/auto-install/detect", content=SOURCE, headers={"content-type": "text/plain"})
    missing = [{"type": "io.kestra.plugin.acme.Launch", "reason": "UNKNOWN", "package": None}]
    assert response.json() == {"missing": missing, "artifacts": []}
    assert (await client.post(f"{ROOT}/auto-install/detect", content="{")).status_code == 422


async def test_a_type_whose_library_is_missing_names_the_extra(client, monkeypatch):
    docker = "io.kestra.plugin.scripts.runner.docker.Docker"
    monkeypatch.setitem(EXTRAS, "docker", ("no_such_module", EXTRAS["docker"][1]))
    response = await client.post(f"{ROOT}/auto-install/detect", content=f"taskRunner:\n  type: {docker}\n")
    assert response.json() == {
        "missing": [{"type": docker, "reason": "LIBRARY_MISSING", "package": "tiercel[docker]"}],
        "artifacts": [{"groupId": "pypi", "artifactId": "tiercel[docker]"}],
    }


async def test_nothing_is_installed_unless_that_is_switched_on(client):
    response = await client.post(f"{ROOT}/install", json=["tiercel[docker]"])
    assert response.status_code == 409
    assert "plugins.install" in response.json()["message"]


@pytest.mark.parametrize(
    "name",
    ["requests", "tiercel", "tiercel[all]", "tiercel[docker]==1", "acme-launch==1", "--index-url=http://x", "../x", ""],
)
async def test_only_what_is_allowed_is_installed(opened, name):
    async with opened(install=True, packages=("acme-launch",)) as client:
        response = await client.post(f"{ROOT}/install", json=[name])
        assert response.status_code == 422
        assert "plugins.packages" in response.text
        for body in ([], {}, {"artifacts": []}, None, [3]):
            assert (await client.post(f"{ROOT}/install", json=body)).status_code == 422


async def test_only_who_may_change_the_installation_installs(guarded):
    async with guarded() as client:
        for name in (VIEWER, EDITOR):
            response = await client.post(f"{ROOT}/install", json=["tiercel[docker]"], headers=basic(name))
            assert response.status_code == 403
            assert "may not update" in response.json()["message"]
            assert (await client.get(f"{ROOT}/install/x", headers=basic(name))).status_code == 403
        response = await client.post(f"{ROOT}/install", json=["tiercel[docker]"], headers=basic(ADMIN))
        assert "plugins.install" in response.json()["message"]


async def test_a_package_is_installed(opened, tmp_path, monkeypatch):
    wheel_in(tmp_path / "wheels")
    for variable in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
        monkeypatch.setenv(variable, str(tmp_path / "wheels"))
    for variable in ("UV_NO_INDEX", "PIP_NO_INDEX"):
        monkeypatch.setenv(variable, "1")
    monkeypatch.setattr(sys, "path", list(sys.path))
    async with opened(install=True, packages=("acme-launch", "acme-absent")) as client:
        job = (await client.post(f"{ROOT}/install", json={"artifacts": [{"artifactId": "acme-launch"}]})).json()
        assert (job["status"], job["artifacts"]) == ("RUNNING", [{"groupId": "pypi", "artifactId": "acme-launch"}])
        assert (await client.post(f"{ROOT}/install", json=["acme-launch"])).status_code == 409

        async def is_over():
            job.update((await client.get(f"{ROOT}/install/{job['id']}")).json())
            return job["status"] != "RUNNING"

        assert await until(is_over, 60)
        assert (job["status"], job.get("error")) == ("SUCCEEDED", None)
        assert (tmp_path / "plugins" / ".packages" / "acme_launch.py").read_text() == "ANSWER = 42\n"
        assert sys.path[-1] == str(tmp_path / "plugins" / ".packages")
        job = (await client.post(f"{ROOT}/install", json=["acme-absent"])).json()
        assert await until(is_over, 60)
        assert job["status"] == "FAILED"
        assert "acme-absent" in job["error"]
        assert (await client.get(f"{ROOT}/install/nothing")).status_code == 404
