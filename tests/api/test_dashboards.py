"""Dashboards over HTTP: their texts, their checking, and what is shown where."""

from __future__ import annotations

import pytest

ROOT = "/api/v1/main/dashboards"
SETTINGS = f"{ROOT}/settings/default-dashboards"
SET = "/api/v1/tenants/main/settings/default-dashboards"
YAML = {"content-type": "application/x-yaml"}
SOURCE = """\
# kept as it is
id:   mine
title: "My dashboard"   # with a comment
timeWindow: {default: P7D, max: P30D}
charts:
  - id: states
    type: io.kestra.plugin.core.dashboard.chart.Pie
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        state: {field: STATE}
        total: {agg: COUNT}
"""


async def save(client, source=SOURCE):
    response = await client.post(ROOT, content=source, headers=YAML)
    assert response.status_code == 200, response.text
    return response


async def issues(client, source, path="validate"):
    response = await client.post(f"{ROOT}/{path}", content=source, headers=YAML)
    assert response.status_code == 200, response.text
    return response.json()["issues"]


async def test_a_dashboard_is_kept_byte_for_byte_and_every_save_has_a_revision(client):
    made = await save(client)
    assert made.headers["etag"] == '"1"'
    assert made.json()["sourceCode"] == SOURCE
    changed = SOURCE.replace("My dashboard", "Ours")
    second = await client.put(f"{ROOT}/mine", content=changed, headers={**YAML, "if-match": '"1"'})
    assert (second.status_code, second.headers["etag"], second.json()["title"]) == (200, '"2"', "Ours")
    same = await client.put(f"{ROOT}/mine", content=changed, headers=YAML)
    assert same.headers["etag"] == '"2"'
    old = await client.get(f"{ROOT}/mine", params={"revision": 1})
    assert old.json()["sourceCode"] == SOURCE
    revisions = (await client.get(f"{ROOT}/mine/revisions")).json()
    assert [one["sourceCode"] for one in revisions] == [SOURCE, changed]
    read = (await client.get(f"{ROOT}/mine")).json()
    assert read["charts"][0]["data"]["columns"] == {"state": {"field": "STATE"}, "total": {"agg": "COUNT"}}
    assert read["timeWindow"] == {"default": "P7D", "max": "P30D"}


async def test_a_text_of_1_x_names_no_id_and_is_given_one(client):
    text = SOURCE.replace("id:   mine\n", "")
    assert (await client.post(f"{ROOT}/validate", content=text, headers=YAML)).json().get("constraints") is None
    made, other = [(await save(client, text)).json() for _ in range(2)]
    assert made["id"] != other["id"]
    changed = text.replace("My dashboard", "Ours")
    saved = await client.put(f"{ROOT}/{made['id']}", content=changed, headers=YAML)
    assert (saved.json()["id"], saved.json()["revision"], saved.json()["title"]) == (made["id"], 2, "Ours")
    read = (await client.get(f"{ROOT}/{made['id']}")).json()
    assert (read["sourceCode"], len(read["charts"])) == (changed, 1)
    assert (await client.post(f"{ROOT}/{made['id']}/charts/states", json={})).status_code == 200


async def test_a_save_over_somebody_elses_is_refused_with_the_present_revision(client):
    await save(client)
    await client.put(f"{ROOT}/mine", content=SOURCE + "# theirs\n", headers={**YAML, "if-match": '"1"'})
    late = await client.put(f"{ROOT}/mine", content=SOURCE + "# mine\n", headers={**YAML, "if-match": '"1"'})
    assert (late.status_code, late.headers["etag"]) == (412, '"2"')
    assert "revision 2, not 1" in late.json()["message"]
    assert (await client.get(f"{ROOT}/mine")).json()["sourceCode"].endswith("# theirs\n")


async def test_what_is_there_or_is_not_is_said(client):
    await save(client)
    assert (await client.post(ROOT, content=SOURCE, headers=YAML)).status_code == 409
    other = await client.put(f"{ROOT}/mine", content=SOURCE.replace("id:   mine", "id: other"), headers=YAML)
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "dashboard-renamed")
    assert (await client.delete(f"{ROOT}/mine")).status_code == 204
    for response in (
        await client.delete(f"{ROOT}/mine"),
        await client.get(f"{ROOT}/mine"),
        await client.get(f"{ROOT}/mine/revisions"),
        await client.put(f"{ROOT}/mine", content=SOURCE, headers=YAML),
    ):
        assert response.status_code == 404
    again = await save(client)
    assert again.headers["etag"] == '"2"'


async def test_the_list_is_searched_sorted_and_paged(client):
    for name in ("b", "a", "c"):
        await save(client, SOURCE.replace("id:   mine", f"id: {name}").replace("My dashboard", f"Title {name}"))
    page = (await client.get(ROOT, params={"size": 2, "sort": "title:desc"})).json()
    assert ([one["id"] for one in page["results"]], page["total"]) == (["c", "b"], 3)
    found = (await client.get(ROOT, params={"q": "TITLE A"})).json()
    assert [one["id"] for one in found["results"]] == ["a"]


async def test_a_wrong_dashboard_is_refused_with_places_and_suggestions(client):
    source = SOURCE.replace("charts:", "chart:")
    (found,) = await issues(client, source)
    assert (found["line"], found["column"], found["hint"]) == (5, 1, "Did you mean charts?")
    refused = await client.post(ROOT, content=source, headers=YAML)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["line"] == 5
    assert (await client.get(ROOT)).json()["total"] == 0


CHART = """\
id: c
type: io.kestra.plugin.core.dashboard.chart.Bar
chartOptions:
  displayName: Runs
  column: namespace
data:
  type: io.kestra.plugin.core.dashboard.data.Executions
  columns:
    namespace: {field: NAMESPACE}
    total: {agg: COUNT}
  where:
    - {type: EQUAL_TO, field: STATE, value: FAILED}
  orderBy:
    - {column: total, order: DESC}
"""


async def test_a_right_chart_has_no_issues(client):
    assert await issues(client, CHART, "validate/chart") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "says"),
    [
        ("chart.Bar", "chart.Baar", 2, "unknown-type", "Did you mean"),
        ("column: namespace", "column: namspace", 5, "unknown-column", "Did you mean namespace?"),
        ("  column: namespace", "  colum: namespace", 5, "unknown-property", "did you mean column?"),
        ("displayName: Runs", "displayName: Runs\n  width: 13", 5, "constraint", "less than or equal to 12"),
        ("field: NAMESPACE", "field: NAMESPAC", 9, "choice", "did you mean NAMESPACE?"),
        ("{agg: COUNT}", "{agg: SUM, field: STATE}", 10, "not-a-number", "DURATION"),
        ("{agg: COUNT}", "{field: STATE}", 9, "no-aggregate", "agg: COUNT"),
        ("namespace: {field: NAMESPACE}", "namespace: {field: ID, agg: COUNT}", 9, "no-group", "without agg"),
        ("EQUAL_TO", "EQUALS", 12, "choice", "EQUAL_TO"),
        ("field: STATE", "field: STAT", 12, "choice", "did you mean STATE?"),
        ("EQUAL_TO", "GREATER_THAN", 12, "wrong-comparison", "STATE"),
        ("value: FAILED", "values: [FAILED, KILLED]", 12, "wrong-kind", "IN"),
        (", value: FAILED", "", 12, "missing", "value"),
        ("EQUAL_TO, field: STATE, value: FAILED", "REGEX, field: FLOW_ID, value: '['", 12, "bad-pattern", "["),
        ("field: STATE, value: FAILED", "field: START_DATE, value: soon", 12, "not-a-date", "2026-01-31"),
        ("field: STATE, value: FAILED", "field: DURATION, value: long", 12, "not-a-duration", "PT30S"),
        ("column: total", "column: totl", 14, "unknown-column", "Did you mean total?"),
        ("data.Executions", "data.ExecutionsKPI", 7, "wrong-type", "KPI chart"),
        ("  where:", "  wher:", 11, "unknown-property", "Did you mean where?"),
    ],
)
async def test_what_is_wrong_with_a_chart_is_said_with_its_place(client, old, new, line, code, says):
    found = await issues(client, CHART.replace(old, new, 1), "validate/chart")
    first = next((one for one in found if one["code"] == code), None)
    assert first is not None, found
    assert (first["line"], first["severity"]) == (line, "error")
    assert says in first["detail"] + first.get("hint", "")


async def test_a_text_that_is_no_map_or_no_yaml_is_said(client):
    assert [one["code"] for one in await issues(client, "- a\n")] == ["wrong-kind"]
    assert (await issues(client, "a: [\n"))[0]["line"] >= 1
    assert (await issues(client, "", "validate/chart"))[0]["code"] == "wrong-kind"


async def test_built_in_dashboards_are_read_and_never_change(client):
    for place in ("home", "flow", "namespace"):
        read = (await client.get(f"{ROOT}/default_{place}")).json()
        assert read["builtIn"]
        assert await issues(client, read["sourceCode"]) == []
        for chart in read["charts"]:
            data = await client.post(f"{ROOT}/default_{place}/charts/{chart['id']}", json={})
            assert data.status_code == 200, data.text
    assert (await client.delete(f"{ROOT}/default_home")).status_code == 409
    assert (await client.put(f"{ROOT}/default_home", content=SOURCE, headers=YAML)).status_code == 409
    taken = await client.post(ROOT, content=SOURCE.replace("id:   mine", "id: default_home"), headers=YAML)
    assert taken.status_code == 409


async def test_which_dashboard_is_shown_where_is_chosen(client):
    assert (await client.get(SETTINGS)).json() == {}
    assert (await client.post(SET, json={"defaultHomeDashboard": "mine"})).status_code == 409
    await save(client)
    chosen = {"defaultHomeDashboard": "mine", "defaultFlowOverviewDashboard": "default_home"}
    assert (await client.post(SET, json=chosen)).json() == chosen
    await client.post(SET, json={"defaultFlowOverviewDashboard": None})
    assert (await client.get(SETTINGS)).json() == {"defaultHomeDashboard": "mine"}
    wrong = await client.post(SET, json={"defaultHome": "mine"})
    assert wrong.status_code == 422
    await client.delete(f"{ROOT}/mine")
    assert (await client.get(SETTINGS)).json() == {}


async def test_clients_are_told_that_dashboards_can_be_made(client):
    assert (await client.get("/api/v1/configs")).json()["isCustomDashboardsEnabled"] is True


async def test_editors_get_the_schema_of_a_dashboard(client):
    schema = (await client.get("/api/v1/plugins/schemas/dashboard")).json()
    assert {"id", "title", "charts", "timeWindow"} <= set(schema["properties"])
    bar = schema["definitions"]["io.kestra.plugin.core.dashboard.chart.Bar"]["properties"]
    assert "colorByColumn" not in str(bar["chartOptions"])
    assert "column" in str(bar["chartOptions"])
    rows = schema["definitions"]["io.kestra.plugin.core.dashboard.data.Flows"]["properties"]
    assert "NAMESPACE" in str(rows["columns"])
