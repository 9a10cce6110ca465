"""Class 15: what a body claims to be changes nothing of what it may do."""

from __future__ import annotations

import json
from operator import itemgetter

import pytest

from security.raw import HOST, application, send
from tiercel.operations.settings import ServerSettings, Settings

ROOT = "/api/v1/main"
FLOW = """\
id: files
namespace: dev
inputs: [{id: data, type: FILE, required: false}]
tasks: [{id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.data ?? 'none' }}"}]
"""


async def test_a_text_where_a_file_belongs_names_no_file(client, save, tmp_path):
    await save(FLOW)
    (tmp_path / "hidden.txt").write_text("hidden words")
    start = f"{ROOT}/executions/dev/files"
    for address in (f"file://{tmp_path}/hidden.txt", str(tmp_path / "hidden.txt"), "/etc/passwd", "file:///etc/passwd"):
        for form in (
            {"data": (None, address)},
            {"data": ("../../" + address, b"own")},
            {"files": (address, b"own")},
            {"data": (None, json.dumps({"filepath": address, "path": address, "uri": address}))},
        ):
            answer = await client.post(start, params={"wait": "true"}, files=form)
            assert answer.status_code < 500, (form, answer.text)
            if answer.status_code == 200:
                ran = answer.json()
                uri = (ran.get("inputs") or {}).get("data")
                if uri:
                    got = await client.get(f"{ROOT}/executions/{ran['id']}/file", params={"path": uri})
                    assert "hidden words" not in got.text
                    assert "root:" not in got.text
                    assert "/../" not in uri


async def test_json_is_no_form(client, save):
    await save(FLOW)
    body = json.dumps({"data": {"filename": "/etc/passwd", "content": "x", "file": "/etc/passwd"}})
    start = f"{ROOT}/executions/dev/files"
    for kind in (
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=x",
        "",
    ):
        answer = await client.post(start, content=body, headers={"content-type": kind})
        assert answer.status_code == 415, kind
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\x01x"):
        answer = await client.post(start, content=body, headers={"content-type": kind})
        assert answer.status_code in {400, 415, 422}, (kind, answer.text)


async def test_a_body_of_another_kind_is_not_read(client):
    """What a body says it is counts; one that says nothing, and the words older clients have, are taken."""
    for method, path, kinds, body in (
        ("POST", "flows", ("application/x-yaml", "application/yaml", "application/json"), FLOW),
        ("PUT", "flows/dev/files", ("application/x-yaml", "text/yaml"), FLOW),
        ("POST", "flows/validate", ("application/x-yaml", "application/json"), FLOW),
        ("POST", "flows/graph", ("application/x-yaml",), FLOW),
        ("POST", "dashboards/validate", ("application/x-yaml",), "title: some\n"),
        ("POST", "flows/disable/by-ids", ("application/json", "application/json; charset=utf-8"), "[]"),
        ("PUT", "triggers/set-disabled", ("application/json", "application/merge-patch+json"), "{}"),
    ):
        for kind in (*kinds, ""):
            answer = await client.request(method, f"{ROOT}/{path}", content=body, headers={"content-type": kind})
            assert answer.status_code != 415, (path, kind)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "image/yaml"):
            answer = await client.request(method, f"{ROOT}/{path}", content=body, headers={"content-type": kind})
            assert (answer.status_code, kind in answer.json()["message"]) == (415, True), (path, kind)


@pytest.fixture
def small(tmp_path):
    return Settings(
        home=str(tmp_path / "home"), server=ServerSettings(body_limit_bytes=10_000, upload_limit_bytes=1_000_000)
    )


HOOK = """
id: %s
namespace: dev
tasks: [{id: log, type: io.kestra.plugin.core.log.Log, message: hello}]
triggers: [{id: w, type: io.kestra.plugin.core.trigger.Webhook, key: key%s}]
"""
HOOKS = {
    "reads": "",
    "stores": ", fetchType: STORE",
    "tests": ", verification: {method: HMAC, secret: hush, header: X-Signature}",
}


async def test_a_body_is_no_upload_by_its_word(open_server, small):
    """Only forms may be as large as uploads: they are read piece by piece; everything else is held in memory."""
    async with open_server(small) as client:
        for name, more in HOOKS.items():
            source = HOOK % (name, more)
            saved = await client.post(
                "/api/v1/main/flows", content=source, headers={"content-type": "application/x-yaml"}
            )
            assert saved.status_code == 200, saved.text
        app = application(client)
        kinds = (
            b"multipart/form-data; boundary=x",
            b"multipart/x",
            b"application/json",
            b"MULTIPART/FORM-DATA; BOUNDARY=x",
        )
        places = [
            ("POST", "/api/v1/main/flows"),
            ("POST", "/api/v1/main/flows/validate"),
            ("PUT", "/api/v1/main/namespaces/dev/kv/a"),
            ("POST", "/api/v1/login"),
            *(("POST", f"/api/v1/main/executions/webhook/dev/{name}/key") for name in HOOKS),
            ("PUT", "/api/v1/main/me/preferences/a"),
        ]
        for kind in kinds:
            for method, path in places:
                body = b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n' + b"x" * 500_000 + b"\r\n--x--\r\n"
                length = (b"content-length", str(len(body)).encode())
                for headers in ([HOST, length], [HOST]):
                    answer = await send(app, path, method, headers=[*headers, (b"content-type", kind)], body=body)
                    assert answer.status == 413, (kind, path, answer.body[:200])


async def test_what_is_downloaded_is_never_run(client, save):
    """Files come as attachments of no kind; only images and documents by their own first bytes are shown."""
    await save(FLOW)
    pages = {
        "page.html": b"<script>alert(1)</script>",
        "image.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "image.png": b"<html><script>alert(1)</script>",
        "both.gif": b"GIF89a/*<script>*/=1",
        'a".html\r\nX-Injected: 1': b"<script>alert(1)</script>",
    }
    for name, content in pages.items():
        answer = await client.post(
            f"{ROOT}/executions/dev/files", params={"wait": "true"}, files={"data": (name, content)}
        )
        if answer.status_code != 200:
            assert answer.status_code == 422, answer.text
            continue
        ran = answer.json()
        for inline in ("true", "false"):
            query = {"path": ran["inputs"]["data"], "inline": inline}
            got = await client.get(f"{ROOT}/executions/{ran['id']}/file", params=query)
            kind, disposition, guess = itemgetter("content-type", "content-disposition", "x-content-type-options")(
                got.headers
            )
            assert guess == "nosniff"
            assert "x-injected" not in got.headers
            assert "html" not in kind
            assert "svg" not in kind
            assert disposition.startswith("attachment") or kind == "image/gif"
            if kind == "image/gif":
                assert "sandbox" in got.headers["content-security-policy"]
