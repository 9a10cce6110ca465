"""A namespace kept the same here and in a real repository of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from groups.conftest import Run
from groups.test_git import FLOW, FlowHost, git, host, plan, put, remote, there  # noqa: F401 (fixtures among them)
from tiercel.operations.settings import LocalFileSettings, Settings
from tiercel.plugins import TaskError
from tiercel.testing.flows import run_flow

HERE = "nsfile://company.team"
FOLDER = "company/team"


@pytest.fixture
def sync(run: Run, remote: Path) -> Run:  # noqa: F811 (the fixture)
    def run_task(**properties: Any) -> Any:
        known = {"url": str(remote), "branch": "main", "namespace": "company.team"}
        return run("git.NamespaceSync", **{**known, **properties})

    return run_task


def test_a_namespace_goes_there(sync: Run, host: FlowHost, remote: Path) -> None:  # noqa: F811 (as above)
    put(
        remote,
        {f"kestra/{FOLDER}/flows/b.yml": "old", f"kestra/{FOLDER}/flows/gone.yaml": "x", "kestra/README.md": "r"},
    )
    flows = {name: host.add("company.team", name) for name in ("a", "b")}
    host.add("company.team.below", "c")
    host.files = {f"{HERE}/dir/x.bin": b"\x00\x01"}
    planned = sync(gitDirectory="kestra", dryRun=True)
    expected = {
        f"kestra/{FOLDER}/files/dir/x.bin": "ADDED",
        f"kestra/{FOLDER}/flows/a.yaml": "ADDED",
        f"kestra/{FOLDER}/flows/b.yml": "UPDATED",
        f"kestra/{FOLDER}/flows/gone.yaml": "DELETED",
    }
    assert (plan(host, planned["diff"]), "commitId" in planned) == (expected, False)
    pushed = sync(gitDirectory="kestra", authorName="Ana", authorEmail="ana@example.com")
    assert plan(host, pushed["diff"]) == expected
    told = git("log", "-1", "--format=%H %an %ae %s", "main", directory=remote).strip()
    assert told == f"{pushed['commitId']} Ana ana@example.com Sync namespace company.team"
    found = there(remote)
    assert (found["kestra/README.md"], found[f"kestra/{FOLDER}/flows/b.yml"]) == ("r", flows["b"])
    again = sync(gitDirectory="kestra")
    assert (plan(host, again["diff"]), "commitId" in again) == ({}, False)


def test_a_namespace_goes_into_an_empty_repository(sync: Run, host: FlowHost, remote: Path) -> None:  # noqa: F811 (as above)
    flow = host.add("company.team", "a")
    assert "commitId" in sync(branch="new")
    assert there(remote, "new") == {f"{FOLDER}/flows/a.yaml": flow}


def test_a_namespace_comes_from_there(sync: Run, host: FlowHost, remote: Path) -> None:  # noqa: F811 (as above)
    flow = FLOW.format(id="a", namespace="company.team", say="there")
    put(remote, {f"{FOLDER}/flows/a.yaml": flow, f"{FOLDER}/files/x.txt": "x", "company/team/below/flows/c.yaml": "no"})
    for name in ("a", "mine", "demo"):
        host.add("company.team", name)
    host.files = {f"{HERE}/mine.txt": b"mine"}
    expected = {
        "company.team.a": "UPDATED",
        "company.team.mine": "DELETED",
        "x.txt": "ADDED",
        "mine.txt": "DELETED",
    }
    assert plan(host, sync(sourceOfTruth="GIT", dryRun=True)["diff"]) == expected
    assert len(host.flows) == 3
    sync(sourceOfTruth="GIT")
    assert host.flows["company.team", "a"] == flow
    assert set(host.flows) == {("company.team", "a"), ("company.team", "demo")}  # the flow that runs stays
    assert {name: host.files[name] for name in host.files if name.startswith(HERE)} == {f"{HERE}/x.txt": b"x"}


@pytest.mark.parametrize("source", ["GIT", "KESTRA"])
@pytest.mark.parametrize(
    "more", [{"whenMissingInSource": "KEEP"}, {"protectedNamespaces": ["system", "company"]}], ids=["kept", "protected"]
)
def test_what_the_source_does_not_have_stays_when_it_is_to(
    sync: Run,
    host: FlowHost,  # noqa: F811 (as above)
    remote: Path,  # noqa: F811 (as above)
    source: str,
    more: dict[str, Any],
) -> None:
    theirs = FLOW.format(id="theirs", namespace="company.team", say="x")
    put(remote, {f"{FOLDER}/flows/theirs.yaml": theirs, f"{FOLDER}/files/theirs.txt": "x"})
    host.add("company.team", "mine")
    host.files = {f"{HERE}/mine.txt": b"mine"}
    sync(sourceOfTruth=source, **more)
    assert ("company.team", "mine") in host.flows
    assert f"{HERE}/mine.txt" in host.files
    assert {f"{FOLDER}/flows/theirs.yaml", f"{FOLDER}/files/theirs.txt"} <= set(there(remote))


@pytest.mark.parametrize(("source", "named"), [("GIT", "company.team.mine"), ("KESTRA", "theirs.yaml")])
def test_nothing_is_changed_when_the_source_is_to_have_all(
    sync: Run,
    host: FlowHost,  # noqa: F811 (as above)
    remote: Path,  # noqa: F811 (as above)
    source: str,
    named: str,
) -> None:
    theirs = FLOW.format(id="theirs", namespace="company.team", say="x")
    before = put(remote, {f"{FOLDER}/flows/theirs.yaml": theirs})
    host.add("company.team", "mine")
    with pytest.raises(TaskError, match=f"Nothing was changed: the .* does not have {named}"):
        sync(sourceOfTruth=source, whenMissingInSource="FAIL")
    assert list(host.flows) == [("company.team", "mine")]
    assert git("rev-parse", "main", directory=remote).strip() == before


def test_a_repository_without_the_namespace_deletes_nothing(sync: Run, host: FlowHost, remote: Path) -> None:  # noqa: F811 (as above)
    put(remote, {"README.md": "x"})
    host.add("company.team", "mine")
    with pytest.raises(TaskError, match="has no folder company/team on branch main, so nothing is changed"):
        sync(sourceOfTruth="GIT")
    with pytest.raises(TaskError, match="has no branch nope"):
        sync(sourceOfTruth="GIT", branch="nope")
    assert list(host.flows) == [("company.team", "mine")]


def test_invalid_flows_change_nothing_unless_they_are_to_be_passed_over(
    sync: Run,
    host: FlowHost,  # noqa: F811 (as above)
    remote: Path,  # noqa: F811 (as above)
) -> None:
    good = FLOW.format(id="good", namespace="company.team", say="x")
    put(remote, {f"{FOLDER}/flows/bad.yaml": "id: bad\nnamespace: company.team\n", f"{FOLDER}/flows/good.yaml": good})
    host.add("company.team", "mine")
    with pytest.raises(TaskError, match=r"bad.yaml is no valid flow"):
        sync(sourceOfTruth="GIT")
    assert list(host.flows) == [("company.team", "mine")]
    for mode, warned in (("SKIP", False), ("WARN", True)):
        host.logs.clear()
        sync(sourceOfTruth="GIT", onInvalidSyntax=mode)
        assert set(host.flows) == {("company.team", "mine"), ("company.team", "good")}
        assert any(level == "WARN" for level, _ in host.logs) == warned


@pytest.mark.parametrize("namespace", ["..", "a..b", "", "a/../../b"])
@pytest.mark.parametrize("source", ["GIT", "KESTRA"])
def test_a_namespace_leads_not_out_of_the_repository(sync: Run, remote: Path, source: str, namespace: str) -> None:  # noqa: F811 (as above)
    put(remote, {"README.md": "x"})
    with pytest.raises(TaskError):
        sync(namespace=namespace, sourceOfTruth=source)
    assert there(remote) == {"README.md": "x"}


def test_an_installation_takes_a_namespace_and_gives_it_back(remote: Path, tmp_path: Path) -> None:  # noqa: F811 (as above)
    hello = FLOW.format(id="hello", namespace="company.team", say="from git")
    put(remote, {f"{FOLDER}/flows/hello.yaml": hello, f"{FOLDER}/files/greeting.txt": "good morning"})
    both = f"""id: sync
namespace: company.team
tasks:
  - id: pull
    type: io.kestra.plugin.git.NamespaceSync
    url: "{remote}"
    branch: main
    namespace: company.team
    sourceOfTruth: GIT
  - id: push
    type: io.kestra.plugin.git.NamespaceSync
    url: "{remote}"
    branch: back
    namespace: company.team
    gitDirectory: copy
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "{{{{ read('greeting.txt') }}}}"
"""
    settings = Settings(local_files=LocalFileSettings(allowed_paths=(str(tmp_path),)))
    ended = run_flow(both, settings=settings)
    assert ended.state == "SUCCESS", ended.messages()
    assert "good morning" in ended.messages()
    found = there(remote, "back")
    assert found[f"copy/{FOLDER}/flows/hello.yaml"] == hello
    assert found[f"copy/{FOLDER}/files/greeting.txt"] == "good morning"
