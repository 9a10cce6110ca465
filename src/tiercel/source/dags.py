"""Which order the dependencies of a Dag leave, and whether they leave one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tiercel.model.flow import TaskDefinition
from tiercel.source.paths import Path
from tiercel.source.report import Report

_LISTED = 20


def check_dependencies(tasks: Sequence[TaskDefinition], path: Path, report: Report) -> None:
    """Report dependencies on tasks that are not in the Dag, and those that go round in a circle."""
    ids = {task.id for task in tasks}
    for index, task in enumerate(tasks):
        for position, name in enumerate(task.depends_on):
            if name not in ids:
                at = (*path, index, "dependsOn", position)
                message = f"Not existing task id in dependency: {name}"
                report.error(at, message, "unknown-dependency", _known(name, task.id, ids, report))
    circle = find_circle({task.id: task.depends_on for task in tasks})
    if circle:
        index = [task.id for task in tasks].index(circle[0])
        message = f"Cyclic dependency detected: {' -> '.join(circle)}"
        report.error((*path, index, "dependsOn"), message, "cyclic-dependency", "Remove one of these dependencies")


def _known(name: str, waiting: str, ids: set[str], report: Report) -> str:
    others = sorted(ids - {waiting})
    listed = ", ".join(others[:_LISTED]) + (", ..." if len(others) > _LISTED else "")
    return report.suggest(name, others) or (f"It can wait for {listed}" if others else "Remove it")


def find_circle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of one circle, the first repeated at the end; empty when there is none."""
    done: set[str] = set()
    for start in graph:
        trail: list[str] = []
        on_trail: set[str] = set()
        pending: list[tuple[str, int]] = [(start, 0)]
        while pending:
            name, depth = pending.pop()
            for left in trail[depth:]:
                on_trail.discard(left)
                done.add(left)
            del trail[depth:]
            if name in on_trail:
                return [*trail[trail.index(name) :], name]
            if name in done:
                continue
            trail.append(name)
            on_trail.add(name)
            pending.extend((after, depth + 1) for after in graph.get(name, ()))
        done.update(trail)
    return []
