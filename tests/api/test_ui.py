from __future__ import annotations

import gzip

import pytest

from tiercel.api.routes import ui

PAGE = b"<!doctype html><title>Tiercel</title>"


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A build of two files, one of them compressed."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_bytes(PAGE)
    (static / "assets" / "index-1a2b.js").write_bytes(b"console.log(1)")
    (static / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(b"console.log(1)"))
    (tmp_path / "secret.txt").write_text("hush")
    monkeypatch.setattr(ui, "STATIC", static)
    return static


async def test_the_root_leads_to_the_interface(client):
    response = await client.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/ui/")


@pytest.mark.parametrize("path", ["/ui", "/ui/", "/ui/flows", "/ui/executions/dev/hello/0353", "/ui/main/flows"])
@pytest.mark.usefixtures("built")
async def test_every_address_gives_the_page(client, path):
    response = await client.get(path)
    assert (response.status_code, response.content) == (200, PAGE)
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.usefixtures("built")
async def test_pages_may_load_nothing_of_others_and_run_no_text(client):
    headers = (await client.get("/ui/")).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("built")
async def test_files_are_kept_for_good_and_sent_compressed(client):
    response = await client.get("/ui/assets/index-1a2b.js", headers={"accept-encoding": "gzip"})
    assert response.text == "console.log(1)"
    assert response.headers["content-encoding"] == "gzip"
    assert "immutable" in response.headers["cache-control"]
    assert "javascript" in response.headers["content-type"]
    plain = await client.get("/ui/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.usefixtures("built")
async def test_a_file_of_another_build_is_missing(client):
    assert (await client.get("/ui/assets/index-0000.js")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/ui/../secret.txt", "/ui/%2e%2e/secret.txt", "/ui/..%2fsecret.txt", "/ui//etc/passwd"]
)
@pytest.mark.usefixtures("built")
async def test_no_path_leads_out_of_the_build(client, path):
    response = await client.get(f"/ui/{path}")
    assert b"hush" not in response.content
    assert response.status_code in {200, 404}


async def test_a_new_build_is_seen(client, built):
    await client.get("/ui/")
    (built / "assets" / "index-3c4d.js").write_bytes(b"console.log(2)")
    (built / "index.html").write_bytes(PAGE + b"<p>")
    assert (await client.get("/ui/")).content == PAGE + b"<p>"
    assert (await client.get("/ui/assets/index-3c4d.js")).status_code == 200


async def test_without_a_build_it_says_how_to_make_one(client, tmp_path, monkeypatch):
    monkeypatch.setattr(ui, "STATIC", tmp_path / "none")
    response = await client.get("/ui/")
    assert response.status_code == 503
    assert "make setup" in response.text
