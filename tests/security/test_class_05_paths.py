"""Class 5: no path, however written, leads out of where it belongs."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from security.raw import HOST, application, send

ROOT = "/api/v1/main"
FILES = f"{ROOT}/namespaces/dev/files"
OUTSIDE = [
    *("../x", "/../x", "a/../../x", "/a/../../../etc/passwd", "..", "/..", ".", "a/./b", "a//b", "file:///etc/passwd"),
    *("..\\x", "a\\..\\..\\x", "C:\\x", "\\\\host\\share", "a\x00.txt", "a\nb", "a\rb", "\x7f", "./../x"),
]
"""What is refused."""

INSIDE = ["%2e%2e/x", "..%2fx", "%252e%252e%252fx", "~/x", "$HOME/x", "C:/x", "...", "..x/y", "{{ x }}"]
"""What is an odd name like others, and stays where it is put."""

FLOW = """\
id: files
namespace: dev
inputs: [{id: data, type: FILE}]
tasks: [{id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.data }}"}]
"""


def tree(directory):
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


async def test_files_of_a_namespace_stay_below_it(client, tmp_path):
    stored = tmp_path / "home" / "storage"
    form = {"fileContent": ("x.txt", b"mine")}
    assert (await client.post(FILES, params={"path": "/kept.txt"}, files=form)).status_code == 200
    for path in OUTSIDE:
        requests = [
            client.post(FILES, params={"path": path}, files=form),
            client.get(FILES, params={"path": path}),
            client.delete(FILES, params={"path": path}),
            client.put(FILES, params={"from": "/kept.txt", "to": path}),
            client.put(FILES, params={"from": path, "to": "/y.txt"}),
            client.post(f"{FILES}/directory", params={"path": path}),
            client.get(f"{FILES}/stats", params={"path": path}),
            client.get(f"{FILES}/revisions", params={"path": path}),
        ]
        for request in requests:
            answer = await request
            assert answer.status_code in {400, 404, 422}, (path, answer.request.method, answer.text)
    for path in INSIDE:
        assert (await client.post(FILES, params={"path": path}, files=form)).status_code == 200, path
        assert (await client.get(FILES, params={"path": path})).content == b"mine", path
    written = tree(tmp_path)
    assert all("/dev/_files/" in path for path in written if "_files" in path)
    assert not any(path.endswith(("passwd", "/x")) and "/dev/_files/" not in path for path in written)
    assert stored.is_dir()


async def test_a_uri_of_a_file_leads_to_files_of_its_execution_only(client, save, start):
    await save(FLOW)
    ran = await start("files", files={"data": ("a.txt", b"mine")})
    other = await start("files", files={"data": ("a.txt", b"theirs")})
    own, uri = f"{ROOT}/executions/{ran['id']}/file", ran["inputs"]["data"]
    assert (await client.get(own, params={"path": uri})).content == b"mine"
    directory = uri.rpartition("/")[0]
    hostile = [
        *(other["inputs"]["data"], uri + "/../../../x", directory + "/../" + uri.rpartition("/")[2], directory),
        *(uri.replace(ran["id"], f"{ran['id']}/../{other['id']}"), uri.replace("/", "%2f"), uri.replace("/", "\\")),
        *(
            "file:///etc/passwd",
            "/etc/passwd",
            "kestra://host/dev/x",
            "kestra:///../../etc/passwd",
            "nsfile:///kept.txt",
        ),
        *(f"kestra:///dev/files/executions/{ran['id']}/%2e%2e/{other['id']}/inputs/data/a.txt", "http://localhost/x"),
        *(uri + "\x00", uri + "%00", "kestra:////etc/passwd", "KESTRA:///dev/_files/kept.txt", ""),
    ]
    for path in hostile:
        for page in ("", "/metas", "/preview"):
            answer = await client.get(own + page, params={"path": path})
            assert answer.status_code in {400, 404, 422}, (page, path, answer.text)
            assert "theirs" not in answer.text
            assert "root:" not in answer.text


def archive_of(*entries):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, body, mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, body)
    return content.getvalue()


@pytest.mark.parametrize("is_flows", [False, True], ids=["files of a namespace", "flows"])
async def test_no_archive_writes_outside(client, tmp_path, is_flows):
    before = tree(tmp_path)
    for name in ("../x.yaml", "/../x.yaml", "a/../../x.yaml", "..\\x.yaml", "C:\\..\\x.yaml", "a/../../../tmp/x.yaml"):
        content = archive_of(("good.yaml", b"id: a", 0o644), (name, b"id: [", 0o644))
        if is_flows:
            answer = await client.post(f"{ROOT}/flows/import", files={"fileUpload": ("all.zip", content)})
        else:
            form = {"fileContent": ("all.zip", content)}
            answer = await client.post(FILES, params={"path": "/all.zip"}, files=form)
        assert answer.status_code in {400, 422} or (is_flows and answer.status_code == 200), (name, answer.text)
    after = tree(tmp_path)
    assert not any(path.endswith("x.yaml") for path in after - before)


async def test_a_link_in_an_archive_is_no_link_when_it_is_unpacked(client, tmp_path):
    content = archive_of(("link", b"/etc/passwd", stat.S_IFLNK | 0o777), ("link/x.txt", b"through", 0o644))
    answer = await client.post(FILES, params={"path": "/all.zip"}, files={"fileContent": ("all.zip", content)})
    assert answer.status_code == 409
    assert "link" in answer.json()["message"]
    content = archive_of(("link", b"/etc/passwd", stat.S_IFLNK | 0o777))
    answer = await client.post(FILES, params={"path": "/all.zip"}, files={"fileContent": ("all.zip", content)})
    assert answer.status_code == 200
    assert not any(path.is_symlink() for path in (tmp_path / "home").rglob("*"))
    shown = await client.get(FILES, params={"path": "/link"})
    assert shown.text == "/etc/passwd"


async def test_no_name_in_a_path_opens_a_file_of_the_server(client):
    app = application(client)
    places = [
        "/api/v1/main/blueprints/community/flow/{}", "/api/v1/main/blueprints/community/flow/{}/source",
        "/api/v1/plugins/{}", "/api/v1/plugins/icons/{}", "/api/v1/plugins/{}/versions", "/ui/{}", "/ui/assets/{}",
        "/api/v1/main/dashboards/{}", "/api/v1/main/me/preferences/{}", "/api/v1/main/executions/{}/file",
        "/api/v1/main/logs/{}/download", "/api/v1/plugins/install/{}",
    ]  # fmt: skip
    names = [
        *("..%2f..%2fpyproject.toml", "%2e%2e%2f%2e%2e%2f__init__.py", "..%5c..%5cx", "%2fetc%2fpasswd", "x%00.yaml"),
        *(
            "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
            "....%2f%2fetc%2fpasswd",
            "../../../../etc/passwd",
            ".",
            "..",
            "%0a",
        ),
    ]
    for place in places:
        for name in names:
            answer = await send(app, place.format(name), headers=[HOST])
            assert answer.status < 500 or b"not built" in answer.body, (place, name)
            assert b"root:" not in answer.body
            assert b"from __future__" not in answer.body
