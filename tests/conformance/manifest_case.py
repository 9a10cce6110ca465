"""A case of manifest.yaml (parts 1 to 4 and 9 of the conformance README): what it starts from and what it expects."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from conformance.exchange import content_of
from conformance.facts import Checker, Facts
from conformance.matchers import seconds_of
from conformance.other_executions import execution_misses
from conformance.product import Start
from conformance.respelling import as_storable
from conformance.unit_bench import rows_of
from conformance.view import View
from conformance.waiting import until
from tiercel.model.dialect import Dialect
from tiercel.model.state import State
from tiercel.source import split_documents

SETTLE_SECONDS = 3.0


class CaseError(Exception):
    """A fact of the case does not hold."""


class ManifestCase:
    """One case of the manifest, on an installation of its own."""

    def __init__(self, folder: Path, manifest: Facts, case: Facts) -> None:
        self.folder = folder
        self.manifest = manifest
        self.case = case
        self.ids: dict[str, str] = {}
        self.views: dict[str, View] = {}
        self.soft: list[str] = []
        self.given_files: list[bytes] = []
        self.variants: Facts = {}
        self.timeout = float(case.get("timeout", 60))

    # What every kind needs.

    def fail(self, message: str) -> None:
        """End the case."""
        raise CaseError(message)

    def require(self, misses: Sequence[str]) -> None:
        """End the case when there are any."""
        if misses:
            raise CaseError("; ".join(misses))

    def source(self, which: str = "flow") -> str:
        """The text of the case's flow."""
        if which in self.case:
            return (self.folder / str(self.case[which])).read_bytes().decode()
        if "inline_flow" in self.case:
            given = self.case["inline_flow"]
            flow = {"id": self.case.get("flow_id", "inline"), "namespace": self.case["namespace"], **given}
            return yaml.safe_dump(flow, sort_keys=False)
        inputs = self.case.get("inline_inputs")
        tasks = [{"id": "log", "type": "io.kestra.plugin.core.log.Log", "message": "ok"}]
        flow = {"id": "inline", "namespace": self.case["namespace"], "inputs": inputs, "tasks": tasks}
        return yaml.safe_dump(flow, sort_keys=False)

    def reference(self, text: str) -> object:
        """The value a ``$ref`` names."""
        if match := re.fullmatch(r"task_run_id\((.+)\)", text):
            return next(run.id for run in self._last_view().task_runs if run.task_id == match.group(1))
        name, _, rest = text.partition(".")
        if name == "execution":
            name = next(iter(self.ids))
        if name in self.ids:
            if rest == "id" or not rest:
                return self.ids[name]
            view = self.views[name]
            if rest == "start_date":
                return datetime.fromtimestamp(view.execution.history[0][1] / 1e6, UTC)
            if match := re.fullmatch(r"task_runs\[(\d+)\]\.(\w+)", rest):
                return getattr(view.task_runs[int(match.group(1))], match.group(2))
            return getattr(view.execution, rest)
        if text == "given schedule date":
            return self.scheduled_at
        raise CaseError(f"unknown reference {text}")

    def file(self, uri: str) -> bytes:
        """The content of a stored file."""
        return self.product.file(uri)

    def decrypt(self, value: object) -> str:
        """The clear text of an encrypted value."""
        return self.product.decrypt(value)

    def uploads(self) -> list[bytes]:
        """The contents of the files given as inputs so far."""
        return self.given_files

    def rows(self, uri: str) -> list[object]:
        """The Ion rows of a stored file."""
        return rows_of(self.product.file(uri))

    def _last_view(self) -> View:
        return self.views[next(reversed(self.views))]

    # Dialect facts.

    async def save(self, source: str) -> None:
        """Store a flow; the first one decides which dialect's facts hold."""
        flow = await self.product.save(as_storable(self.product.parse(source), source))
        if not self.variants:
            field = "kestra_1_3" if flow.dialect is Dialect.V1_3 else "kestra_2_0"
            self.variants = self.case.get(field) or {"expect": {}}

    def _with_variant(self, case: Facts) -> Facts:
        flow = self.product.parse(self.source())
        dialect = self.product.dialect_of(flow)
        variant = case.get("kestra_1_3" if dialect is Dialect.V1_3 else "kestra_2_0") or {}
        return {**case, "expect": {**case["expect"], **{k: v for k, v in variant.items() if k != "expect"}}}

    def _variant_of_step(self, number: int) -> Facts:
        return (self.variants.get("steps") or {}).get(number) or {}

    # Runs.

    async def _set_up(self) -> None:
        for item in self.case.get("setup", []):
            for name, what in item.items():
                await self.product.set_up(name, what)
        if self.case.get("preload", True) and self._has_flow() and len(split_documents(self.source())) == 1:
            await self.save(self.source())
        for path in self.case.get("load", []):
            await self.product.save((self.folder / path).read_bytes().decode())

    def _has_flow(self) -> bool:
        return any(name in self.case for name in ("flow", "inline_flow", "inline_inputs"))

    async def _single(self) -> None:
        self.ids["e1"] = await self._start({**self.case["start"]})
        expected = {
            **self.case.get("expect", {}),
            **{k: v for k, v in self.variants.items() if k not in ("steps", "expect")},
        }
        await self._wait(self.ids["e1"], self.case["start"].get("until"), expected)
        await self._expect("e1", expected)

    async def _start(self, start: Facts) -> str:
        mode = start.get("mode", "engine")
        if mode == "http":
            return await self.product.start_over_http(self.case["namespace"], self._flow_id(start), start)
        labels = start.get("labels") or {}
        wait = seconds_of(start["schedule_in"]) if "schedule_in" in start else None
        if wait is not None:
            self.scheduled_at = datetime.now(UTC) + timedelta(seconds=wait)
        return await self.product.start(
            Start(
                namespace=self.case["namespace"],
                flow_id=self._flow_id(start),
                inputs=self.given_inputs(start.get("inputs") or {}),
                labels=[(str(k), str(v)) for k, v in labels.items()],
                mode=mode,
                scheduled_in_seconds=wait,
            )
        )

    def _flow_id(self, start: Facts) -> str:
        return str(start.get("flow_id") or self.case.get("flow_id") or "inline")

    def given_inputs(self, inputs: Facts) -> dict[str, object]:
        """Inputs with fixtures, overrides and files filled in."""
        return {name: self.product.given_value(self._known(value)) for name, value in self.fixture(inputs).items()}

    def fixture(self, values: Facts) -> Facts:
        """The values themselves, or those of the fixture they name, changed as they say."""
        if "$fixture" not in values:
            return values
        fixture = {**self.manifest["fixtures"][values["$fixture"]], **(values.get("$override") or {})}
        return {name: value for name, value in fixture.items() if name not in (values.get("$remove") or [])}

    def _known(self, value: object) -> object:
        """A file whose content is known only at run time, with that content; every file is noted."""
        file = value.get("$file") if isinstance(value, Mapping) else None
        if not isinstance(file, Mapping):
            return value
        content = file.get("content")
        if isinstance(content, Mapping) and "$ref" in content:
            file = {**file, "content": self.reference(str(content["$ref"]))}
        self.given_files.append(content_of(file))
        return {"$file": file}

    async def _wait(self, id_: str, wanted: object, expected: Facts) -> None:
        if wanted == "none":
            return

        async def is_so() -> bool:
            view = await self.product.view(id_)
            if view is None:
                return False
            if isinstance(wanted, Mapping):
                states = {run.task_id: run.state.value for run in view.task_runs}
                return all(states.get(task) == state for task, state in wanted["task_states"].items())
            if wanted and wanted != "terminated":
                # An execution may be RUNNING for less than a look takes.
                was_running = wanted == State.RUNNING and any(state == wanted for state, _ in view.execution.history)
                return was_running or view.execution.state.value == wanted
            return view.execution.is_over or view.execution.state.value == expected.get("state", "-")

        if not await until(is_so, self.timeout):
            view = await self.product.view(id_)
            state = view.execution.state if view else None
            runs = [f"{run.task_id}:{run.state}" for run in view.task_runs] if view else []
            raise CaseError(f"waited {self.timeout:.0f} s for {wanted or 'the end'}: {state} {runs}")

    async def _expect(self, name: str, facts: Facts) -> None:
        """Check facts on one execution and those about others; tries again for as long as something still changes."""
        earlier = {run.task_id: run.id for run in self.views[name].task_runs} if name in self.views else {}
        misses: list[str] = []

        async def holds() -> bool:
            nonlocal misses
            misses = await self._misses(name, facts, earlier)
            return not misses

        others = facts.get("executions", [])
        # Other executions may come and end later than the one that was waited for: retries, children, triggered ones.
        await until(holds, self.timeout if others else SETTLE_SECONDS)
        if not misses and any("settle" in fact for fact in others):
            await asyncio.sleep(max(seconds_of(fact.get("settle", 0)) for fact in others))
            await holds()
        self.require(misses)

    async def _misses(self, name: str, facts: Facts, earlier: Mapping[str, str]) -> list[str]:
        view = await self.product.view(self.ids[name])
        if facts.get("exists") is False:
            return [] if view is None else [f"{name} still exists"]
        if view is None:
            return [f"{name} does not exist"]
        self.views[name] = view
        misses = await self._executions(facts.get("executions", []))
        if "wd_cache_exists" in facts:
            is_kept = self.product.has_cache(view.execution.namespace, view.execution.flow_id)
            misses += [] if is_kept is facts["wd_cache_exists"] else [f"wd_cache_exists: found {is_kept}"]
        return misses + list(Checker(view, self, earlier).misses(facts))

    async def _executions(self, wanted: Sequence[Facts]) -> list[str]:
        if not wanted:
            return []
        views = [view for id_ in await self.product.executions() if (view := await self.product.view(id_))]
        misses: list[str] = []
        for fact in wanted:
            first = (
                set()
                if fact.get("including_first")
                else set(self.ids.values()) - {self.ids.get(str(fact.get("as")), "")}
            )
            chosen = [
                view
                for view in views
                if view.execution.flow_id == fact["flow_id"]
                and view.execution.namespace == fact.get("namespace", view.execution.namespace)
                and view.execution.id not in first
            ]
            if "as" in fact and chosen:
                self.ids[fact["as"]] = chosen[0].execution.id
                self.views[fact["as"]] = chosen[0]
            misses += execution_misses(fact, chosen, self)
        return misses

    # Steps.
