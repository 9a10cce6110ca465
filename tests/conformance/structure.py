"""Cases about flows that are not run: validate, load, parse, serialize, graph (part 4 of the conformance README)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from conformance.matchers import matches
from tiercel.engine.graph import Graph, build_graph

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.manifest_run import ManifestRun

MESSAGE_FACTS = ("contains", "equals", "starts_with", "any_of")


async def check_validity(run: ManifestRun, case: Facts) -> None:
    """Validate, or store, the flow of a case."""
    wanted = case["expect"]
    parsed = run.product.parse(run.source())
    if case["kind"] == "validate-update" and parsed.flow is not None:
        await run.product.save(run.source())
        problems = await run.product.update_problems(parsed.flow, run.source("updated_flow"))
    else:
        problems = [str(violation) for violation in parsed.violations if violation.is_error]
    is_valid = not problems
    expected = wanted.get("valid", wanted.get("stored", True))
    if not is_valid and expected and _is_refused_somewhere(run.case):
        return  # one version stores it and the other does not: refusing with a clear message is as good
    if is_valid is not expected:
        run.fail(f"valid: expected {expected}, found {problems or 'no problem'}")
    if is_valid and case["kind"] == "load":
        await run.product.save(run.source())
    if "violations" in wanted and wanted["violations"] != len(problems):
        run.soft.append(f"violations: {wanted['violations']} expected, {problems} found")
    for message in wanted.get("messages", []):
        if not says(message, "\n".join(problems)):
            run.soft.append(f"wording: {message!r} expected, {problems!r} found")


def _is_refused_somewhere(case: Facts) -> bool:
    return any((case.get(name) or {}).get("valid") is False for name in ("expect", "kestra_1_3", "kestra_2_0"))


def says(fact: Facts, text: str) -> bool:
    """Whether a text is worded as a message fact asks."""
    for option in fact.get("any_of", [fact]):
        tests = {
            "contains": lambda part: part in text,
            "equals": lambda part: part in text,
            "starts_with": text.startswith,
        }
        if all(tests[kind](option[kind]) for kind in tests if kind in option):
            return True
    return False


async def check_parsed(run: ManifestRun, case: Facts) -> None:
    """Facts on the model of a flow, as the API shows it."""
    shown = run.product.shown(run.source())
    wanted = case["expect"]
    for path, value in (wanted.get("parsed") or {}).items():
        if not matches(value, _at(shown, path), run):
            run.fail(f"{path}: expected {value!r}, found {_at(shown, path)!r}")
    if "json" in wanted and not matches(wanted["json"], shown, run):
        run.fail(f"json: expected {wanted['json']!r}, found {shown!r}")
    inputs = shown.get("inputs") or []
    counts = {
        "inputs_required": sum(item.get("required", True) for item in inputs),
        "inputs_optional": sum(not item.get("required", True) for item in inputs),
        "inputs_with_defaults": sum("defaults" in item for item in inputs),
        "string_inputs_with_validator": sum(item["type"] == "STRING" and "validator" in item for item in inputs),
    }
    for name, count in counts.items():
        if name in wanted and wanted[name] != count:
            run.fail(f"{name}: expected {wanted[name]}, found {count}")


def _at(value: object, path: str) -> object:
    for part in re.findall(r"[^.\[\]]+|\[\d+\]", path):
        if part.startswith("["):
            index = int(part[1:-1])
            value = value[index] if isinstance(value, Sequence) and index < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value


async def check_graph(run: ManifestRun, case: Facts) -> None:
    """Counts and edges of the graph of a flow."""
    flow = await run.product.save(run.source())
    loaded = [await run.product.save((run.folder / path).read_bytes().decode()) for path in case.get("load", [])]
    expanded = dict(zip(case.get("expand", []), loaded, strict=False))
    graph = build_graph(flow, expanded)
    wanted = case["expect"]
    found = {"nodes": len(graph.nodes), "edges": len(graph.edges), "clusters": len(graph.clusters)}
    run.require(
        [f"{name}: expected {wanted[name]}, found {count}" for name, count in found.items() if wanted[name] != count]
    )
    uids = {node.uid for node in graph.nodes}
    run.require([f"node {uid} missing in {sorted(uids)}" for uid in wanted.get("has_nodes", []) if uid not in uids])
    for number, count in (wanted.get("cluster_node_counts") or {}).items():
        actual = len(graph.clusters[int(number)].nodes)
        if actual != count:
            run.fail(f"cluster {number}: {count} nodes expected, {graph.clusters[int(number)].nodes} found")
    run.require([f"edge {fact} missing" for fact in wanted.get("edge_facts", []) if not _has_edge(graph, fact)])
    tasks = {node.task.id for node in graph.nodes if node.task is not None}
    run.require([f"no node of task {task}" for task in wanted.get("nodes_have_task_run", []) if task not in tasks])


def _has_edge(graph: Graph, fact: Facts) -> bool:
    return any(
        _is_end(graph, str(fact["source"]), edge.source)
        and _is_end(graph, str(fact["target"]), edge.target)
        and fact.get("relation") in (None, edge.relation.value)
        and fact.get("value") in (None, edge.value)
        for edge in graph.edges
    )


def _is_end(graph: Graph, wanted: str, uid: str) -> bool:
    match = re.fullmatch(r"(start|end) of cluster (.+)", wanted)
    if match is None:
        return re.fullmatch(wanted, uid) is not None
    which, pattern = match.groups()
    return any(
        (cluster.start if which == "start" else cluster.end) == uid and re.fullmatch(pattern, cluster.uid)
        for cluster in graph.clusters
    )
