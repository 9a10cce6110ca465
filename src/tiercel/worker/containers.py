"""Looking for a container engine when a process starts: where scripts run, and what a former process left there."""

from __future__ import annotations

import logging

from tiercel.operations.settings import ScriptSettings
from tiercel.plugins.resources import Resources
from tiercel.tasks.runner.engine import Engine, find_engine
from tiercel.worker.scratch import Scratch

_log = logging.getLogger("tiercel.worker")
_KEPT = "docker"


def has_used_engine(scratch: Scratch) -> bool:
    """Tell whether this installation has used an engine, and may have left containers there."""
    return scratch.has_kept(_KEPT)


def clear_engine(resources: Resources, scratch: Scratch, settings: ScriptSettings) -> None:
    """Remove what a former process left at the engine; blocks."""
    _look(resources, scratch, settings)


def tell_runner(resources: Resources, scratch: Scratch, settings: ScriptSettings) -> None:
    """Look for the engine and log where scripts will run that do not say it themselves; blocks."""
    engine = _look(resources, scratch, settings)
    if not engine.problem:
        _log.info("scripts run in containers of the engine at %s (scripts.runner)", engine.address)
    elif settings.runner == "auto":
        _log.warning(
            "no Docker or Podman engine answers, so scripts run as processes of this machine, and the containerImage "
            "of a task is ignored; set scripts.runner to process to say that this is meant (%s)",
            engine.problem,
        )
    else:
        _log.warning("scripts.runner is docker, but no Docker or Podman engine answers: %s", engine.problem)


def _look(resources: Resources, scratch: Scratch, settings: ScriptSettings) -> Engine:
    return find_engine(resources, settings.docker_host, str(scratch.kept(_KEPT)))
