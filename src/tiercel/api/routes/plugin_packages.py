"""Packages that bring types: which are missing, and their installation."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from tiercel.api.errors import BodyError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of, text_of
from tiercel.api.shapes.times import instant
from tiercel.model.json import Json
from tiercel.operations import plugin_packages
from tiercel.operations.plugin_jobs import Job

_ROOT = "/api/v1/plugins"


@post(_ROOT + "/auto-install/detect", status_code=200)
async def detect(request: Incoming) -> Response[bytes]:
    """Give the types that a source names and the installation lacks, and the packages that bring them."""
    found = await plugin_packages.detect_missing(environment_of(request), actor_of(request), await text_of(request))
    missing: list[Json] = [{"type": one.type, "reason": one.reason, "package": one.package} for one in found]
    packages = sorted({one.package for one in found if one.package is not None})
    return answer({"missing": missing, "artifacts": [_artifact(package) for package in packages]})


@post(_ROOT + "/install", status_code=200)
async def install(request: Incoming) -> Response[bytes]:
    """Begin to install packages: a JSON array of artifacts or of names."""
    body = await json_of(request)
    given = body.get("artifacts") if isinstance(body, dict) else body
    names = [_name(one) for one in given] if isinstance(given, list) else []
    job = await plugin_packages.install_packages(environment_of(request), actor_of(request), names)
    return answer(_shape(job))


@get(_ROOT + "/install/{job_id:str}")
async def get_job(request: Incoming, job_id: FromPath[str]) -> Response[bytes]:
    """Tell how far an installation is."""
    return answer(_shape(await plugin_packages.get_job(environment_of(request), actor_of(request), job_id)))


def _name(given: Json) -> str:
    name = given.get("artifactId") if isinstance(given, dict) else given
    if not isinstance(name, str):
        raise BodyError('Send a JSON array such as [{"artifactId": "tiercel[docker]"}]')
    return name


def _artifact(package: str) -> dict[str, Json]:
    return {"groupId": "pypi", "artifactId": package}


def _shape(job: Job) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "id": job.id,
        "status": job.status,
        "artifacts": [_artifact(package) for package in job.packages],
        "startedAt": instant(job.started_at),
        "finishedAt": instant(job.finished_at) if job.finished_at is not None else None,
        "error": job.error or None,
    }
    return {name: value for name, value in shape.items() if value is not None}


ROUTES = (detect, install, get_job)
