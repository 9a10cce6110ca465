"""Runs the flow cases of manifest.yaml (parts 1 to 4 and 9 of the conformance README), each on a fresh installation."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Awaitable, Callable

import yaml

from conformance.facts import Facts
from conformance.installation import Installation, Wishes
from conformance.manifest_case import CaseError, ManifestCase
from conformance.matchers import matches, seconds_of
from conformance.product import RefusedError
from conformance.structure import check_graph, check_parsed, check_validity
from conformance.verdict import Result, Verdict
from conformance.view import View
from conformance.waiting import until
from tiercel.model.state import State
from tiercel.source import split_documents


class ManifestRun(ManifestCase):
    """Carries a case out, step by step."""

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
            if any(step.get("action") == "http" for step in self.case.get("steps", [])):
                await self.product.warm_routes()
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
