"""S3 tasks against a real server that speaks its protocol."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from groups.conftest import Run, examples_of
from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost

KEYS = {"accessKeyId": "test", "secretKeyId": "test", "region": "eu-central-1", "forcePathStyle": True}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    httpx.post(f"{url}/moto-api/reset").raise_for_status()  # all such servers of a process have one memory
    yield url
    server.stop()


@pytest.fixture
def s3(endpoint: str) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="eu-central-1",
    )
    client.create_bucket(Bucket="orders", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield client
    for bucket in client.list_buckets()["Buckets"]:
        for one in client.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ()):
            client.delete_object(Bucket=bucket["Name"], Key=one["Key"])
        for one in client.list_object_versions(Bucket=bucket["Name"]).get("Versions", ()):
            client.delete_object(Bucket=bucket["Name"], Key=one["Key"], VersionId=one["VersionId"])
        for one in client.list_object_versions(Bucket=bucket["Name"]).get("DeleteMarkers", ()):
            client.delete_object(Bucket=bucket["Name"], Key=one["Key"], VersionId=one["VersionId"])
        client.delete_bucket(Bucket=bucket["Name"])
    client.close()


@pytest.fixture
def s3_run(run: Run, endpoint: str) -> Run:
    def run_task(name: str, **properties: Any) -> Any:
        return run(f"aws.s3.{name}", endpointOverride=endpoint, **KEYS, **properties)

    return run_task


def content_of(s3: Any, key: str, bucket: str = "orders") -> bytes:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    with body:
        return bytes(body.read())


def keys_of(s3: Any, bucket: str = "orders") -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]


def test_a_file_goes_up_and_comes_back(s3_run: Run, s3: Any, host: MemoryHost) -> None:
    uri = host.put("a.csv", b"a,b\n1,2\n")
    up = s3_run(
        "Upload",
        from_=uri,
        bucket="orders",
        key="2026/a.csv",
        contentType="text/csv",
        metadata={"from": "test"},
        tagging={"team": "a b"},
        serverSideEncryption="AES256",
        checksumAlgorithm="SHA256",
    )
    assert (up["bucket"], up["key"]) == ("orders", "2026/a.csv")
    assert s3.get_object_tagging(Bucket="orders", Key="2026/a.csv")["TagSet"] == [{"Key": "team", "Value": "a b"}]
    down = s3_run("Download", bucket="orders", key="2026/a.csv", validateChecksum=True)
    assert host.files[down["uri"]] == b"a,b\n1,2\n"
    assert down["uri"].endswith(".csv")
    assert down["contentType"] == "text/csv"
    assert down["contentLength"] == 8
    assert down["metadata"] == {"from": "test"}
    assert down["eTag"] == up["eTag"]
    assert down["checksumAlgorithm"] == "SHA256"
    assert ("counter", "file.size", 8.0, {}) in host.metrics


def test_a_large_file_goes_up_in_parts(s3_run: Run, s3: Any, host: MemoryHost, monkeypatch: pytest.MonkeyPatch) -> None:
    content = os.urandom(9 * 1024 * 1024)
    monkeypatch.setattr(host, "read_file", lambda _: iter([content]))  # in large pieces, so that it takes no time
    s3_run("Upload", from_=host.put("a", content), bucket="orders", key="large")
    head = s3.head_object(Bucket="orders", Key="large")
    assert head["ContentLength"] == len(content)
    assert head["ETag"].endswith('-2"')
    assert content_of(s3, "large") == content


@pytest.mark.parametrize("form", ["list", "text", "map"])
def test_several_files_go_into_a_folder(s3_run: Run, s3: Any, host: MemoryHost, form: str) -> None:
    uris = [host.put("a.csv", b"1"), host.put("b.csv", b"2")]
    forms: dict[str, Any] = {
        "list": uris,
        "text": f'["{uris[0]}", "{uris[1]}"]',
        "map": {"a.csv": uris[0], "b.csv": uris[1]},
    }
    up = s3_run("Upload", from_=forms[form], bucket="orders", key="in/")
    assert sorted(up["files"]) == keys_of(s3) == ["in/a.csv", "in/b.csv"]
    down = s3_run("Download", bucket="orders", prefix="in/", regexp=".*b\\.csv")
    assert [host.files[info["uri"]] for info in down["files"].values()] == [b"2"]


def test_objects_are_listed(s3_run: Run, s3: Any, host: MemoryHost) -> None:
    for key in ("a/", "a/1.csv", "a/2.txt", "b.csv"):
        s3.put_object(Bucket="orders", Key=key, Body=key.encode())

    def listed(**properties: Any) -> list[str]:
        return [one["key"] for one in s3_run("List", bucket="orders", **properties)["objects"]]

    assert listed() == ["a/", "a/1.csv", "a/2.txt", "b.csv"]
    assert listed(filter="FILES", maxKeys=1) == ["a/1.csv", "a/2.txt", "b.csv"]
    assert listed(filter="DIRECTORY") == ["a/"]
    assert listed(prefix="a/", regexp=".*csv") == ["a/1.csv"]
    assert listed(delimiter="/") == ["b.csv"]
    assert listed(marker="a/1.csv") == ["a/2.txt", "b.csv"]
    assert listed(maxFiles=2) == ["a/", "a/1.csv"]
    assert host.logs == [("WARN", "More than maxFiles (2) objects fit; the others are left out")]
    first = s3_run("List", bucket="orders", regexp="b.csv")["objects"][0]
    assert first["size"] == 5
    assert {"etag", "lastModified", "owner"} <= first.keys()
    with pytest.raises(TaskError, match="not a regular expression"):
        listed(regexp="(")


def test_an_object_is_copied_moved_and_deleted(s3_run: Run, s3: Any) -> None:
    s3.put_object(Bucket="orders", Key="a", Body=b"1")
    s3_run("Copy", from_={"bucket": "orders", "key": "a"}, to={"bucket": "orders", "key": "b"})
    assert keys_of(s3) == ["a", "b"]
    s3_run("Copy", from_={"bucket": "orders", "key": "a"}, to={"bucket": "orders", "key": "c"}, delete=True)
    assert keys_of(s3) == ["b", "c"]
    with pytest.raises(TaskError, match="onto itself"):
        s3_run("Copy", from_={"bucket": "orders", "key": "b"}, to={"bucket": "orders", "key": "b"}, delete=True)
    s3_run("Delete", bucket="orders", key="c")
    s3_run("Delete", bucket="orders", key="not-there")
    assert keys_of(s3) == ["b"]


def test_versions_are_told_and_asked_for(s3_run: Run, s3: Any, host: MemoryHost) -> None:
    s3.put_bucket_versioning(Bucket="orders", VersioningConfiguration={"Status": "Enabled"})
    first = s3_run("Upload", from_=host.put("a", b"1"), bucket="orders", key="a")
    s3_run("Upload", from_=host.put("a", b"2"), bucket="orders", key="a")
    down = s3_run("Download", bucket="orders", key="a", versionId=first["versionId"])
    assert host.files[down["uri"]] == b"1"
    gone = s3_run("Delete", bucket="orders", key="a")
    assert gone["deleteMarker"] is True


def test_objects_that_fit_are_deleted(s3_run: Run, s3: Any) -> None:
    for key in ("tmp/1", "tmp/22", "keep"):
        s3.put_object(Bucket="orders", Key=key, Body=key.encode())
    assert s3_run("DeleteList", bucket="orders", prefix="tmp/", concurrent=2) == {"count": 2, "size": 11}
    assert keys_of(s3) == ["keep"]
    assert s3_run("DeleteList", bucket="orders", prefix="tmp/") == {"count": 0, "size": 0}
    with pytest.raises(TaskError, match="No object"):
        s3_run("DeleteList", bucket="orders", prefix="tmp/", errorOnEmpty=True)


@pytest.mark.parametrize(
    ("action", "left"), [("NONE", ["in/a", "in/b"]), ("DELETE", []), ("MOVE", ["done/a", "done/b"])]
)
def test_objects_are_downloaded_and_finished_with(
    s3_run: Run, s3: Any, host: MemoryHost, action: str, left: list[str]
) -> None:
    for key in ("in/a", "in/b"):
        s3.put_object(Bucket="orders", Key=key, Body=key.encode())
    out = s3_run("Downloads", bucket="orders", prefix="in/", action=action, moveTo={"bucket": "orders", "key": "done/"})
    assert {key: host.files[uri] for key, uri in out["outputFiles"].items()} == {"in/a": b"in/a", "in/b": b"in/b"}
    assert [one["uri"] for one in out["objects"]] == list(out["outputFiles"].values())
    assert keys_of(s3) == left


def test_objects_stay_in_their_bucket_when_no_other_is_named(s3_run: Run, s3: Any) -> None:
    for key in ("in/a", "b"):
        s3.put_object(Bucket="orders", Key=key, Body=b"x")
    s3_run("Downloads", bucket="orders", prefix="in/", action="MOVE", moveTo={"key": "done"})
    copied = s3_run("Copy", from_={"bucket": "orders", "key": "b"}, to={"key": "c"})
    assert copied["bucket"] == "orders"
    assert keys_of(s3) == ["b", "c", "done/a"]


def test_a_bucket_is_made(s3_run: Run, s3: Any) -> None:
    assert s3_run("CreateBucket", bucket="another") == {"bucket": "another", "region": "eu-central-1"}
    assert {one["Name"] for one in s3.list_buckets()["Buckets"]} == {"another", "orders"}


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("Download", {"bucket": "orders", "key": "missing"}, "s3 refused GetObject"),
        ("Download", {"bucket": "orders"}, "Say which object"),
        ("List", {"bucket": "missing"}, "s3 refused ListObjects: NoSuchBucket"),
        ("Downloads", {"bucket": "orders", "action": "MOVE"}, "needs moveTo"),
    ],
)
def test_errors_say_what_is_wrong(s3_run: Run, s3: Any, name: str, properties: dict[str, Any], message: str) -> None:  # noqa: ARG001 (makes the bucket)
    with pytest.raises(TaskError, match=message):
        s3_run(name, **properties)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "minio:9000", "http://"])
def test_an_endpoint_must_be_an_address(run: Run, address: str) -> None:
    with pytest.raises(TaskError, match="not the address of a service"):
        run("aws.s3.List", bucket="orders", endpointOverride=address, **KEYS)


def test_the_installation_is_asked_before_connecting(s3_run: Run, s3: Any, host: MemoryHost) -> None:  # noqa: ARG001 (makes the bucket)
    s3_run("List", bucket="orders")
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_a_role_is_taken_on(s3_run: Run, s3: Any, endpoint: str) -> None:  # noqa: ARG001 (makes the bucket)
    role = "arn:aws:iam::123456789012:role/reader"
    assert s3_run("List", bucket="orders", stsRoleArn=role, stsEndpointOverride=endpoint)["objects"] == []


def test_new_and_changed_objects_are_found_once(s3: Any, host: MemoryHost, registry: Registry, endpoint: str) -> None:
    plugin = registry.get_task("io.kestra.plugin.aws.s3.Trigger")
    properties = {
        "endpointOverride": endpoint,
        **KEYS,
        "bucket": "orders",
        "prefix": "in/",
        "maxFiles": 1,
        "action": "MOVE",
        "moveTo": {"bucket": "orders", "key": "done"},
    }

    def look() -> list[tuple[str, str, bytes]]:
        found = host.run(plugin, properties) or {}
        host.answers["triggers.state"] = found["state"]["kept"]
        objects = found.get("trigger", {}).get("objects", ())
        return [(one["key"], one["changeType"], host.files[one["uri"]]) for one in objects]

    host.answers["triggers.state"] = None
    assert look() == []
    s3.put_object(Bucket="orders", Key="in/a", Body=b"1")
    s3.put_object(Bucket="orders", Key="in/b", Body=b"2")
    found = look() + look()
    assert sorted(found) == [("in/a", "CREATE", b"1"), ("in/b", "CREATE", b"2")]
    assert look() == []
    assert keys_of(s3) == ["done/a", "done/b"]


def test_a_changed_object_is_told_as_such(s3: Any, host: MemoryHost, registry: Registry, endpoint: str) -> None:
    plugin = registry.get_task("io.kestra.plugin.aws.s3.Trigger")
    properties = {"endpointOverride": endpoint, **KEYS, "bucket": "orders", "action": "NONE", "on": "UPDATE"}
    host.answers["triggers.state"] = None
    s3.put_object(Bucket="orders", Key="a", Body=b"1")
    first = host.run(plugin, properties)
    assert "trigger" not in first
    host.answers["triggers.state"] = first["state"]["kept"]
    s3.put_object(Bucket="orders", Key="a", Body=b"22")
    second = host.run(plugin, properties)
    assert [(one["key"], one["changeType"]) for one in second["trigger"]["objects"]] == [("a", "UPDATE")]


def test_examples_run(host: MemoryHost, registry: Registry, endpoint: str, s3: Any) -> None:
    host.variables["outputs"] = {"to_parquet": {"uri": host.put("orders.parquet", b"rows")}}
    place = {"LocationConstraint": "eu-central-1"}
    ran = []
    for plugin, written in examples_of(registry, "aws.s3"):
        name = plugin.declaration.type.rpartition(".")[2]
        if name != "CreateBucket":
            for bucket in ("company-archive", "company-orders"):
                if bucket not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
                    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
            for key in ("inbox/orders.csv", "2026/orders.csv", "tmp/a"):
                s3.put_object(Bucket="company-orders", Key=key, Body=b"a")
        elif "company-orders" in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
            written["bucket"] = "company-others"
        host.run(plugin, {**written, **KEYS, "endpointOverride": endpoint})
        ran.append(name)
    assert {"Copy", "CreateBucket", "Delete", "DeleteList", "Download", "Downloads", "List", "Upload"} <= set(ran)
    assert content_of(s3, "2026/orders.csv", "company-archive") == b"a"
    assert content_of(s3, "2026/orders.parquet", "company-orders") == b"rows"
