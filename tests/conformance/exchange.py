"""One HTTP request of a case, and the facts on its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import yaml

from conformance.matchers import matches

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.manifest_run import ManifestRun


async def exchange(client: httpx.AsyncClient, run: ManifestRun, step: Facts) -> list[str]:
    """Send the request and give every miss in words."""
    path = str(filled(run, str(step["path"])))
    answer = await client.request(str(step.get("method", "GET")), path, **_body(run, step))
    if "as" in step and isinstance(found := _json(answer), Mapping):
        run.ids[str(step["as"])] = str(found.get("id"))
    misses: list[str] = []
    if "status" in step and not matches(step["status"], answer.status_code, run):
        misses.append(f"{path}: status {step['status']} expected, {answer.status_code} found: {answer.text[:300]}")
    if "status_class" in step and answer.status_code // 100 != step["status_class"]:
        misses.append(f"{path}: status {step['status_class']}xx expected, {answer.status_code} found")
    if "status" not in step and "status_class" not in step and answer.status_code >= 400:
        misses.append(f"{path}: status {answer.status_code}: {answer.text[:300]}")
    if "body" in step and not matches(step["body"], answer.text, run):
        run.soft.append(f"{path}: body {step['body']!r} expected, {answer.text[:300]!r} found")
    if "json_response" in step and not matches(step["json_response"], _read_as(step["json_response"], answer), run):
        misses.append(f"{path}: {step['json_response']!r} expected, {answer.text[:500]} found")
    if "response" in step and not misses:
        misses += _execution(run, step["response"], _json(answer))
    return misses


def filled(run: ManifestRun, value: object) -> object:
    """The value with every ``{e1.id}`` in its texts replaced by what it names."""
    if isinstance(value, str):
        return re.sub(r"\{([\w.-]+\.[\w.-]+)\}", lambda match: str(run.reference(match.group(1))), value)
    if isinstance(value, Mapping):
        return {key: filled(run, one) for key, one in value.items()}
    return [filled(run, one) for one in value] if isinstance(value, list) else value


def _body(run: ManifestRun, step: Facts) -> dict[str, object]:
    if "json" in step:
        return {"json": filled(run, step["json"])}
    if "text" in step:
        return {"content": str(step["text"]).encode(), "headers": {"Content-Type": "text/plain"}}
    if "yaml" in step:
        given = step["yaml"]
        if isinstance(given, Mapping) and "$file" in given:
            text = (run.folder / str(given["$file"])).read_text()
        elif isinstance(given, Mapping) and "$text" in given:
            text = str(given["$text"])
        else:
            text = given if isinstance(given, str) else yaml.safe_dump(given, sort_keys=False)
        return {"content": text.encode(), "headers": {"Content-Type": "application/x-yaml"}}
    if "multipart" in step:
        return {"files": form_of(run.fixture(step["multipart"] or {}))}
    return {}


def form_of(parts: Facts) -> list[tuple[str, tuple[str | None, bytes]]]:
    """The parts of a form; several under one name stand in a list."""
    return [(name, _part(one)) for name, value in parts.items() for one in _each(value)]


def content_of(file: Facts) -> bytes:
    """What a file of a case holds."""
    if "content_lines" in file:
        first, last = file["content_lines"]["range"]
        width = file["content_lines"].get("left_pad", 0)
        return "".join(f"{number:0{width}d}\n" for number in range(first, last)).encode()
    return Path(file["path"]).read_bytes() if "path" in file else str(file["content"]).encode()


def _part(value: object) -> tuple[str | None, bytes]:
    if isinstance(value, Mapping) and "$file" in value:
        return str(value["$file"]["name"]), content_of(value["$file"])
    if isinstance(value, Mapping) and "$file_part" in value:
        return str(value["$file_part"]["filename"]), content_of(value["$file_part"])
    return None, str(value).encode()


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _json(answer: httpx.Response) -> object:
    try:
        return json.loads(answer.text)
    except ValueError:
        return None


def _read_as(wanted: object, answer: httpx.Response) -> object:
    """The answer as JSON; clients that read a list take a single object for a list of one."""
    found = _json(answer)
    return [found] if isinstance(wanted, list) and isinstance(found, Mapping) else found


def _execution(run: ManifestRun, facts: Facts, shown: object) -> list[str]:
    """Facts on an execution as the API shows it; those that only hold while the engine stands still are left out."""
    if not isinstance(shown, Mapping):
        return ["the answer is not an execution"]
    trigger = shown.get("trigger")
    actual = {
        "id": shown.get("id"),
        "namespace": shown.get("namespace"),
        "flow_id": shown.get("flowId"),
        "trigger": trigger,
        "parent_id": shown.get("parentId"),
        "inputs": shown.get("inputs"),
    }
    misses = [
        f"response {name}: {facts[name]!r} expected, {value!r} found"
        for name, value in actual.items()
        if name in facts and name != "parent_id" and not matches(facts[name], value, run)
    ]
    labels = {label["key"]: label["value"] for label in shown.get("labels") or []}
    wanted = facts.get("labels") or {}
    told = [wanted[kind] for kind in ("includes", "exactly") if kind in wanted]
    is_more = "exactly" in wanted and len(wanted["exactly"]) != len(labels)
    if is_more or not all(matches(one, labels, run) for one in told):
        misses.append(f"response labels: {wanted!r} expected, {labels!r} found")
    return misses
