"""Runs the expression cases, ``expressions.yaml`` and ``golden/expressions.jsonl``, in both dialects.

``python -m conformance.expressions --dir FOLDER [--only ID] [--failed]``; `run` is for the runner of everything.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import regex
import yaml

from conformance.expression_host import MemoryHost
from conformance.expression_values import decode, expected_kind, kind_of, same
from conformance.verdict import Result, Verdict
from tiercel.errors import ExpressionError
from tiercel.expressions import Context, Host, Value, compile_template, render_structure
from tiercel.expressions.coerce import coerce
from tiercel.expressions.text import java_text
from tiercel.model.dialect import Dialect

Case = Mapping[str, object]
HostMaker = Callable[[Case], Host]
Outcome = Value | ExpressionError

_KEY = b"0123456789abcdef0123456789abcdef"
_NOW = regex.compile(r"\{(?:today|time) in ([^,}]+), ([^}]+)\}")
_NEEDS_EXECUTION = {"render.default-input"}
_LOOSE_KINDS = {"evaluation", "undefined"}


def run(directory: Path, *, only: str = "", make_host: HostMaker = MemoryHost) -> list[Result]:
    """Run every case, or those whose id begins with `only`, in both dialects."""
    results: list[Result] = []
    for name, check, case in [*_recorded(directory), *_properties(directory), *_written(directory)]:
        for dialect in Dialect:
            if str(case["id"]).startswith(only) and case.get("only") in {None, dialect.value}:
                results.append(_judge(name, check, case, dialect, make_host))  # noqa: PERF401 (three levels deep)
    return results


def _recorded(directory: Path) -> Iterator[tuple[str, Callable[..., str], Case]]:
    with (directory / "golden" / "expressions.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            yield f"golden {case['id'].split('.')[0]}", check_recorded, case


def _properties(directory: Path) -> Iterator[tuple[str, Callable[..., str], Case]]:
    with (directory / "golden" / "schedules.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            if '"kind":"property"' in line:
                yield "golden property", check_property, json.loads(line)


def _written(directory: Path) -> Iterator[tuple[str, Callable[..., str], Case]]:
    loader = yaml.CSafeLoader
    with (directory / "expressions.yaml").open(encoding="utf-8") as file:
        for case in yaml.load(file, loader)["cases"]:  # noqa: S506 (a safe loader)
            yield case["area"], check_written, case


def _judge(area: str, check: Callable[..., str], case: Case, dialect: Dialect, make_host: HostMaker) -> Result:
    result = Result(f"{case['id']} [{dialect}]", area, Verdict.PASSED)
    if case["id"] in _NEEDS_EXECUTION:
        result.verdict, result.reason = Verdict.WAITING, "needs a whole execution"
        return result
    outcome = evaluate(case, dialect, make_host(case))
    reason = check(case, dialect, outcome)
    if reason and (case.get("soft") or (case.get("accident") and not isinstance(outcome, ExpressionError))):
        result.soft.append(reason)
    elif reason:
        result.verdict, result.reason = Verdict.FAILED, reason
    return result


def evaluate(case: Case, dialect: Dialect, host: Host) -> Outcome:
    """Render the template of a case."""
    config = case.get("config") or {}
    context = Context(
        decode(case.get("variables") or {}),
        host,
        dialect,
        recursive=bool(config.get("variables.recursive-rendering")),
        encryption_key=_KEY if config.get("encryption-key") else None,
    )
    if case.get("kind") == "property":
        return _coerced(case)
    template = case["template"]
    try:
        if isinstance(template, Mapping):
            return render_structure(decode(template["$object"]), context)
        compiled = compile_template(str(template), dialect)
        return compiled.evaluate(context) if case.get("typed") else compiled.render(context)
    except ExpressionError as error:
        return error


def _coerced(case: Case) -> Outcome:
    try:
        return coerce(str(case["value"]), str(case["type"]))
    except ExpressionError as error:
        return error


def check_recorded(case: Case, dialect: Dialect, outcome: Outcome) -> str:
    """Tell what differs from a recorded result; nothing if all hard facts hold."""
    v13 = case.get("v13") or case["v20"]
    v20 = case.get("v20") or v13
    wide = case.get("wide") or {}
    facts, other = (v13, v20) if dialect is Dialect.V1_3 else (v20, v13)
    facts = wide.get("v13" if dialect is Dialect.V1_3 else "v20", facts)
    if facts.get("error") == "unknown" and other.get("error") != "unknown":
        if dialect is Dialect.V2_0 and isinstance(outcome, ExpressionError) and outcome.kind == "unknown":
            return ""  # removed in 2.0, as recorded
        facts = other  # serving in both dialects what one alone has is as right
    if "error" in facts:
        loose = {facts["error"], other.get("error")} == _LOOSE_KINDS
        return _check_error(facts, outcome, is_loose=loose)
    if isinstance(outcome, ExpressionError):
        return f"expected {facts}, failed: {outcome.kind}: {outcome}"
    if "match" in facts:
        return "" if regex.search(facts["match"], str(outcome)) else f"expected /{facts['match']}/, got {outcome!r}"
    if case.get("typed"):
        return _check_typed(facts, outcome)
    return "" if _same_text(case, facts["ok"], outcome) else f"expected {facts['ok']!r}, got {outcome!r}"


def _check_error(facts: Mapping[str, object], outcome: Outcome, *, is_loose: bool) -> str:
    if not isinstance(outcome, ExpressionError):
        return f"expected to fail ({facts['error']}: {facts.get('message', '')}), got {outcome!r}"
    kind = "evaluation" if outcome.kind == "budget" else outcome.kind
    if kind != facts["error"] and not (is_loose and kind in _LOOSE_KINDS):
        return f"expected to fail as {facts['error']}, failed: {outcome.kind}: {outcome}"
    if "at" in facts and outcome.line != facts["at"]:
        return f"expected to fail at line {facts['at']}, failed at {outcome.line}: {outcome}"
    return ""


def _check_typed(facts: Mapping[str, object], outcome: Value) -> str:
    kind, wanted = kind_of(outcome), expected_kind(str(facts.get("type", "null")))
    if "type" in facts and kind != wanted:
        return f"expected {facts}, got {kind} {outcome!r}"
    return "" if same(facts["ok"], outcome) else f"expected {facts}, got {outcome!r}"


def _same_text(case: Case, expected: object, outcome: Value) -> bool:
    if isinstance(expected, str) and isinstance(outcome, str):
        return expected == outcome or (case.get("order") == "soft" and _as_json(expected) == _as_json(outcome))
    return same(expected, outcome)


def _as_json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return sorted(text)


def check_property(case: Case, dialect: Dialect, outcome: Outcome) -> str:
    """Tell what differs from a recorded typed property."""
    facts = case.get("v20", case["v13"]) if dialect is Dialect.V2_0 else case["v13"]
    if "error" in facts:
        return "" if isinstance(outcome, ExpressionError) else f"expected to be refused, got {outcome!r}"
    if isinstance(outcome, ExpressionError):
        return f"expected {facts}, failed: {outcome}"
    if outcome is None or facts["ok"] is None:
        return "" if outcome is facts["ok"] else f"expected {facts}, got {outcome!r}"
    wanted = decode(facts["ok"])
    matching = java_text(wanted) == java_text(outcome) if isinstance(wanted, str) else same(facts["ok"], outcome)
    return "" if matching else f"expected {facts}, got {java_text(outcome)}"


def check_written(case: Case, dialect: Dialect, outcome: Outcome) -> str:
    """Tell what differs from a written case; nothing if all hard facts hold."""
    suffix = "_2_0" if dialect is Dialect.V2_0 and ("expected_2_0" in case or "error_2_0" in case) else ""
    if f"error{suffix}" in case:
        if isinstance(outcome, ExpressionError):
            return ""
        return f"expected to fail ({case[f'error{suffix}']}), got {outcome!r}"
    expected = case[f"expected{suffix}"]
    if isinstance(outcome, ExpressionError):
        return f"expected {expected}, failed: {outcome.kind}: {outcome}"
    misses = [f"{name} {wanted!r}" for name, wanted in expected.items() if not _CHECKS[name](_filled(wanted), outcome)]
    return f"expected {', '.join(misses)}, got {outcome!r}" if misses else ""


def _filled(wanted: object) -> object:
    """Fill in the ``{today in ZONE, FORMAT}`` of expected text."""
    if isinstance(wanted, list):
        return [_filled(item) for item in wanted]
    if isinstance(wanted, str):
        return _NOW.sub(lambda match: _now(match[1], match[2]), wanted)
    return wanted


def _now(zone: str, pattern: str) -> str:
    for letters, directive in (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M")):
        pattern = pattern.replace(letters, directive)
    return datetime.now(ZoneInfo(zone)).strftime(pattern)


def _equals(wanted: object, outcome: Value) -> bool:
    if isinstance(wanted, Mapping) and "$object" in wanted:
        return same(wanted["$object"], outcome)
    if isinstance(wanted, Mapping) and "$object_key_order" in wanted:
        return _key_order(outcome) == wanted["$object_key_order"]
    return same(wanted, outcome) or str(wanted) == java_text(outcome)


def _key_order(value: Value) -> list[object]:
    return [*value, *(_key_order(item) for item in value.values() if isinstance(item, Mapping))]


def _in_order(wanted: object, outcome: Value) -> bool:
    return all(item in json.loads(str(outcome)) for item in wanted)


_CHECKS: dict[str, Callable[..., bool]] = {
    "equals": _equals,
    "not_equals": lambda wanted, outcome: not _equals(wanted, outcome),
    "contains": lambda wanted, text: all(part in text for part in ([wanted] if isinstance(wanted, str) else wanted)),
    "starts_with": lambda wanted, text: text.startswith(wanted),
    "ends_with": lambda wanted, text: text.endswith(wanted),
    "regex": lambda wanted, text: regex.search(wanted, text) is not None,
    "not_empty": lambda wanted, text: bool(text) is wanted,
    "int_between": lambda wanted, text: wanted[0] <= int(text) <= wanted[1],
    "json_size": lambda wanted, text: len(json.loads(text)) == wanted,
    "json_has_items": _in_order,
    "json_includes": lambda wanted, text: all(json.loads(text).get(key) == item for key, item in wanted.items()),
}


def main() -> int:
    """Print a table by area, and a line for each failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--failed", action="store_true", help="only failures, no table")
    options = parser.parse_args()
    results = run(options.dir, only=options.only)
    out = sys.stdout
    for result in results:
        if result.verdict is Verdict.FAILED:
            out.write(f"{result.id}: {result.reason}\n")
    if not options.failed:
        out.write(table(results))
    return 1 if any(result.verdict is Verdict.FAILED for result in results) else 0


def table(results: list[Result]) -> str:
    """Count verdicts by area."""
    counts = Counter((result.area, result.verdict) for result in results)
    lines = [f"{'area':28} {'passed':>7} {'failed':>7} {'waiting':>7}"]
    for area in [*sorted({result.area for result in results}), "all"]:
        numbers = [
            sum(counts[key] for key in counts if key[1] is verdict and area in {key[0], "all"}) for verdict in Verdict
        ]
        lines.append(f"{area:28} {numbers[0]:7} {numbers[1]:7} {numbers[2]:7}")
    soft = sum(bool(result.soft) for result in results)
    return "\n".join([*lines, f"soft misses: {soft}", ""])


if __name__ == "__main__":
    sys.exit(main())
