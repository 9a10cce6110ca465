"""Runs the cases of golden/flows.jsonl: stores the flows, takes the actions, compares what came of it."""

from __future__ import annotations

import asyncio
import json
import re
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conformance.golden import Comparison, Facts
from conformance.matchers import seconds_of
from conformance.product import Product, RefusedError, Start
from conformance.verdict import Result, Verdict
from conformance.view import View
from conformance.waiting import until
from tiercel.model.dialect import DialectSetting
from tiercel.model.state import State

PATIENCE_SECONDS = 4.0
"""So long nothing may have changed before a miss counts."""

LIMIT_SECONDS = 40.0
PAUSE_SECONDS = 0.03
# What a flow that is refused for can never do: where the recorded versions store it, refusing it is as good.
CANNOT_WORK = frozenset({"not-a-duration", "no-values"})
RESTING = frozenset({State.PAUSED, State.QUEUED, State.BREAKPOINT})
VERSIONS = (("v13", DialectSetting.V1_3), ("v20", DialectSetting.V2_0))


def read_cases(folder: Path) -> list[Facts]:
    """The cases in order; none when the file is not there."""
    path = folder / "golden" / "flows.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def plan(case: Facts) -> Iterator[tuple[str, DialectSetting, Facts]]:
    """The versions of a case that assert something."""
    for name, dialect in VERSIONS:
        facts = case.get(name)
        if facts is not None and facts.get("why") != "no such construct":
            yield name, dialect, facts


def without_leaks(facts: Facts, case_id: str) -> Facts:
    """Facts without what an engine brought along from the namespace of another case.

    Each case has a namespace of its own, so a map that names another one shows what was remembered across namespaces:
    a defect of that engine (its memory of Flow triggers), on which nothing is asserted.
    """
    own = f"gold.{case_id.replace('_', '-')}"

    def clean(value: object) -> object:
        if isinstance(value, list):
            return [clean(one) for one in value]
        if not isinstance(value, dict):
            return value
        if any(key.startswith("gold.") and not key.startswith(own) for key in value):
            return {"$any": True}
        return {key: clean(one) for key, one in value.items()}

    cleaned = clean(facts)
    return cleaned if isinstance(cleaned, dict) else facts


class GoldenRun:
    """One case in one dialect."""

    def __init__(self, product: Product, case: Facts, dialect: DialectSetting, facts: Facts) -> None:
        self.product = product
        self.case = case
        self.dialect = dialect
        self.facts = without_leaks(facts, str(case["id"]))
        self.sources = [source["flow"] for source in case["sources"]]
        self.namespace = _line(self.sources[0], "namespace")
        self.ids: dict[str, str] = {}
        self.last = ""
        self.refused: list[int] = []
        self.soft: list[str] = []
        self.codes: set[str] = set()

    async def run(self, name: str) -> Result:
        """Carry the case out and judge it."""
        began = time.monotonic()
        try:
            misses = await asyncio.wait_for(self._judge(), LIMIT_SECONDS * 2)
        except TimeoutError:
            misses = ["did not end in time"]
        except Exception as error:  # noqa: BLE001 (one broken case must not end the others)
            misses = [f"broke: {error!r} {traceback.format_exc(limit=-3)}"]
        verdict = Verdict.FAILED if misses else Verdict.PASSED
        result = Result(f"{self.case['id']}@{name}", str(self.case["area"]), verdict, "; ".join(misses), self.soft)
        result.seconds = time.monotonic() - began
        return result

    async def _judge(self) -> list[str]:
        refusal = await self._save()
        if self.facts.get("refused"):
            return [] if refusal else ["stored, but should be refused"]
        if refusal and self.codes and self.codes <= CANNOT_WORK:
            self.soft.append(f"refused, though stored there: {refusal}")
            return []
        if refusal:
            other = "v20" if self.dialect is DialectSetting.V1_3 else "v13"
            # Where one version refuses and the other stores, refusing is as good in both.
            return [] if (self.case.get(other) or {}).get("refused") else [f"refused: {refusal}"]
        if self.case.get("create_only"):
            return []
        await self._act()
        if self.facts.get("stuck") or self.facts.get("defect"):
            return []
        wanted = [error["action"] for error in self.facts.get("action_errors", []) if error.get("kind") == "refused"]
        if wanted != self.refused:
            return [f"refused actions: expected {wanted}, found {self.refused} ({'; '.join(self.soft)})"]
        if self.facts.get("started") is False or "state" not in self.facts:
            return []
        return await self._compare()

    async def _save(self) -> str:
        extra = self.facts.get("extra_refused") or {}
        for number, source in enumerate(self.sources):
            try:
                await self.product.save(source, self.dialect)
            except RefusedError as refused:
                if number == 0 or _line(source, "id") not in extra:
                    violations = getattr(refused.error, "violations", [])
                    self.codes = {violation.code for violation in violations if violation.is_error}
                    return str(refused)
        return ""

    async def _act(self) -> None:
        actions: Sequence[Facts] = self.case.get("actions") or [
            {"action": "start", "inputs": self.case.get("inputs") or {}}
        ]
        for number, action in enumerate(actions):
            try:
                await getattr(self, f"_action_{action['action']}")(self._filled(action))
            except RefusedError as error:
                self.refused.append(number)
                self.soft.append(str(error))

    def _filled(self, value: object) -> object:
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\.id\}", lambda match: self.ids.get(match.group(1), match.group()), value)
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return value

    async def _action_start(self, action: Facts) -> None:
        start = Start(
            namespace=self.namespace,
            flow_id=str(action.get("flow_id") or _line(self.sources[0], "id")),
            inputs=action.get("inputs") or {},
            labels=_pairs(action.get("labels")),
            is_for_disabled=True,
        )
        name = str(action.get("as") or f"e{len(self.ids) + 1}")
        self.ids[name] = self.last = await self.product.start(start)
        await self._settle(action, self.last)

    async def _action_wait(self, action: Facts) -> None:
        await self._settle({"until": action.get("state"), **action}, self._on(action))

    async def _action_resume(self, action: Facts) -> None:
        state = State(action["to_state"]) if action.get("to_state") else None
        await self.product.resume(self._on(action), action.get("inputs"), state)
        await self._settle(action, self._on(action))

    async def _action_kill(self, action: Facts) -> None:
        await self.product.kill(self._on(action))
        await self._settle(action, self._on(action))

    async def _action_restart(self, action: Facts) -> None:
        id_ = await self.product.restart(self._on(action), action.get("revision"))
        if action.get("as"):
            self.ids[str(action["as"])] = id_
        await self._settle(action, id_)

    async def _action_replay(self, action: Facts) -> None:
        view = await self.product.view(self._on(action))
        run_id = view.find_task_run(action.get("from_task")) if view else None
        id_ = await self.product.replay(self._on(action), run_id)
        self.ids[str(action.get("as") or f"e{len(self.ids) + 1}")] = self.last = id_
        await self._settle(action, id_)

    async def _action_mark_task(self, action: Facts) -> None:
        view = await self.product.view(self._on(action))
        run_id = view.find_task_run({"task": action["task"], "value": action.get("value")}) if view else None
        await self.product.set_task_run_state(self._on(action), str(run_id), State(action["state"]))
        await self._settle(action, self._on(action))

    async def _action_sleep(self, action: Facts) -> None:
        await asyncio.sleep(seconds_of(action["duration"]))

    def _on(self, action: Facts) -> str:
        return self.ids[str(action["on"])] if action.get("on") else self.last

    async def _settle(self, action: Facts, id_: str) -> None:
        wanted = action.get("until")
        if wanted == "none":
            return

        async def has_settled() -> bool:
            view = await self.product.view(id_)
            if view is None:
                return False
            if wanted and wanted != "terminated":
                return view.execution.state.value == wanted
            return view.execution.is_over or (not wanted and view.execution.state in RESTING)

        limit = float(action.get("timeout", LIMIT_SECONDS / 2))
        await until(has_settled, limit)

    async def _compare(self) -> list[str]:
        """Compare until everything holds, of something that rests too; else until nothing has changed for a while.

        What a look finds is at rest when the look before found the same, and nothing was left between them that may
        start more. So a case without children does not pass before they could be there.
        """
        sort_lists = any("keys" in source for source in self.sources)
        misses: list[str] = ["nothing was started"]
        calm_since = time.monotonic()
        end = time.monotonic() + LIMIT_SECONDS
        before: object = None
        while True:
            named, children = await self._views()
            views = (*named.values(), *children)
            now = [(view.execution.version, len(view.task_runs)) for view in views]
            is_calm = all(view.execution.is_over or view.execution.state in RESTING for view in views)
            is_same, before = now == before, now
            if not is_same or await self.product.is_followed({view.execution.id for view in views}):
                calm_since = time.monotonic()
                is_same = False
            if named and (is_same or not is_calm):
                comparison = Comparison(self.facts, named, children, sort_lists=sort_lists)
                misses = comparison.misses()
                if not misses:
                    self.soft = comparison.soft
                    return []
            if time.monotonic() > end or (is_calm and time.monotonic() - calm_since > PATIENCE_SECONDS):
                return misses
            await asyncio.sleep(PAUSE_SECONDS)

    async def _views(self) -> tuple[dict[str, View], list[View]]:
        named: dict[str, View] = {}
        for name, id_ in self.ids.items():
            view = await self.product.view(id_)
            if view is not None:
                named[name] = view
        others = [id_ for id_ in await self.product.executions(self.namespace) if id_ not in self.ids.values()]
        return named, [view for id_ in others if (view := await self.product.view(id_)) is not None]


def _pairs(labels: object) -> list[tuple[str, str]]:
    if isinstance(labels, Mapping):
        return [(str(key), str(value)) for key, value in labels.items()]
    return [(str(pair[0]), str(pair[1])) for pair in labels] if isinstance(labels, list) else []


def _line(source: str, key: str) -> str:
    match = re.search(rf"^{key}:\s*(.+?)\s*$", source, re.MULTILINE)
    return match.group(1).strip("'\"") if match else ""
