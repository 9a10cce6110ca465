"""B6 and B7: expressions rendered per second, flows parsed and validated per second."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from benchmarks.report import report

TEMPLATES = {
    "variable": "{{ inputs.name }}",
    "two and a filter": "{{ inputs.name }} {{ outputs.a.value | upper }}",
    "coalesce": "{{ inputs.missing ?? inputs.name }}",
    "loop": "{% for i in inputs.items %}{{ i }},{% endfor %}",
    "json": "{{ outputs | toJson }}",
    "date": "{{ inputs.date | date('yyyy-MM-dd') }}",
}


def expressions(seconds: float) -> None:
    """B6."""
    from tiercel.expressions import Context, compile_template  # noqa: PLC0415 (each benchmark loads only what it measures)
    from tiercel.model.dialect import Dialect  # noqa: PLC0415 (as above)
    from tiercel.operations.outside import HereHost  # noqa: PLC0415 (as above)

    variables = {
        "inputs": {"name": "Ana", "items": list(range(10)), "date": "2024-02-29T10:00:00Z"},
        "outputs": {"a": {"value": "text"}},
    }
    host = HereHost()

    def render(source: str) -> str:
        return compile_template(source, Dialect.V2_0).render(Context(variables, host, Dialect.V2_0))

    rows: list[dict[str, object]] = [
        {"template": name, "per_second": _rate(partial(render, source), seconds / len(TEMPLATES))}
        for name, source in TEMPLATES.items()
    ]
    report("b6", "B6: renderings per second", rows, {})


def parsing(seconds: float) -> None:
    """B7."""
    from tiercel.plugins.registry import Registry  # noqa: PLC0415 (as above)
    from tiercel.source import parse_flow  # noqa: PLC0415 (as above)

    types = Registry(("tiercel.tasks",), is_discovering=False)
    rows: list[dict[str, object]] = []
    for count in (5, 50, 500):
        tasks = "".join(
            f'  - id: t{n}\n    type: io.kestra.plugin.core.log.Log\n    message: "{{{{ inputs.name }}}} {n}"\n'
            for n in range(count)
        )
        source = f"id: many\nnamespace: bench\ninputs:\n  - id: name\n    type: STRING\ntasks:\n{tasks}"
        assert parse_flow(source, types).flow is not None  # noqa: S101 (else it measures how fast errors are found)
        rate = _rate(partial(parse_flow, source, types), seconds / 3)
        rows.append({"tasks": count, "flows_per_second": rate, "tasks_per_second": rate * count})
    report("b7", "B7: flows parsed and validated per second", rows, {})


def _rate(work: Callable[[], object], seconds: float) -> float:
    work()
    count, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        for _ in range(20):
            work()
        count += 20
    return count / elapsed
