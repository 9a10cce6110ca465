"""The older published package, unchanged: it names no tenant, and asks again until an execution has ended."""

from __future__ import annotations

import io

import pytest
from kestra import Flow
from kestrapy import KestraClient

from clients.conftest import PASSWORD, USER
from clients.kinds import Save

pytestmark = pytest.mark.usefixtures("in_time")

GREET = """\
id: greet
namespace: NAMESPACE
inputs:
  - {id: who, type: STRING, defaults: you}
  - {id: letter, type: FILE, required: false}
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "hello {{ inputs.who }}"}
  - {id: show, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.letter ? read(inputs.letter) : '-' }}"}
"""


@pytest.fixture
def flow(open_url: str, monkeypatch: pytest.MonkeyPatch) -> Flow:
    monkeypatch.setenv("KESTRA_HOSTNAME", open_url)
    return Flow(wait_for_completion=True, poll_interval=0)


def test_a_flow_runs_to_its_end_without_a_tenant(flow: Flow, save: Save, namespace: str) -> None:
    save(GREET)
    ended = flow.execute(namespace, "greet")
    assert ended.status == "SUCCESS"
    assert "INFO hello you" in ended.log


def test_inputs_and_files_are_given(flow: Flow, save: Save, namespace: str) -> None:
    save(GREET)
    letter = ("letter.txt", io.BytesIO(b"dear friend"), "text/plain")
    ended = flow.execute(namespace, "greet", {"who": "Ann", "letter": letter})
    assert ended.status == "SUCCESS"
    assert "INFO hello Ann" in ended.log
    assert "dear friend" in ended.log


def test_labels_are_made_of_inputs(
    open_url: str, monkeypatch: pytest.MonkeyPatch, kestra: KestraClient, save: Save, namespace: str
) -> None:
    monkeypatch.setenv("KESTRA_HOSTNAME", open_url)
    save(GREET)
    started = Flow(wait_for_completion=False, labels_from_inputs=True).execute(namespace, "greet", {"who": "Ann"})
    labels = kestra.executions.execution(started.execution_id, "main").labels
    assert ("who", "Ann") in {(one.key, one.value) for one in labels}


def test_somebody_signs_in(
    guarded_url: str, signed_in: KestraClient, monkeypatch: pytest.MonkeyPatch, namespace: str
) -> None:
    signed_in.flows.create_flow("main", GREET.replace("NAMESPACE", namespace))
    monkeypatch.setenv("KESTRA_HOSTNAME", guarded_url)
    with pytest.raises(Exception, match="Authentication required"):
        Flow().execute(namespace, "greet")
    monkeypatch.setenv("KESTRA_USER", USER)
    flow = Flow(poll_interval=0, tenant="main")
    flow.password = PASSWORD
    assert flow.execute(namespace, "greet").status == "SUCCESS"
