"""Which task runner a script runs on."""

from __future__ import annotations

from tiercel.plugins import LogLevel, RunContext, TaskRunner
from tiercel.tasks.runner.docker import Docker
from tiercel.tasks.runner.engine import is_engine_there
from tiercel.tasks.runner.process import Process
from tiercel.tasks.scripts.properties import ScriptTask


def choose_runner(ctx: RunContext, task: ScriptTask) -> TaskRunner:
    """Take the runner the task names, in the new way or an old one, else the one the installation sets."""
    if task.task_runner is not None:
        return ctx.part(task.task_runner, TaskRunner)
    if task.runner == "PROCESS":
        return Process()
    if task.docker is not None or task.runner == "DOCKER":
        given = task.docker.model_dump(exclude={"image"}, exclude_none=True) if task.docker is not None else {}
        return Docker(**given)
    wanted = ctx.call("settings.scripts")["runner"]
    if wanted == "docker" or (wanted == "auto" and is_engine_there(ctx)):
        return Docker()
    if wanted == "auto" and "container_image" in task.model_fields_set:
        ctx.log.write(
            LogLevel.WARN,
            "No Docker or Podman engine answered, so the script runs as a process of this machine and the "
            "containerImage %s is ignored. Set scripts.runner to process to say that this is meant",
            task.container_image,
        )
    return Process()


def image_of(task: ScriptTask) -> str:
    """Give the image the script runs in, where there are images."""
    if task.docker is not None and "container_image" not in task.model_fields_set:
        return task.docker.image
    return task.container_image
