"""What docs/compatibility.md claims holds, and what it says is not there yet is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

from conformance.installation import Installation, Wishes
from conformance.product import RefusedError, Start
from conformance.view import View
from conformance.waiting import until
from docs.blocks import DOCS, FLOWS
from expressions.rendering import failure, render
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.dialect import Dialect
from tiercel.model.state import State

PAGE = (DOCS / "compatibility.md").read_text()
CORE = "io.kestra.plugin.core"
FAIL = f"type: {CORE}.execution.Fail"
LOG = f"type: {CORE}.log.Log, message: hi"
RETRY = "retry: {type: constant, interval: PT0.05S, maxAttempts: 2}"

# The words of the row, what comes after id and namespace, the state it ends in, and how its task runs end.
CASES = [
    (
        "a task depends on a disabled one",
        f"""
tasks:
  - id: graph
    type: {CORE}.flow.Dag
    tasks:
      - task: {{id: one, {LOG}, disabled: true}}
      - task: {{id: two, {LOG}}}
        dependsOn: [one]
""",
        "SUCCESS",
        {"graph": ["SUCCESS"], "two": ["SUCCESS"]},
    ),
    (
        "WorkingDirectory with `finally` and no failure",
        f"""
tasks:
  - id: folder
    type: {CORE}.flow.WorkingDirectory
    tasks: [{{id: one, {LOG}}}]
    finally: [{{id: last, {LOG}}}]
""",
        "SUCCESS",
        {"folder": ["SUCCESS"], "one": ["SUCCESS"], "last": ["SUCCESS"]},
    ),
    (
        "a task inside has a retry",
        f"""
tasks:
  - id: folder
    type: {CORE}.flow.WorkingDirectory
    tasks: [{{id: one, {FAIL}, {RETRY}}}]
""",
        "FAILED",
        {"folder": ["FAILED"], "one": ["FAILED"]},
    ),
    (
        "1.x Pause with `tasks` inside",
        f"""
tasks:
  - id: wait
    type: {CORE}.flow.Pause
    delay: PT0.05S
    tasks: [{{id: one, {LOG}}}]
  - {{id: two, {LOG}}}
""",
        "SUCCESS",
        {"wait": ["SUCCESS"], "one": ["SUCCESS"], "two": ["SUCCESS"]},
    ),
    (
        "Loop with `runIf: false`",
        f"""
tasks:
  - id: loop
    type: {CORE}.flow.Loop
    runIf: "false"
    values: [1, 2]
    tasks: [{{id: one, {LOG}}}]
""",
        "SUCCESS",
        {"loop": ["SKIPPED"]},
    ),
    (
        "Loop, all at once, one iteration fails",
        f"""
tasks:
  - id: loop
    type: {CORE}.flow.Loop
    values: [1, 2]
    concurrencyLimit: 0
    tasks:
      - {{id: nap, type: {CORE}.flow.Sleep, duration: "PT0.{{{{ item.index }}}}5S"}}
      - {{id: one, {FAIL}, condition: "{{{{ item.index == 0 }}}}"}}
""",
        "FAILED",
        {"loop": ["FAILED"]},
    ),
    (
        "Loop with a Pause for a time inside",
        f"""
tasks:
  - id: loop
    type: {CORE}.flow.Loop
    values: [1, 2]
    tasks: [{{id: one, type: {CORE}.flow.Pause, pauseDuration: PT0.05S}}]
""",
        "SUCCESS",
        {"loop": ["SUCCESS"]},
    ),
    (
        "Flow with `retry` and `errors`",
        f"""
{RETRY}
tasks: [{{id: one, {FAIL}}}]
errors: [{{id: tell, {LOG}}}]
""",
        "FAILED",
        {"one": ["FAILED"], "tell": ["SUCCESS"]},
    ),
    (
        "YAML anchors, aliases and merge keys",
        f"""
variables:
  shared: &shared {{{LOG}}}
tasks:
  - <<: *shared
    id: one
""",
        "SUCCESS",
        {"one": ["SUCCESS"]},
    ),
]


async def ended(product: Installation, id_: str) -> View:
    async def is_over() -> bool:
        view = await product.view(id_)
        return view is not None and view.execution.is_over

    assert await until(is_over, 60)
    view = await product.view(id_)
    assert view is not None
    return view


@pytest.mark.parametrize(("words", "body", "state", "ends"), CASES, ids=[case[0] for case in CASES])
async def test_a_case_ends_as_the_page_says(words: str, body: str, state: str, ends: dict[str, list[str]]) -> None:
    assert words in PAGE
    async with Installation.open(Wishes()) as product:
        await product.save(f"id: case\nnamespace: docs\n{body}")
        view = await ended(product, await product.start(Start(namespace="docs", flow_id="case")))
        found: dict[str, list[str]] = {}
        for run in view.task_runs:
            found.setdefault(run.task_id, []).append(run.state.value)
        assert (view.execution.state.value, found) == (state, ends)


@pytest.mark.parametrize(("behavior", "state"), [("CANCEL", State.CANCELLED), ("FAIL", State.FAILED)])
async def test_nothing_runs_of_an_execution_that_is_refused(behavior: str, state: State) -> None:
    nap = f"{{id: nap, type: {CORE}.flow.Sleep, duration: PT1M}}"
    async with Installation.open(Wishes()) as product:
        await product.save(f"id: one\nnamespace: docs\nconcurrency: {{limit: 1, behavior: {behavior}}}\ntasks: [{nap}]")
        first = await product.start(Start(namespace="docs", flow_id="one"))
        view = await ended(product, await product.start(Start(namespace="docs", flow_id="one")))
        assert (view.execution.state, view.task_runs) == (state, [])
        await product.kill(first)


async def test_templates_are_switched_off() -> None:
    assert "Templates (1.x) are switched off" in PAGE
    async with Installation.open(Wishes()) as product:
        task = f"{{id: one, type: {CORE}.flow.Template, namespace: docs, templateId: b}}"
        with pytest.raises(RefusedError, match=r"templates\.enabled"):
            await product.save(f"id: one\nnamespace: docs\ntasks: [{task}]")


async def test_a_kill_ends_what_waits_for_a_retry() -> None:
    hour = "retry: {type: constant, interval: PT1H, maxAttempts: 3}"
    async with Installation.open(Wishes()) as product:
        await product.save(f"id: one\nnamespace: docs\ntasks: [{{id: one, {FAIL}, {hour}}}]")
        id_ = await product.start(Start(namespace="docs", flow_id="one"))

        async def is_retrying() -> bool:
            view = await product.view(id_)
            return view is not None and view.execution.state is State.RETRYING

        assert await until(is_retrying, 60)
        await product.kill(id_)
        view = await ended(product, id_)
        assert [run.state for run in view.task_runs] == [State.KILLED]


DIALECTS = (DOCS / "guide" / "dialects.md").read_text()


@pytest.mark.parametrize(
    ("words", "template", "old", "new"),
    [
        ("`a + b ?? c`", "{{ 1 + missing ?? 2 }}", "3", None),
        ("`'10' < '9'`", "{{ '10' < '9' }}", None, "true"),
        ("`'12' - 5`", "{{ '12' - 5 }}", None, "7"),
        ("Dates inside JSON", "{{ [day] }}", '["2024-02-29T00:00:00Z"]', '["2024-02-29T00:00:00.000000Z"]'),
    ],
)
def test_expressions_differ_as_the_page_says(words: str, template: str, old: str | None, new: str | None) -> None:
    assert f"| {words} |" in DIALECTS
    day = ZonedDateTime(datetime(2024, 2, 29, tzinfo=UTC), 0, "UTC")
    for dialect, wanted in ((Dialect.V1_3, old), (Dialect.V2_0, new)):
        if wanted is None:
            assert failure(template, dialect, day=day).kind in {"evaluation", "undefined"}
        else:
            assert render(template, dialect, day=day) == wanted


def has_module(name: str) -> bool:
    spec = find_spec(f"tiercel.{name}")
    return spec is not None and spec.origin is not None


NOT_YET = {
    "Several processes, PostgreSQL as the database": lambda: has_module("repository.postgres"),
}


@pytest.mark.parametrize("words", NOT_YET)
def test_what_is_not_there_yet_is_listed_and_not_there(words: str) -> None:
    assert (f"| {words} |" in PAGE) is not NOT_YET[words](), (
        f"bring the row '{words}' of docs/compatibility.md up to date"
    )


async def test_flow_triggers_start_what_waits_for_others() -> None:
    async with Installation.open(Wishes()) as product:
        for name in ("nightly", "after_nightly"):
            await product.save(next(block.text for block in FLOWS if f"id: {name}\n" in block.text))
        first = await product.start(Start(namespace="docs", flow_id="nightly"))

        async def has_followed() -> bool:
            return len(await product.executions()) == 2

        assert await until(has_followed, 60)
        (second,) = set(await product.executions()) - {first}
        view = await ended(product, second)
        assert "after nightly" in [entry.message for entry in view.logs]
