"""Runs the flow cases of manifest.yaml (parts 1 to 4 and 9 of the conformance README), each on a fresh installation."""

from __future__ import annotations

import asyncio
import json
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from conformance.exchange import content_of
from conformance.facts import Checker, Facts
from conformance.installation import Installation, Wishes
from conformance.matchers import matches, seconds_of
from conformance.other_executions import execution_misses
from conformance.product import RefusedError, Start
from conformance.respelling import as_storable
from conformance.structure import check_graph, check_parsed, check_validity
from conformance.unit_bench import rows_of
from conformance.verdict import Result, Verdict
from conformance.view import View
from conformance.waiting import until
from tiercel.model.dialect import Dialect
from tiercel.model.state import State
from tiercel.source import split_documents

SETTLE_SECONDS = 3.0


class CaseError(Exception):
    """A fact of the case does not hold."""


class ManifestRun:
    """One case of the manifest."""

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

    async def run(self) -> Result:
        """Carry the case out and judge it."""
        began = time.monotonic()
        case = self.case
        reason = ""
        try:
            async with Installation.open(Wishes.of(self.manifest, case)) as self.product:
                await asyncio.wait_for(self._carry_out(), self.timeout * 2)
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

    async def _carry_out(self) -> None:
        kind = self.case.get("kind", "run")
        if kind in ("run", "inputs"):
            await self._set_up()
            if "start" in self.case:
                await self._single()
            for number, step in enumerate(self.case.get("steps", [])):
                await self._step({**step, **self._variant_of_step(number)})
        elif kind == "graph":
            await check_graph(self, self.case)
        elif kind in ("validate", "validate-update", "load"):
            await check_validity(self, self._with_variant(self.case))
        else:
            await check_parsed(self, self.case)

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

    async def _step(self, step: Facts) -> None:
        action: Callable[[Facts], Awaitable[None]] | None = getattr(self, f"_do_{step['action']}", None)
        if action is None:
            raise CaseError(f"the runner does not know the action {step['action']}")
        if step.get("error"):
            try:
                await action(step)
            except RefusedError as error:
                self._check_error(step["error"], str(error))
                return
            raise CaseError(f"{step['action']} should be refused")
        await action(step)

    def _check_error(self, wanted: Facts, found: str) -> None:
        for kind in ("contains", "equals", "starts_with"):
            if kind in wanted and not _wording(kind, str(wanted[kind]), found):
                self.soft.append(f"wording: {wanted[kind]!r} expected, {found!r} found")

    def _name(self, step: Facts) -> str:
        return str(step.get("on") or next(reversed(self.ids)))

    async def _do_start(self, step: Facts) -> None:
        id_ = await self._start(step)
        name = str(step.get("as") or f"e{len(self.ids) + 1}")
        self.ids[name] = id_
        expected = step.get("expect") or {}
        await self._wait(id_, step.get("until"), expected)
        view = await self.product.view(id_)
        if view is not None:
            self.views.setdefault(name, view)
        await self._expect(name, expected)

    async def _do_wait(self, step: Facts) -> None:
        id_ = self.ids[self._name(step)]

        async def is_so() -> bool:
            view = await self.product.view(id_)
            return view is not None and self._has_arrived(step, view)

        if not await until(is_so, float(step.get("timeout", self.timeout))):
            view = await self.product.view(id_)
            runs = [f"{run.task_id}:{run.state}" for run in view.task_runs] if view else []
            raise CaseError(f"waited in vain for {step}: {view.execution.state if view else None} {runs}")

    @staticmethod
    def _has_arrived(step: Facts, view: View) -> bool:
        state = view.execution.state
        if step.get("state") == "terminated" or step.get("terminated"):
            if not view.execution.is_over:
                return False
        elif "state" in step and state.value != step["state"]:
            return False
        if "task_run_count" in step and len(view.task_runs) != step["task_run_count"]:
            return False
        if step.get("all_task_runs_terminated") and not all(run.state.is_terminal for run in view.task_runs):
            return False
        attempts = {run.task_id: len(run.attempts) for run in view.task_runs}
        return all(attempts.get(task, 0) >= count for task, count in (step.get("task_attempts") or {}).items())

    async def _do_expect(self, step: Facts) -> None:
        if "after" in step:
            await asyncio.sleep(seconds_of(step["after"]))
        await self._expect(self._name(step), {k: v for k, v in step.items() if k not in ("action", "on", "after")})

    async def _do_executions(self, step: Facts) -> None:
        facts = {"executions": [{k: v for k, v in step.items() if k != "action"}]}
        name = next(iter(self.ids), "")
        if name:
            await self._expect(name, facts)
        else:
            self.require(await self._executions(facts["executions"]))

    async def _do_resume(self, step: Facts) -> None:
        state = State(step["to_state"]) if step.get("to_state") else None
        inputs = self.given_inputs(step["inputs"]) if "inputs" in step else None
        await self.product.resume(self.ids[self._name(step)], inputs, state)

    async def _do_kill(self, step: Facts) -> None:
        await self.product.kill(self.ids[self._name(step)])

    async def _do_restart(self, step: Facts) -> None:
        id_ = await self.product.restart(self.ids[self._name(step)], step.get("revision"))
        self.ids[str(step.get("as") or self._name(step))] = id_

    async def _do_replay(self, step: Facts) -> None:
        id_ = self.ids[self._name(step)]
        view = await self.product.view(id_)
        run_id = view.find_task_run(step.get("from_task")) if view else None
        self.ids[str(step.get("as") or f"e{len(self.ids) + 1}")] = await self.product.replay(id_, run_id)

    async def _do_mark_task(self, step: Facts) -> None:
        id_ = self.ids[self._name(step)]
        view = await self.product.view(id_)
        run_id = view.find_task_run({"task": step["task"], "value": step.get("value")}) if view else None
        await self.product.set_task_run_state(id_, str(run_id), State(step["state"]))

    async def _do_decide(self, step: Facts) -> None:
        id_ = self.ids[self._name(step)]
        try:
            await self.product.review(id_, step)
        except RefusedError as error:
            view = await self.product.view(id_)
            if step.get("error") or view is None or not view.execution.state.is_terminal:
                raise
            # An earlier decision ends everything at once here; where it takes a moment this one still finds it paused.
            self.soft.append(f"the execution had ended before this decision: {error}")

    async def _do_delete(self, step: Facts) -> None:
        await self.product.delete(self.ids[self._name(step)], step)

    async def _do_update_flow(self, step: Facts) -> None:
        flow = yaml.safe_load(self.source())
        task = step["replace_task"]
        flow["tasks"] = [task if old["id"] == task["id"] else old for old in flow["tasks"]]
        await self.product.save(yaml.safe_dump(flow, sort_keys=False))

    async def _do_set_trigger(self, step: Facts) -> None:
        key = (self.case["namespace"], self._flow_id(step), str(step["trigger"]))
        await self.product.set_trigger(key, is_disabled=bool(step["disabled"]))

    async def _do_trigger(self, step: Facts) -> None:
        key = (self.case["namespace"], self._flow_id(step), str(step["trigger"]))

        async def is_so() -> bool:
            return await self.product.is_trigger_disabled(key) is bool(step["disabled"])

        if not await until(is_so, float(step.get("timeout", self.timeout)) if step.get("eventually") else 0.0):
            raise CaseError(f"trigger {step['trigger']}: disabled {step['disabled']} expected")

    async def _do_sleep(self, step: Facts) -> None:
        await asyncio.sleep(seconds_of(step["duration"]))

    async def _do_resolve_inputs(self, step: Facts) -> None:
        key = (self.case["namespace"], self._flow_id(step))
        found = await self.product.resolve_inputs(key, self.given_inputs(step.get("inputs") or {}))
        if "typed" in step and not matches(step["typed"], found.values, self):
            raise CaseError(f"typed: expected {step['typed']!r}, found {found.values!r}")
        for wanted in step.get("resolved") or []:
            state = next((state for state in found.states if state.id == wanted.get("id", wanted.get("input"))), None)
            actual = (
                {"id": state.id, "value": state.value, "enabled": state.is_enabled, "error": state.error}
                if state
                else {}
            )
            facts = {k: v for k, v in wanted.items() if k in ("value", "enabled")}
            if not matches(facts, actual, self):
                raise CaseError(f"resolved: expected {wanted!r}, found {actual!r}")

    _do_validate_inputs = _do_resolve_inputs

    async def _do_render_input_values(self, step: Facts) -> None:
        found = self.product.input_values(self.source(), step.get("variables") or {})
        if not matches(step["values"], found, self):
            raise CaseError(f"values: expected {step['values']!r}, found {found!r}")

    async def _do_create_first_document_of_flow_file(self, _step: Facts) -> None:
        await self.save(split_documents(self.source())[0])

    async def _do_delete_wd_cache(self, step: Facts) -> None:
        self.product.delete_cache(self.case["namespace"], self._flow_id(step), str(step["task"]))

    async def _do_http(self, step: Facts) -> None:
        misses: list[str] = []

        async def holds() -> bool:
            nonlocal misses
            misses = await self.product.exchange(self, step)
            return not misses

        await until(holds, self.timeout if step.get("eventually") else 0.0)
        self.require(misses)

    async def _do_import_flow(self, step: Facts) -> None:
        flow, stored = await self.product.import_flow(step["source"])
        if not matches(step["flow"], flow, self):
            raise CaseError(f"import_flow: {step['flow']!r} expected, {flow!r} found")
        if stored != step.get("stored_source", stored):
            raise CaseError(f"import_flow: source {step['stored_source']!r} expected, {stored!r} found")

    async def _do_eval(self, step: Facts) -> None:
        view = await self.product.view(self.ids[self._name(step)])
        run = view.task_runs[step["task_run_index"]] if view else None
        found = await self.product.evaluate(self.ids[self._name(step)], run.id if run else "", step["expression"])
        if "result" in step and not matches(step["result"], found, self):
            raise CaseError(f"eval: expected {step['result']!r}, found {found!r}")
        if "result_json" in step and not matches(step["result_json"], json.loads(found), self):
            raise CaseError(f"eval: expected {step['result_json']!r}, found {found!r}")


def _wording(kind: str, wanted: str, found: str) -> bool:
    if kind == "contains":
        return wanted in found
    return found == wanted if kind == "equals" else found.startswith(wanted)
