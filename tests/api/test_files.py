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


async def test_what_is_missing_is_said(client):
    assert (await client.get(ROOT)).status_code == 400
    assert (await client.post(ROOT, params={"path": "/x"})).status_code == 422
    assert (await client.get(ROOT, params={"path": "/nope"})).status_code == 404
