"""A whole namespace, its flows and its files, kept the same here and in a repository."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field

from tiercel.plugins import LogLevel, Outputs, RunContext, TaskError
from tiercel.tasks.flow.directory_files import inside
from tiercel.tasks.git.changes import Change, carry_out, files_below, store_push
from tiercel.tasks.git.pushing import author_of, remove_others
from tiercel.tasks.git.repository import Copy, GitTask, commit_address, push_changes
from tiercel.tasks.git.syncing import plan_files, plan_flows

_ENDINGS = (".yaml", ".yml")


class SyncedOutputs(Outputs):
    """What a NamespaceSync gives back.

    Attributes:
        diff: URI of a list of what was done, or would be: rows of ``file`` and ``syncState``.
        commit_id: Id of the commit; none when nothing changed there.
        commit_u_r_l: Where it can be seen, for services that show commits.
    """

    diff: str
    commit_id: str | None = None
    commit_u_r_l: str | None = None


class NamespaceSync(
    GitTask,
    type="io.kestra.plugin.git.NamespaceSync",
    example="""
type: io.kestra.plugin.git.NamespaceSync
url: https://github.com/company/flows.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
namespace: company.team
sourceOfTruth: GIT
whenMissingInSource: KEEP
dryRun: true
""",
):
    """Makes the flows and the files of a namespace the same here and in a repository, one way.

    In the repository ``company.team`` is the folder ``company/team``, with the folders ``flows`` and ``files`` in it.
    Nothing is changed when the repository is the source and has no such folder, or when one of its flows is invalid.

    Attributes:
        branch: Which branch; made when it is not there and the namespace is the source.
        namespace: Which namespace, without those below it.
        git_directory: Folder of the repository; the whole of it when nothing is said.
        source_of_truth: Which side is copied: the repository, or what is here (``KESTRA``).
        when_missing_in_source: What is done with flows and files the source does not have: delete them, keep them, or
            fail before anything is changed. The flow that runs is never deleted.
        protected_namespaces: Namespaces of which, and below which, nothing is deleted on either side.
        on_invalid_syntax: What is done when a flow of the repository is invalid: pass over it, warn, or fail.
        dry_run: Whether it is only said what would be done.
        author_name: Who commits.
        author_email: Who commits.
    """

    branch: str
    namespace: str
    git_directory: str | None = None
    source_of_truth: Literal["GIT", "KESTRA"] = "KESTRA"
    when_missing_in_source: Literal["DELETE", "KEEP", "FAIL"] = "DELETE"
    protected_namespaces: list[str] = Field(default_factory=lambda: ["system"])
    on_invalid_syntax: Literal["SKIP", "WARN", "FAIL"] = "FAIL"
    dry_run: bool = False
    author_name: str | None = None
    author_email: str | None = None

    def run(self, ctx: RunContext) -> SyncedOutputs:
        """Plan it, then do it."""
        if not all(self.namespace.split(".")):
            raise TaskError(f"'{self.namespace}' is no namespace, such as company.team")
        copy = self.copied(ctx, self.branch, is_new_allowed=self.source_of_truth == "KESTRA")
        return self._pull(ctx, copy) if self.source_of_truth == "GIT" else self._push(ctx, copy)

    def _pull(self, ctx: RunContext, copy: Copy) -> SyncedOutputs:
        folder = self._folder(copy)
        if not folder.is_dir():
            where = folder.relative_to(copy.path.resolve()).as_posix()
            raise TaskError(f"The repository has no folder {where} on branch {copy.branch}, so nothing is changed")
        flows = plan_flows(
            ctx,
            self.namespace,
            folder / "flows",
            with_children=False,
            deletes=self.when_missing_in_source != "KEEP",
            on_invalid=self.on_invalid_syntax,
        )
        deletes = self.when_missing_in_source != "KEEP"
        changes = [*flows, *plan_files(ctx, self.namespace, folder / "files", deletes=deletes)]
        self._check_missing(change.name for change in changes if change.kind == "DELETED")
        return SyncedOutputs(diff=carry_out(ctx, self._spared(ctx, changes), is_dry=self.dry_run))

    def _push(self, ctx: RunContext, copy: Copy) -> SyncedOutputs:
        listed = ctx.call("flows.list", namespace=self.namespace, with_children=False)
        flows = {str(flow["id"]): str(flow["source"]) for flow in listed}
        files = [path.lstrip("/") for path in ctx.call("namespace_files.list", namespace=self.namespace)]

        def change() -> None:
            folder = self._folder(copy)
            written = {_flow_file(folder / "flows", name): source for name, source in flows.items()}
            self._remove(ctx, folder / "flows", set(written), _ENDINGS)
            self._remove(ctx, folder / "files", set(files), ("",))
            for name, source in written.items():
                path = inside(folder, f"flows/{name}")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(source, encoding="utf-8", newline="")
            for name in files:
                ctx.files.download(f"nsfile://{self.namespace}/{name}", inside(folder, f"files/{name}"))

        author = author_of(self.author_name, self.author_email, self.username)
        changes, commit = push_changes(copy, change, f"Sync namespace {self.namespace}", author, is_dry=self.dry_run)
        return SyncedOutputs(
            diff=store_push(ctx, changes, is_dry=self.dry_run),
            commit_id=commit,
            commit_u_r_l=commit_address(str(self.url), commit),
        )

    def _folder(self, copy: Copy) -> Path:
        return inside(copy.folder(self.git_directory), self.namespace.replace(".", "/"))

    def _remove(self, ctx: RunContext, folder: Path, known: set[str], endings: tuple[str, ...]) -> None:
        """Remove the files of a folder that are not here, as far as that is asked for."""
        there = [name for name, _ in files_below(folder) if name.endswith(endings)] if folder.is_dir() else []
        missing = sorted(set(there) - known)
        self._check_missing(missing)
        if missing and self.when_missing_in_source == "DELETE":
            if self._is_protected():
                ctx.log.write(LogLevel.WARN, "%s", f"{self.namespace} is protected: {', '.join(missing[:10])} stay")
            else:
                remove_others(folder, known, endings=endings)

    def _check_missing(self, missing: Iterable[str]) -> None:
        named = [*missing]
        if named and self.when_missing_in_source == "FAIL":
            side = "repository" if self.source_of_truth == "GIT" else "namespace"
            raise TaskError(f"Nothing was changed: the {side} does not have {', '.join(named[:10])}")

    def _spared(self, ctx: RunContext, changes: list[Change]) -> list[Change]:
        """Leave out what would delete something of a namespace that is protected."""
        if not self._is_protected():
            return changes
        for change in changes:
            if change.kind == "DELETED":
                ctx.log.write(LogLevel.WARN, "%s", f"{self.namespace} is protected: {change.name} stays")
        return [change for change in changes if change.kind != "DELETED"]

    def _is_protected(self) -> bool:
        return any(f"{self.namespace}.".startswith(f"{name}.") for name in self.protected_namespaces)


def _flow_file(folder: Path, name: str) -> str:
    """Give the name of the file of a flow: the one it has already, whichever of the two endings that is."""
    return f"{name}.yml" if (folder / f"{name}.yml").is_file() else f"{name}.yaml"
