"""Facts of manifest cases on one execution (part 2 of the conformance README)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from conformance.matchers import World, matches
from conformance.text import loosely, same_text
from conformance.view import View, states
from tiercel.model.execution import TaskRun
from tiercel.model.log import LogEntry, LogLevel

Facts = Mapping[str, object]
CHECKED_ELSEWHERE = frozenset({"executions", "exists", "note", "wd_cache_exists"})


class Checker:
    """Checks the facts of one execution; yields each miss in words."""

    def __init__(self, view: View, world: World, earlier: Mapping[str, str] | None = None) -> None:
        self.view = view
        self.world = world
        self.earlier = earlier or {}
        self.soft: list[str] = []

    def misses(self, facts: Facts) -> Iterator[str]:
        """Every fact that does not hold. Facts about other executions are not for this class."""
        for name, wanted in facts.items():
            check = getattr(self, f"_fact_{name}", None)
            if check is not None:
                yield from check(wanted)
            elif name not in CHECKED_ELSEWHERE:
                yield f"the runner does not know the fact {name}"

    def _plain(self, name: str, wanted: object, actual: object) -> Iterator[str]:
        if not matches(wanted, actual, self.world):
            yield f"{name}: expected {wanted!r}, found {actual!r}"

    def _fact_state(self, wanted: object) -> Iterator[str]:
        yield from self._plain("state", wanted, self.view.execution.state.value)

    def _fact_state_in(self, wanted: Sequence[str]) -> Iterator[str]:
        if self.view.execution.state.value not in wanted:
            yield f"state: expected one of {wanted}, found {self.view.execution.state.value}"

    def _fact_state_not(self, wanted: Sequence[str] | str) -> Iterator[str]:
        if self.view.execution.state.value in ([wanted] if isinstance(wanted, str) else wanted):
            yield f"state: found {self.view.execution.state.value}, must not be {wanted}"

    def _fact_task_run_count(self, wanted: object) -> Iterator[str]:
        if not matches(wanted, len(self.view.task_runs), self.world):
            shown = [f"{run.task_id}:{run.state.value}" for run in self.view.task_runs]
            yield f"task_run_count: expected {wanted}, found {len(shown)}: {shown}"

    def _fact_failed_task_run_count_min(self, wanted: int) -> Iterator[str]:
        count = sum(run.state.value == "FAILED" for run in self.view.task_runs)
        if count < wanted:
            yield f"failed task runs: expected at least {wanted}, found {count}"

    def _fact_task_order(self, wanted: Mapping[object, str]) -> Iterator[str]:
        for number, task in wanted.items():
            index = int(str(number))
            found = self.view.task_runs[index].task_id if index < len(self.view.task_runs) else None
            if found != task:
                yield f"task run {number}: expected {task}, found {found}"

    def _fact_all_task_runs_state(self, wanted: object) -> Iterator[str]:
        for run in self.view.task_runs:
            yield from self._plain(f"{run.task_id} state", wanted, run.state.value)

    def _fact_task_run_states_min(self, wanted: Mapping[str, int]) -> Iterator[str]:
        found = Counter(run.state.value for run in self.view.task_runs)
        for state, count in wanted.items():
            if found[state] < count:
                yield f"task runs {state}: expected at least {count}, found {found[state]}"

    def _fact_outputs(self, wanted: object) -> Iterator[str]:
        yield from self._plain("outputs", wanted, self.view.execution.outputs or {})

    def _fact_outputs_size(self, wanted: object) -> Iterator[str]:
        yield from self._plain("outputs_size", wanted, len(self.view.execution.outputs or {}))

    def _fact_outputs_null(self, wanted: object) -> Iterator[str]:
        yield from self._plain("outputs_null", wanted, not self.view.execution.outputs)

    def _fact_inputs(self, wanted: object) -> Iterator[str]:
        yield from self._plain("inputs", wanted, self.view.execution.inputs)

    def _fact_variables(self, wanted: object) -> Iterator[str]:
        yield from self._plain("variables", wanted, self.view.execution.variables)

    def _fact_id(self, wanted: object) -> Iterator[str]:
        yield from self._plain("id", wanted, self.view.execution.id)

    def _fact_parent_id(self, wanted: object) -> Iterator[str]:
        # The API's parentId is the execution a replay came from; for children it is their parent.
        yield from self._plain("parent_id", wanted, self.view.execution.parent_id)

    def _fact_namespace(self, wanted: object) -> Iterator[str]:
        yield from self._plain("namespace", wanted, self.view.execution.namespace)

    def _fact_flow_id(self, wanted: object) -> Iterator[str]:
        yield from self._plain("flow_id", wanted, self.view.execution.flow_id)

    def _fact_start_date(self, wanted: object) -> Iterator[str]:
        yield from self._plain("start_date", wanted, _moment(self.view.execution.history[0][1]))

    def _fact_schedule_date(self, wanted: object) -> Iterator[str]:
        at = self.view.execution.scheduled_at
        yield from self._plain("schedule_date", wanted, None if at is None else _moment(at))

    def _fact_trigger(self, wanted: object) -> Iterator[str]:
        trigger = self.view.execution.trigger
        actual = {"id": trigger.id, "type": trigger.type, "variables": trigger.variables} if trigger else None
        yield from self._plain("trigger", wanted, actual)

    def _fact_labels(self, wanted: Facts) -> Iterator[str]:
        pairs = self.view.execution.labels
        labels = dict(pairs)
        if "includes" in wanted:
            yield from self._plain("labels", wanted["includes"], labels)
        if "exactly" in wanted:
            yield from self._plain("labels", wanted["exactly"], labels)
            if wanted["exactly"].keys() != labels.keys():
                yield f"labels: expected exactly {sorted(wanted['exactly'])}, found {sorted(labels)}"
        if "count" in wanted:
            yield from self._plain("label count", wanted["count"], len(pairs))
        if "first" in wanted:
            yield from self._plain(
                "first labels", wanted["first"], [list(pair) for pair in pairs[: len(wanted["first"])]]
            )

    def _fact_history_prefix(self, wanted: Sequence[str]) -> Iterator[str]:
        found = states(self.view.execution.history)
        if found[: len(wanted)] != list(wanted):
            yield f"history: expected it to begin with {wanted}, found {found}"

    def _fact_history_contains(self, wanted: Sequence[str]) -> Iterator[str]:
        found = states(self.view.execution.history)
        if missing := [state for state in wanted if state not in found]:
            yield f"history: {missing} missing in {found}"

    def _fact_history_excludes(self, wanted: Sequence[str]) -> Iterator[str]:
        found = states(self.view.execution.history)
        if unwanted := [state for state in wanted if state in found]:
            yield f"history: {unwanted} must not be in {found}"

    def _fact_history_size(self, wanted: object) -> Iterator[str]:
        yield from self._plain("history_size", wanted, len(self.view.execution.history))

    def _fact_log_count(self, wanted: Facts) -> Iterator[str]:
        rank = LogLevel(str(wanted["min_level"])).rank
        count = sum(entry.level.rank >= rank for entry in self.view.logs)
        yield from self._plain("log_count", wanted["count"], count)

    def _fact_logs(self, wanted: Sequence[Facts]) -> Iterator[str]:
        for fact in wanted:
            found = [entry for entry in self.view.logs if self._log_matches(fact, entry)]
            if "count" in fact:
                yield from self._plain(f"log {fact}", fact["count"], len(found))
            elif not found:
                near = [(e.level.value, e.task_id, e.message[:120]) for e in self.view.logs]
                yield f"log {fact} not found in {near}"

    @staticmethod
    def _log_matches(fact: Facts, entry: LogEntry) -> bool:
        text = entry.message
        return (
            fact.get("level") in (None, entry.level.value)
            and fact.get("task") in (None, entry.task_id)
            and _is_worded(fact, text)
        )

    def _fact_started_after_end(self, wanted: Sequence[Sequence[str]]) -> Iterator[str]:
        for later, earlier in wanted:
            if not self._start(later) > self._end(earlier):
                yield f"{later} did not start after {earlier} had ended"

    def _fact_started_at_or_after_end(self, wanted: Sequence[Sequence[str]]) -> Iterator[str]:
        for later, earlier in wanted:
            if not self._start(later) >= self._end(earlier):
                yield f"{later} started before {earlier} had ended"

    def _start(self, task: str) -> int:
        return next(run.history[0][1] for run in self.view.task_runs if run.task_id == task)

    def _end(self, task: str) -> int:
        if task == "$execution":
            return self.view.execution.history[-1][1]
        return next(run.history[-1][1] for run in self.view.task_runs if run.task_id == task)

    def _fact_relations(self, wanted: Sequence[Facts]) -> Iterator[str]:
        for fact in wanted:
            left = self._relation_value(fact["left"], fact["output"], last=True)
            right = self._relation_value(fact["contains"], fact["output"], last=False)
            if not any(str(fact.get("prefix", "")) + str(one) in str(left[-1]) for one in right):
                yield f"relation {fact}: {left!r} does not contain any of {right!r}"

    def _relation_value(self, which: object, output: object, *, last: bool) -> list[object]:
        fact = {"task": which} if isinstance(which, str) else which
        runs = [run for run in self.view.task_runs if run.task_id == fact["task"]]
        if "value" in fact:
            runs = [run for run in runs if self.view.values(run) == [str(v) for v in _list(fact["value"])]]
        values = [(run.outputs or {}).get(str(output)) for run in runs]
        return values[-1:] if last else values

    def _fact_task_runs(self, wanted: Sequence[Facts]) -> Iterator[str]:
        for fact in wanted:
            yield from TaskRunChecker(self, fact).misses()


class TaskRunChecker:
    """Checks the facts of one task run (or of any of several)."""

    def __init__(self, checker: Checker, fact: Facts) -> None:
        self.view = checker.view
        self.world = checker.world
        self.earlier = checker.earlier
        self.fact = fact

    def misses(self) -> Iterator[str]:
        """Every miss; with several candidate runs, those of the best one."""
        runs = self._candidates()
        if "count" in self.fact:
            if not matches(self.fact["count"], len(runs), self.world):
                yield f"task run {self.fact}: {len(runs)} found"
                return
            if not runs:
                return
        if not runs:
            yield f"task run {self.fact}: none found among {[r.task_id for r in self.view.task_runs]}"
            return
        yield from min((list(self._facts(run)) for run in runs), key=len)

    def _candidates(self) -> list[TaskRun]:
        fact, runs = self.fact, self.view.task_runs
        if "index" in fact:
            index = int(fact["index"])
            if not -len(runs) <= index < len(runs):
                return []
            run = runs[index]
            return [run] if fact.get("task") in (None, run.task_id) else []
        found = [run for run in runs if run.task_id == fact["task"]]
        if "value" in fact:
            found = [run for run in found if self.view.values(run) == [str(value) for value in _list(fact["value"])]]
        if "nth" in fact:
            found = found[int(fact["nth"]) : int(fact["nth"]) + 1]
        return found

    def _facts(self, run: TaskRun) -> Iterator[str]:
        outputs = run.outputs or {}
        actual: dict[str, object] = {
            "state": run.state.value,
            "attempts": len(run.attempts),
            "attempt_states": [attempt.state.value for attempt in run.attempts],
            # What the engine carries out itself had no attempts in 2024; since 1.3 it has one, which no worker made.
            "attempts_null": all(attempt.worker_id is None for attempt in run.attempts),
            "iteration": run.iteration,
            "outputs": outputs,
            "outputs_null": not outputs,
            "outputs_size": len(outputs),
            "history_size": len(run.history),
        }
        for name, value in actual.items():
            if name in self.fact and not matches(self.fact[name], value, self.world):
                yield f"{run.task_id} {name}: expected {self.fact[name]!r}, found {value!r}"
        yield from self._keys(run, outputs)
        yield from self._files(run, outputs)
        found = Counter(state.value for state, _ in run.history)
        for state, count in (self.fact.get("history_count") or {}).items():
            if found[state] != count:
                yield f"{run.task_id} history: {state} {count} times expected, {found[state]} found"
        if self.fact.get("same_id_as_before") and self.earlier.get(run.task_id) != run.id:
            yield f"{run.task_id}: another id than before"
        if "attempt_log_file" in self.fact:
            present = [attempt.log_file is not None for attempt in run.attempts]
            if not matches(self.fact["attempt_log_file"], run.attempts[-1].log_file if present else None, self.world):
                yield f"{run.task_id} attempt_log_file: {self.fact['attempt_log_file']!r} expected"

    def _keys(self, run: TaskRun, outputs: Mapping[str, object]) -> Iterator[str]:
        for key in self.fact.get("outputs_has_keys") or ():
            if key not in outputs:
                yield f"{run.task_id}: output {key} missing in {sorted(outputs)}"
        for path, keys in (self.fact.get("output_has_keys") or {}).items():
            for key in keys:
                if key not in (_at(outputs, path) or {}):
                    yield f"{run.task_id}: {key} missing in output {path}"
        for path, size in (self.fact.get("output_value_size") or {}).items():
            value = _at(outputs, path)
            if value is None or not matches(size, len(value), self.world):
                yield f"{run.task_id}: size of output {path}: expected {size}, found {value!r}"

    def _files(self, run: TaskRun, outputs: Mapping[str, object]) -> Iterator[str]:
        for path, content in (self.fact.get("output_file_content") or {}).items():
            text = self.world.file(str(_at(outputs, path))).decode()
            if not matches(content, text, self.world):
                yield f"{run.task_id}: file {path}: expected {content!r}, found {text[:200]!r}"
        for path, lines in (self.fact.get("output_file_lines") or {}).items():
            found = self.world.file(str(_at(outputs, path))).decode().splitlines()
            if not matches(lines, found if isinstance(lines, list) else len(found), self.world):
                yield f"{run.task_id}: lines of {path}: expected {lines!r}, found {len(found)}"


def _at(value: object, path: str) -> object:
    """The value at a path; a key may hold dots itself (names of files)."""
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    part, _, rest = path.partition(".")
    inner = next(iter(value.values()), None) if part == "<first>" else value.get(part)
    return _at(inner, rest) if rest else inner


def _is_worded(fact: Facts, text: str) -> bool:
    if fact.get("java_text"):
        text, fact = loosely(text), {name: loosely(str(value)) for name, value in fact.items()}
    return (
        ("equals" not in fact or same_text(str(fact["equals"]), text))
        and ("contains" not in fact or all(str(part) in text for part in _list(fact["contains"])))
        and ("ends_with" not in fact or text.endswith(str(fact["ends_with"])))
    )


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]
