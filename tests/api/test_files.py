from __future__ import annotations

ROOT = "/api/v1/main/namespaces/a.b/files"


async def put(client, path, content=b"x"):
    response = await client.post(ROOT, params={"path": path}, files={"fileContent": (path, content)})
    assert (response.status_code, response.content) == (200, b""), response.text


async def test_a_file_has_revisions(client):
    await put(client, "/dir/one.txt", b"first")
    await put(client, "dir/one.txt", b"second")
    assert (await client.get(ROOT, params={"path": "/dir/one.txt"})).content == b"second"
    assert (await client.get(ROOT, params={"path": "/dir/one.txt", "revision": 1})).content == b"first"
    revisions = (await client.get(f"{ROOT}/revisions", params={"path": "/dir/one.txt"})).json()
    assert revisions == [{"revision": 1}, {"revision": 2}]
    stats = (await client.get(f"{ROOT}/stats", params={"path": "/dir/one.txt"})).json()
    assert (stats["type"], stats["fileName"], stats["size"]) == ("File", "one.txt", 6)


async def test_directories_are_listed(client):
    await put(client, "/dir/one.txt")
    await put(client, "/top.txt")
    await client.post(f"{ROOT}/directory", params={"path": "/empty"})
    top = (await client.get(f"{ROOT}/directory")).json()
    assert [(one["type"], one["fileName"]) for one in top] == [
        ("Directory", "dir"),
        ("Directory", "empty"),
        ("File", "top.txt"),
    ]
    inner = (await client.get(f"{ROOT}/directory", params={"path": "/dir"})).json()
    assert [one["fileName"] for one in inner] == ["one.txt"]
    assert (await client.get(f"{ROOT}/directory", params={"path": "/empty"})).json() == []
    assert (await client.get(f"{ROOT}/directory", params={"path": "/nope"})).status_code == 404
    assert (await client.get(f"{ROOT}/search", params={"q": "one"})).json() == ["/dir/one.txt"]


async def test_files_are_moved_and_removed(client):
    await put(client, "/dir/one.txt", b"1")
    await put(client, "/dir/deep/two.txt", b"2")
    moved = await client.put(ROOT, params={"from": "/dir", "to": "/other"})
    assert moved.status_code == 200, moved.text
    assert (await client.get(ROOT, params={"path": "/other/deep/two.txt"})).content == b"2"
    assert (await client.get(ROOT, params={"path": "/dir/one.txt"})).status_code == 404
    assert (await client.delete(ROOT, params={"path": "/other"})).status_code == 200
    assert (await client.get(f"{ROOT}/directory")).json() == []
    assert (await client.delete(ROOT, params={"path": "/other"})).status_code == 200


async def test_paths_stay_inside(client):
    for path in ("../x", "/a/../../x", "a/./b", "/", "a\\b", "a" * 300):
        response = await client.post(ROOT, params={"path": path}, files={"fileContent": ("x", b"x")})
        assert response.status_code == 422, path


async def test_what_lies_below_flows_is_a_flow(client):
    source = b"id: %s\nnamespace: %s\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi}]\n"
    await put(client, "/_flows/hello.yml", source % (b"hello", b"a.b"))
    assert (await client.get("/api/v1/main/flows/a.b/hello")).json()["revision"] == 1
    await put(client, "_flows/hello.yml", source % (b"hello", b"a.b") + b"description: changed\n")
    assert (await client.get("/api/v1/main/flows/a.b/hello")).json()["description"] == "changed"
    for wrong in (source % (b"other", b"elsewhere"), b"id: x", b"\xff", b"x" * 2_000_000):
        sent = {"fileContent": ("x.yml", wrong)}
        assert (await client.post(ROOT, params={"path": "/_flows/x.yml"}, files=sent)).status_code == 422
    await put(client, "/plain.txt", b"x")
    for method, path, query in (
        ("GET", "", {"path": "/_flows/hello.yml"}),
        ("PUT", "", {"from": "/plain.txt", "to": "/_flows/plain.txt"}),
        ("PUT", "", {"from": "/plain.txt", "to": "_flows"}),
        ("POST", "/directory", {"path": "/_flows/"}),
    ):
        answer = await client.request(method, ROOT + path, params=query)
        assert (answer.status_code, "no files" in answer.text) == (422, True), (method, query)
    assert [one["fileName"] for one in (await client.get(f"{ROOT}/directory")).json()] == ["plain.txt"]


async def test_what_is_missing_is_said(client):
    assert (await client.get(ROOT)).status_code == 400
    assert (await client.post(ROOT, params={"path": "/x"})).status_code == 422
    assert (await client.get(ROOT, params={"path": "/nope"})).status_code == 404


async def test_a_check_takes_a_file_as_the_start_does(client, save):
    await save(
        "id: asks\nnamespace: dev\ninputs:\n  - {id: file, type: FILE, allowedFileExtensions: [.csv]}\n"
        "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}\n"
    )
    path = "/api/v1/main/executions/dev/asks/validate"
    found = (await client.post(path, files={"file": ("a b.csv", b"x")})).json()
    assert found["inputs"][0]["errors"] == [], found
    refused = (await client.post(path, files={"file": ("a.txt", b"x")})).json()
    assert "must end in one of .csv" in refused["inputs"][0]["errors"][0]["message"]


async def test_only_images_and_documents_are_shown_in_place(client, save, start):
    await save(
        "id: asks\nnamespace: dev\ninputs:\n  - {id: file, type: FILE}\n  - {id: page, type: FILE}\n"
        "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}\n"
    )
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
    files = {"file": ("a.html", png), "page": ("a.png", b"<html><script>alert(1)</script>")}
    execution = await start("asks", files=files)
    root = f"/api/v1/main/executions/{execution['id']}/file"
    shown = await client.get(root, params={"path": execution["inputs"]["file"], "inline": "true"})
    assert (shown.content, shown.headers["content-type"]) == (png, "image/png")
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert shown.headers["x-content-type-options"] == "nosniff"
    kept = await client.get(root, params={"path": execution["inputs"]["page"], "inline": "true"})
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-disposition"].startswith("attachment")
