"""Files of a running server in a bucket, and encrypted: from an upload to a flow that reads and writes them."""

from __future__ import annotations

import base64
import os

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cli.served import API, run_cli, run_flow, save_flow, serving, variables_of

FLOW = """\
id: files
namespace: dev
inputs:
  - {id: sheet, type: FILE}
tasks:
  - id: write
    type: io.kestra.plugin.core.storage.Write
    content: "{{ read(inputs.sheet) }} and {{ read('notes/one.txt') }}"
  - id: read
    type: io.kestra.plugin.core.debug.Return
    format: "{{ read(outputs.write.uri) }}"
"""


@pytest.fixture(scope="module")
def s3():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="somebody",
        aws_secret_access_key="something",
        region_name="us-east-1",
    )
    yield client
    server.stop()


def bucket_of(s3, name):
    s3.create_bucket(Bucket=name)
    return {
        "TIERCEL_STORAGE_TYPE": "s3",
        "TIERCEL_STORAGE_BUCKET": name,
        "TIERCEL_STORAGE_PREFIX": "tiercel",
        "TIERCEL_STORAGE_ENDPOINT": s3.meta.endpoint_url,
        "TIERCEL_STORAGE_REGION": "us-east-1",
        "TIERCEL_STORAGE_ACCESS_KEY_ID": "somebody",
        "TIERCEL_STORAGE_SECRET_ACCESS_KEY": "something",
    }


def contents(s3, bucket):
    found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in found}


def exercise(client):
    """Upload, read, write, preview, delete; gives the execution."""
    save_flow(client, FLOW)
    sent = client.post(
        f"{API}/namespaces/dev/files", params={"path": "/notes/one.txt"}, files={"fileContent": ("one.txt", b"a note")}
    )
    assert sent.status_code == 200, sent.text
    execution = run_flow(client, "files", sheet=("sheet.csv", b"a sheet"))
    assert execution["state"]["current"] == "SUCCESS", execution
    outputs = {run["taskId"]: run["outputs"] for run in execution["taskRunList"]}
    assert outputs["read"]["value"] == "a sheet and a note"
    uri = outputs["write"]["uri"]
    file = client.get(f"{API}/executions/{execution['id']}/file", params={"path": uri})
    assert file.text == "a sheet and a note"
    size = client.get(f"{API}/executions/{execution['id']}/file/metas", params={"path": uri}).json()
    assert size["size"] == len("a sheet and a note")
    note = client.get(f"{API}/namespaces/dev/files", params={"path": "/notes/one.txt"})
    assert note.content == b"a note"
    return execution


def test_a_server_keeps_its_files_in_a_bucket(tmp_path, s3):
    variables = variables_of(tmp_path / "home", **bucket_of(s3, "whole-product"))
    with serving(variables, tmp_path) as (_, client):
        execution = exercise(client)
        stored = contents(s3, "whole-product")
        assert sorted(stored.values()) == [b"a note", b"a sheet", b"a sheet and a note"]
        assert all(key.startswith("tiercel/dev/") for key in stored)
        assert not (tmp_path / "home" / "storage").exists()
        assert client.delete(f"{API}/executions/{execution['id']}").status_code == 204
        assert sorted(contents(s3, "whole-product").values()) == [b"a note"]


def test_files_in_a_bucket_are_encrypted_when_there_is_a_key(tmp_path, s3):
    key = tmp_path / "storage.key"
    key.write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
    variables = variables_of(tmp_path / "home", **bucket_of(s3, "sealed"), TIERCEL_STORAGE_ENCRYPTION_KEY_FILE=str(key))
    with serving(variables, tmp_path) as (_, client):
        exercise(client)
    stored = contents(s3, "sealed")
    assert len(stored) == 3
    assert not any(word in content for content in stored.values() for word in (b"sheet", b"note"))
    key.write_bytes(base64.b64encode(os.urandom(32)))
    with serving(variables, tmp_path) as (_, client):
        answer = client.get(f"{API}/namespaces/dev/files", params={"path": "/notes/one.txt"})
        assert answer.status_code == 503
        assert "encrypted with another key than storage.encryption_key" in answer.text


def test_a_bucket_that_is_not_there_ends_the_start(tmp_path, s3):
    variables = variables_of(tmp_path / "home", **bucket_of(s3, "there")) | {"TIERCEL_STORAGE_BUCKET": "elsewhere"}
    done = run_cli(variables, "server", "--no-auth", cwd=tmp_path)
    assert done.returncode == 2
    assert "s3://elsewhere/tiercel cannot be used" in done.stderr


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TIERCEL_STORAGE_TYPE": "s3"}, "storage.bucket: is needed for s3"),
        ({"TIERCEL_STORAGE_TYPE": "ftp"}, "must be one of local, s3, gcs, azure"),
        ({"TIERCEL_STORAGE_ENCRYPTION_KEY": "c2hvcnQ="}, "storage.encryption_key: must be 32 random bytes in base64"),
        ({"TIERCEL_STORAGE_ENCRYPTION_KEY_FILE": "/no/such/file"}, "cannot be read: No such file"),
    ],
)
def test_settings_that_cannot_be_used_are_explained(tmp_path, variables, expected):
    done = run_cli(variables_of(tmp_path / "home", **variables), "server", "--no-auth", cwd=tmp_path)
    assert done.returncode == 2
    assert expected in done.stderr


def test_a_text_is_the_folder_of_a_local_storage(tmp_path):
    (tmp_path / "tiercel.yaml").write_text(f"storage: {tmp_path}/elsewhere\n")
    with serving(variables_of(tmp_path / "home"), tmp_path) as (_, client):
        exercise(client)
    assert (tmp_path / "elsewhere" / "dev" / "_files" / "notes" / "one.txt").read_bytes() == b"a note"
    done = run_cli(
        variables_of(tmp_path / "home", TIERCEL_STORAGE=str(tmp_path / "other"), TIERCEL_SERVER_PORT="x"), "server"
    )
    assert "TIERCEL_SERVER_PORT" in done.stderr
    assert "TIERCEL_STORAGE" not in done.stderr
