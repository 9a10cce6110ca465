"""Kestra's published client, unchanged, drives flows and executions."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from kestrapy.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from kestrapy.kestra_client import KestraClient
from kestrapy.models.execution import Execution
from kestrapy.models.execution_controller_execution_response import ExecutionControllerExecutionResponse
from kestrapy.models.execution_controller_set_labels_by_ids_request import ExecutionControllerSetLabelsByIdsRequest
from kestrapy.models.execution_controller_state_request import ExecutionControllerStateRequest
from kestrapy.models.flow_topology_graph import FlowTopologyGraph
from kestrapy.models.flow_with_source import FlowWithSource
from kestrapy.models.id_with_namespace import IdWithNamespace
from kestrapy.models.label import Label
from kestrapy.models.query_filter import QueryFilter
from kestrapy.models.query_filter_field import QueryFilterField as Field
from kestrapy.models.query_filter_op import QueryFilterOp as Op
from kestrapy.models.state_type import StateType
from kestrapy.models.task_run import TaskRun
from kestrapy.query import and_, eq, or_, where

from clients.conftest import PASSWORD, TENANT, USER
from clients.kinds import Run, Save, connect

pytestmark = pytest.mark.usefixtures("in_time")

GREET = """\
id: greet
namespace: NAMESPACE
labels: {team: data}
inputs:
  - {id: who, type: STRING, defaults: you}
  - {id: times, type: INT, defaults: 1}
  - {id: letter, type: FILE, required: false}
outputs:
  - {id: greeting, type: STRING, value: "{{ outputs.say.value }}"}
tasks:
  - {id: note, type: io.kestra.plugin.core.log.Log, message: "hi {{ inputs.who }}"}
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.times }} x hello {{ inputs.who }}"}
  - {id: write, type: io.kestra.plugin.core.storage.Write, content: "name,age\\nAnn,7\\n", extension: .csv}
"""
READ = """\
id: read
namespace: NAMESPACE
inputs:
  - {id: letter, type: FILE}
tasks:
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ read(inputs.letter) }}"}
"""
ASK = """\
id: ask
namespace: NAMESPACE
tasks:
  - {id: wait, type: io.kestra.plugin.core.flow.Pause, onResume: [{id: reason, type: STRING}]}
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.wait.onResume.reason }}"}
"""
SLOW = """\
id: slow
namespace: NAMESPACE
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1M}
"""
STUBBORN = """\
id: stubborn
namespace: NAMESPACE
tasks:
  - {id: first, type: io.kestra.plugin.core.debug.Return, format: done}
  - {id: fail, type: io.kestra.plugin.core.execution.Fail}
"""
OLD = """\
id: old
namespace: NAMESPACE
tasks:
  - {id: say, type: io.kestra.core.tasks.log.Log, message: hi}
"""
PARENT = """\
id: parent
namespace: NAMESPACE
tasks:
  - {id: child, type: io.kestra.plugin.core.flow.Subflow, namespace: NAMESPACE, flowId: greet}
"""
LISTENER = """\
id: listener
namespace: NAMESPACE
tasks:
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: heard}
triggers:
  - id: after
    type: io.kestra.plugin.core.trigger.Flow
    preconditions: {id: it, flows: [{namespace: NAMESPACE, flowId: parent, states: [SUCCESS]}]}
"""


def key(saved: FlowWithSource) -> IdWithNamespace:
    return IdWithNamespace(id=saved.id, namespace=saved.namespace)


def leaf(field: Field, operation: Op, value: list[str] | str | dict[str, Any]) -> QueryFilter:
    return QueryFilter(var_field=field, operation=operation, value=value)


def in_namespace(namespace: str) -> list[QueryFilter]:
    return [leaf(Field.NAMESPACE, Op.EQUALS, namespace)]


def until(kestra: KestraClient, execution_id: str, state: str) -> Execution:
    """Follow an execution until it enters a state; gives it as it was then."""
    seen: Execution
    for seen in kestra.executions.follow_execution(execution_id, TENANT):
        if getattr(seen, "state", None) is not None and seen.state.current == state:
            return seen
    raise AssertionError(f"{execution_id} never was {state}")


def task_run(execution: Execution | ExecutionControllerExecutionResponse, task_id: str) -> TaskRun:
    return next(one for one in execution.task_run_list or [] if one.task_id == task_id)


@pytest.fixture
def run(kestra: KestraClient, namespace: str) -> Run:
    def run(flow_id: str, **options: bool | list[str] | dict[str, Any]) -> ExecutionControllerExecutionResponse:
        ran: ExecutionControllerExecutionResponse = kestra.executions.create_execution(
            TENANT, namespace, flow_id, **options
        )
        return ran

    return run


def test_flows_are_made_read_changed_and_removed(kestra: KestraClient, save: Save, namespace: str) -> None:
    made = save(GREET)
    assert (made.id, made.namespace, made.revision) == ("greet", namespace, 1)
    with pytest.raises(ConflictException):
        save(GREET)
    source = GREET.replace("NAMESPACE", namespace)
    assert kestra.flows.flow(namespace, "greet", TENANT, source=True).source == source
    changed = kestra.flows.update_flow(namespace, "greet", TENANT, f"{source}description: better\n")
    assert (changed.revision, changed.description) == (2, "better")
    assert [one.revision for one in kestra.flows.list_flow_revisions(namespace, "greet", TENANT)] == [1, 2]
    assert kestra.flows.flow(namespace, "greet", TENANT, revision=1).description is None
    assert kestra.flows.task_from_flow(namespace, "greet", "say", TENANT).type.endswith("debug.Return")
    kestra.flows.delete_flow(namespace, "greet", TENANT)
    with pytest.raises(NotFoundException):
        kestra.flows.flow(namespace, "greet", TENANT)


def test_flows_are_validated(kestra: KestraClient, namespace: str) -> None:
    source = GREET.replace("NAMESPACE", namespace)
    good, bad = kestra.flows.validate_flows(TENANT, f"{source}---\n{source}nonsense: 1\n")
    assert (good.index, good.constraints) == (0, None)
    assert (bad.index, bad.flow) == (1, "greet")
    assert "nonsense" in bad.constraints
    with pytest.raises(UnprocessableEntityException, match="nonsense"):
        kestra.flows.create_flow(TENANT, f"{source}nonsense: 1\n")
    task = {"id": "a", "type": "io.kestra.plugin.core.log.Log", "message": "x"}
    assert kestra.flows.validate_task("TASKS", TENANT, task).constraints is None
    assert "mesage" in kestra.flows.validate_task("TASKS", TENANT, task | {"mesage": "x"}).constraints
    trigger = {"id": "a", "type": "io.kestra.plugin.core.trigger.Schedule", "cron": "not a cron"}
    assert "cron" in kestra.flows.validate_trigger(TENANT, trigger).constraints


def test_flows_are_found(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(GREET)
    save(SLOW)
    found = kestra.flows.search_flows(TENANT, filters=in_namespace(namespace), sort=["id:asc"], size=1)
    assert (found.total, [one.id for one in found.results]) == (2, ["greet"])
    either = where(and_(eq(Field.NAMESPACE, namespace), or_(eq(Field.FLOW_ID, "slow"), eq(Field.FLOW_ID, "other"))))
    assert [one.id for one in kestra.flows.search_flows(TENANT, filters=either).results] == ["slow"]
    labelled = [*in_namespace(namespace), leaf(Field.LABELS, Op.EQUALS, {"team": "data"})]
    assert [one.id for one in kestra.flows.search_flows(TENANT, filters=labelled).results] == ["greet"]
    assert [one.id for one in kestra.flows.list_flows_by_namespace(namespace, TENANT)] == ["greet", "slow"]
    assert kestra.flows.list_distinct_namespaces(TENANT, q=namespace) == [namespace]
    with pytest.raises(BadRequestException):
        kestra.flows.search_flows(TENANT, filters=[leaf(Field.LEVEL, Op.EQUALS, "INFO")])


def test_flows_are_changed_many_at_once(kestra: KestraClient, save: Save, namespace: str) -> None:
    flows = [key(save(GREET)), key(save(SLOW))]
    assert kestra.flows.disable_flows_by_ids(TENANT, flows).count == 2
    assert kestra.flows.disable_flows_by_ids(TENANT, flows).count == 0
    assert kestra.flows.flow(namespace, "slow", TENANT).disabled
    assert kestra.flows.enable_flows_by_query(TENANT, filters=in_namespace(namespace)).count == 2
    texts = "---\n".join(source.replace("NAMESPACE", namespace) for source in (GREET, ASK))
    kestra.flows.update_flows_in_namespace(namespace, TENANT, texts, delete=True)
    assert [one.id for one in kestra.flows.list_flows_by_namespace(namespace, TENANT)] == ["ask", "greet"]
    assert kestra.flows.delete_flows_by_ids(TENANT, flows[:1]).count == 1
    with pytest.raises(NotFoundException):
        kestra.flows.delete_flows_by_ids(TENANT, flows)
    assert kestra.flows.delete_flows_by_query(TENANT, filters=in_namespace(namespace)).count == 1


def test_flows_are_listed_in_other_forms(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(GREET)
    save(OLD)
    here = in_namespace(namespace)
    table = list(csv.DictReader(io.StringIO(kestra.flows.export_flows_by_query_csv(TENANT, filters=here))))
    assert [(row["id"], row["revision"]) for row in table] == [("greet", "1"), ("old", "1")]
    assert json.loads(table[0]["labels"]) == [{"key": "team", "value": "data"}]
    told = kestra.flows.list_deprecated(TENANT, namespace=namespace)
    assert [(one["flowId"], one["deprecatedTasks"]) for one in told] == [
        (
            "old",
            [
                {
                    "taskId": "say",
                    "taskType": "io.kestra.core.tasks.log.Log",
                    "replacement": "io.kestra.plugin.core.log.Log",
                }
            ],
        )
    ]


def test_flows_go_out_as_a_zip_and_come_back(kestra: KestraClient, save: Save, namespace: str) -> None:
    flow = key(save(GREET))
    content = kestra.flows.export_flows_by_ids(TENANT, [flow])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"{namespace}.greet.yaml"]
    assert kestra.flows.export_flows_by_query(TENANT, filters=in_namespace(namespace))[:2] == b"PK"
    kestra.flows.delete_flow(namespace, "greet", TENANT)
    assert kestra.flows.import_flows(TENANT, file_content=content) == []
    assert kestra.flows.flow(namespace, "greet", TENANT).revision == 2
    with pytest.raises(UnprocessableEntityException):
        kestra.flows.import_flows(TENANT, fail_on_error=True, file_content=b"id: nothing\n")


def test_sources_are_searched_and_changed(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(GREET)
    save(SLOW)
    found = kestra.flows.search_flows_by_source_code(TENANT, q="hel+o", regex=True, namespace=namespace)
    assert [(one.id, one.matches[0].line, one.matches[0].column) for one in found.results] == [("greet", 12, 86)]
    only = kestra.flows.search_flows_by_source_code(TENANT, q="hi", namespace=namespace, whole_word=True)
    assert [one.id for one in only.results] == ["greet"]
    inputs = kestra.flows.search_flows_by_source_code(TENANT, q="hello", namespace=namespace, scope="INPUTS")
    assert inputs.total == 0
    change = {"query": "(hel+)o", "regex": True, "replacement": "$1a", "namespace": namespace}
    shown = kestra.flows.preview_replace_by_source_code(TENANT, change)
    assert (shown["totalMatches"], shown["flows"][0]["matches"][0]["after"].count("hella")) == (1, 1)
    named = [{"namespace": namespace, "id": one} for one in ("greet", "slow", "other")]
    done = kestra.flows.apply_replace_by_source_code(TENANT, change | {"flows": named})
    assert [(one["id"], one["revision"]) for one in done["updated"]] == [("greet", 2)]
    assert [(one["id"], one["reason"]) for one in done["skipped"]] == [("slow", "NO_MATCH"), ("other", "NOT_FOUND")]
    line = {"query": "hella", "replacement": "hullo", "namespace": namespace, "id": "greet", "line": 12}
    assert "hullo" in kestra.flows.replace_line_by_source_code(TENANT, line)["source"]
    with pytest.raises(ConflictException):
        kestra.flows.replace_line_by_source_code(TENANT, line)


def test_editors_are_told_what_expressions_can_name(kestra: KestraClient, namespace: str) -> None:
    kestra.kv.set_key_value(namespace, "limit", TENANT, "1")
    told = kestra.flows.expressions(TENANT, GREET.replace("NAMESPACE", namespace), task_id="write")["categories"]
    assert told["taskOutputs"] == ["outputs.say.value"]
    assert told["inputs"] == ["inputs.who", "inputs.times", "inputs.letter"]
    assert told["kvPairs"] == ["kv('limit')"]
    assert {"upper", "jq"} <= set(told["filters"])
    with pytest.raises(UnprocessableEntityException):
        kestra.flows.expressions(TENANT, "id: nothing")


def test_graphs_are_drawn(kestra: KestraClient, save: Save, run: Run, namespace: str) -> None:
    save(GREET)
    kinds = {node.type for node in kestra.flows.generate_flow_graph(namespace, "greet", TENANT).nodes}
    assert "io.kestra.core.models.hierarchies.GraphTask" in kinds
    assert kestra.flows.generate_flow_graph_from_source(TENANT, GREET.replace("NAMESPACE", namespace)).edges
    assert kestra.executions.execution_flow_graph(run("greet").id, TENANT).nodes


def test_an_execution_takes_inputs_files_and_labels(kestra: KestraClient, save: Save, run: Run) -> None:
    save(GREET)
    save(READ)
    ended = run("greet", wait=True, labels=["run:by hand"], inputs={"who": "Ann", "times": 3})
    assert ended.state.current == "SUCCESS"
    assert {"team": "data", "run": "by hand"}.items() <= {one.key: one.value for one in ended.labels or []}.items()
    assert kestra.outputs.execution_outputs(ended.id, TENANT) == {"greeting": "3 x hello Ann"}
    told = run("read", wait=True, inputs={"letter": ("letter.txt", b"dear", "text/plain")})
    said = task_run(told, "say")
    assert kestra.outputs.task_run_outputs(told.id, said.id, TENANT) == {"value": "dear"}
    assert [one.task_id for one in kestra.outputs.task_outputs_information(told.id, TENANT)] == ["say"]
    with pytest.raises(UnprocessableEntityException, match="letter"):
        run("read")
    checked = kestra.executions.validate_new_execution_inputs(ended.namespace, "greet", TENANT, inputs={"times": "x"})
    assert [one["input"]["id"] for one in checked["inputs"] if one.get("errors")] == ["times"]


def test_an_execution_is_followed_to_its_end(kestra: KestraClient, save: Save, run: Run) -> None:
    save(GREET)
    started = run("greet")
    seen = list(kestra.executions.follow_execution(started.id, TENANT))
    assert seen[0].id == started.id
    assert seen[-1].state.current == "SUCCESS"
    assert kestra.executions.execution(started.id, TENANT).state.duration
    assert kestra.executions.flow_from_execution_by_id(started.id, TENANT).id == "greet"


def test_executions_are_found(kestra: KestraClient, save: Save, run: Run, namespace: str) -> None:
    save(GREET)
    save(STUBBORN)
    good, bad = run("greet", wait=True).id, run("stubborn", wait=True).id
    states = leaf(Field.STATE, Op.IN, [StateType.SUCCESS.value, StateType.FAILED.value])
    found = kestra.executions.search_executions(
        TENANT, filters=[*in_namespace(namespace), states], sort=["state.startDate:desc"]
    )
    assert (found["total"], [one["id"] for one in found["results"]]) == (2, [bad, good])
    failed = [*in_namespace(namespace), leaf(Field.STATE, Op.EQUALS, "FAILED")]
    assert [one["id"] for one in kestra.executions.search_executions(TENANT, filters=failed)["results"]] == [bad]
    of_flow = kestra.executions.search_executions_by_flow_id(TENANT, namespace, "greet")
    assert [one["id"] for one in of_flow["results"]] == [good]
    latest = kestra.executions.latest_executions(TENANT, [{"namespace": namespace, "id": "stubborn"}])
    assert [(one.id, one.status) for one in latest] == [(bad, "FAILED")]
    assert namespace in kestra.executions.list_executable_namespaces(TENANT)
    flows = kestra.executions.list_executable_flows_by_namespace(namespace, TENANT)
    assert [one.id for one in flows] == ["greet", "stubborn"]
    with pytest.raises(UnprocessableEntityException):
        kestra.executions.search_executions(TENANT, size=5000)


def test_executions_are_summed_up(kestra: KestraClient, save: Save, run: Run, namespace: str) -> None:
    save(GREET)
    ended = run("greet", wait=True)
    here = in_namespace(namespace)
    table = list(csv.DictReader(io.StringIO(kestra.executions.export_executions_by_query_to_csv(TENANT, filters=here))))
    assert [(row["id"], row["state"], row["flowRevision"]) for row in table] == [(ended.id, "SUCCESS", "1")]
    assert json.loads(table[0]["outputs"]) == {"greeting": "1 x hello you"}
    told = kestra.executions.execution_average_duration(namespace, "greet", TENANT)
    assert (told["count"], told["avgDurationMs"] >= 0) == (1, True)
    for field, values in (("NAMESPACE", [namespace]), ("FLOW_ID", ["greet"]), ("STATE", ["SUCCESS"])):
        assert kestra.executions.find_distinct_execution_field_values(TENANT, field, filters=here) == values
    with pytest.raises(UnprocessableEntityException):
        kestra.executions.find_distinct_execution_field_values(TENANT, "NOTHING")


def test_flows_that_depend_on_each_other_are_shown_and_followed(
    kestra: KestraClient, save: Save, run: Run, namespace: str
) -> None:
    for source in (GREET, PARENT, LISTENER, STUBBORN):
        save(source)

    def edges(graph: FlowTopologyGraph) -> set[tuple[str, str, str]]:
        return {
            (str(one.source).rpartition("_")[2], str(one.target).rpartition("_")[2], one.relation.value)
            for one in graph.edges or []
            if one.relation is not None
        }

    task, trigger = ("parent", "greet", "FLOW_TASK"), ("parent", "listener", "FLOW_TRIGGER")
    assert edges(kestra.flows.flow_dependencies(namespace, "greet", TENANT)) == {task}
    assert edges(kestra.flows.flow_dependencies(namespace, "greet", TENANT, expand_all=True)) == {task, trigger}
    assert edges(kestra.flows.flow_dependencies(namespace, "parent", TENANT, destination_only=True)) == set()
    whole = kestra.flows.flow_dependencies_from_namespace(namespace, TENANT)
    assert edges(whole) == {task, trigger}
    assert [one.id for one in whole.nodes] == ["greet", "listener", "parent", "stubborn"]
    started = run("parent").id
    seen = list(kestra.executions.follow_dependencies_execution(started, TENANT, expand_all=True))
    told = [one for one in seen if getattr(one, "state", None) is not None]  # the first and the last name it alone
    ended = {one.flow_id for one in told if one.state.current == "SUCCESS"}
    assert ended == {"parent", "greet", "listener"}
    with pytest.raises(NotFoundException):
        kestra.flows.flow_dependencies(namespace, "nothing", TENANT)


def test_files_of_an_execution_are_read(kestra: KestraClient, save: Save, run: Run) -> None:
    save(GREET)
    ended = run("greet", wait=True)
    uri = kestra.outputs.task_run_outputs(ended.id, task_run(ended, "write").id, TENANT)["uri"]
    assert kestra.executions.download_file_from_execution(ended.id, uri, TENANT) == b"name,age\nAnn,7\n"
    assert kestra.executions.file_metadatas_from_execution(ended.id, uri, TENANT).size == 15
    shown = kestra.executions.preview_file_from_execution(ended.id, uri, TENANT, max_rows=10)
    assert (shown["type"], shown["content"]) == ("LIST", [{"name": "Ann", "age": "7"}])
    with pytest.raises(UnprocessableEntityException):
        kestra.executions.download_file_from_execution(ended.id, "kestra:///../../etc/passwd", TENANT)


def test_expressions_are_tried_out(kestra: KestraClient, save: Save, run: Run) -> None:
    save(GREET)
    ended = run("greet", wait=True, inputs={"who": "Bo"})
    assert kestra.executions.eval_expression(ended.id, TENANT, "{{ outputs.say.value }}")["result"] == "1 x hello Bo"
    in_task = kestra.executions.eval_task_run_expression(
        ended.id, task_run(ended, "say").id, TENANT, "{{ taskrun.attemptsCount }}"
    )
    assert in_task.result == "1"
    assert kestra.executions.eval_expression(ended.id, TENANT, "{{ nothing.here }}")["error"]


def test_a_pause_is_resumed_with_inputs(kestra: KestraClient, save: Save, run: Run) -> None:
    save(ASK)
    asked = run("ask").id
    until(kestra, asked, "PAUSED")
    with pytest.raises(UnprocessableEntityException, match="reason"):
        kestra.executions.resume_execution(asked, TENANT)
    checked = kestra.executions.validate_resume_execution_inputs(asked, TENANT, inputs={"reason": "because"})
    assert [(one["input"]["id"], one["value"]) for one in checked["inputs"]] == [("reason", "because")]
    assert kestra.executions.resume_execution(asked, TENANT, inputs={"reason": "because"}).id == asked
    ended = until(kestra, asked, "SUCCESS")
    assert kestra.outputs.task_run_outputs(asked, task_run(ended, "say").id, TENANT) == {"value": "because"}
    with pytest.raises(ConflictException):
        kestra.executions.resume_execution(asked, TENANT, inputs={"reason": "again"})


def test_an_execution_is_paused_and_killed(kestra: KestraClient, save: Save, run: Run) -> None:
    save(SLOW)
    slow = run("slow").id
    until(kestra, slow, "RUNNING")
    assert kestra.executions.pause_execution(slow, TENANT).id == slow
    assert kestra.executions.kill_execution(slow, TENANT).id == slow
    until(kestra, slow, "KILLED")
    with pytest.raises(ConflictException):
        kestra.executions.kill_execution(slow, TENANT, is_on_kill_cascade=False)
    with pytest.raises(ConflictException):
        kestra.executions.unqueue_execution(slow, TENANT, StateType.RUNNING)
    with pytest.raises(NotFoundException):
        kestra.executions.kill_execution("0" * 22, TENANT)


def test_an_ended_execution_runs_again(kestra: KestraClient, save: Save, run: Run) -> None:
    save(STUBBORN)
    save(GREET)
    failed = run("stubborn", wait=True)
    assert kestra.executions.restart_execution(failed.id, TENANT).id == failed.id
    until(kestra, failed.id, "FAILED")
    replayed = kestra.executions.replay_execution(failed.id, TENANT, task_run_id=task_run(failed, "fail").id)
    assert (replayed.id != failed.id, replayed.original_id) == (True, failed.id)
    ended = run("greet", wait=True, inputs={"who": "Ann"})
    again = kestra.executions.replay_execution_with_inputs(ended.id, TENANT, inputs={"who": "Bo"})
    until(kestra, again.id, "SUCCESS")
    assert kestra.outputs.execution_outputs(again.id, TENANT) == {"greeting": "1 x hello Bo"}
    same = kestra.executions.replay_execution_with_inputs(ended.id, TENANT)
    until(kestra, same.id, "SUCCESS")
    assert kestra.outputs.execution_outputs(same.id, TENANT) == {"greeting": "1 x hello Ann"}


def test_an_ended_execution_is_corrected(kestra: KestraClient, save: Save, run: Run) -> None:
    save(GREET)
    ended = run("greet", wait=True)
    changed = kestra.executions.update_execution_status(ended.id, StateType.WARNING, TENANT)
    assert changed.state.current == "WARNING"
    kestra.executions.set_labels_on_terminated_execution(ended.id, TENANT, [Label(key="seen", value="yes")])
    labels = {one.key: one.value for one in kestra.executions.execution(ended.id, TENANT).labels}
    assert labels["seen"] == "yes"
    wanted = ExecutionControllerStateRequest(task_run_id=task_run(ended, "say").id, state=StateType.FAILED)
    assert kestra.executions.update_task_run_state(ended.id, TENANT, wanted).id == ended.id
    until(kestra, ended.id, "FAILED")
    with pytest.raises(UnprocessableEntityException):
        kestra.executions.update_execution_status(ended.id, StateType.RUNNING, TENANT)


def test_many_executions_are_acted_on_at_once(kestra: KestraClient, save: Save, run: Run, namespace: str) -> None:
    save(GREET)
    save(SLOW)
    ended, slow = [run("greet", wait=True).id for _ in range(2)], run("slow").id
    request = ExecutionControllerSetLabelsByIdsRequest(
        executions_id=ended, execution_labels=[Label(key="a", value="b")]
    )
    assert kestra.executions.set_labels_on_terminated_executions_by_ids(TENANT, request)["totalItems"] == 2
    labelled = [*in_namespace(namespace), leaf(Field.LABELS, Op.EQUALS, {"a": "b"})]
    assert kestra.executions.replay_executions_by_query(TENANT, filters=labelled)["count"] == 2
    assert kestra.executions.replay_executions_by_ids(TENANT, ended)["operationId"]
    assert kestra.executions.update_executions_status_by_ids(TENANT, StateType.FAILED, ended)["count"] == 2
    assert kestra.executions.kill_executions_by_ids(TENANT, [slow])["totalItems"] == 1
    until(kestra, slow, "KILLED")
    with pytest.raises(BadRequestException, match="invalid bulk restart"):
        kestra.executions.restart_executions_by_ids(TENANT, [*ended, "0" * 22])
    assert kestra.executions.delete_executions_by_ids(TENANT, ended).count == 2
    kestra.executions.delete_execution(slow, TENANT)
    with pytest.raises(NotFoundException):
        kestra.executions.execution(slow, TENANT)


def test_somebody_signs_in(signed_in: KestraClient, guarded_url: str, namespace: str) -> None:
    source = GREET.replace("NAMESPACE", namespace)
    assert signed_in.flows.create_flow(TENANT, source).revision == 1
    ended = signed_in.executions.create_execution(TENANT, namespace, "greet", wait=True, inputs={"letter": b"dear"})
    assert ended.state.current == "SUCCESS"
    assert list(signed_in.executions.follow_execution(ended.id, TENANT))[-1].state.current == "SUCCESS"
    for stranger in (
        connect(guarded_url, timeout=30),
        connect(guarded_url, timeout=30, username=USER, password=f"{PASSWORD}x"),
    ):
        with pytest.raises(UnauthorizedException):
            stranger.executions.execution(ended.id, TENANT)
    assert connect(guarded_url).misc.login_configuration().is_basic_auth_initialized
