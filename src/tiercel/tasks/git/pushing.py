"""Tasks that bring flows and files of a namespace into a repository."""

from __future__ import annotations

from pathlib import Path

from tiercel.plugins import Json, Outputs, RunContext, TaskError
from tiercel.tasks.flow.directory_files import inside
from tiercel.tasks.git.changes import files_below, in_namespace, store_push
from tiercel.tasks.git.repository import GitTask, commit_address, push_changes
from tiercel.tasks.namespace.selection import fitting_paths

_KEPT = frozenset({".gitkeep", ".gitignore", ".gitattributes", "README.md"})


class PushTask(GitTask):
    """A task that sends changes to a repository.

    Attributes:
        branch: Which branch; made when it is not there.
        author_name: Who commits.
        author_email: Who commits.
        dry_run: Whether it is only said what would be done.
    """

    branch: str = "main"
    author_name: str | None = None
    author_email: str | None = None
    delete: bool = True
    dry_run: bool = False

    def author(self) -> tuple[str, str]:
        """Give name and address of who commits."""
        return author_of(self.author_name, self.author_email, self.username)


class PushedOutputs(Outputs):
    """What a push gives back.

    Attributes:
        commit_id: Id of the commit; none when nothing changed or it was only planned.
        commit_u_r_l: Where it can be seen, for services that show commits.
        files: URI of a list of what was sent, or would be: rows of ``file`` and ``syncState``.
    """

    commit_id: str | None = None
    commit_u_r_l: str | None = None
    files: str


class PushNamespaceFiles(
    PushTask,
    type="io.kestra.plugin.git.PushNamespaceFiles",
    example="""
type: io.kestra.plugin.git.PushNamespaceFiles
url: https://github.com/company/flows.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
namespace: company.team
files:
  - scripts/**
dryRun: true
""",
):
    """Brings files of a namespace into a repository, as one commit.

    Attributes:
        namespace: Which namespace.
        files: Patterns of the files.
        git_directory: Folder of the repository.
        delete: Whether files of the folder that the namespace does not have are removed; Git keeps what they were.
        error_on_missing: Whether it is an error when no file fits.
        commit_message: Of the commit.
    """

    namespace: str = "{{ flow.namespace }}"
    files: str | list[str] = "**"
    git_directory: str = "_files"
    error_on_missing: bool = False
    commit_message: str | None = None

    def run(self, ctx: RunContext) -> PushedOutputs:
        """Plan it, then do it."""
        known = [path.lstrip("/") for path in ctx.call("namespace_files.list", namespace=self.namespace)]
        chosen = fitting_paths(as_patterns(self.files), known)
        if not chosen and self.error_on_missing:
            raise TaskError(f"No file of {self.namespace} fits {self.files}")
        copy = self.copied(ctx, self.branch, is_new_allowed=True)

        def change() -> None:
            folder = copy.folder(self.git_directory)
            for name in chosen:
                ctx.files.download(f"nsfile://{self.namespace}/{name}", inside(folder, name))
            if self.delete:
                remove_others(folder, set(known))

        message = self.commit_message or f"Add files from {self.namespace} namespace"
        changes, commit = push_changes(copy, change, message, self.author(), is_dry=self.dry_run)
        return PushedOutputs(
            commit_id=commit,
            commit_u_r_l=commit_address(str(self.url), commit),
            files=store_push(ctx, changes, is_dry=self.dry_run),
        )


class PushedFlowsOutputs(Outputs):
    """What a PushFlows gives back.

    Attributes:
        commit_id: Id of the commit; none when nothing changed or it was only planned.
        commit_u_r_l: Where it can be seen, for services that show commits.
        flows: URI of a list of what was sent, or would be: rows of ``file`` and ``syncState``.
    """

    commit_id: str | None = None
    commit_u_r_l: str | None = None
    flows: str


class PushFlows(
    PushTask,
    type="io.kestra.plugin.git.PushFlows",
    example="""
type: io.kestra.plugin.git.PushFlows
url: https://github.com/company/flows.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
sourceNamespace: company.team
includeChildNamespaces: true
dryRun: true
""",
):
    """Brings flows of a namespace into a repository, as one commit.

    Attributes:
        source_namespace: Which namespace.
        target_namespace: The namespace they are to name there; their own when nothing is said.
        flows: Patterns of the ids of the flows.
        include_child_namespaces: Whether those of namespaces below come along, each in a folder of its own.
        git_directory: Folder of the repository.
        delete: Whether flows of the folder that the namespace does not have are removed; Git keeps what they were.
        commit_message: Of the commit.
    """

    source_namespace: str = "{{ flow.namespace }}"
    target_namespace: str | None = None
    flows: str | list[str] = "**"
    include_child_namespaces: bool = False
    git_directory: str = "_flows"
    commit_message: str | None = None

    def run(self, ctx: RunContext) -> PushedFlowsOutputs:
        """Plan it, then do it."""
        is_deep = self.include_child_namespaces
        listed = ctx.call("flows.list", namespace=self.source_namespace, with_children=is_deep)
        known = {self._path(flow): self._source(flow) for flow in listed}
        fitting = set(fitting_paths(as_patterns(self.flows), [str(flow["id"]) for flow in listed]))
        chosen = {self._path(flow) for flow in listed if str(flow["id"]) in fitting}
        copy = self.copied(ctx, self.branch, is_new_allowed=True)

        def change() -> None:
            folder = copy.folder(self.git_directory)
            for name in sorted(chosen):
                path = inside(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(known[name], encoding="utf-8", newline="")
            if self.delete and folder.is_dir():
                remove_others(folder, set(known), is_deep=is_deep, endings=(".yaml", ".yml"))

        message = self.commit_message or f"Add flows from {self.source_namespace} namespace"
        changes, commit = push_changes(copy, change, message, self.author(), is_dry=self.dry_run)
        return PushedFlowsOutputs(
            commit_id=commit,
            commit_u_r_l=commit_address(str(self.url), commit),
            flows=store_push(ctx, changes, is_dry=self.dry_run),
        )

    def _below(self, flow: Json) -> str:
        return str(flow["namespace"]).removeprefix(self.source_namespace).lstrip(".")

    def _path(self, flow: Json) -> str:
        below = self._below(flow).replace(".", "/")
        return f"{below}/{flow['id']}.yaml".lstrip("/")

    def _source(self, flow: Json) -> str:
        if self.target_namespace is None:
            return str(flow["source"])
        below = self._below(flow)
        return in_namespace(str(flow["source"]), f"{self.target_namespace}.{below}".rstrip("."))


def author_of(name: str | None, email: str | None, username: str | None) -> tuple[str, str]:
    """Give name and address of who commits, by what is said and by who logs in."""
    name = name or username or "Tiercel"
    return name, email or f"{name.replace(' ', '.').lower()}@localhost"


def as_patterns(given: str | list[str]) -> list[str]:
    """Give one pattern as a list of one."""
    return [given] if isinstance(given, str) else given


def remove_others(folder: Path, known: set[str], *, is_deep: bool = True, endings: tuple[str, ...] = ("",)) -> None:
    """Remove the files of a folder that are not among those known."""
    for name, path in list(files_below(folder)) if folder.is_dir() else ():
        is_ours = name.endswith(endings) and (is_deep or "/" not in name) and path.name not in _KEPT
        if is_ours and name not in known:
            path.unlink()
