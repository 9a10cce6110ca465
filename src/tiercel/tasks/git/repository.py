"""A copy of a repository that is read, or changed and sent back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tiercel.plugins import RunContext, Task, TaskError
from tiercel.tasks.flow.directory_files import inside
from tiercel.tasks.git.program import Access, Git

_TRIES = 3
_CHANGES = {"A": "ADDED", "M": "UPDATED", "D": "DELETED", "T": "UPDATED", "R": "UPDATED"}
_REJECTED = ("non-fast-forward", "fetch first", "rejected", "cannot lock ref")


class GitTask(Task):
    """A task on a repository.

    Attributes:
        url: Address of the repository.
        username: To log in.
        password: To log in: a password or token.
        private_key: To log in over SSH: a key in PEM.
        passphrase: Of the key.
        trusted_ca_pem_path: File of further certificates that are trusted, below ``local_files.allowed_paths``.
        git_config: Settings of git; those that could run programs are refused.
        no_proxy: Whether proxies of the machine are passed by.
        clone_submodules: Whether repositories within it come along.
        connect_timeout: Has no effect; see ``readTimeout``.
        read_timeout: After how many milliseconds without a byte it fails.
    """

    url: str | None = None
    username: str | None = None
    password: str | None = None
    private_key: str | None = None
    passphrase: str | None = None
    trusted_ca_pem_path: str | None = None
    git_config: dict[str, object] | None = None
    no_proxy: bool | None = None
    clone_submodules: bool | None = None
    connect_timeout: int = 10_000
    read_timeout: int = 60_000

    def git(self, ctx: RunContext) -> Git:
        """Prepare the program with the credentials of this task."""
        access = Access(
            username=self.username,
            password=self.password,
            private_key=self.private_key,
            passphrase=self.passphrase,
            ca_path=self.trusted_ca_pem_path,
            is_direct=bool(self.no_proxy),
            idle_seconds=max(1, self.read_timeout // 1000),
            config=self.git_config,
        )
        return Git(ctx, access)

    def copied(self, ctx: RunContext, branch: str, *, is_new_allowed: bool) -> Copy:
        """Copy a branch; one that does not exist yet begins at the default branch, where that is allowed.

        Raises:
            TaskError: There is no such repository or branch.
        """
        if not self.url:
            raise TaskError("Say which repository with `url`")
        git = self.git(ctx)
        address = git.address(self.url)
        is_local = address.startswith("/")
        path = Path(ctx.temporary_dir) / ctx.files.new_name("-repository")
        git.run("clone", "--quiet", "--no-checkout", "--", address, str(path), is_local=is_local)
        copy = Copy(git, path, address, branch)
        if not copy.switch() and not is_new_allowed:
            raise TaskError(f"The repository has no branch {branch}")
        if self.clone_submodules:
            git.run("submodule", "update", "--init", "--recursive", directory=path, is_local=is_local)
        return copy


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy on this machine, with one branch checked out."""

    git: Git
    path: Path
    address: str
    branch: str

    @property
    def is_local(self) -> bool:
        """Whether the repository is one of this machine."""
        return self.address.startswith("/")

    def switch(self) -> bool:
        """Check the branch out as it is at its source; tells whether it is there."""
        is_there = bool(self.git.run("branch", "--list", "--remotes", f"origin/{self.branch}", directory=self.path))
        if is_there:
            self.git.run("checkout", "--quiet", "-B", self.branch, f"origin/{self.branch}", directory=self.path)
            return True
        if self.git.run("branch", "--list", "--remotes", directory=self.path).strip():
            self.git.run("checkout", "--quiet", "-B", self.branch, "origin/HEAD", directory=self.path)
        else:
            self.git.run("checkout", "--quiet", "--orphan", self.branch, directory=self.path)
        return False

    def folder(self, name: str | None) -> Path:
        """Give a folder in it.

        Raises:
            TaskError: It leads out of the repository, or into what belongs to git.
        """
        if name in {None, "", ".", "/"}:
            return self.path
        folder = inside(self.path, str(name))
        if ".git" in folder.relative_to(self.path.resolve()).parts:
            raise TaskError(f"gitDirectory {name} belongs to git itself")
        return folder

    def staged(self) -> list[tuple[str, str]]:
        """Take up all changes; give path and kind of each."""
        self.git.run("add", "--all", directory=self.path)
        listed = self.git.run("diff", "--cached", "--name-status", "--no-renames", "-z", directory=self.path)
        parts = [part for part in listed.split("\0") if part]
        return [(path, _CHANGES.get(kind[:1], kind)) for kind, path in zip(parts[::2], parts[1::2], strict=True)]

    def commit(self, message: str, author: tuple[str, str]) -> str:
        """Commit what was taken up; give its id."""
        name, address = author
        who = ("-c", f"user.name={name}", "-c", f"user.email={address}")
        self.git.run(*who, "commit", "--quiet", "--no-verify", "-m", message, directory=self.path)
        return self.git.run("rev-parse", "HEAD", directory=self.path).strip()

    def send(self) -> bool:
        """Send the branch; tells whether it was taken, which it is not when it changed at its source meanwhile."""
        target = f"HEAD:refs/heads/{self.branch}"
        try:
            self.git.run("push", "--quiet", "origin", target, directory=self.path, is_local=self.is_local)
        except TaskError as error:
            if any(word in str(error) for word in _REJECTED):
                return False
            raise
        return True

    def fetch(self) -> None:
        """Take over what is new at the source."""
        self.git.run("fetch", "--quiet", "--prune", "origin", directory=self.path, is_local=self.is_local)
        self.git.run("reset", "--quiet", "--hard", directory=self.path)
        self.git.run("clean", "--quiet", "-ffd", directory=self.path)
        self.switch()


def push_changes(
    copy: Copy, change: Callable[[], None], message: str, author: tuple[str, str], *, is_dry: bool
) -> tuple[list[tuple[str, str]], str | None]:
    """Change the files of a copy, commit and send that; begin anew on top of what others sent meanwhile.

    Returns:
        The changes, and the id of the commit; None when there is nothing to commit, or it is only planned.

    Raises:
        TaskError: It was not taken.
    """
    for _ in range(_TRIES):
        change()
        changes = copy.staged()
        if is_dry or not changes:
            return changes, None
        commit = copy.commit(message, author)
        if copy.send():
            return changes, commit
        copy.fetch()
    raise TaskError(f"The branch {copy.branch} changes all the time: nothing was sent")


def commit_address(url: str, commit: str | None) -> str | None:
    """Give where a commit can be seen, at the services that show it below the address of the repository."""
    parts = urlsplit(url)
    if commit is None or parts.scheme not in {"http", "https"}:
        return None
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    path = parts.path.removesuffix("/").removesuffix(".git")
    return f"{parts.scheme}://{host}{path}/{'-/commit' if 'gitlab' in str(host) else 'commit'}/{commit}"
