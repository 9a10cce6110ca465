from __future__ import annotations

import io
import zipfile

import pytest

YAML = {"content-type": "application/x-yaml"}
ROOT = "/api/v1/main/flows"
HELLO = """\
# a comment that must survive
id: hello
namespace: dev
labels: {team: a}
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "Hello"
"""


async def test_a_flow_is_stored_byte_for_byte(client, save):
    saved = await save(HELLO)
    assert (saved["revision"], saved["source"]) == (1, HELLO)
    assert saved["labels"] == [{"key": "team", "value": "a"}]
    assert saved["tasks"][0]["message"] == "Hello"
    got = (await client.get(f"{ROOT}/dev/hello", params={"source": "true"})).json()
    assert got["source"] == HELLO
    assert "source" not in (await client.get(f"{ROOT}/dev/hello")).json()


async def test_a_second_flow_of_that_id_is_a_conflict(client, save):
    await save(HELLO)
    response = await client.post(ROOT, content=HELLO, headers=YAML)
    assert response.status_code == 409
    assert "already exists" in response.json()["message"]
    assert response.json()["type"].endswith("/entity-already-exists")


async def test_revisions_are_removed_by_their_numbers(client, save):
    await save(HELLO)
    for more in ("# two\n", "# three\n"):
        await client.put(f"{ROOT}/dev/hello", content=HELLO + more, headers=YAML)
    path = f"{ROOT}/dev/hello/revisions"
    for wrong in ("x", "1,x", "-"):
        assert (await client.delete(path, params={"revisions": wrong})).status_code == 422
    assert (await client.delete(path, params={"revisions": "1"})).status_code == 204
    assert [one["revision"] for one in (await client.get(path)).json()] == [2, 3]


async def test_everything_wrong_is_said_at_once(client):
    source = HELLO.replace("message:", "mesage:") + "foo: 1\n"
    response = await client.post(ROOT, content=source, headers=YAML)
    body = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    found = {error["path"]: error for error in body["errors"]}
    assert {"tasks[0].mesage", "foo"} <= set(found)
    assert (found["tasks[0].mesage"]["line"], found["tasks[0].mesage"]["column"]) == (8, 5)
    assert "message" in found["tasks[0].mesage"]["hint"]
    named = {path: (error["pointer"], error.get("taskId")) for path, error in found.items()}
    assert (named["tasks[0].mesage"], named["foo"]) == (("/tasks/0/mesage", "say"), ("/foo", None))
    assert body["_embedded"]["errors"]
    assert {"type", "title", "status", "detail", "instance", "message"} <= set(body)


async def test_an_error_names_the_path_that_was_asked_for(client):
    for path in ("/api/v1/flows/dev/absent", f"{ROOT}/dev/absent", f"{ROOT}/dev/a%20b"):
        body = (await client.get(path)).json()
        assert (body["status"], body["instance"], body["_links"]["self"][0]["href"]) == (404, path, path)
    killed = (await client.delete("/api/v1/executions/0353xHW3fb4feaBkMI2qTS/kill")).json()
    assert killed["instance"] == "/api/v1/executions/0353xHW3fb4feaBkMI2qTS/kill"


async def test_a_save_makes_a_revision_only_when_bytes_change(client, save):
    await save(HELLO)
    same = await client.put(f"{ROOT}/dev/hello", content=HELLO, headers=YAML)
    assert same.json()["revision"] == 1
    changed = await client.put(f"{ROOT}/dev/hello", content=HELLO + "\n", headers=YAML)
    assert changed.json()["revision"] == 2
    revisions = (await client.get(f"{ROOT}/dev/hello/revisions")).json()
    assert [one["revision"] for one in revisions] == [1, 2]
    first = await client.get(f"{ROOT}/dev/hello", params={"revision": 1, "source": "true"})
    assert first.json()["source"] == HELLO


async def test_a_save_over_somebody_elses_is_refused(client, save):
    await save(HELLO)
    await client.put(f"{ROOT}/dev/hello", content=HELLO + "\n", headers=YAML)
    late = await client.put(f"{ROOT}/dev/hello", content=HELLO + "\n\n", headers=YAML | {"if-match": '"1"'})
    assert late.status_code == 412
    assert "revision 2" in late.json()["message"]
    good = await client.put(f"{ROOT}/dev/hello", content=HELLO + "\n\n", headers=YAML | {"if-match": '"2"'})
    assert (good.status_code, good.headers["etag"]) == (200, '"3"')


async def test_a_flow_cannot_be_renamed(client, save):
    await save(HELLO)
    response = await client.put(f"{ROOT}/dev/hello", content=HELLO.replace("id: hello", "id: other"), headers=YAML)
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "id"


async def test_an_unknown_flow_is_not_found(client):
    for method, path in (("GET", "/dev/nope"), ("DELETE", "/dev/nope"), ("GET", "/dev/nope/revisions")):
        response = await client.request(method, ROOT + path)
        assert response.status_code == 404, path
        assert "nope" in response.json()["message"]
    update = await client.put(f"{ROOT}/dev/nope", content=HELLO.replace("hello", "nope"), headers=YAML)
    assert update.status_code == 404


async def test_a_removed_flow_keeps_its_revisions(client, save):
    await save(HELLO)
    assert (await client.delete(f"{ROOT}/dev/hello")).status_code == 204
    assert (await client.get(f"{ROOT}/dev/hello")).status_code == 404
    deleted = await client.get(f"{ROOT}/dev/hello", params={"allowDeleted": "true"})
    assert deleted.json()["deleted"] is True
    assert (await save(HELLO))["revision"] == 2


async def test_search_pages_and_filters(client, save):
    for number in range(3):
        await save(HELLO.replace("id: hello", f"id: f{number}"))
    page = (await client.get(f"{ROOT}/search", params={"size": 2, "sort": "id:desc"})).json()
    assert ([one["id"] for one in page["results"]], page["total"]) == (["f2", "f1"], 3)
    found = await client.get(f"{ROOT}/search", params={"filters[flowId][EQUALS]": "f1"})
    assert [one["id"] for one in found.json()["results"]] == ["f1"]
    labelled = await client.get(f"{ROOT}/search", params={"filters[labels][EQUALS][team]": "a"})
    assert labelled.json()["total"] == 3
    assert (await client.get(f"{ROOT}/search", params={"size": 1001})).status_code == 422
    assert (await client.get(f"{ROOT}/search", params={"sort": "nope:asc"})).status_code == 422
    assert (await client.get(f"{ROOT}/search", params={"filters[nope][EQUALS]": "x"})).status_code == 400
    assert [one["id"] for one in (await client.get(f"{ROOT}/dev")).json()] == ["f0", "f1", "f2"]
    assert (await client.get(f"{ROOT}/distinct-namespaces")).json() == ["dev"]


async def test_validation_is_never_an_error(client):
    source = HELLO + "---\n" + HELLO.replace("message:", "mesage:")
    response = await client.post(f"{ROOT}/validate", content=source, headers=YAML)
    good, bad = response.json()
    assert response.status_code == 200
    assert ("constraints" in good, good["flow"], good["namespace"]) == (False, "hello", "dev")
    assert "tasks[0].mesage" in bad["constraints"]
    assert any(issue["severity"] == "error" and issue["line"] == 8 for issue in bad["issues"])


async def test_validation_knows_an_outdated_revision(client, save):
    await save(HELLO)
    response = await client.post(f"{ROOT}/validate", content=HELLO + "revision: 4\n", headers=YAML)
    assert response.json()[0]["outdated"] is True
    response = await client.post(f"{ROOT}/validate", content=HELLO + "revision: 2\n", headers=YAML)
    assert response.json()[0]["outdated"] is False


async def test_what_is_deprecated_is_no_warning(client):
    source = HELLO + "  - {id: old, type: io.kestra.plugin.core.debug.Echo, format: x}\n"
    (found,) = (await client.post(f"{ROOT}/validate", content=source, headers=YAML)).json()
    assert (found["deprecationPaths"], found["warnings"]) == (["tasks[1]"], [])


async def test_a_namespace_is_replaced_as_a_whole(client, save):
    await save(HELLO.replace("id: hello", "id: old"))
    response = await client.post(f"{ROOT}/dev", content=HELLO, headers=YAML)
    assert [(one["id"], one["deleted"]) for one in response.json()] == [("old", True), ("hello", False)]
    wrong = await client.post(f"{ROOT}/other", content=HELLO, headers=YAML)
    assert wrong.status_code == 422
    moved = await client.post(f"{ROOT}/other", content=HELLO, params={"override": "true"}, headers=YAML)
    assert moved.json()[0]["namespace"] == "other"


async def test_one_bad_text_saves_nothing(client):
    bad = HELLO.replace("id: hello", "id: bad").replace("message:", "mesage:")
    response = await client.post(f"{ROOT}/bulk", content=HELLO + "---\n" + bad, headers=YAML)
    assert response.status_code == 422
    assert (await client.get(f"{ROOT}/dev")).json() == []


async def test_an_empty_body_does_not_remove_every_flow(client, save):
    await save(HELLO)
    for options in ({"content": b""}, {"content": b"\n", "headers": YAML}):
        refused = await client.post(f"{ROOT}/bulk", **options)
        assert (refused.status_code, "would remove every flow" in refused.text) == (422, True)
    assert [flow["id"] for flow in (await client.get(f"{ROOT}/dev")).json()] == ["hello"]
    assert (await client.post(f"{ROOT}/bulk", params={"delete": "false"})).json() == []
    assert (await client.post(f"{ROOT}/bulk", params={"namespace": "dev"})).status_code == 200
    assert (await client.get(f"{ROOT}/dev")).json() == []


async def test_disabling_changes_one_line(client, save):
    await save(HELLO)
    keys = [{"namespace": "dev", "id": "hello"}]
    assert (await client.post(f"{ROOT}/disable/by-ids", json=keys)).json() == {"count": 1}
    assert (await client.post(f"{ROOT}/disable/by-ids", json=keys)).json() == {"count": 0}
    flow = (await client.get(f"{ROOT}/dev/hello", params={"source": "true"})).json()
    assert flow["disabled"] is True
    assert flow["source"] == HELLO.replace("namespace: dev\n", "namespace: dev\ndisabled: true\n")
    await client.post(f"{ROOT}/enable/by-ids", json=keys)
    assert (await client.get(f"{ROOT}/dev/hello", params={"source": "true"})).json()["source"] == HELLO


async def test_flows_leave_and_come_back_as_a_zip(client, save):
    await save(HELLO)
    keys = [{"namespace": "dev", "id": "hello"}]
    exported = await client.post(f"{ROOT}/export/by-ids", json=keys)
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert archive.read("dev.hello.yaml").decode() == HELLO
    deleted = await client.request("DELETE", f"{ROOT}/delete/by-ids", json=keys)
    assert deleted.json() == {"count": 1}
    imported = await client.post(f"{ROOT}/import", files={"fileUpload": ("flows.zip", exported.content)})
    assert imported.json() == []
    assert (await client.get(f"{ROOT}/dev/hello")).status_code == 200


async def test_one_unknown_flow_deletes_none(client, save):
    await save(HELLO)
    keys = [{"namespace": "dev", "id": "hello"}, {"namespace": "dev", "id": "nope"}]
    assert (await client.request("DELETE", f"{ROOT}/delete/by-ids", json=keys)).status_code == 404
    assert (await client.get(f"{ROOT}/dev/hello")).status_code == 200


async def test_a_task_is_shown_as_written(client, save):
    await save(HELLO)
    task = await client.get(f"{ROOT}/dev/hello/tasks/say")
    assert task.json() == {"id": "say", "type": "io.kestra.plugin.core.log.Log", "message": "Hello"}
    assert (await client.get(f"{ROOT}/dev/hello/tasks/nope")).status_code == 404


async def test_the_tenant_may_be_left_out(client, save):
    await save(HELLO)
    assert (await client.get("/api/v1/flows/dev/hello")).json()["id"] == "hello"


async def test_ids_in_paths_are_checked(client):
    for bad in ("a b", "%2e%2e", "a'b", "ä"):
        assert (await client.get(f"{ROOT}/dev/{bad}")).status_code == 404


async def test_many_flows_are_found_and_acted_on(client, save):
    for number in range(3):
        await save(HELLO.replace("id: hello", f"id: f{number}"))
    some = {"filters[flowId][IN]": "f0,f1"}
    assert (await client.post(f"{ROOT}/disable/by-query", params=some)).json() == {"count": 2}
    assert (await client.get(f"{ROOT}/dev/f1")).json()["disabled"] is True
    exported = await client.get(f"{ROOT}/export/by-query", params={"namespace": "dev"})
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert sorted(archive.namelist()) == ["dev-f0.yml", "dev-f1.yml", "dev-f2.yml"]
    assert (await client.delete(f"{ROOT}/delete/by-query", params=some)).json() == {"count": 2}
    assert [one["id"] for one in (await client.get(f"{ROOT}/dev")).json()] == ["f2"]
    assert (await client.post(f"{ROOT}/dance/by-query")).status_code == 404


async def test_sources_are_searched(client, save):
    await save(HELLO)
    found = (await client.get(f"{ROOT}/source", params={"q": "SURVIVE"})).json()
    assert [one["id"] for one in found["results"]] == ["hello"]
    line = "# a comment that must survive"
    assert found["results"][0]["matches"] == [{"line": 1, "column": 22, "snippet": line, "content": line}]
    cased = await client.get(f"{ROOT}/source", params={"q": "SURVIVE", "caseSensitive": "true"})
    assert cased.json() == {"results": [], "total": 0}
    assert (await client.get(f"{ROOT}/source", params={"q": "nowhere"})).json()["total"] == 0


async def test_a_save_is_what_the_next_start_runs(client, save):
    await save(HELLO)
    start = "/api/v1/main/executions/dev/hello?wait=true"
    assert (await client.post(start)).json()["flowRevision"] == 1
    await client.put(f"{ROOT}/dev/hello", content=HELLO + "\n", headers=YAML)
    assert (await client.post(start)).json()["flowRevision"] == 2
    await client.delete(f"{ROOT}/dev/hello")
    assert (await client.post(start)).status_code == 404


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bomb.zip", zipped([("a.yaml", "x" * 11_000_000)]), "a.yaml: has more than 10,485,760 bytes"),
        ("many.zip", zipped([(f"{index}.yaml", "x" * 9_000_000) for index in range(8)]), "more than 67,108,864 bytes"),
        ("files.zip", zipped([(f"{index}.yaml", "") for index in range(10_001)]), "more than 10,000 flows"),
        ("broken.zip", b"PK\x03\x04 nothing", "broken.zip: cannot be unpacked"),
        ("latin.yaml", b"id: \xe9", "latin.yaml: byte 4 is not UTF-8 text"),
    ],
)
async def test_an_archive_that_cannot_be_read_is_refused(client, name, content, message):
    response = await client.post(f"{ROOT}/import", files={"fileUpload": (name, content)})
    assert response.status_code == 422
    assert message in response.json()["message"]


async def test_a_file_that_is_no_text_is_refused_by_validation(client):
    response = await client.post(f"{ROOT}/validate", files={"flows": ("a.yaml", b"\xff")})
    assert (response.status_code, "a.yaml: byte 0" in response.text) == (422, True)


async def test_one_task_is_changed_as_older_clients_do(client, save):
    await save(HELLO)
    (task,) = (await client.get(f"{ROOT}/dev/hello")).json()["tasks"]
    new = f"id: {task['id']}\ntype: io.kestra.plugin.core.debug.Return\nformat: new\n"
    changed = await client.patch(f"{ROOT}/dev/hello/{task['id']}", content=new, headers=YAML)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["revision"], changed.json()["tasks"][0]["format"]) == (2, "new")
    assert changed.headers["etag"] == '"2"'
    for path, content, status in (
        ("dev/hello/absent", new.replace(task["id"], "absent"), 404),
        (f"dev/nope/{task['id']}", new, 404),
        (f"dev/hello/{task['id']}", new.replace(task["id"], "other"), 422),
        (f"dev/hello/{task['id']}", new.replace("format", "fromat"), 422),
        (f"dev/hello/{task['id']}", "[", 422),
        (f"dev/hello/{task['id']}", "", 422),
    ):
        assert (await client.patch(f"{ROOT}/{path}", content=content, headers=YAML)).status_code == status, content
    assert (await client.get(f"{ROOT}/dev/hello")).json()["revision"] == 2


async def test_revisions_tell_at_their_end_that_the_flow_is_gone_when_asked(client, save):
    await save(HELLO)
    await client.put(f"{ROOT}/dev/hello", content=HELLO + "description: second\n", headers=YAML)
    await client.delete(f"{ROOT}/dev/hello")
    for query, last in (("", False), ("?allowDelete=false", False), ("?allowDelete=true", True)):
        found = (await client.get(f"{ROOT}/dev/hello/revisions{query}")).json()
        assert [(one["revision"], one["deleted"]) for one in found] == [(1, False), (2, last)]


async def test_a_revision_tells_who_saved_it_and_by_what(client, save):
    await save(HELLO)
    await client.put(
        f"{ROOT}/dev/hello",
        content=HELLO + "# by hand\n",
        headers={"content-type": "application/x-yaml", "x-tiercel-client": "ui"},
    )
    await client.put(
        f"{ROOT}/dev/hello",
        content=HELLO + "# by nobody we know\n",
        headers={"content-type": "application/x-yaml", "x-tiercel-client": "a-made-up-client"},
    )
    revisions = (await client.get(f"{ROOT}/dev/hello/revisions")).json()
    assert [one["origin"] for one in revisions] == ["api", "ui", "api"]
    assert all("author" not in one for one in revisions), "this server lets everybody in, unnamed"


async def test_what_published_clients_need_of_a_flow_is_there(client, save):
    await save(HELLO + "concurrency: {limit: 2}\nchecks: [{condition: '{{ true }}', message: never}]\n")
    assert (await client.get(f"{ROOT}/dev/hello")).json()["concurrency"] == {"limit": 2, "behavior": "QUEUE"}
    (check,) = (await client.get(f"{ROOT}/dev/hello")).json()["checks"]
    assert check == {"condition": "{{ true }}", "when": "{{ true }}", "message": "never"}
    for path in ("flows/dev/hello", "namespaces/dev/flows"):
        found = (await client.get(f"/api/v1/main/executions/{path}")).json()
        shape = found[0] if isinstance(found, list) else found
        assert {"id", "namespace", "disabled", "draft", "deleted", "tasks"} <= shape.keys(), path
        assert shape["deleted"] is False
