"""Git tasks against a real repository of this machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from groups.conftest import Run
from groups.test_compress import tool
from groups.test_serdes_text import rows
from tiercel.model.json import Json
from tiercel.operations.settings import LocalFileSettings, Settings
from tiercel.plugins import TaskError
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost

FLOW = """id: {id}
namespace: {namespace}
# kept
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: {say}
"""


class FlowHost(MemoryHost):
    """A host that keeps flows too."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.flows: dict[tuple[str, str], str] = {}

    def add(self, namespace: str, flow_id: str, say: str = "hi") -> str:
        self.flows[namespace, flow_id] = FLOW.format(id=flow_id, namespace=namespace, say=say)
        return self.flows[namespace, flow_id]

    def _flows_list(self, namespace: str, *, with_children: bool) -> Json:
        return [
            {"namespace": where, "id": flow_id, "source": source}
            for (where, flow_id), source in sorted(self.flows.items())
            if where == namespace or (with_children and where.startswith(f"{namespace}."))
        ]

    def _flows_save(self, source: str, *, is_checked_only: bool) -> Json:
        lines = dict(line.split(": ", 1) for line in source.splitlines()[:2])
        if "tasks:" not in source:
            return {"errors": ["tasks is missing"]}
        if not is_checked_only:
            self.flows[lines["namespace"], lines["id"]] = source
        return {"errors": []}

    def _flows_delete(self, namespace: str, flow_id: str) -> bool:
        return self.flows.pop((namespace, flow_id), None) is not None

    def _local_resolve(self, path: str) -> str:
        return path


@pytest.fixture
def host(tmp_path: Path) -> FlowHost:
    (tmp_path / "work").mkdir()
    host = FlowHost(tmp_path / "work")
    host.answers["directories.kept"] = str(tmp_path)
    host.variables["flow"] = {"id": "demo", "namespace": "company.team"}
    return host


def git(*arguments: str, directory: Path) -> str:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory)}
    done = subprocess.run(
        [tool("git"), *settings, *arguments], cwd=directory, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    path = tmp_path / "remote.git"
    path.mkdir()
    git("init", "--quiet", "--bare", directory=path)
    return path


def put(remote: Path, files: dict[str, str | None], branch: str = "main") -> str:
    """Change files at the remote, as somebody else would; None removes one."""
    copy = remote.parent / "other"
    if not copy.exists():
        git("clone", "--quiet", str(remote), str(copy), directory=remote.parent)
    git("fetch", "--quiet", directory=copy)
    known = git("branch", "-r", "--list", f"origin/{branch}", directory=copy)
    git("checkout", "--quiet", "-B", branch, *([f"origin/{branch}"] if known else []), directory=copy)
    for name, content in files.items():
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_text(content)
    git("add", "--all", directory=copy)
    git("commit", "--quiet", "-m", "other", directory=copy)
    git("push", "--quiet", "origin", branch, directory=copy)
    return git("rev-parse", "HEAD", directory=copy).strip()


def there(remote: Path, branch: str = "main") -> dict[str, str]:
    names = git("ls-tree", "-r", "--name-only", branch, directory=remote).split()
    return {name: git("show", f"{branch}:{name}", directory=remote) for name in names}


def plan(host: MemoryHost, uri: str) -> dict[str, str]:
    return {row["file"]: row["syncState"] for row in rows(host, uri)}


def test_a_repository_is_cloned(run: Run, host: FlowHost, remote: Path) -> None:
    first = put(remote, {"a.txt": "1"})
    put(remote, {"a.txt": "2", "dir/b.txt": "b"})
    put(remote, {"c.txt": "c"}, branch="other")
    git("tag", "v1", first, directory=remote)
    out = run("git.Clone", url=str(remote), branch="main", directory="main")
    assert Path(out["directory"]) == host.directory / "main"
    assert (host.directory / "main/a.txt").read_text() == "2"
    assert (host.directory / "main/dir/b.txt").read_text() == "b"
    assert git("rev-list", "--count", "HEAD", directory=host.directory / "main").strip() == "1"
    run("git.Clone", url=f"file://{remote}", commit=first, directory="commit")
    assert (host.directory / "commit/a.txt").read_text() == "1"
    run("git.Clone", url=str(remote), tag="v1", directory="tag")
    assert (host.directory / "tag/a.txt").read_text() == "1"
    with pytest.raises(TaskError, match="not an empty directory"):
        run("git.Clone", url=str(remote))


def test_a_repository_becomes_the_working_directory(run: Run, host: FlowHost, remote: Path) -> None:
    put(remote, {"a.txt": "1"})
    put(remote, {"c.txt": "c"}, branch="other")
    out = run("git.Clone", url=str(remote), branch="other", depth=5, cloneAllBranches=False, noTags=True)
    assert out == {"directory": str(host.directory)}
    assert (host.directory / "c.txt").read_text() == "c"
    assert git("branch", "-r", directory=host.directory).split() == ["origin/other"]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"branch": "missing"}, "git clone failed"),
        ({"branch": "--upload-pack=x"}, "no name of a branch"),
        ({"commit": "--x"}, "is no commit"),
        ({"directory": "../out"}, "leads out of the working directory"),
        ({"url": "ext::sh -c touch% /tmp/x"}, "not the address of a repository"),
        ({"url": "--upload-pack=x"}, "not the address of a repository"),
        ({"url": "http://127.0.0.1:1/x.git"}, "git clone failed"),
        ({"gitConfig": {"core.sshCommand": "touch /tmp/x"}}, "may not be set"),
        ({"gitConfig": {"alias.x": "!touch"}}, "may not be set"),
    ],
)
def test_what_is_refused(run: Run, remote: Path, properties: dict[str, Any], message: str) -> None:
    put(remote, {"a.txt": "1"})
    with pytest.raises(TaskError, match=message):
        run("git.Clone", **{"url": str(remote), "directory": "x", **properties})


def test_passwords_show_nowhere(run: Run) -> None:
    with pytest.raises(TaskError) as caught:
        run("git.Clone", url="http://u:s3cret@127.0.0.1:1/x.git", password="s3cret", directory="x")
    assert "s3cret" not in str(caught.value)


def test_links_of_a_repository_are_not_followed(run: Run, host: FlowHost, remote: Path) -> None:
    put(remote, {"_files/a.txt": "1"})
    copy = remote.parent / "other"
    (copy / "_files/link.txt").symlink_to("/etc/passwd")
    put(remote, {"_files/b.txt": "2"})
    run("git.SyncNamespaceFiles", url=str(remote))
    assert host.files["nsfile://company.team/link.txt"] == b"/etc/passwd"  # what git keeps of a link: where it leads


def test_files_go_there_and_come_back(run: Run, host: FlowHost, remote: Path) -> None:
    host.files = {"nsfile://company.team/a.txt": b"1", "nsfile://company.team/dir/b.bin": b"\x00\xff"}
    planned = run("git.PushNamespaceFiles", url=str(remote), dryRun=True)
    assert plan(host, planned["files"]) == {"_files/a.txt": "ADDED", "_files/dir/b.bin": "ADDED"}
    assert "commitId" not in planned
    assert git("branch", directory=remote) == ""
    pushed = run("git.PushNamespaceFiles", url=str(remote), authorName="Ana", authorEmail="ana@example.com")
    assert git("log", "-1", "--format=%H %an %ae %s", "main", directory=remote).strip() == (
        f"{pushed['commitId']} Ana ana@example.com Add files from company.team namespace"
    )
    assert "commitId" not in run("git.PushNamespaceFiles", url=str(remote))
    host.files = {}
    pulled = run("git.SyncNamespaceFiles", url=str(remote), namespace="other")
    assert plan(host, pulled["files"]) == {"a.txt": "ADDED", "dir/b.bin": "ADDED"}
    assert host.files["nsfile://other/dir/b.bin"] == b"\x00\xff"
    again = run("git.SyncNamespaceFiles", url=str(remote), namespace="other")
    assert set(plan(host, again["files"]).values()) == {"UNCHANGED"}


def test_files_are_only_deleted_when_that_is_asked_for(run: Run, host: FlowHost, remote: Path) -> None:
    put(remote, {"_files/a.txt": "new", "elsewhere.txt": "kept"})
    host.files = {"nsfile://company.team/a.txt": b"old", "nsfile://company.team/mine.txt": b"mine"}
    assert plan(host, run("git.SyncNamespaceFiles", url=str(remote), dryRun=True)["files"]) == {"a.txt": "UPDATED"}
    assert host.files["nsfile://company.team/a.txt"] == b"old"
    run("git.SyncNamespaceFiles", url=str(remote))
    assert host.files["nsfile://company.team/mine.txt"] == b"mine"
    out = run("git.SyncNamespaceFiles", url=str(remote), delete=True)
    assert plan(host, out["files"]) == {"a.txt": "UNCHANGED", "mine.txt": "DELETED"}
    assert "nsfile://company.team/mine.txt" not in host.files
    put(remote, {"_files/theirs.txt": "theirs"})
    run("git.PushNamespaceFiles", url=str(remote), delete=False)
    assert "_files/theirs.txt" in there(remote)
    run("git.PushNamespaceFiles", url=str(remote))
    assert set(there(remote)) == {"_files/a.txt", "elsewhere.txt"}


def test_only_files_that_fit_are_pushed(run: Run, host: FlowHost, remote: Path) -> None:
    host.files = {"nsfile://company.team/a.sql": b"1", "nsfile://company.team/b.py": b"2"}
    run("git.PushNamespaceFiles", url=str(remote), files=["*.sql"], branch="new", gitDirectory="sql")
    assert there(remote, "new") == {"sql/a.sql": "1"}
    with pytest.raises(TaskError, match="No file"):
        run("git.PushNamespaceFiles", url=str(remote), files="*.r", errorOnMissing=True)


def test_a_push_begins_anew_when_others_were_faster(
    run: Run, host: FlowHost, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(remote, {"_files/theirs.txt": "theirs"})
    host.files = {"nsfile://company.team/mine.txt": b"mine"}
    from tiercel.tasks.git import repository  # noqa: PLC0415 (only this test looks inside)

    send, times = repository.Copy.send, [0]

    def late(copy: repository.Copy) -> bool:
        times[0] += 1
        if times[0] == 1:
            put(remote, {"_files/more.txt": "more"})
        return send(copy)

    monkeypatch.setattr(repository.Copy, "send", late)
    run("git.PushNamespaceFiles", url=str(remote), delete=False)
    assert set(there(remote)) == {"_files/theirs.txt", "_files/more.txt", "_files/mine.txt"}
    assert times == [2]


@pytest.mark.parametrize("folder", ["../out", ".git/hooks", "/.git"])
def test_a_folder_must_be_one_of_the_repository(run: Run, host: FlowHost, remote: Path, folder: str) -> None:
    put(remote, {"a": "1"})
    host.files = {"nsfile://company.team/a": b"1"}
    with pytest.raises(TaskError, match=r"leads out|belongs to git"):
        run("git.PushNamespaceFiles", url=str(remote), gitDirectory=folder)


def test_flows_go_there_and_come_back(run: Run, host: FlowHost, remote: Path) -> None:
    one, two = host.add("company.team", "one"), host.add("company.team.deep.er", "two")
    host.add("company.other", "three")
    planned = run("git.PushFlows", url=str(remote), includeChildNamespaces=True, dryRun=True)
    assert plan(host, planned["flows"]) == {"_flows/one.yaml": "ADDED", "_flows/deep/er/two.yaml": "ADDED"}
    run("git.PushFlows", url=str(remote), includeChildNamespaces=True)
    assert there(remote) == {"_flows/one.yaml": one, "_flows/deep/er/two.yaml": two}
    host.flows = {}
    out = run("git.SyncFlows", url=str(remote), targetNamespace="prod", includeChildNamespaces=True)
    assert plan(host, out["flows"]) == {"prod.one": "ADDED", "prod.deep.er.two": "ADDED"}
    assert host.flows == {
        ("prod", "one"): one.replace("company.team", "prod"),
        ("prod.deep.er", "two"): two.replace("company.team.deep.er", "prod.deep.er"),
    }
    again = run("git.SyncFlows", url=str(remote), targetNamespace="prod", includeChildNamespaces=True)
    assert set(plan(host, again["flows"]).values()) == {"UNCHANGED"}


def test_flows_name_another_namespace_in_the_repository(run: Run, host: FlowHost, remote: Path) -> None:
    host.add("company.team", "one")
    host.add("company.team", "two")
    run("git.PushFlows", url=str(remote), targetNamespace="prod", flows="o*", gitDirectory="flows")
    assert list(there(remote)) == ["flows/one.yaml"]
    assert "namespace: prod\n# kept" in there(remote)["flows/one.yaml"]


def test_flows_are_only_deleted_when_that_is_asked_for(run: Run, host: FlowHost, remote: Path) -> None:
    put(remote, {"_flows/one.yaml": FLOW.format(id="one", namespace="x", say="new")})
    for flow_id in ("one", "mine", "demo"):
        host.add("company.team", flow_id)
    run("git.SyncFlows", url=str(remote), targetNamespace="company.team")
    assert {key[1] for key in host.flows} == {"one", "mine", "demo"}
    assert "new" in host.flows["company.team", "one"]
    planned = run("git.SyncFlows", url=str(remote), targetNamespace="company.team", delete=True, dryRun=True)
    assert plan(host, planned["flows"]) == {"company.team.one": "UNCHANGED", "company.team.mine": "DELETED"}
    assert ("company.team", "mine") in host.flows
    run("git.SyncFlows", url=str(remote), targetNamespace="company.team", delete=True)
    assert {key[1] for key in host.flows} == {"one", "demo"}  # demo is the flow that runs


def test_nothing_changes_when_one_flow_is_invalid(run: Run, host: FlowHost, remote: Path) -> None:
    good = FLOW.format(id="good", namespace="x", say="hi")
    put(remote, {"_flows/a.yaml": good, "_flows/b.yaml": "id: bad\nnamespace: x\n", "_flows/c.yaml": "no: id\n"})
    host.add("company.team", "mine")
    with pytest.raises(
        TaskError, match=r"Nothing was changed: b.yaml is no valid flow: tasks is missing\nc.yaml is no"
    ):
        run("git.SyncFlows", url=str(remote), targetNamespace="company.team", delete=True)
    assert set(host.flows) == {("company.team", "mine")}
    run("git.SyncFlows", url=str(remote), targetNamespace="company.team", delete=True, ignoreInvalidFlows=True)
    assert set(host.flows) == {("company.team", "mine"), ("company.team", "good")}
    with pytest.raises(TaskError, match="no folder missing"):
        run("git.SyncFlows", url=str(remote), targetNamespace="company.team", gitDirectory="missing")
    out = run(
        "git.SyncFlows",
        url=str(remote),
        targetNamespace="company.team",
        gitDirectory="missing",
        failOnMissingDirectory=False,
        delete=True,
    )
    assert plan(host, out["flows"]) == {}


def test_one_flow_comes_from_a_repository(run: Run, host: FlowHost, remote: Path) -> None:
    put(remote, {"flows/one.yaml": FLOW.format(id="one", namespace="x", say="hi")})
    where = {"url": str(remote), "targetNamespace": "prod", "flowPath": "flows/one.yaml"}
    assert run("git.SyncFlow", **where, dryRun=True) == {"flowId": "one", "namespace": "prod"}
    assert host.flows == {}
    run("git.SyncFlow", **where)
    assert set(host.flows) == {("prod", "one")}
    with pytest.raises(TaskError, match="no file"):
        run("git.SyncFlow", **{**where, "flowPath": "flows/two.yaml"})
    with pytest.raises(TaskError, match="leads out"):
        run("git.SyncFlow", **{**where, "flowPath": "../../x.yaml"})


SYNC = """
id: sync
namespace: system
tasks:
  - id: sync
    type: io.kestra.plugin.git.SyncFlows
    url: "{remote}"
    targetNamespace: company.team
  - id: files
    type: io.kestra.plugin.git.SyncNamespaceFiles
    url: "{remote}"
  - id: run
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team
    flowId: hello
  - id: push
    type: io.kestra.plugin.git.PushFlows
    url: "{remote}"
    sourceNamespace: company.team
    gitDirectory: back
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "{{{{ read('greeting.txt') }}}}"
"""


def test_a_flow_brings_a_flow_runs_it_and_sends_it_back(remote: Path, tmp_path: Path) -> None:
    hello = FLOW.format(id="hello", namespace="company.team", say="from git")
    put(remote, {"_flows/hello.yaml": hello, "_files/greeting.txt": "good morning"})
    settings = Settings(local_files=LocalFileSettings(allowed_paths=(str(tmp_path),)))
    ended = run_flow(SYNC.format(remote=remote), settings=settings)
    assert ended.state == "SUCCESS", ended.messages()
    assert "good morning" in ended.messages()
    assert there(remote)["back/hello.yaml"] == hello


def test_a_repository_of_the_machine_must_be_allowed(remote: Path) -> None:
    ended = run_flow(SYNC.format(remote=remote))
    assert ended.state == "FAILED"
    assert any("allowed_paths" in message for message in ended.messages())
