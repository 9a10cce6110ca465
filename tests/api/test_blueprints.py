"""The catalogue of blueprints over HTTP."""

from __future__ import annotations

import pytest

from api.users import YAML
from tiercel.operations.blueprints import BlueprintKind, load_blueprints

ROOT = "/api/v1/main/blueprints/community"
LOG = "io.kestra.plugin.core.log.Log"


async def found(client, query="", kind="flow"):
    response = await client.get(f"{ROOT}/{kind}?{query}")
    assert response.status_code == 200, response.text
    return response.json()


async def test_one_page_after_the_other_gives_all_of_them(client):
    seen = []
    for page in range(1, 100):
        answer = await found(client, f"page={page}&size=20")
        assert answer["total"] == len(load_blueprints(BlueprintKind.FLOW)) >= 40
        seen += [item["id"] for item in answer["results"]]
        if len(answer["results"]) < 20:
            break
    assert len(seen) == len(set(seen)) == answer["total"]
    assert seen[0] in {"hello-world", "ask-for-inputs", "results-of-a-flow"}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("filters[q][EQUALS]=undo booking", ["undo-what-was-done"]),
        ("q=SUBFLOW webhook", []),
        ("filters[tags][EQUALS]=caching", ["cache-a-slow-task"]),
        ("tags=caching,sla", ["cache-a-slow-task", "promise-a-duration", "stop-when-too-late"]),
        ("filters[tags][IN]=sla&filters[q][EQUALS]=label", ["promise-a-duration"]),
        (
            "filters[or][0][tags][EQUALS]=caching&filters[or][1][q][EQUALS]=backoff",
            ["cache-a-slow-task", "retry-with-backoff"],
        ),
        ("filters[q][EQUALS]=DeduplicateItems", ["keep-the-last-of-each"]),
    ],
)
async def test_they_are_found_by_words_and_tags(client, query, wanted):
    assert [item["id"] for item in (await found(client, query + "&sort=id:asc"))["results"]] == wanted


async def test_they_are_sorted(client):
    titles = [item["title"] for item in (await found(client, "sort=title:desc&size=1000"))["results"]]
    assert titles == sorted(titles, key=str.lower, reverse=True)
    assert (await client.get(f"{ROOT}/flow?sort=price:asc")).status_code == 422
    assert (await client.get(f"{ROOT}/flow?filters[namespace][EQUALS]=a")).status_code == 400


async def test_tags_are_those_of_what_is_found(client):
    tags = (await client.get(f"{ROOT}/flow/tags")).json()
    assert {"id": "flow-control", "name": "Flow control"} in tags
    assert (await client.get(f"{ROOT}/flow/tags?filters[q][EQUALS]=booking")).json() == [
        {"id": "errors", "name": "Errors"},
        {"id": "patterns", "name": "Patterns"},
    ]


async def test_one_is_given_with_its_text_and_graph(client):
    shape = (await client.get(f"{ROOT}/FLOW/hello-world")).json()
    assert (shape["kind"], shape["includedTasks"], shape["tags"]) == ("FLOW", [LOG], ["getting-started"])
    source = await client.get(f"{ROOT}/flow/hello-world/source")
    assert source.headers["content-type"].startswith("application/yaml")
    assert source.text == shape["source"]
    assert source.text.startswith("id: hello-world\n")
    graph = (await client.get(f"{ROOT}/flow/hello-world/graph")).json()
    assert any(node.get("task", {}).get("id") == "say-hello" for node in graph["nodes"])


async def test_what_there_is_not_is_said(client):
    assert (await found(client, kind="app")) == {"results": [], "total": 0}
    for path in ("app/hello-world", "flow/absent", "flow/absent/source", "flow/..%2f..%2fx/graph", "song", "song/tags"):
        assert (await client.get(f"{ROOT}/{path}")).status_code == 404, path


DASHBOARDS = load_blueprints(BlueprintKind.DASHBOARD)


@pytest.mark.parametrize("blueprint", DASHBOARDS, ids=lambda one: one.id)
async def test_a_dashboard_is_valid_and_shows_its_charts(client, blueprint):
    root, sent = "/api/v1/main/dashboards", {"content": blueprint.source, "headers": YAML}
    checked = (await client.post(f"{root}/validate", **sent)).json()
    assert not checked.get("constraints"), checked
    made = await client.post(root, **sent)
    assert made.status_code == 200, made.text
    for chart in made.json()["charts"]:
        if "data" in chart:
            shown = await client.post(f"{root}/{blueprint.id}/charts/{chart['id']}", json={})
            assert shown.status_code == 200, shown.text


async def test_dashboards_are_found_and_have_no_graph(client):
    assert len(DASHBOARDS) >= 4
    assert {one["id"] for one in (await found(client, "size=100", "dashboard"))["results"]} == {
        one.id for one in DASHBOARDS
    }
    assert (await client.get(f"{ROOT}/dashboard/{DASHBOARDS[0].id}")).json()["kind"] == "DASHBOARD"
    assert (await client.get(f"{ROOT}/dashboard/{DASHBOARDS[0].id}/graph")).status_code == 404
