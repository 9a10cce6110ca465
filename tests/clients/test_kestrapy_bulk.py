"""Kestra's published client, unchanged: what is done to many at once, and what fewer people use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kestrapy import KestraClient
from kestrapy.exceptions import ApiException, BadRequestException, NotFoundException
from kestrapy.models.api_secret_value import ApiSecretValue
from kestrapy.models.concurrency_limit import ConcurrencyLimit
from kestrapy.models.delete_triggers_by_query_request import DeleteTriggersByQueryRequest
from kestrapy.models.id_with_namespace import IdWithNamespace
from kestrapy.models.label import Label
from kestrapy.models.query_filter import QueryFilter
from kestrapy.models.query_filter_field import QueryFilterField as Field
from kestrapy.models.query_filter_op import QueryFilterOp as Op
from kestrapy.models.state_type import StateType
from kestrapy.models.trigger_controller_set_disabled_request import TriggerControllerSetDisabledRequest

from clients.conftest import TENANT
from clients.kinds import Save

pytestmark = pytest.mark.usefixtures("in_time")

LOG = "io.kestra.plugin.core.log.Log"
HELLO = f"id: hello\nnamespace: NAMESPACE\ntasks: [{{id: say, type: {LOG}, message: hi}}]\n"
PAUSED = "id: paused\nnamespace: NAMESPACE\ntasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]\n"
SLOW = """\
id: slow
namespace: NAMESPACE
tasks:
  - {id: sleep, type: io.kestra.plugin.core.flow.Sleep, duration: PT1.5S}
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
"""
LIMITED = """\
id: limited
namespace: NAMESPACE
concurrency: {limit: 1, behavior: QUEUE}
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
"""
BROKEN = "id: broken\nnamespace: NAMESPACE\ntasks: [{id: fail, type: io.kestra.plugin.core.execution.Fail}]\n"
TRIGGERED = """\
id: triggered
namespace: NAMESPACE
tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: hi}]
triggers:
  - {id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: open-sesame}
  - {id: deep, type: io.kestra.plugin.core.trigger.Webhook, key: deep-sesame, path: "a/*"}
"""
YEARS = {"start": "2000-06-01T00:00:00Z", "end": "2020-06-01T00:00:00Z"}


def in_namespace(namespace: str) -> list[QueryFilter]:
    return [QueryFilter(var_field=Field.NAMESPACE, operation=Op.EQUALS, value=namespace)]


@pytest.fixture
def here(namespace: str) -> list[QueryFilter]:
    return in_namespace(namespace)


@pytest.fixture
def begin(kestra: KestraClient, namespace: str) -> Callable[[str], str]:
    """Start a flow without waiting; gives the id."""

    def begin(flow_id: str) -> str:
        id_: str = kestra.executions.create_execution(TENANT, namespace, flow_id).id
        return id_

    return begin


@pytest.fixture
def wait_for(kestra: KestraClient) -> Callable[[str, str], str]:
    """Ask until an execution is in a state; the time limit of the test ends it."""

    def wait_for(execution_id: str, state: str) -> str:
        while kestra.executions.execution(execution_id, TENANT).state.current != state:
            continue
        return execution_id

    return wait_for


def test_many_are_paused_resumed_and_killed(
    kestra: KestraClient,
    save: Save,
    here: list[QueryFilter],
    begin: Callable[[str], str],
    wait_for: Callable[[str, str], str],
) -> None:
    for source in (SLOW, PAUSED):
        save(source)
    slow = wait_for(begin("slow"), "RUNNING")
    assert kestra.executions.pause_executions_by_ids(TENANT, [slow])["totalItems"] == 1
    wait_for(slow, "PAUSED")
    assert kestra.executions.resume_executions_by_ids(TENANT, [slow])["totalItems"] == 1
    wait_for(slow, "SUCCESS")
    first, second = (wait_for(begin("paused"), "PAUSED") for _ in range(2))
    state = [QueryFilter(var_field=Field.STATE, operation=Op.EQUALS, value="PAUSED")]
    assert kestra.executions.resume_executions_by_query(TENANT, filters=here + state)["totalItems"] == 2
    assert {wait_for(one, "SUCCESS") for one in (first, second)} == {first, second}
    wait_for(begin("paused"), "PAUSED")
    assert kestra.executions.kill_executions_by_query(TENANT, filters=here + state)["totalItems"] == 1
    again = wait_for(begin("slow"), "RUNNING")
    running = [QueryFilter(var_field=Field.STATE, operation=Op.EQUALS, value="RUNNING")]
    assert kestra.executions.pause_executions_by_query(TENANT, filters=here + running)["totalItems"] == 1
    wait_for(again, "PAUSED")


def test_many_ended_ones_are_changed_and_removed(
    kestra: KestraClient,
    save: Save,
    here: list[QueryFilter],
    begin: Callable[[str], str],
    wait_for: Callable[[str, str], str],
) -> None:
    save(BROKEN)
    ids = [wait_for(begin("broken"), "FAILED") for _ in range(2)]
    executions = kestra.executions
    assert (
        executions.set_labels_on_terminated_executions_by_query(TENANT, [Label(key="seen", value="yes")], filters=here)[
            "totalItems"
        ]
        == 2
    )
    assert ("seen", "yes") in {(one.key, one.value) for one in executions.execution(ids[0], TENANT).labels}
    assert executions.restart_executions_by_query(TENANT, filters=here)["totalItems"] == 2
    for one in ids:
        wait_for(one, "FAILED")
    assert executions.update_executions_status_by_query(TENANT, StateType.SUCCESS, filters=here)["totalItems"] == 2
    assert wait_for(ids[1], "SUCCESS")
    assert executions.delete_executions_by_query(TENANT, filters=here)["count"] == 2
    with pytest.raises(NotFoundException):
        executions.execution(ids[0], TENANT)


def test_queued_ones_are_forced_and_taken_out(
    kestra: KestraClient,
    save: Save,
    namespace: str,
    here: list[QueryFilter],
    begin: Callable[[str], str],
    wait_for: Callable[[str, str], str],
) -> None:
    save(LIMITED)
    executions = kestra.executions
    wait_for(begin("limited"), "PAUSED")
    queued = [wait_for(begin("limited"), "QUEUED") for _ in range(5)]
    (limit,) = [one for one in kestra.flows.search_concurrency_limits(TENANT).results if one.namespace == namespace]
    assert (limit.flow_id, limit.running) == ("limited", 1)
    changed = ConcurrencyLimit(tenant_id=TENANT, namespace=namespace, flow_id="limited", running=1)
    assert kestra.flows.update_concurrency_limit(namespace, "limited", TENANT, changed).running == 1
    assert executions.force_run_execution(queued[0], TENANT).id == queued[0]
    assert executions.force_run_by_ids(TENANT, [queued[1]])["totalItems"] == 1
    assert executions.unqueue_executions_by_ids(TENANT, StateType.CANCELLED, [queued[2]])["totalItems"] == 1
    wait_for(queued[2], "CANCELLED")
    waiting = [*here, QueryFilter(var_field=Field.STATE, operation=Op.EQUALS, value="QUEUED")]
    assert executions.unqueue_executions_by_query(TENANT, StateType.FAILED, filters=waiting)["totalItems"] == 2
    wait_for(queued[4], "FAILED")
    wait_for(last := begin("limited"), "QUEUED")
    assert executions.force_run_executions_by_query(TENANT, filters=waiting)["totalItems"] == 1
    wait_for(last, "PAUSED")


def test_an_execution_stops_where_it_is_told_to(
    kestra: KestraClient, save: Save, namespace: str, wait_for: Callable[[str, str], str]
) -> None:
    save(HELLO)
    started = kestra.executions.create_execution(TENANT, namespace, "hello", breakpoints="say")
    wait_for(started.id, "BREAKPOINT")
    assert kestra.executions.resume_execution_from_breakpoint(started.id, TENANT).id == started.id
    wait_for(started.id, "SUCCESS")


def test_flows_are_made_from_objects_and_changed_together(
    kestra: KestraClient, namespace: str, here: list[QueryFilter]
) -> None:
    flows = kestra.flows
    flow = {"id": "hello", "namespace": namespace, "tasks": [{"id": "say", "type": LOG, "message": "hi"}]}
    assert flows.create_flow_from_object(TENANT, flow).revision == 1
    changed = flows.update_flow_from_object(namespace, "hello", TENANT, flow | {"description": "says hi"})
    assert (changed.revision, changed.description) == (2, "says hi")
    assert kestra.executions.flow_from_execution(TENANT, namespace, "hello").id == "hello"
    assert flows.delete_revisions(namespace, "hello", TENANT, [1]) is None
    key = IdWithNamespace(namespace=namespace, id="hello")
    assert flows.disable_flows_by_query(TENANT, filters=here).count == 1
    assert flows.enable_flows_by_ids(TENANT, [key]).count == 1
    sources = "---\n".join(one.replace("NAMESPACE", namespace) for one in (HELLO, BROKEN))
    saved = flows.bulk_update_flows(TENANT, delete=False, namespace=namespace, body=sources)
    assert {one.id for one in saved} == {"hello", "broken"}


def test_webhooks_take_a_path_where_they_say_so(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(TRIGGERED)
    for start in (
        kestra.executions.trigger_execution_by_get_webhook_with_path,
        kestra.executions.trigger_execution_by_post_webhook_with_path,
        kestra.executions.trigger_execution_by_put_webhook_with_path,
    ):
        assert start(TENANT, namespace, "triggered", "deep-sesame", "a/b").trigger.id == "deep"
        for key, path in (("open-sesame", "a/b"), ("deep-sesame", "b")):
            with pytest.raises(NotFoundException):
                start(TENANT, namespace, "triggered", key, path)


def test_streams_are_read_raw(
    kestra: KestraClient, save: Save, begin: Callable[[str], str], wait_for: Callable[[str, str], str]
) -> None:
    save(HELLO)
    ended = wait_for(begin("hello"), "SUCCESS")
    with kestra.executions.follow_execution_raw(ended, TENANT) as stream:
        kinds = [line for line in stream.iter_lines() if line.startswith(b"id: ")]
    assert kinds == [b"id: start", b"id: end"]
    with kestra.executions.follow_dependencies_execution_raw(ended, TENANT) as stream:
        kinds = [line for line in stream.iter_lines() if line.startswith(b"id: ")]
    assert (kinds[0], kinds[-1]) == (b"id: start", b"id: end-all")


def test_many_triggers_are_acted_on(kestra: KestraClient, save: Save, namespace: str, here: list[QueryFilter]) -> None:
    save(TRIGGERED)
    triggers = kestra.triggers
    key = {"namespace": namespace, "flowId": "triggered", "triggerId": "yearly"}
    named = TriggerControllerSetDisabledRequest(triggers=[key], disabled=True)
    assert triggers.disabled_triggers_by_ids(TENANT, named)["totalItems"] == 1
    assert triggers.disabled_triggers_by_query(TENANT, disabled=False, filters=here)["totalItems"] >= 1
    with pytest.raises(ApiException):  # it is not locked
        triggers.unlock_trigger(TENANT, namespace, "triggered", "yearly")
    assert triggers.unlock_triggers_by_ids(TENANT, [key])["totalItems"] == 0
    assert triggers.unlock_triggers_by_query(TENANT, filters=here)["totalItems"] == 0
    assert triggers.delete_triggers_by_ids(TENANT, [key])["totalItems"] == 0  # the flow declares it


def test_backfills_are_made_paused_and_given_up(
    kestra: KestraClient, save: Save, namespace: str, here: list[QueryFilter]
) -> None:
    save(TRIGGERED)
    triggers = kestra.triggers
    key = {"namespace": namespace, "flowId": "triggered", "triggerId": "yearly"}
    triggers.disable_trigger_by_id(TENANT, key | {"disabled": True})  # so that it stays as it is
    made = triggers.create_backfill(TENANT, key | {"backfill": YEARS | {"labels": [{"key": "a", "value": "b"}]}})
    assert made["backfill"]["start"] == YEARS["start"]
    assert made["backfill"]["labels"] == [{"key": "a", "value": "b"}]
    assert triggers.pause_backfill(TENANT, key)["backfill"]["paused"] is True
    assert triggers.unpause_backfill(TENANT, key)["backfill"]["paused"] is False
    for act in (triggers.pause_backfill_by_ids, triggers.unpause_backfill_by_ids):
        assert act(TENANT, [key])["totalItems"] == 1
    for act in (triggers.pause_backfill_by_query, triggers.unpause_backfill_by_query):
        assert act(TENANT, filters=here)["totalItems"] == 1
    assert triggers.delete_backfill_by_query(TENANT, filters=here)["totalItems"] == 1
    triggers.create_backfill(TENANT, key | {"backfill": YEARS})
    assert triggers.delete_backfill_by_ids(TENANT, [key])["totalItems"] == 1
    triggers.create_backfill(TENANT, key | {"backfill": YEARS})
    assert "backfill" not in triggers.delete_backfill(TENANT, key)


def test_filters_in_a_body_are_read(kestra: KestraClient, save: Save, here: list[QueryFilter]) -> None:
    save(TRIGGERED)
    asked = DeleteTriggersByQueryRequest(filters=here)
    assert kestra.triggers.delete_triggers_by_query(TENANT, asked)["totalItems"] == 0  # the flow declares them
    wrong = QueryFilter(var_field=Field.LEVEL, operation=Op.EQUALS, value="INFO")
    with pytest.raises(BadRequestException, match="Field level is not supported for resource TRIGGER"):
        kestra.triggers.delete_triggers_by_query(TENANT, DeleteTriggersByQueryRequest(filters=[wrong]))


def test_secrets_are_set_and_inherited(kestra: KestraClient, namespace: str) -> None:
    namespaces = kestra.namespaces
    assert [one.key for one in namespaces.put_secrets(namespace, TENANT, ApiSecretValue(key="A", value="b"))] == ["A"]
    assert namespaces.inherited_secrets(f"{namespace}.below", TENANT)[namespace] == ["A"]
    assert namespaces.delete_secret(namespace, "A", TENANT) is None


def test_what_only_other_editions_have_is_not_found(kestra: KestraClient, namespace: str) -> None:
    for ask in (
        kestra.tenants.search_tenants,
        lambda: kestra.groups.search_groups(TENANT),
        lambda: kestra.roles.search_roles(TENANT),
        kestra.service_account.list_service_accounts,
        lambda: kestra.namespaces.get_inherited_credentials(namespace, TENANT),
    ):
        with pytest.raises(NotFoundException):
            ask()
