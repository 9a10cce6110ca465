"""Kestra's published client, unchanged: logs, keys, files, triggers, plugins and the installation itself."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from kestrapy import KestraClient
from kestrapy.exceptions import BadRequestException, ConflictException, NotFoundException
from kestrapy.models.api_autocomplete import ApiAutocomplete
from kestrapy.models.blueprint_controller_kind import BlueprintControllerKind
from kestrapy.models.kv_controller_api_delete_bulk_request import KVControllerApiDeleteBulkRequest
from kestrapy.models.notification_type import NotificationType
from kestrapy.models.query_filter import QueryFilter
from kestrapy.models.query_filter_field import QueryFilterField as Field
from kestrapy.models.query_filter_op import QueryFilterOp as Op

from clients.conftest import TENANT
from clients.kinds import Save

pytestmark = pytest.mark.usefixtures("in_time")

LOUD = """\
id: loud
namespace: NAMESPACE
tasks:
  - {id: low, type: io.kestra.plugin.core.log.Log, level: DEBUG, message: whisper}
  - {id: high, type: io.kestra.plugin.core.log.Log, level: WARN, message: shout}
"""
TRIGGERED = """\
id: triggered
namespace: NAMESPACE
tasks:
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ trigger.body ?? 'nothing' }}"}
triggers:
  - {id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: open-sesame}
"""
MEASURED = """\
id: measured
namespace: NAMESPACE
tasks:
  - id: count
    type: io.kestra.plugin.core.metric.Publish
    metrics:
      - {type: counter, name: rows, value: 3}
      - {type: counter, name: errors, value: 1}
"""
LOG = "io.kestra.plugin.core.log.Log"


def leaf(field: Field, operation: Op, value: str) -> QueryFilter:
    return QueryFilter(var_field=field, operation=operation, value=value)


@pytest.fixture
def loud(kestra: KestraClient, save: Save, namespace: str) -> str:
    """An execution that wrote two lines."""
    save(LOUD)
    id_: str = kestra.executions.create_execution(TENANT, namespace, "loud", wait=True).id
    return id_


def test_lines_are_listed_followed_found_and_removed(kestra: KestraClient, loud: str, namespace: str) -> None:
    assert [one.message for one in kestra.logs.list_logs_from_execution(loud, TENANT)] == ["whisper", "shout"]
    listed = kestra.logs.list_logs_from_execution(loud, TENANT, min_level="WARN")
    assert [(one.task_id, one.level) for one in listed] == [("high", "WARN")]
    assert "WARN shout" in str(kestra.logs.download_logs_from_execution(loud, TENANT))
    followed = kestra.logs.follow_logs_from_execution(loud, TENANT)
    assert [next(followed).message for _ in range(3)] == [None, "whisper", "shout"]
    followed.close()
    filters = [leaf(Field.NAMESPACE, Op.EQUALS, namespace), leaf(Field.LEVEL, Op.GREATER_THAN_OR_EQUAL_TO, "INFO")]
    found = kestra.logs.search_logs(TENANT, filters=filters)
    assert (found.total, [one.message for one in found.results]) == (1, ["shout"])
    with pytest.raises(BadRequestException):
        kestra.logs.search_logs(TENANT, filters=[leaf(Field.LEVEL, Op.EQUALS, "INFO")])
    kestra.logs.delete_logs_from_execution(loud, TENANT, task_id="low")
    assert [one.message for one in kestra.logs.list_logs_from_execution(loud, TENANT)] == ["shout"]


def test_keys_are_set_read_listed_and_removed(kestra: KestraClient, namespace: str) -> None:
    for name, text, kind, value in (
        ("text", '"a"', "STRING", "a"),
        ("number", "42", "NUMBER", 42),
        ("map", '{"a": [1]}', "JSON", {"a": [1]}),
        ("length", "PT15M", "DURATION", "PT15M"),
        ("words", "just words", "STRING", "just words"),
    ):
        kestra.kv.set_key_value(namespace, name, TENANT, text)
        found = kestra.kv.key_value(namespace, name, TENANT)
        assert (found.type, found.value, found.revision) == (kind, value, 1)
    here = [leaf(Field.NAMESPACE, Op.EQUALS, namespace)]
    assert kestra.kv.list_all_keys(TENANT, size=2, sort=["key:asc"], filters=here).total == 5
    inherited = kestra.kv.list_keys_with_inheritance(f"{namespace}.below", TENANT)
    assert "map" in {one.key for one in inherited}
    assert kestra.kv.delete_key_value(namespace, "text", TENANT) is True
    assert kestra.kv.delete_key_value(namespace, "text", TENANT) is False
    gone = kestra.kv.delete_key_values(namespace, TENANT, KVControllerApiDeleteBulkRequest(keys=["map", "never"]))
    assert gone.keys == ["map"]
    with pytest.raises(NotFoundException):
        kestra.kv.key_value(namespace, "map", TENANT)


def test_files_of_a_namespace_are_kept(kestra: KestraClient, namespace: str) -> None:
    files = kestra.files
    files.create_namespace_directory(namespace, TENANT, "scripts")
    files.create_namespace_file(namespace, "scripts/a.py", TENANT, b"print(1)")
    files.create_namespace_file(namespace, "scripts/a.py", TENANT, b"print(2)")
    assert files.file_content(namespace, "scripts/a.py", TENANT) == b"print(2)"
    assert files.file_content(namespace, "scripts/a.py", TENANT, revision=1) == b"print(1)"
    assert [one.revision for one in files.file_revisions(namespace, TENANT, "scripts/a.py")] == [1, 2]
    assert files.file_metadatas(namespace, TENANT, "scripts/a.py").size == 8
    assert [(one.file_name, one.type) for one in files.list_namespace_directory_files(namespace, TENANT)] == [
        ("scripts", "Directory")
    ]
    files.move_file_directory(namespace, "scripts/a.py", "scripts/b.py", TENANT)
    assert files.search_namespace_files(namespace, "b.py", TENANT) == ["/scripts/b.py"]
    files.delete_file_directory(namespace, "scripts", TENANT)
    with pytest.raises(NotFoundException):
        files.file_content(namespace, "scripts/b.py", TENANT)


def test_files_of_a_namespace_go_out_as_a_zip(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(LOUD)
    kestra.files.create_namespace_file(namespace, "scripts/a.py", TENANT, b"print(1)")
    with zipfile.ZipFile(io.BytesIO(kestra.files.export_namespace_files(namespace, TENANT))) as archive:
        assert archive.read("scripts/a.py") == b"print(1)"
        assert archive.read("_flows/loud.yml").decode() == LOUD.replace("NAMESPACE", namespace)


def test_triggers_are_seen_switched_and_backfilled(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(TRIGGERED)
    here = [leaf(Field.NAMESPACE, Op.EQUALS, namespace)]
    found = kestra.triggers.search_triggers(TENANT, filters=here)
    assert {one["state"]["triggerId"] for one in found["results"]} == {"yearly", "hook"}
    assert kestra.triggers.search_triggers_for_flow(TENANT, namespace, "triggered")["total"] == 2
    name = {"namespace": namespace, "flowId": "triggered", "triggerId": "yearly"}
    assert kestra.triggers.disable_trigger_by_id(TENANT, name | {"disabled": True})["disabled"] is True
    assert kestra.triggers.disable_trigger_by_id(TENANT, name | {"disabled": False})["disabled"] is False
    assert kestra.triggers.restart_trigger(TENANT, namespace, "triggered", "yearly")["triggerId"] == "yearly"
    assert "yearly" in kestra.triggers.export_triggers(TENANT, filters=here)
    with pytest.raises(ConflictException, match="still declares it"):
        kestra.triggers.delete_trigger(TENANT, namespace, "triggered", "yearly")


def test_webhooks_start_flows(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(TRIGGERED)
    started = kestra.executions.trigger_execution_by_get_webhook(TENANT, namespace, "triggered", "open-sesame")
    execution_id = started["id"] if isinstance(started, dict) else started.id
    assert kestra.executions.execution(execution_id, TENANT).trigger.id == "hook"
    with pytest.raises(NotFoundException):
        kestra.executions.trigger_execution_by_get_webhook(TENANT, namespace, "triggered", "wrong")


def test_namespaces_and_secrets_are_named(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(LOUD)
    assert namespace in kestra.namespaces.autocomplete_namespaces(TENANT, ApiAutocomplete(q=namespace))
    assert kestra.namespaces.namespace(namespace, TENANT).id == namespace
    found = kestra.namespaces.search_namespaces(TENANT, filters=[leaf(Field.QUERY, Op.EQUALS, namespace)])
    assert [one.id for one in found.results] == [namespace]
    assert kestra.namespaces.list_secrets(TENANT).read_only is False


def test_types_are_described(kestra: KestraClient) -> None:
    listed = [task["cls"] for plugin in kestra.plugins.list_plugins()["results"] for task in plugin["tasks"]]
    assert LOG in listed
    assert "io.kestra.plugin.core.trigger.Schedule" in {
        one["type"] for one in kestra.plugins.plugin_triggers()["results"]
    }
    assert {one["group"] for one in kestra.plugins.list_plugins_by_subgroups()} >= {"io.kestra.plugin.core"}
    icons = kestra.plugins.plugin_icons()
    assert icons[LOG] == kestra.plugins.plugin_icon(LOG)["icon"]
    assert base64.b64decode(icons[LOG]["icon"]).decode() == kestra.plugins.plugin_icon_svg(LOG)
    assert "io.kestra.plugin.core" in kestra.plugins.plugin_group_icons()
    schema = kestra.plugins.plugin_input_schema("SELECT")["schema"]["properties"]
    assert "values" in schema["properties"]
    described = kestra.plugins.plugin_documentation(LOG)
    assert "message" in described["schema"]["properties"]["properties"]
    assert kestra.plugins.plugin_schema("flow")["definitions"]
    assert {"type": "STRING", "cls": "io.kestra.core.models.flows.input.StringInput"} in (
        kestra.plugins.plugin_input_types()
    )
    with pytest.raises(NotFoundException):
        kestra.plugins.plugin_documentation("io.kestra.Nothing")


def test_the_installation_describes_itself(kestra: KestraClient, open_url: str) -> None:
    told = kestra.misc.configuration()
    assert (told.version.split(".")[0], told.edition) == ("2", "OSS")
    assert {"upper", "jq"} <= set(kestra.misc.pebble_filters())
    assert {"secret", "kv"} <= {one["name"] for one in kestra.misc.pebble_functions()}
    assert kestra.misc.basic_auth_validation_errors() == []
    assert httpx.get(f"{open_url}/ping").text == "pong"
    counted = httpx.get(f"{open_url}/api/v1/usages/all").json()
    assert counted["flows"]["count"] >= 0
    assert all(day["executionCounts"]["SUCCESS"] >= 0 for day in counted["executions"]["dailyExecutionsCount"])


def test_figures_are_listed_and_added_up(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(MEASURED)
    ended = [kestra.executions.create_execution(TENANT, namespace, "measured", wait=True) for _ in range(2)][-1]
    page = kestra.metrics.execution_metrics(ended.id, TENANT, task_id="count", sort=["name:desc"])
    assert [(one["name"], one["value"]) for one in page["results"]] == [("rows", 3.0), ("errors", 1.0)]
    assert kestra.metrics.flow_metric_names(namespace, "measured", TENANT) == ["errors", "rows"]
    assert kestra.metrics.task_metric_names(namespace, "measured", "other", TENANT) == []
    assert kestra.metrics.tasks_with_metrics(namespace, "measured", TENANT) == ["count"]
    for added, value in (("sum", 6.0), ("avg", 3.0), ("max", 3.0)):
        found = kestra.metrics.aggregate_flow_metric(namespace, "measured", "rows", TENANT, aggregation=added)
        assert [one["value"] for one in found["aggregations"] if one.get("value")] == [value]
        assert (found["groupBy"], len(found["aggregations"])) == ("day", 31)
    narrow = kestra.metrics.aggregate_task_metric(namespace, "measured", "other", "rows", TENANT, aggregation="min")
    assert {one.get("value") for one in narrow["aggregations"]} == {None}


def test_lines_of_triggers_are_removed(kestra: KestraClient, save: Save, namespace: str) -> None:
    save(TRIGGERED)
    assert kestra.logs.delete_logs_from_flow(namespace, "triggered", "yearly", TENANT) is None


def test_notifications_are_read(kestra: KestraClient, save: Save, namespace: str) -> None:
    save("id: broken\nnamespace: NAMESPACE\ntasks: [{id: fail, type: io.kestra.plugin.core.execution.Fail}]\n")
    kestra.executions.create_execution(TENANT, namespace, "broken", wait=True)
    before = datetime(2020, 1, 1, tzinfo=UTC)

    def told() -> Any:
        found = kestra.notifications.notifications_since(before).notifications
        return [one for one in found if one.title == f"{namespace}.broken failed"]

    deadline = time.monotonic() + 60
    while not told() and time.monotonic() < deadline:
        pass
    (one,) = told()
    assert one.type == NotificationType.SYSTEM_EXECUTION_FAILED
    for _ in range(2):
        kestra.notifications.mark_notification_read(one.id)
    assert [again.read for again in told()] == [True]
    kestra.notifications.mark_notification_unread(one.id)
    count = kestra.notifications.unread_notification_count()
    assert kestra.notifications.mark_all_notifications_read().updated == count >= 1
    page = kestra.notifications.notification_history(limit=1)
    assert len(page.notifications) == 1


def test_blueprints_are_found_and_given(kestra: KestraClient) -> None:
    kind = BlueprintControllerKind.FLOW
    found = kestra.blueprints.search_blueprints(kind, TENANT, page=1, size=5, sort="title:asc")
    assert (len(found.results), found.total >= 40) == (5, True)
    first = kestra.blueprints.blueprint(found.results[0].id, kind, TENANT)
    assert kestra.blueprints.blueprint_source(first.id, kind, TENANT) == first.source
    assert kestra.blueprints.blueprint_graph(first.id, kind, TENANT)["nodes"]


def test_missing_plugins_are_detected(kestra: KestraClient) -> None:
    found = kestra.plugins.detect_missing_plugins("tasks: [{id: a, type: io.kestra.plugin.acme.Launch}]")
    assert [one["type"] for one in found["missing"]] == ["io.kestra.plugin.acme.Launch"]
