"""Copying a repository into the working directory."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.flow.directory_files import inside
from tiercel.tasks.git.repository import GitTask


class CloneOutputs(Outputs):
    """What a Clone gives back.

    Attributes:
        directory: Where the copy is.
    """

    directory: str


class Clone(
    GitTask,
    type="io.kestra.plugin.git.Clone",
    example="""
type: io.kestra.plugin.git.Clone
url: https://github.com/company/scripts.git
branch: main
username: "{{ secret('GIT_USER') }}"
password: "{{ secret('GIT_TOKEN') }}"
""",
):
    """Copies a repository into the working directory, for the tasks after it in a WorkingDirectory.

    Attributes:
        branch: Which branch; the default one when nothing is said.
        tag: Which tag.
        commit: Which commit.
        directory: Folder in the working directory; that itself when nothing is said.
        depth: How many commits of the past come along; all when a commit is named.
        clone_all_branches: Whether the other branches come along.
        no_tags: Whether tags are left out.
    """

    branch: str | None = None
    tag: str | None = None
    commit: str | None = None
    directory: str | None = None
    depth: Annotated[int, Field(ge=1)] = 1
    clone_all_branches: bool = True
    no_tags: bool = False

    def run(self, ctx: RunContext) -> CloneOutputs:
        """Copy it."""
        if not self.url:
            raise TaskError("Say which repository with `url`")
        target = inside(ctx.working_dir, self.directory) if self.directory else ctx.working_dir
        target.mkdir(parents=True, exist_ok=True)
        git = self.git(ctx)
        address = git.address(self.url)
        is_local = address.startswith("/")
        chosen = self.tag or self.branch
        if chosen and chosen.startswith("-"):
            raise TaskError(f"'{chosen}' is no name of a branch or tag")
        options = ["--quiet", "--single-branch" if not self.clone_all_branches else "--no-single-branch"]
        options += ["--no-tags"] if self.no_tags else []
        options += ["--recurse-submodules"] if self.clone_submodules else []
        options += ["--branch", chosen] if chosen else []
        options += [] if self.commit else ["--depth", str(self.depth)]
        source = f"file://{address}" if is_local else address  # a path would be copied, not asked
        git.run("clone", *options, "--", source, str(target), directory=target.parent, is_local=is_local)
        if self.commit:
            if self.commit.startswith("-"):
                raise TaskError(f"'{self.commit}' is no commit")
            git.run("checkout", "--quiet", "--detach", self.commit, directory=target)
        return CloneOutputs(directory=str(target))
