"""Compares executions with the recorded facts of golden/flows.jsonl (parts 7 and 8 of the conformance README)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from conformance.text import normalise, same
from conformance.view import View, states
from tiercel.model.execution import TaskRun

Facts = Mapping[str, object]


class Comparison:
    """Facts of one recorded case against the executions it made.

    Args:
        expected: The facts of one version.
        views: The first execution, those started by actions by name, and all others oldest first.
    """

    def __init__(
        self, expected: Facts, named: Mapping[str, View], children: Sequence[View], *, sort_lists: bool
    ) -> None:
        self.expected = expected
        self.named = named
        self.children = children
        self.sort_lists = sort_lists
        self.soft: list[str] = []
        self.names = {view.execution.id: f"{{{name}}}" for name, view in named.items()}
        self.names |= {view.execution.id: f"{{child{n}}}" for n, view in enumerate(children, 1)}
        for view in (*named.values(), *children):
            self.names |= {run.id: f"{{taskrun:{run.task_id}}}" for run in view.task_runs}

    def misses(self) -> list[str]:
        """Every hard fact that does not hold, in words."""
        varied = self._varied(self.expected)
        found = list(self._execution(self.expected, next(iter(self.named.values())), varied))
        for name, facts in (self.expected.get("more") or {}).items():
            found += [f"{name}: {miss}" for miss in self._execution(facts, self.named[name], self._varied(facts))]
        if "children" not in varied:
            found += self._children(self.expected.get("children") or [])
        return found

    @staticmethod
    def _varied(facts: Facts) -> set[str]:
        return set(facts.get("varied") or ())

    def _children(self, expected: Sequence[Facts]) -> Iterator[str]:
        if len(expected) != len(self.children):
            shown = [f"{v.execution.flow_id}:{v.execution.kind}:{v.execution.state}" for v in self.children]
            yield f"children: {len(expected)} expected, {shown} found"
            return
        if self.expected.get("children_order") == "unordered":
            left = list(self.children)
            for number, facts in enumerate(expected):
                tries = [(view, list(self._execution(facts, view, self._varied(facts)))) for view in left]
                best = min(tries, key=lambda pair: len(pair[1]))
                yield from (f"child {number + 1}: {miss}" for miss in best[1])
                left.remove(best[0])
            return
        for number, (facts, view) in enumerate(zip(expected, self.children, strict=True), 1):
            yield from (f"child {number}: {miss}" for miss in self._execution(facts, view, self._varied(facts)))

    def _execution(self, facts: Facts, view: View, varied: set[str]) -> Iterator[str]:  # noqa: C901 (one branch a fact)
        execution = view.execution
        plain: dict[str, object] = {
            "flow": execution.flow_id,
            "state": execution.state.value,
            "outputs": execution.outputs or {},
            "inputs": execution.inputs,
            "variables": execution.variables,
            "labels": [list(pair) for pair in execution.labels if pair[0] != "system.correlationId"],
        }
        for name, actual in plain.items():
            wanted = facts.get(name, [] if name == "labels" else {})
            if name in ("flow", "state") and name not in facts:
                continue
            if name == "inputs" and facts.get("kind") == "LOOP":
                continue  # those of the parent, which the recordings leave out
            if name == "labels":
                wanted = [list(pair) for pair in wanted if pair[0] != "system.correlationId"]
            if name not in varied and not self._same(wanted, actual):
                yield f"{name}: expected {wanted!r}, found {normalise(actual, self.names)!r}"
        if "kind" in facts and facts["kind"] != execution.kind.value:
            yield f"kind: expected {facts['kind']}, found {execution.kind.value}"
        if "loop_of" in facts and facts["loop_of"] != execution.loop_task_id:
            yield f"loop_of: expected {facts['loop_of']}, found {execution.loop_task_id}"
        if "trigger" in facts and "trigger" not in varied:
            yield from self._trigger(facts["trigger"], view)
        if "attempt_number" in facts and facts["attempt_number"] != execution.attempt_number:
            yield f"attempt_number: expected {facts['attempt_number']}, found {execution.attempt_number}"
        if "history" in facts and "history" not in varied:
            yield from self._history("history", facts["history"], states(execution.history), is_loose=bool(varied))
        if "task_runs" in facts and "task_runs" not in varied:
            yield from self._task_runs(facts, view, varied)
        if "logs" in facts and "logs" not in varied:
            yield from self._logs(facts, view)

    def _same(self, expected: object, actual: object) -> bool:
        return same(expected, normalise(actual, self.names), sort_lists=self.sort_lists)

    def _trigger(self, expected: Facts, view: View) -> Iterator[str]:
        trigger = view.execution.trigger
        actual = {"id": trigger.id, "type": trigger.type, "variables": trigger.variables} if trigger else None
        if not self._same({"variables": {}, **expected}, actual):
            yield f"trigger: expected {expected!r}, found {normalise(actual, self.names)!r}"

    @staticmethod
    def _history(name: str, expected: Sequence[str], actual: Sequence[str], *, is_loose: bool) -> Iterator[str]:
        wanted = [state for n, state in enumerate(expected) if state != "SUBMITTED"]
        wanted = [state for n, state in enumerate(wanted) if n == 0 or wanted[n - 1] != state]
        if wanted == list(actual) or (
            is_loose and (_is_subsequence(wanted, actual) or _is_subsequence(actual, wanted))
        ):
            return
        yield f"{name}: expected {','.join(wanted)}, found {','.join(actual)}"

    def _task_runs(self, facts: Facts, view: View, varied: set[str]) -> Iterator[str]:
        expected: Sequence[Facts] = facts["task_runs"]
        runs = view.task_runs
        if len(expected) != len(runs):
            wanted = [_label(f["task"], f.get("value"), f.get("state", "")) for f in expected]
            yield f"task_runs: expected {wanted}, found {[_label(r.task_id, r.value, r.state.value) for r in runs]}"
            return
        if facts.get("order") == "unordered":
            left = list(runs)
            for fact in expected:
                tries = [(run, list(self._task_run(fact, run, view, varied))) for run in left]
                best = min(tries, key=lambda pair: len(pair[1]))
                yield from best[1]
                left.remove(best[0])
            return
        for fact, run in zip(expected, runs, strict=True):
            yield from self._task_run(fact, run, view, varied)

    def _task_run(self, fact: Facts, run: TaskRun, view: View, varied: set[str]) -> Iterator[str]:
        task = str(fact["task"])
        parent = view.task_run(run.parent_id)
        actual: dict[str, object] = {
            "task": run.task_id,
            "value": run.value,
            "iteration": run.iteration,
            "parent": parent.task_id if parent else ("{outside}" if run.parent_id else None),
            "state": run.state.value,
            "attempts": [attempt.state.value for attempt in run.attempts],
            "outputs": run.outputs or {},
        }
        for name, value in actual.items():
            if f"{task}.{name}" in varied or (name in ("state", "attempts") and name not in fact):
                continue
            wanted = fact.get(name, {} if name == "outputs" else None)
            if not self._same(wanted, value):
                found = normalise(value, self.names)
                yield f"{_label(task, fact.get('value'), '')} {name}: expected {wanted!r}, found {found!r}"
        if "history" in fact and f"{task}.history" not in varied:
            name = f"{_label(task, fact.get('value'), '')} history"
            yield from self._history(name, fact["history"], states(run.history), is_loose=bool(varied))

    def _logs(self, facts: Facts, view: View) -> Iterator[str]:
        left = [(entry.level.value, entry.task_id, normalise(entry.message, self.names)) for entry in view.logs]
        last: Counter[str] = Counter()
        for fact in facts["logs"]:
            task = fact["task"]
            if fact.get("engine"):
                if not any(level == fact["level"] and name == task for level, name, _ in left):
                    self.soft.append(f"log {fact['level']} of {task}: none")
                continue
            places = [
                n
                for n, (level, name, message) in enumerate(left)
                if level == fact["level"]
                and name == task
                and same(fact["message"], message, sort_lists=self.sort_lists)
            ]
            in_order = [n for n in places if n >= last[task]] or places
            if not places:
                of_task = [(level, message) for level, name, message in left if name == task]
                yield f"log {fact['level']} {task}: {fact['message']!r} not found in {of_task!r}"
                continue
            if facts.get("logs_order") != "unordered" and in_order == places and in_order[0] < last[task]:
                yield f"log {task}: {fact['message']!r} is out of order"
            last[task] = in_order[0]
            left[in_order[0]] = ("", None, "")


def _label(task: object, value: object, state: str) -> str:
    return f"{task}{'' if value is None else f'[{value}]'}{':' if state else ''}{state}"


def _is_subsequence(short: Sequence[str], long: Sequence[str]) -> bool:
    rest = iter(long)
    return all(item in rest for item in short)
