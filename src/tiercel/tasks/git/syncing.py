"""Planning what comes from a repository into namespaces."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tiercel.plugins import LogLevel, RunContext, TaskError
from tiercel.tasks.git.changes import Change, child_namespace, files_below, flow_files, flow_id, in_namespace, is_same


def plan_files(ctx: RunContext, namespace: str, folder: Path, *, deletes: bool) -> list[Change]:
    """Plan the files of a namespace; those that are not in the folder go only if that is asked for."""
    known = {path.lstrip("/") for path in ctx.call("namespace_files.list", namespace=namespace)}
    there = dict(files_below(folder))
    changes = []
    for name, path in there.items():
        uri = f"nsfile://{namespace}/{name}"
        if name in known and is_same(ctx, uri, path):
            changes.append(Change(name, "UNCHANGED"))
        else:
            kind = "UPDATED" if name in known else "ADDED"
            changes.append(Change(name, kind, partial(ctx.files.write, uri, path)))
    if deletes:
        changes += [
            Change(name, "DELETED", partial(_delete_file, ctx, namespace, name)) for name in sorted(known - set(there))
        ]
    return changes


def plan_flows(
    ctx: RunContext,
    namespace: str,
    folder: Path,
    *,
    with_children: bool,
    deletes: bool,
    on_invalid: str,
) -> list[Change]:
    """Plan the flows of a namespace; those that are not in the folder go only if that is asked for.

    Raises:
        TaskError: A flow is invalid, and that is to fail; nothing has been changed then.
    """
    listed = ctx.call("flows.list", namespace=namespace, with_children=with_children)
    known = {(flow["namespace"], flow["id"]): str(flow["source"]) for flow in listed}
    changes: list[Change] = []
    there: set[tuple[str, str]] = set()
    problems: list[str] = []
    for name, text in flow_files(folder, with_children=with_children):
        try:
            change, key = plan_flow(ctx, child_namespace(namespace, name), name, text, known)
        except TaskError as error:
            problems.append(str(error))
            continue
        if key in there:
            problems.append(f"{name}: there is another file with the flow {key[0]}.{key[1]}")
        there.add(key)
        changes.append(change)
    _tell(ctx, problems, on_invalid)
    if deletes and not problems:  # a flow whose file is invalid is not a flow that is gone
        changes += [_removal(ctx, key) for key in sorted(set(known) - there) if not _is_own(ctx, key)]
    return changes


def plan_flow(
    ctx: RunContext, namespace: str, name: str, text: str, known: dict[tuple[str, str], str]
) -> tuple[Change, tuple[str, str]]:
    """Plan one flow.

    Raises:
        TaskError: It is invalid.
    """
    source = in_namespace(text, namespace)
    key = (namespace, flow_id(source, name))
    if known.get(key) == source:
        return Change(f"{namespace}.{key[1]}", "UNCHANGED"), key
    errors = ctx.call("flows.save", source=source, is_checked_only=True)["errors"]
    if errors:
        raise TaskError(f"{name} is no valid flow: {'; '.join(errors)}")
    kind = "UPDATED" if key in known else "ADDED"
    return Change(f"{namespace}.{key[1]}", kind, partial(_save_flow, ctx, name, source)), key


def _tell(ctx: RunContext, problems: list[str], on_invalid: str) -> None:
    if problems and on_invalid == "FAIL":
        raise TaskError("Nothing was changed: " + "\n".join(problems))
    for problem in problems if on_invalid == "WARN" else ():
        ctx.log.write(LogLevel.WARN, "%s; it is left as it is", problem)


def _removal(ctx: RunContext, key: tuple[str, str]) -> Change:
    return Change(f"{key[0]}.{key[1]}", "DELETED", partial(_delete_flow, ctx, key))


def _is_own(ctx: RunContext, key: tuple[str, str]) -> bool:
    """Tell whether it is the flow that runs, which must not remove itself."""
    return key == (ctx.facts.namespace, ctx.facts.flow_id)


def _save_flow(ctx: RunContext, name: str, source: str) -> None:
    errors = ctx.call("flows.save", source=source, is_checked_only=False)["errors"]
    if errors:
        raise TaskError(f"{name} was not saved: {'; '.join(errors)}")


def _delete_flow(ctx: RunContext, key: tuple[str, str]) -> None:
    ctx.call("flows.delete", namespace=key[0], flow_id=key[1])


def _delete_file(ctx: RunContext, namespace: str, name: str) -> None:
    ctx.call("namespace_files.delete", namespace=namespace, path=f"/{name}", with_empty_folders=True)
