"""A ZIP that is stored in a namespace is examined as a whole, and unpacked whole or not at all."""

from __future__ import annotations

import io
import zipfile

import pytest

from api.users import ADMIN, VIEWER, basic
from tiercel.operations.settings import ServerSettings, Settings

FILES = "/api/v1/main/namespaces/dev/files"
FLOW = "id: {id}\nnamespace: dev\ntasks:\n  - {{id: a, type: io.kestra.plugin.core.log.Log, message: hi}}\n"


def packed(files, **changes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            item = zipfile.ZipInfo(name)
            item.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(item, content)
    content = bytearray(buffer.getvalue())
    for old, new in changes.values():
        assert content.count(old)
        content = content.replace(old, new)
    return bytes(content)


async def send(client, content, name="files.zip"):
    return await client.post(FILES, params={"path": "/files.zip"}, files={"fileContent": (name, content)})


async def names(client):
    return (await client.get(FILES + "/search", params={"q": ""})).json()


async def test_everything_in_it_is_stored(client):
    answer = await send(
        client,
        packed({"a.txt": "one", "deep/er/b.bin": b"\0\1", "empty/": "", "_flows/hello.yml": FLOW.format(id="hello")}),
    )
    assert (answer.status_code, answer.text) == (200, "")
    assert await names(client) == ["/a.txt", "/deep/er/b.bin"]
    assert (await client.get(FILES, params={"path": "/deep/er/b.bin"})).content == b"\0\1"
    assert (await client.get("/api/v1/main/flows/dev/hello")).status_code == 200


async def test_another_name_is_stored_as_it_is(client):
    content = packed({"a.txt": "one"})
    assert (await send(client, content, "kept.bin")).status_code == 200
    assert await names(client) == ["/files.zip"]
    assert (await client.get(FILES, params={"path": "/files.zip"})).content == content


@pytest.mark.parametrize(
    ("content", "code", "text"),
    [
        (b"no archive at all", "bad-archive", "cannot be unpacked"),
        (packed({"fine.txt": "x", "../out.txt": "x"}), "bad-archive", "not allowed"),
        (packed({"fine.txt": "x", "a/../../out.txt": "x"}), "bad-archive", "not allowed"),
        (packed({"fine.txt": "x", "a\\..\\out.txt": "x"}), "bad-archive", "not allowed"),
        (packed({"fine.txt": "x", "n" * 256: "x"}), "bad-archive", "at most 255"),
        (packed({"fine.txt": "x", "big.txt": b"0" * 300_000}), "too-large", "more than 200,000 bytes"),
        (packed({"fine.txt": "x", "_flows/bad.yml": "id: x"}), None, "namespace"),
        (packed({"fine.txt": "x", "_flows/other.yml": FLOW.replace("dev", "other").format(id="b")}), None, "dev"),
        (packed({"fine.txt": "x", "b.txt": "y" * 99}, size=(b"\x63\0\0\0", b"\x05\0\0\0")), "bad-archive", ""),
    ],
    ids=["none", "above", "above-below", "backslash", "name", "bomb", "flow", "namespace", "lie"],
)
async def test_nothing_is_stored_when_something_is_wrong(open_server, tmp_path, content, code, text):
    settings = Settings(home=str(tmp_path / "home"), server=ServerSettings(upload_limit_bytes=200_000))
    async with open_server(settings) as client:
        answer = await send(client, content)
        assert answer.status_code == 422, answer.text
        assert text in answer.text
        assert code is None or code in answer.text
        assert await names(client) == []


async def test_many_tiny_files_are_one_commit(client):
    database = client.installation.environment.database
    commits = []
    write = database._writer.submit  # noqa: SLF001 (counts what reaches the writer)
    database._writer.submit = lambda request: (commits.append(1), write(request))  # noqa: SLF001 (as above)
    answer = await send(client, packed({f"folder/file{number}.txt": str(number) for number in range(500)}))
    assert answer.status_code == 200
    assert len(await names(client)) == 500
    assert len(commits) < 10
    staged = [file.path for file in client.installation.environment.storage.walk("/dev") if ".staging" in file.path]
    assert staged == []


async def test_who_may_not_write_files_gets_nothing_stored(guarded):
    async with guarded() as server:
        server.headers.update(basic(VIEWER))
        assert (await send(server, packed({"a.txt": "x"}))).status_code == 403
        server.headers.update(basic(ADMIN))
        assert await names(server) == []
