"""Runs the unit cases of units.yaml (parts 3, 6 and 9 of the conformance README), each on a fresh installation."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import yaml

from conformance import unit_parts, unit_scheduler, unit_triggers
from conformance.facts import Facts
from conformance.installation import Installation, Wishes
from conformance.matchers import matches
from conformance.product import RefusedError
from conformance.unit_bench import Bench, rows_of
from conformance.unit_facts import check_wording, misses_of
from conformance.unit_setup import set_up
from conformance.unit_words import Words
from conformance.verdict import Result, Verdict
from conformance.web import Web
from tiercel.model.dialect import Dialect

JOBS = 4
LIMIT_SECONDS = 60.0
WORLD = {
    "env": {},
    "config": {"encryption_secret_key": "0123456789abcdef0123456789abcdef", "globals": {}},
}


async def run(directory: Path, *, area: str = "", only: str = "") -> list[Result]:
    """Run every case, or those whose area begins with `area` and whose id contains `only`."""
    path = directory / "units.yaml"
    if not path.exists():
        return []
    cases = yaml.load(path.read_text(), yaml.CSafeLoader)["cases"]
    chosen = [case for case in cases if case["area"].startswith(area) and only in case["id"]]
    manifest = _manifest(directory)
    gate = asyncio.Semaphore(JOBS)
    with Web() as web:

        async def one(case: Facts) -> Result:
            async with gate:
                return await UnitRun(directory, manifest, case, web.url).run()

        return list(await asyncio.gather(*map(one, chosen)))


def _manifest(directory: Path) -> Facts:
    path = directory / "manifest.yaml"
    if not path.exists():
        return {"environment": WORLD}
    world = yaml.load(path.read_text(), yaml.CSafeLoader).get("environment") or {}
    return {"environment": {**WORLD, **world, "config": {**WORLD["config"], **(world.get("config") or {})}}}


class CaseError(Exception):
    """A fact of the case does not hold."""


class UnitRun:
    """One case; also what its matchers may ask."""

    def __init__(self, folder: Path, manifest: Facts, case: Facts, server: str) -> None:
        self.folder = folder
        self.manifest = manifest
        self.case = case
        self.words = Words({"server": server})
        self.soft: list[str] = []

    async def run(self) -> Result:
        """Carry the case out and judge it."""
        began = time.monotonic()
        case = self.case
        kind = str(case.get("kind", "task"))
        reason = ""
        try:
            async with Installation.open(Wishes.of(self.manifest, case)) as self.product:
                await asyncio.wait_for(self._carry_out(kind), float(case.get("timeout", LIMIT_SECONDS)))
        except CaseError as error:
            reason = str(error)
        except TimeoutError:
            reason = "did not end in time"
        except RefusedError as error:
            reason = f"refused: {error}"
        except Exception as error:  # noqa: BLE001 (one broken case must not end the others)
            reason = f"broke: {error!r} {traceback.format_exc(limit=-3)}"
        result = Result(case["id"], case["area"], Verdict.FAILED if reason else Verdict.PASSED, reason, self.soft)
        result.seconds = time.monotonic() - began
        return result

    async def _carry_out(self, kind: str) -> None:
        action = KINDS.get(kind)
        if action is None:
            raise CaseError(f"the runner does not know the kind {kind}")
        variables = self.words.fill(self.case.get("variables") or {})
        self.bench = Bench(self.product, variables if isinstance(variables, Mapping) else {})
        async with self.bench.working():
            for line in self.case.get("setup", []):
                for name, what in line.items():
                    await set_up(self, name, self.words.fill(what))
            await action(self, self.case if kind in TASK_KINDS else self._whole())

    def _whole(self) -> Facts:
        """The case of a kind without a task, all words filled in."""
        variant = self.case.get("kestra_1_3") or {}
        return self.words.fill({**self.case, "expect": {**self.case.get("expect", {}), **variant}})

    async def task(self, task: Facts, expect: Facts, variants: Callable[[Dialect], Facts]) -> None:
        """Run one task and check its facts."""
        written = self.words.fill(task)
        try:
            outcome = await self.bench.run(written)
        except RefusedError as error:
            if not expect.get("error"):
                raise
            check_wording(self, self.words.fill(expect["error"]), str(error), written)
            return
        wanted = self.words.fill({**expect, **variants(outcome.dialect)})
        if misses := await misses_of(self, outcome, wanted):
            raise CaseError("; ".join(misses))

    def variant(self, dialect: Dialect) -> Facts:
        """The facts that a dialect has in place of the common ones."""
        return self.case.get("kestra_1_3" if dialect is Dialect.V1_3 else "kestra_2_0") or {}

    # What checks and matchers ask.

    def fail(self, message: str) -> None:
        """End the case."""
        raise CaseError(message)

    def check(self, name: str, wanted: object, actual: object) -> None:
        """End the case when a fact does not hold."""
        if not matches(wanted, actual, self):
            raise CaseError(f"{name}: expected {wanted!r}, found {actual!r}")

    def reference(self, text: str) -> object:
        """The value a ``$ref`` names."""
        known = {
            "execution.id": self.bench.execution_id,
            "taskrun.id": self.bench.task_run_id,
            "flow.namespace": self.bench.namespace,
            **self.words.names,
        }
        if text not in known:
            raise CaseError(f"unknown reference {text}")
        return known[text]

    def file(self, uri: str) -> bytes:
        """The content of a stored file."""
        return self.product.file(uri)

    def rows(self, uri: str) -> list[object]:
        """The Ion rows of a stored file."""
        return rows_of(self.product.file(uri))

    def decrypt(self, value: object) -> str:
        """The clear text of an encrypted value."""
        return self.product.decrypt(value)


async def _task(run: UnitRun, case: Facts) -> None:
    await run.task(case["task"], case.get("expect") or {}, run.variant)


async def _task_sequence(run: UnitRun, case: Facts) -> None:
    for number, step in enumerate(case["steps"]):

        def variant(dialect: Dialect, number: int = number) -> Facts:
            return (run.variant(dialect).get("steps") or {}).get(number) or {}

        expect = {**{name: fact for name, fact in step.items() if name != "task"}, **(step.get("expect") or {})}
        expect.pop("expect", None)
        await run.task(step["task"], expect, variant)


TASK_KINDS = frozenset({"task", "task_sequence"})
KINDS: Mapping[str, Callable[[UnitRun, Facts], Awaitable[None]]] = {
    "task": _task,
    "task_sequence": _task_sequence,
    "property": unit_parts.typed_property,
    "validate_part": unit_parts.validate_part,
    "plugin_defaults": unit_parts.plugin_defaults,
    "checks_behavior": unit_parts.checks_behavior,
    "run_variables": unit_parts.run_variables,
    "flow_relation": unit_parts.flow_relation,
    "flow_deprecations": unit_parts.flow_deprecations,
    "flow_warnings": unit_parts.flow_warnings,
    "kv_store": unit_parts.kv_store,
    "condition": unit_triggers.condition,
    "schedule": unit_triggers.schedule,
    "scheduler": unit_scheduler.scheduler,
    "flow_trigger": unit_triggers.flow_trigger,
    "labels": unit_triggers.labels,
}
