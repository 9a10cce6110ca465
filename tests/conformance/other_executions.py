"""Facts about other executions of a flow than the one a case started."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.facts import Checker, Facts
from conformance.matchers import World, matches
from conformance.view import View


def execution_misses(fact: Facts, chosen: Sequence[View], world: World) -> list[str]:
    """What does not hold of the executions that a fact is about, in words."""
    states = [view.execution.state.value for view in chosen]
    misses = _count_misses(fact, states, world)
    for kind, shape in (("outputs_set", set), ("outputs_multiset", list)):
        misses += _output_misses(fact, kind, shape, chosen, world)
    if "any" in fact:
        tries = [list(Checker(view, world).misses(fact["any"])) for view in chosen]
        misses += min(tries, key=len) if tries else [f"{fact['flow_id']}: no execution"]
    return misses


def _count_misses(fact: Facts, states: list[str], world: World) -> list[str]:
    flow = fact["flow_id"]
    misses: list[str] = []
    if "count" in fact and not matches(fact["count"], len(states), world):
        misses.append(f"{flow}: {fact['count']} executions expected, {states} found")
    if len(states) < fact.get("count_min", 0):
        misses.append(f"{flow}: at least {fact['count_min']} executions expected, {states} found")
    if "all_state" in fact and any(state != fact["all_state"] for state in states):
        misses.append(f"{flow}: all {fact['all_state']} expected, {states} found")
    if "states_any_order" in fact and sorted(states) != sorted(fact["states_any_order"]):
        misses.append(f"{flow}: {fact['states_any_order']} expected, {states} found")
    if "success_count" in fact and states.count("SUCCESS") != fact["success_count"]:
        misses.append(f"{flow}: {fact['success_count']} SUCCESS expected, {states} found")
    return misses


def _output_misses(
    fact: Facts, kind: str, shape: type[set[str] | list[str]], chosen: Sequence[View], world: World
) -> list[str]:
    """Outputs of all executions, by key; or whole ones, each of which some execution must have."""
    outputs = [view.execution.outputs or {} for view in chosen]
    wanted = fact.get(kind) or {}
    if isinstance(wanted, list):
        lost = [one for one in wanted if not any(matches(one, output, world) for output in outputs)]
        return [f"{fact['flow_id']}: outputs {one} missing in {outputs}" for one in lost]
    misses = []
    for key, values in wanted.items():
        found = [str(output.get(key)) for output in outputs]
        if sorted(shape(map(str, values))) != sorted(shape(found)):
            misses.append(f"{fact['flow_id']}: output {key} {values} expected, {found} found")
    return misses
