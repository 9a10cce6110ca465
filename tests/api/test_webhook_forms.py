"""Forms that are sent to webhooks: their fields and files reach the execution, and nothing stays of those refused."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tiercel.operations.settings import ServerSettings, Settings
from tiercel.storage.paths import from_uri

API = "/api/v1/main"
CALL = f"{API}/executions/webhook/dev/hook/s3cret"
YAML = {"content-type": "application/x-yaml"}
READ = '{id: show, type: io.kestra.plugin.core.output.OutputValues, values: {text: "{{ read(trigger.parts[0].uri) }}"}}'
LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"


def flow(more="", task=LOG, tail=""):
    return (
        f"id: hook\nnamespace: dev\n{tail}\ntriggers:\n"
        f"  - {{id: w, type: io.kestra.plugin.core.trigger.Webhook, key: s3cret, {more}}}\ntasks: [{task}]\n"
    )


@pytest.fixture
def files(client):
    """Names and contents of what is stored."""
    storage = client.installation.environment.storage
    return lambda: {file.path.rsplit("/", 1)[-1]: storage.read(file.path) for file in storage.walk("/dev")}


async def test_fields_and_files_are_seen_and_can_be_read(save, client, files):
    await save(flow("wait: true", READ))
    sent = [
        ("team", (None, "data")),
        ("team", (None, "größe".encode())),
        ("report", ("a b.csv", b"x,y\n1,2\n", "text/csv")),
        ("report", ("empty", b"")),
    ]
    answer = await client.post(CALL, params={"q": "1"}, files=sent)
    assert answer.status_code == 200, answer.text
    trigger = answer.json()["trigger"]["variables"]
    assert (trigger["body"], trigger["parameters"]) == (None, {"q": ["1"]})
    assert trigger["formFields"] == {"team": ["data", "größe"]}
    first, second = trigger["parts"]
    assert {**first, "uri": None} == {
        "name": "report",
        "filename": "a b.csv",
        "contentType": "text/csv",
        "size": 8,
        "uri": None,
    }
    assert (second["filename"], second["size"]) == ("empty", 0)
    assert second["contentType"] == "application/octet-stream"  # none was said
    assert files() == {"a-b.csv": b"x,y\n1,2\n", "empty": b""}
    execution = (await client.get(f"{API}/executions/{answer.json()['id']}")).json()
    assert execution["taskRunList"][0]["outputs"]["values"]["text"] == "x,y\n1,2\n"
    got = await client.get(f"{API}/executions/{execution['id']}/file", params={"path": first["uri"]})
    assert got.content == b"x,y\n1,2\n"


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\x", "..", "/", "a\x01b", ".hidden", "x" * 300])
async def test_no_name_of_a_file_leads_elsewhere(save, client, name):
    await save(flow())
    head = f'--b\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'.encode("latin-1")
    answer = await client.post(
        CALL, content=head + b"hello\r\n--b--\r\n", headers={"content-type": "multipart/form-data; boundary=b"}
    )
    if answer.status_code == 422:
        assert "form" in answer.text
        return
    shape = answer.json()
    (part,) = shape["trigger"]["variables"]["parts"]
    assert f"/dev/hook/executions/{shape['id']}/trigger/w/0/" in part["uri"]
    assert client.installation.environment.storage.read(from_uri(part["uri"])) == b"hello"


async def test_a_form_that_is_not_one_is_refused(save, client, files):
    await save(flow())
    for content_type, body in (("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"no form")):
        answer = await client.post(CALL, content=body, headers={"content-type": content_type})
        assert (answer.status_code, "form" in answer.json()["message"]) == (422, True)
    assert files() == {}


@pytest.mark.parametrize(
    ("more", "tail", "status"),
    [
        ('conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: "{{ false }}"}]', "", 409),
        ("", "inputs: [{id: must, type: STRING}]", 422),
        ('inputs: {must: "{{ trigger.nothing }}"}', "inputs: [{id: must, type: STRING}]", 422),
    ],
)
async def test_nothing_stays_of_one_that_starts_nothing(save, client, files, more, tail, status):
    await save(flow(more, tail=tail))
    answer = await client.post(CALL, files={"f": ("a.txt", b"hello")})
    assert answer.status_code == status, answer.text
    assert files() == {}


async def test_one_that_comes_again_keeps_the_files_of_the_first(save, client, files):
    await save(flow('deduplicationKey: "{{ trigger.formFields.n[0] }}"'))
    ids = [
        (await client.post(CALL, data={"n": "1"}, files={"f": (f"{name}.txt", b"hello")})).json()["id"]
        for name in ("first", "again")
    ]
    assert ids[0] == ids[1]
    assert files() == {"first.txt": b"hello"}


async def test_a_signature_covers_the_whole_form(save, client, files):
    await save(flow("verification: {method: HMAC, secret: hush, header: X-Signature}"))
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhello\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b"}
    signed = {"x-signature": hmac.new(b"hush", body, hashlib.sha256).hexdigest()}
    wrong = await client.post(CALL, content=body.replace(b"hello", b"hallo"), headers=headers | signed)
    assert (wrong.status_code, files()) == (401, {})
    right = await client.post(CALL, content=body, headers=headers | signed)
    assert (right.status_code, files()) == (200, {"a": b"hello"})


async def test_a_form_can_be_kept_as_it_came_or_left_out(save, client, files):
    await save(flow("fetchType: STORE"))
    seen = (await client.post(CALL, files={"f": ("a.txt", b"hello")})).json()["trigger"]["variables"]
    assert (seen["body"], "parts" in seen, "formFields" in seen) == (None, False, False)
    assert b"hello" in files()["body"]
    await client.put(f"{API}/flows/dev/hook", content=flow("fetchType: NONE"), headers=YAML)
    seen = (await client.post(CALL, files={"f": ("b.txt", b"hello")})).json()["trigger"]["variables"]
    assert (set(seen), seen["body"]) == ({"body", "headers", "parameters"}, None)
    assert set(files()) == {"body"}


async def test_fields_in_the_way_of_a_query_are_given_beside_the_text(save, client):
    await save(flow())
    seen = (await client.post(CALL, data={"text": "a b", "x": ["1", "2"]})).json()["trigger"]["variables"]
    assert seen["body"] == "text=a+b&x=1&x=2"
    assert seen["formFields"] == {"text": ["a b"], "x": ["1", "2"]}


async def test_whoever_does_not_know_the_key_is_not_read(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), server=ServerSettings(body_limit_bytes=1000))
    async with open_server(settings) as client:
        await client.post(f"{API}/flows", content=flow(), headers=YAML)
        is_read = []

        async def body():
            is_read.append(True)
            yield b"x"

        headers = {"content-type": "multipart/form-data; boundary=b"}
        answer = await client.post(CALL.replace("s3cret", "wrong"), content=body(), headers=headers)
        assert (answer.status_code, is_read) == (404, [])
        large = await client.post(CALL, files={"f": ("a.bin", b"x" * 50_000)})
        assert large.json()["trigger"]["variables"]["parts"][0]["size"] == 50_000
        field = await client.post(CALL, data={"f": "x" * 1001}, files={"g": ("a", b"")})
        assert field.status_code == 413
