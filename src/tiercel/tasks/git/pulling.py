"""Tasks that bring flows and files from a repository into a namespace."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.flow.directory_files import inside
from tiercel.tasks.git.changes import carry_out
from tiercel.tasks.git.repository import Copy, GitTask
from tiercel.tasks.git.syncing import plan_files, plan_flow, plan_flows


class FilesOutputs(Outputs):
    """What a SyncNamespaceFiles gives back.

    Attributes:
        files: URI of a list of what was done, or would be: rows of ``file`` and ``syncState``.
    """

    files: str


class SyncNamespaceFiles(
    GitTask,
    type="io.kestra.plugin.git.SyncNamespaceFiles",
    example="""
type: io.kestra.plugin.git.SyncNamespaceFiles
url: https://github.com/company/flows.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
namespace: company.team
dryRun: true
""",
):
    """Brings files from a repository into a namespace.

    Attributes:
        namespace: Which namespace.
        git_directory: Folder of the repository.
        delete: Whether files of the namespace that are not in the folder are deleted.
        dry_run: Whether it is only said what would be done.
        fail_on_missing_directory: Whether it is an error when there is no such folder.
        branch: Which branch.
    """

    namespace: str = "{{ flow.namespace }}"
    git_directory: str = "_files"
    delete: bool = False
    dry_run: bool = False
    fail_on_missing_directory: bool = True
    branch: str = "main"

    def run(self, ctx: RunContext) -> FilesOutputs:
        """Plan it, then do it."""
        copy = self.copied(ctx, self.branch, is_new_allowed=False)
        folder = existing_folder(copy, self.git_directory, is_needed=self.fail_on_missing_directory)
        changes = plan_files(ctx, self.namespace, folder, deletes=self.delete) if folder else []
        return FilesOutputs(files=carry_out(ctx, changes, is_dry=self.dry_run))


class FlowsOutputs(Outputs):
    """What a SyncFlows gives back.

    Attributes:
        flows: URI of a list of what was done, or would be: rows of ``file`` and ``syncState``.
    """

    flows: str


class SyncFlows(
    GitTask,
    type="io.kestra.plugin.git.SyncFlows",
    example="""
type: io.kestra.plugin.git.SyncFlows
url: https://github.com/company/flows.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
targetNamespace: company.team
includeChildNamespaces: true
dryRun: true
""",
):
    """Brings flows from a repository into a namespace; when one of them is invalid, none is changed.

    Attributes:
        target_namespace: Which namespace; the flows are saved as its own, whatever they say.
        git_directory: Folder of the repository.
        include_child_namespaces: Whether folders in it stand for namespaces below.
        delete: Whether flows of the namespace that are not in the folder are deleted, but for the one that runs.
        ignore_invalid_flows: Whether invalid flows are passed over; then none is deleted.
        dry_run: Whether it is only said what would be done.
        fail_on_missing_directory: Whether it is an error when there is no such folder.
        branch: Which branch.
    """

    target_namespace: str
    git_directory: str = "_flows"
    include_child_namespaces: bool = False
    delete: bool = False
    ignore_invalid_flows: bool = False
    dry_run: bool = False
    fail_on_missing_directory: bool = True
    branch: str = "main"

    def run(self, ctx: RunContext) -> FlowsOutputs:
        """Plan it, then do it."""
        copy = self.copied(ctx, self.branch, is_new_allowed=False)
        folder = existing_folder(copy, self.git_directory, is_needed=self.fail_on_missing_directory)
        changes = []
        if folder:
            changes = plan_flows(
                ctx,
                self.target_namespace,
                folder,
                with_children=self.include_child_namespaces,
                deletes=self.delete,
                on_invalid="WARN" if self.ignore_invalid_flows else "FAIL",
            )
        return FlowsOutputs(flows=carry_out(ctx, changes, is_dry=self.dry_run))


class FlowOutputs(Outputs):
    """What a SyncFlow gives back.

    Attributes:
        flow_id: Id of the flow.
        namespace: Its namespace.
    """

    flow_id: str
    namespace: str


class SyncFlow(
    GitTask,
    type="io.kestra.plugin.git.SyncFlow",
    example="""
type: io.kestra.plugin.git.SyncFlow
url: https://github.com/company/flows.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
targetNamespace: company.team
flowPath: _flows/orders.yaml
""",
):
    """Brings one flow from a repository into a namespace.

    Attributes:
        target_namespace: Which namespace; the flow is saved as its own, whatever it says.
        flow_path: Path of the flow in the repository.
        dry_run: Whether it is only said what would be done.
        branch: Which branch.
    """

    target_namespace: str
    flow_path: str
    dry_run: bool = False
    branch: str = "main"

    def run(self, ctx: RunContext) -> FlowOutputs:
        """Plan it, then do it."""
        copy = self.copied(ctx, self.branch, is_new_allowed=False)
        path = inside(copy.path, self.flow_path)
        if not path.is_file():
            raise TaskError(f"The repository has no file {self.flow_path} on branch {self.branch}")
        listed = ctx.call("flows.list", namespace=self.target_namespace, with_children=False)
        known = {(flow["namespace"], flow["id"]): str(flow["source"]) for flow in listed}
        name, text = PurePosixPath(self.flow_path).name, path.read_text(encoding="utf-8", errors="replace")
        change, (namespace, found) = plan_flow(ctx, self.target_namespace, name, text, known)
        carry_out(ctx, [change], is_dry=self.dry_run)
        return FlowOutputs(flow_id=found, namespace=namespace)


def existing_folder(copy: Copy, name: str | None, *, is_needed: bool) -> Path | None:
    """Give a folder of the repository, None when there is none and none is needed.

    Raises:
        TaskError: There is none.
    """
    folder = copy.folder(name)
    if folder.is_dir():
        return folder
    if is_needed:
        raise TaskError(f"The repository has no folder {name} on branch {copy.branch}")
    return None
