"""Facts on what one task of a unit case did (part 6 of the conformance README)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.facts import Checker
from conformance.matchers import matches
from conformance.unit_bench import Outcome
from conformance.view import View
from tiercel.model.state import State
from tiercel.operations import namespace_files
from tiercel.operations.actor import LOCAL
from tiercel.repository.kv import find_kv

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.units_run import UnitRun

WORDINGS = ("equals", "contains", "starts_with", "ends_with")
NO_FACTS = frozenset({"task", "note", "variables", "kind"})


async def misses_of(run: UnitRun, outcome: Outcome, wanted: Facts) -> list[str]:
    """Every fact that does not hold, in words."""
    misses = list(_ending(run, outcome, wanted))
    for name, value in wanted.items():
        if name in SIMPLE:
            misses += SIMPLE[name](run, outcome, value)
        elif name in STORED:
            misses += await STORED[name](run, outcome, value)
        elif name.startswith("uris_"):
            misses += URIS[name](run, outcome.outputs.get("uris") or [], value)
        elif name not in NO_FACTS and name != "error":
            misses.append(f"the runner does not know the fact {name}")
    return misses


def _ending(run: UnitRun, outcome: Outcome, wanted: Facts) -> Iterator[str]:
    error = wanted.get("error")
    if error is None:
        if outcome.state is State.FAILED:
            yield f"failed: {outcome.error}"
    elif outcome.state is not State.FAILED:
        yield f"expected to fail ({error}), gave {outcome.outputs}"
    else:
        check_wording(run, error, outcome.error, outcome.task)


def check_wording(run: UnitRun, wanted: object, found: str, given: object) -> None:
    """Note an error's wording that differs; it fails the case when the text comes from the case itself."""
    options = {"contains": wanted} if isinstance(wanted, str) else wanted if isinstance(wanted, Mapping) else {}
    for kind in WORDINGS:
        if kind not in options:
            continue
        text = str(options[kind])
        holds = {
            "equals": found == text,
            "contains": text in found,
            "starts_with": found.startswith(text),
            "ends_with": found.endswith(text),
        }[kind]
        if not holds and text in str(given):
            run.fail(f"error: expected {kind} {text!r}, found {found!r}")
        if not holds:
            run.soft.append(f"wording: {text!r} expected, {found!r} found")


def _plain(run: UnitRun, name: str, wanted: object, actual: object) -> Iterator[str]:
    if not matches(wanted, actual, run):
        yield f"{name}: expected {wanted!r}, found {actual!r}"


def _outputs(run: UnitRun, outcome: Outcome, wanted: object) -> Iterator[str]:
    yield from _plain(run, "outputs", wanted, outcome.outputs)


def _logs(run: UnitRun, outcome: Outcome, wanted: Sequence[Facts]) -> Iterator[str]:
    yield from Checker(View(outcome.execution, [], outcome.logs), run).misses({"logs": wanted})


def _metrics(run: UnitRun, outcome: Outcome, wanted: object) -> Iterator[str]:
    found = [
        {"name": m.name, "value": m.value, "type": m.kind.value, "kind": m.kind.value, "tags": m.tags}
        for m in outcome.metrics
    ]
    if isinstance(wanted, Mapping):
        for name, value in wanted.items():
            values = [one["value"] for one in found if one["name"] == name]
            if not any(matches(value, one, run) for one in (*values, sum(values))) or (
                not values and value not in (0, {"$null": True})
            ):
                yield f"metric {name}: expected {value!r}, found {values!r} of {[one['name'] for one in found]}"
        return
    for fact in wanted if isinstance(wanted, list) else []:
        if not any(matches(fact, one, run) for one in found):
            yield f"metric {fact!r} not found in {found!r}"


def _working_dir(run: UnitRun, _outcome: Outcome, wanted: object) -> Iterator[str]:
    root = run.bench.directory
    found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    if isinstance(wanted, Mapping) and not any(str(key).startswith("$") for key in wanted):
        for name, value in wanted.items():
            path = root / str(name).lstrip("/")
            content = path.read_text() if path.is_file() else None
            if isinstance(value, bool):
                if path.exists() is not value:
                    yield f"working_dir {name}: expected it to {'be' if value else 'be absent'} among {found}"
            else:
                yield from _plain(run, f"working_dir {name}", value, content)
    elif isinstance(wanted, list):
        yield from (f"working_dir: {name} missing in {found}" for name in wanted if str(name) not in found)
    elif isinstance(wanted, int):
        yield from _plain(run, "working_dir", wanted, len(found))
    else:
        yield from _plain(run, "working_dir", wanted, found)


async def _kv(run: UnitRun, outcome: Outcome, wanted: object) -> list[str]:
    if isinstance(wanted, list):
        return [miss for one in wanted for miss in await _kv(run, outcome, one)]
    facts = wanted if isinstance(wanted, Mapping) else {}
    namespace, key = str(facts.get("namespace") or run.bench.namespace), str(facts["key"])
    entry = await run.product.environment.database.read(lambda connection: find_kv(connection, namespace, key))
    if facts.get("exists") is False:
        return [f"kv {key}: is there"] if entry is not None else []
    if entry is None:
        return [f"kv {key}: not in {namespace}"]
    expires = datetime.fromtimestamp(entry.expires_at / 1e6, UTC) if entry.expires_at is not None else None
    actual = {
        "value": entry.value,
        "type": entry.type,
        "expiration": expires,
        "description": entry.description,
        "revision": entry.revision,
    }
    return [
        miss
        for name, found in actual.items()
        if name in facts
        for miss in _plain(run, f"kv {name}", facts[name], found)
    ]


def _files_namespace(run: UnitRun, outcome: Outcome) -> str:
    given = str(outcome.task.get("namespace") or "")
    if given and "{{" not in given:
        return given
    inputs = run.bench.variables.get("inputs") or {}
    placed = [line["namespace_file"].get("namespace") for line in run.case.get("setup", []) if "namespace_file" in line]
    return str(inputs.get("namespace") or next((name for name in placed if name), None) or run.bench.namespace)


async def _paths(run: UnitRun, outcome: Outcome) -> list[str]:
    found = await namespace_files.list_files(run.product.environment, LOCAL, _files_namespace(run, outcome))
    return [f"/{file.path}" for file in found if not file.is_directory]


async def _file_count(run: UnitRun, outcome: Outcome, wanted: object) -> list[str]:
    paths = await _paths(run, outcome)
    return list(_plain(run, f"namespace files {paths}", wanted, len(paths)))


async def _files_under(run: UnitRun, outcome: Outcome, wanted: Facts) -> list[str]:
    paths = await _paths(run, outcome)
    misses: list[str] = []
    for folder, count in wanted.items():
        below = [path for path in paths if path.startswith(f"/{folder.strip('/')}/".replace("//", "/"))]
        misses += _plain(run, f"namespace files under {folder} {below}", count, len(below))
    return misses


async def _stored_content(run: UnitRun, outcome: Outcome, wanted: object) -> list[str]:
    namespace = _files_namespace(run, outcome)
    contents: dict[str, str] = {}
    for path in await _paths(run, outcome):
        _, file = await namespace_files.open_file(run.product.environment, LOCAL, namespace, path)
        with file:
            contents[path] = file.read().decode()
    if isinstance(wanted, Mapping) and not any(str(key).startswith("$") for key in wanted):
        return [
            miss
            for path, value in wanted.items()
            for miss in _plain(run, f"content of {path}", value, contents.get(f"/{path.lstrip('/')}"))
        ]
    if any(matches(wanted, content, run) for content in contents.values()):
        return []
    return [f"stored content: expected {wanted!r}, found {contents!r}"]


SIMPLE = {"outputs": _outputs, "logs": _logs, "metrics": _metrics, "working_dir": _working_dir}
STORED = {
    "kv": _kv,
    "namespace_file_count": _file_count,
    "namespace_files_under": _files_under,
    "stored_content": _stored_content,
}


def _texts(run: UnitRun, uris: Sequence[object]) -> list[str]:
    return [run.file(str(uri)).decode() for uri in uris]


def _whole(run: UnitRun, uris: Sequence[object], wanted: object) -> Iterator[str]:
    if ("".join(_texts(run, uris)) == run.words.names.get("content")) is not wanted:
        yield f"uris: the files put together are {'not ' if wanted else ''}the source"


URIS = {
    "uris_first_ends_with": lambda run, uris, wanted: _plain(
        run, "first uri", {"$endsWith": wanted}, uris[0] if uris else None
    ),
    "uris_all_end_with": lambda run, uris, wanted: _plain(run, "uris", {"$each": {"$endsWith": wanted}}, list(uris)),
    "uris_total_lines": lambda run, uris, wanted: _plain(
        run, "lines of all uris", wanted, sum(len(text.splitlines()) for text in _texts(run, uris))
    ),
    "uris_concatenated_equal_source": _whole,
}
