"""Tasks of Google Cloud Storage against a server that speaks its protocol."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from gcp_storage_emulator.server import Server
from google.cloud import storage

from groups.conftest import Run, examples_of
from groups.gcs_server import content_of, names_of, put
from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.tasks.gcp import transfers
from tiercel.tasks.gcp.blobs import address_of, place_of
from tiercel.testing.memory_host import MemoryHost

PIECE = 256 * 1024  # the least the service takes in one of several


def md5_of(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def test_a_file_goes_up_and_comes_back(gcs_run: Run, gcs: storage.Client, host: MemoryHost) -> None:
    content = b"a,b\n1,2\n"
    up = gcs_run(
        "Upload",
        from_=host.put("a.csv", content),
        to="gs://orders/2026/a.csv",
        contentType="text/csv",
        contentDisposition="attachment",
        cacheControl="no-store",
    )
    blob = gcs.bucket("orders").get_blob("2026/a.csv")
    assert up == {"uri": "gs://orders/2026/a.csv", "md5": md5_of(content), "crc32c": blob.crc32c}
    assert (blob.content_type, blob.content_disposition, blob.cache_control) == ("text/csv", "attachment", "no-store")
    down = gcs_run("Download", from_=up["uri"], validateChecksum=True)
    assert (down["bucket"], down["path"]) == ("orders", "2026/a.csv")
    assert host.files[down["uri"]] == content
    assert down["uri"].endswith(".csv")
    assert host.metrics == [("counter", "file.size", 8.0, {})] * 2


@pytest.mark.parametrize("size", [0, PIECE, 2 * PIECE + 1])
def test_files_of_any_size_go_in_pieces(
    gcs_run: Run, gcs: storage.Client, host: MemoryHost, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(transfers, "_PIECE_BYTES", PIECE)
    content = os.urandom(size)
    up = gcs_run("Upload", from_=host.put("large", content), to="gs://orders/large")
    assert content_of(gcs, "large") == content
    down = gcs_run("Download", from_=up["uri"], validateChecksum=True)
    assert host.files[down["uri"]] == content


def test_what_breaks_off_leaves_the_object_as_it_was(
    gcs_run: Run, gcs: storage.Client, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(gcs, "a")

    def pieces(_: str) -> Iterator[bytes]:
        yield bytes(PIECE + 1)
        raise TaskError("the storage broke off")

    uri = host.put("b", b"")
    monkeypatch.setattr(transfers, "_PIECE_BYTES", PIECE)
    monkeypatch.setattr(host, "read_file", pieces)
    with pytest.raises(TaskError, match="broke off"):
        gcs_run("Upload", from_=uri, to="gs://orders/a")
    assert content_of(gcs, "a") == b"a"


def test_a_cancelled_transfer_stops(gcs_run: Run, gcs: storage.Client, host: MemoryHost) -> None:
    put(gcs, "a")
    host.is_stopped = True
    for name, properties in (
        ("Upload", {"from_": host.put("b", b"b"), "to": "gs://orders/b"}),
        ("Download", {"from_": "gs://orders/a"}),
        ("DeleteList", {"from_": "gs://orders"}),
    ):
        with pytest.raises(TaskError, match="cancelled"):
            gcs_run(name, **properties)
    assert names_of(gcs) == ["a"]


def test_an_expected_checksum_is_held_to(gcs_run: Run, gcs: storage.Client, host: MemoryHost) -> None:
    uri = host.put("a", b"1")
    gcs_run("Upload", from_=uri, to="gs://orders/a", expectedMd5=md5_of(b"1"))
    assert names_of(gcs) == ["a"]
    with pytest.raises(TaskError):
        gcs_run("Upload", from_=uri, to="gs://orders/b", expectedMd5=md5_of(b"2"))
    with pytest.raises(TaskError):
        gcs_run("Upload", from_=uri, to="gs://orders/b", expectedCrc32c="AAAAAA==")
    assert names_of(gcs) == ["a"]


def test_a_content_that_differs_from_its_checksum_is_refused(
    gcs_run: Run, gcs: storage.Client, host: MemoryHost, emulator: Server
) -> None:
    put(gcs, "in/a")
    emulator._storage.get_file_obj("orders", "in/a")["crc32c"] = "AAAAAA=="  # noqa: SLF001 (nothing sent does this)
    gcs_run("Download", from_="gs://orders/in/a")
    before = len(host.files)
    with pytest.raises(TaskError, match="gs://orders/in/a differs from its checksum"):
        gcs_run("Download", from_="gs://orders/in/a", validateChecksum=True)
    with pytest.raises(TaskError, match="differs from its checksum"):
        gcs_run("Downloads", from_="gs://orders/in/", action="DELETE", validateChecksum=True)
    assert len(host.files) == before
    assert names_of(gcs) == ["in/a"]


def test_an_object_that_holds_something_else_than_was_sent_is_told(
    gcs_run: Run, gcs: storage.Client, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers.Summing, "sums", lambda _: transfers.Sums("other", "other"))
    properties = {"from_": host.put("a", b"1"), "to": "gs://orders/a"}
    with pytest.raises(TaskError, match="gs://orders/a holds differs from what was sent"):
        gcs_run("Upload", **properties)
    assert gcs_run("Upload", **properties, validateChecksum=False)["md5"] == "other"
    assert names_of(gcs) == ["a"]


@pytest.mark.parametrize("name", ["a b.csv", "a+b.csv", "100%.csv", "ü/a.csv"])
def test_names_survive_their_addresses(gcs_run: Run, gcs: storage.Client, host: MemoryHost, name: str) -> None:
    put(gcs, name)
    found = gcs_run("List", from_="gs://orders", listingType="RECURSIVE")["blobs"]
    assert [one["name"] for one in found] == [name]
    assert host.files[gcs_run("Download", from_=found[0]["uri"])["uri"]] == name.encode()


@pytest.mark.parametrize("name", ["a b", "a+b", "%20", "%2B", "a%", "a//b", "ü?#&"])
def test_an_address_is_read_as_it_is_written(name: str) -> None:
    assert place_of(address_of("orders", name), "from") == ("orders", name)


def test_a_space_is_a_plus_in_addresses() -> None:
    assert address_of("orders", "a b.csv") == "gs://orders/a+b.csv"
    assert place_of("gs://orders/a b.csv", "from").name == place_of("gs://orders/a+b.csv", "from").name == "a b.csv"


def test_objects_are_listed(gcs_run: Run, gcs: storage.Client, host: MemoryHost) -> None:
    put(gcs, "a/1.csv", "a/2.txt", "a/deep/3.csv", "b.csv")

    def listed(**properties: Any) -> list[str]:
        return [one["name"] for one in gcs_run("List", **properties)["blobs"]]

    assert listed(from_="gs://orders") == ["a/", "b.csv"]
    assert listed(from_="gs://orders", filter="FILES") == ["b.csv"]
    assert listed(from_="gs://orders", filter="DIRECTORY") == ["a/"]
    assert listed(from_="gs://orders/a/") == ["a/1.csv", "a/2.txt", "a/deep/"]
    assert listed(from_="gs://orders/a/", listingType="RECURSIVE") == ["a/1.csv", "a/2.txt", "a/deep/3.csv"]
    assert listed(from_="gs://orders/", listingType="RECURSIVE", regExp=".*csv") == ["a/1.csv", "a/deep/3.csv", "b.csv"]
    assert listed(from_="gs://orders/", listingType="RECURSIVE", regExp="gs://orders/b.*") == ["b.csv"]
    assert listed(from_="gs://orders/", listingType="RECURSIVE", regExp="b.csv") == []
    assert host.logs == []
    assert listed(from_="gs://orders/a/", maxFiles=1) == ["a/1.csv"]
    assert host.logs == [("WARN", "More than maxFiles (1) objects fit; the others are left out")]
    first = gcs_run("List", from_="gs://orders", filter="FILES")["blobs"][0]
    assert first["uri"] == "gs://orders/b.csv"
    assert (first["size"], first["contentType"], first["isDirectory"]) == (5, "text/plain", False)
    assert {"etag", "md5", "crc32c", "createTime", "updateTime", "generatedId", "selfLink"} <= first.keys()
    with pytest.raises(TaskError, match="not a regular expression"):
        listed(from_="gs://orders", regExp="(")


def test_an_object_is_copied_moved_and_deleted(gcs_run: Run, gcs: storage.Client) -> None:
    put(gcs, "a")
    assert gcs_run("Copy", from_="gs://orders/a", to="gs://orders/b") == {"uri": "gs://orders/b"}
    assert names_of(gcs) == ["a", "b"]
    gcs_run("Copy", from_="gs://orders/a", to="gs://orders/c", delete=True)
    assert names_of(gcs) == ["b", "c"]
    assert content_of(gcs, "c") == b"a"
    with pytest.raises(TaskError, match="onto itself"):
        gcs_run("Copy", from_="gs://orders/b", to="gs://orders/b", delete=True)
    assert gcs_run("Delete", uri="gs://orders/c") == {"uri": "gs://orders/c", "deleted": True}
    assert gcs_run("Delete", uri="gs://orders/c") == {"uri": "gs://orders/c", "deleted": False}
    with pytest.raises(TaskError, match="no object gs://orders/c"):
        gcs_run("Delete", uri="gs://orders/c", errorOnMissing=True)
    assert names_of(gcs) == ["b"]


def test_objects_that_fit_are_deleted(gcs_run: Run, gcs: storage.Client, host: MemoryHost) -> None:
    put(gcs, "tmp/1", "tmp/22", "keep")
    assert gcs_run("DeleteList", from_="gs://orders/tmp/", concurrent=2) == {"count": 2, "size": 11}
    assert names_of(gcs) == ["keep"]
    assert gcs_run("DeleteList", from_="gs://orders/tmp/") == {"count": 0, "size": 0}
    assert ("counter", "size", 11.0, {}) in host.metrics
    with pytest.raises(TaskError, match="No object of gs://orders/tmp/ fits"):
        gcs_run("DeleteList", from_="gs://orders/tmp/", errorOnEmpty=True)


@pytest.mark.parametrize(
    ("action", "left"), [("NONE", ["in/a", "in/b"]), ("DELETE", []), ("MOVE", ["done/a", "done/b"])]
)
def test_objects_are_downloaded_and_finished_with(
    gcs_run: Run, gcs: storage.Client, host: MemoryHost, action: str, left: list[str]
) -> None:
    put(gcs, "in/a", "in/b")
    out = gcs_run(
        "Downloads", from_="gs://orders/in/", action=action, moveDirectory="gs://orders/done/", validateChecksum=True
    )
    assert {name: host.files[uri] for name, uri in out["outputFiles"].items()} == {"in/a": b"in/a", "in/b": b"in/b"}
    assert [one["uri"] for one in out["blobs"]] == list(out["outputFiles"].values())
    assert names_of(gcs) == left


def test_objects_are_not_moved_to_where_they_are(gcs_run: Run, gcs: storage.Client) -> None:
    put(gcs, "in/a")
    with pytest.raises(TaskError, match="is already"):
        gcs_run("Downloads", from_="gs://orders/in/", action="MOVE", moveDirectory="gs://orders/in")
    assert names_of(gcs) == ["in/a"]


@pytest.mark.parametrize("count", [2, 70])
def test_objects_are_put_together(gcs_run: Run, gcs: storage.Client, host: MemoryHost, count: int) -> None:
    names = [f"parts/{number:02}" for number in range(count)]
    put(gcs, *names)
    out = gcs_run("Compose", list={"from": "gs://orders/parts/"}, to="gs://orders/all")
    assert out == {"uri": "gs://orders/all"}
    assert content_of(gcs, "all") == "".join(names).encode()
    assert names_of(gcs) == ["all", *names]
    assert ("counter", "count", float(count), {}) in host.metrics


def test_nothing_is_put_together_only_where_that_is_allowed(gcs_run: Run) -> None:
    nothing = {"list": {"from": "gs://orders/parts/"}, "to": "gs://orders/all"}
    with pytest.raises(TaskError, match="No object of gs://orders/parts/ fits"):
        gcs_run("Compose", **nothing)
    assert gcs_run("Compose", **nothing, allowEmpty=True) == {}
    with pytest.raises(TaskError, match="within their bucket"):
        gcs_run("Compose", list={"from": "gs://others/"}, to="gs://orders/all")


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("Download", {"from_": "gs://orders/missing"}, "There is no object gs://orders/missing"),
        ("Download", {"from_": "gs://orders"}, "names the bucket orders, but no object"),
        ("Download", {"from_": "s3://orders/a"}, "to be an address such as gs://"),
        ("Download", {}, "to be an address such as gs://"),
        ("List", {"from_": "gs://missing"}, "Google refused: 404"),
        ("Downloads", {"from_": "gs://orders", "action": "MOVE"}, "needs moveDirectory"),
        ("Downloads", {"from_": "gs://orders", "action": "MOVE", "moveDirectory": "done"}, "`moveDirectory` is to be"),
        ("Upload", {"to": "gs://orders/a"}, "Say which file"),
        ("UpdateBucket", {"name": "missing"}, "Google refused: 404"),
    ],
)
def test_errors_say_what_is_wrong(gcs_run: Run, name: str, properties: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        gcs_run(name, **properties)


def test_new_and_changed_objects_are_found_once(gcs: storage.Client, host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.kestra.plugin.gcp.gcs.Trigger")
    properties = {
        "from": "gs://orders/in/",
        "maxFiles": 1,
        "action": "MOVE",
        "moveDirectory": "gs://orders/done",
    }

    def look() -> list[tuple[str, str, bytes]]:
        found = host.run(plugin, properties) or {}
        host.answers["triggers.state"] = found["state"]["kept"]
        blobs = found.get("trigger", {}).get("blobs", ())
        return [(one["name"], one["changeType"], host.files[one["uri"]]) for one in blobs]

    host.answers["triggers.state"] = None
    assert look() == []
    put(gcs, "in/a", "in/b")
    found = look() + look()
    assert sorted(found) == [("in/a", "CREATE", b"in/a"), ("in/b", "CREATE", b"in/b")]
    assert look() == []
    assert names_of(gcs) == ["done/a", "done/b"]


def test_a_changed_object_is_told_as_such(gcs: storage.Client, host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.kestra.plugin.gcp.gcs.Trigger")
    properties = {"from": "gs://orders", "on": "UPDATE"}
    host.answers["triggers.state"] = None
    put(gcs, "a")
    first = host.run(plugin, properties)
    assert "trigger" not in first
    host.answers["triggers.state"] = first["state"]["kept"]
    gcs.bucket("orders").blob("a").upload_from_string(b"22")
    second = host.run(plugin, properties)
    assert [(one["name"], one["changeType"]) for one in second["trigger"]["blobs"]] == [("a", "UPDATE")]


def test_examples_run(host: MemoryHost, registry: Registry, gcs: storage.Client) -> None:
    host.variables["outputs"] = {"to_parquet": {"uri": host.put("orders.parquet", b"rows")}}
    ran = []
    for plugin, written in examples_of(registry, "gcp.gcs"):
        name = plugin.declaration.type.rpartition(".")[2]
        for bucket in ("company-archive", "company-orders"):
            if gcs.lookup_bucket(bucket) is None:
                gcs.create_bucket(bucket)
        if name == "DeleteBucket":
            written["force"] = True
        put(gcs, "inbox/orders.csv", "2026/orders.csv", "tmp/a", "parts/1", bucket="company-orders")
        host.run(plugin, {key: value for key, value in written.items() if key != "serviceAccount"})
        ran.append(name)
    assert {"Compose", "Copy", "CreateBucket", "Delete", "DeleteBucket", "DeleteList", "Download"} <= set(ran)
    assert {"Downloads", "List", "Upload", "UpdateBucket", "CreateBucketIamPolicy"} <= set(ran)
    assert content_of(gcs, "2026/orders.csv", "company-archive") == b"inbox/orders.csv"
