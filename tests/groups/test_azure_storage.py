"""Tasks of Azure's storage against a server that speaks its protocol."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ContainerClient,
    ResourceTypes,
    generate_account_sas,
)

from groups.azurite import ACCOUNT, KEY, azurite
from groups.conftest import Run, examples_of
from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.tasks.azure import connection as connection_module
from tiercel.testing.memory_host import MemoryHost

PIECE = 64 * 1024


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with azurite() as url:
        yield url


@pytest.fixture
def connection(endpoint: str) -> str:
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={endpoint};"


@pytest.fixture
def account(connection: str) -> Iterator[BlobServiceClient]:
    with BlobServiceClient.from_connection_string(connection) as client:
        yield client
        for container in client.list_containers():
            client.delete_container(container.name)


@pytest.fixture
def orders(account: BlobServiceClient) -> ContainerClient:
    return account.create_container("orders")


@pytest.fixture
def azure(run: Run, endpoint: str, connection: str) -> Run:
    def run_task(name: str, /, **properties: Any) -> Any:
        return run(f"azure.storage.blob.{name}", **{"endpoint": endpoint, "connectionString": connection, **properties})

    return run_task


def put(container: ContainerClient, *names: str) -> None:
    for name in names:
        container.upload_blob(name, name.encode(), overwrite=True)


def send_in_pieces(patch: pytest.MonkeyPatch) -> None:
    for name in ("max_block_size", "max_single_put_size", "max_single_get_size", "max_chunk_get_size"):
        patch.setitem(connection_module._LIMITS, name, PIECE)  # noqa: SLF001 (so that it takes no time)


def names_of(container: ContainerClient) -> list[str]:
    return [one.name for one in container.list_blobs()]


def content_of(container: ContainerClient, name: str) -> bytes:
    return bytes(container.download_blob(name).readall())


def test_a_file_goes_up_and_comes_back(azure: Run, orders: ContainerClient, host: MemoryHost) -> None:
    up = azure(
        "Upload",
        from_=host.put("a.csv", b"a,b\n1,2\n"),
        container="orders",
        name="2026/a.csv",
        metadata={"from": "test"},
        tags={"team": "a b"},
        accessTier="COOL",
    )
    blob = orders.get_blob_client("2026/a.csv")
    found = blob.get_blob_properties()
    assert (found.metadata, found.blob_tier) == ({"from": "test"}, "Cool")
    assert blob.get_blob_tags() == {"team": "a b"}
    told = up["blob"]
    assert (told["container"], told["name"], told["size"]) == ("orders", "2026/a.csv", 8)
    assert up["blobs"] == [told]
    down = azure("Download", container="orders", name="2026/a.csv")["blob"]
    assert host.files[down["uri"]] == b"a,b\n1,2\n"
    assert down["uri"].endswith(".csv")
    assert down == {**told, "uri": down["uri"]}
    assert host.metrics == [("counter", "file.size", 8.0, {})] * 2


@pytest.mark.parametrize("size", [0, PIECE, 2 * PIECE + 1])
def test_files_of_any_size_go_in_parts(
    azure: Run, orders: ContainerClient, host: MemoryHost, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    send_in_pieces(monkeypatch)
    content = os.urandom(size)
    azure("Upload", from_=host.put("large", content), container="orders", name="large")
    assert content_of(orders, "large") == content
    down = azure("Download", container="orders", name="large")
    assert host.files[down["blob"]["uri"]] == content


def test_what_breaks_off_leaves_the_blob_as_it_was(
    azure: Run, orders: ContainerClient, host: MemoryHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(orders, "a")
    send_in_pieces(monkeypatch)
    uri = host.put("b", bytes(2 * PIECE))

    def pieces(_: str) -> Iterator[bytes]:
        yield bytes(PIECE + 1)
        raise TaskError("the storage broke off")

    monkeypatch.setattr(host, "read_file", pieces)
    with pytest.raises(TaskError, match="broke off"):
        azure("Upload", from_=uri, container="orders", name="a")
    assert content_of(orders, "a") == b"a"


def test_a_cancelled_transfer_stops(azure: Run, orders: ContainerClient, host: MemoryHost) -> None:
    put(orders, "a")
    host.is_stopped = True
    for name, properties in (
        ("Upload", {"from_": host.put("b", b"b"), "name": "b"}),
        ("Download", {"name": "a"}),
        ("DeleteList", {}),
    ):
        with pytest.raises(TaskError, match="cancelled"):
            azure(name, container="orders", **properties)
    assert names_of(orders) == ["a"]


@pytest.mark.parametrize("form", ["list", "text", "map"])
def test_several_files_go_into_a_folder(azure: Run, orders: ContainerClient, host: MemoryHost, form: str) -> None:
    uris = [host.put("a.csv", b"1"), host.put("b.csv", b"2")]
    forms: dict[str, Any] = {
        "list": uris,
        "text": f'["{uris[0]}", "{uris[1]}"]',
        "map": {"a.csv": uris[0], "b.csv": uris[1]},
    }
    up = azure("Upload", from_=forms[form], container="orders", name="in/")
    assert [one["name"] for one in up["blobs"]] == names_of(orders) == ["in/a.csv", "in/b.csv"]
    assert "blob" not in up


def test_blobs_are_listed(azure: Run, orders: ContainerClient, host: MemoryHost) -> None:
    put(orders, "a/1.csv", "a/2.txt", "a/deep/3.csv", "b.csv")

    def listed(**properties: Any) -> list[str]:
        return [one["name"] for one in azure("List", container="orders", **properties)["blobs"]]

    assert listed() == ["a/1.csv", "a/2.txt", "a/deep/3.csv", "b.csv"]
    assert listed(delimiter="/") == ["b.csv"]
    assert listed(delimiter="/", filter="DIRECTORY") == ["a/"]
    assert listed(delimiter="/", filter="BOTH", prefix="a/") == ["a/deep/", "a/1.csv", "a/2.txt"]
    assert listed(prefix="a/", regexp=".*csv") == ["a/1.csv", "a/deep/3.csv"]
    assert listed(regexp="csv") == []
    assert host.logs == []
    assert listed(maxFiles=2) == ["a/1.csv", "a/2.txt"]
    assert host.logs == [("WARN", "More than maxFiles (2) blobs fit; the others are left out")]
    first = azure("List", container="orders", regexp="b.csv")["blobs"][0]
    assert first.keys() == {"container", "name", "size", "eTag", "lastModified"}
    assert first["size"] == 5
    with pytest.raises(TaskError, match="not a regular expression"):
        listed(regexp="(")


def test_a_blob_is_copied_moved_and_deleted(azure: Run, account: BlobServiceClient, orders: ContainerClient) -> None:
    archive = account.create_container("archive")
    put(orders, "a b+c%.csv")
    source = {"container": "orders", "name": "a b+c%.csv"}
    made = azure("Copy", from_=source, to={"container": "orders", "name": "b"})["blob"]
    assert (made["container"], made["name"], made["size"]) == ("orders", "b", 10)
    azure("Copy", from_=source, to={"container": "archive", "name": "2026/c"}, delete=True)
    assert names_of(orders) == ["b"]
    assert content_of(archive, "2026/c") == b"a b+c%.csv"
    same = {"container": "orders", "name": "b"}
    with pytest.raises(TaskError, match="onto itself"):
        azure("Copy", from_=same, to=same, delete=True)
    gone = azure("Delete", **same)["blob"]
    assert (gone["name"], gone["size"]) == ("b", 10)
    with pytest.raises(TaskError, match="Azure refused: BlobNotFound"):
        azure("Delete", **same)
    assert names_of(orders) == []


def test_blobs_that_fit_are_deleted(azure: Run, orders: ContainerClient) -> None:
    put(orders, "tmp/1", "tmp/22", "keep")
    assert azure("DeleteList", container="orders", prefix="tmp/", concurrent=2) == {"count": 2, "size": 11}
    assert names_of(orders) == ["keep"]
    assert azure("DeleteList", container="orders", prefix="tmp/") == {"count": 0, "size": 0}
    with pytest.raises(TaskError, match="No blob of orders fits"):
        azure("DeleteList", container="orders", prefix="tmp/", errorOnEmpty=True)


@pytest.mark.parametrize(
    ("action", "left"), [("NONE", ["in/a", "in/b"]), ("DELETE", []), ("MOVE", ["done/a", "done/b"])]
)
def test_blobs_are_downloaded_and_finished_with(
    azure: Run, orders: ContainerClient, host: MemoryHost, action: str, left: list[str]
) -> None:
    put(orders, "in/a", "in/b")
    target = {"container": "orders", "name": "done/"}
    out = azure("Downloads", container="orders", prefix="in/", action=action, moveTo=target)
    assert {name: host.files[uri] for name, uri in out["outputFiles"].items()} == {"in/a": b"in/a", "in/b": b"in/b"}
    assert [one["uri"] for one in out["blobs"]] == list(out["outputFiles"].values())
    assert names_of(orders) == left


def test_an_account_is_asked_with_what_is_given(
    run: Run, endpoint: str, connection: str, orders: ContainerClient
) -> None:
    put(orders, "a")
    token = generate_account_sas(
        ACCOUNT,
        KEY,
        ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, list=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    for given in (
        {"connectionString": connection},
        {"endpoint": endpoint, "sharedKeyAccountName": ACCOUNT, "sharedKeyAccountAccessKey": KEY},
        {"endpoint": endpoint, "sasToken": token},
        {"endpoint": endpoint, "sasToken": f"?{token}"},
    ):
        out = run("azure.storage.blob.List", container="orders", **given)
        assert [one["name"] for one in out["blobs"]] == ["a"]
    with pytest.raises(TaskError, match="Azure refused: AuthorizationPermissionMismatch") as raised:
        run("azure.storage.blob.Delete", container="orders", name="a", endpoint=endpoint, sasToken=token)
    assert token not in str(raised.value)
    assert names_of(orders) == ["a"]


def test_shared_access_is_enough_to_move_a_blob(run: Run, endpoint: str, orders: ContainerClient) -> None:
    put(orders, "in/a b")
    token = generate_account_sas(
        ACCOUNT,
        KEY,
        ResourceTypes(container=True, object=True),
        AccountSasPermissions(read=True, write=True, delete=True, list=True),
        datetime.now(UTC) + timedelta(hours=1),
    )
    run(
        "azure.storage.blob.Downloads",
        endpoint=endpoint,
        sasToken=token,
        container="orders",
        action="MOVE",
        moveTo={"container": "orders", "name": "done"},
    )
    assert names_of(orders) == ["done/a b"]
    assert content_of(orders, "done/a b") == b"in/a b"


def test_a_blob_is_shared_for_a_time(azure: Run, orders: ContainerClient, run: Run, endpoint: str) -> None:
    put(orders, "a b")
    until = datetime.now(UTC) + timedelta(hours=1)
    wanted = {"container": "orders", "name": "a b", "expirationDate": until.isoformat()}
    uri = azure("SharedAccess", **wanted, permissions=["READ"])["uri"]
    assert httpx.get(uri).content == b"a b"
    assert httpx.delete(uri).status_code == 403
    over = {**wanted, "expirationDate": "2020-01-01T00:00:00Z"}
    assert httpx.get(azure("SharedAccess", **over, permissions=["READ"])["uri"]).status_code == 403
    uri = azure("SharedAccess", **wanted, permissions=["DELETE", "READ"])["uri"]
    assert "sp=rd" in uri
    assert httpx.delete(uri).status_code == 202
    with pytest.raises(TaskError, match="signed with the key"):
        run("azure.storage.blob.SharedAccess", endpoint=endpoint, sasToken="sv=1", permissions=["READ"], **wanted)


@pytest.mark.parametrize(
    ("name", "properties", "message"),
    [
        ("Download", {"name": "missing"}, "Azure refused: BlobNotFound"),
        ("List", {"container": "missing"}, "Azure refused: ContainerNotFound"),
        ("Downloads", {"action": "MOVE"}, "needs moveTo"),
        ("List", {"connectionString": "secret"}, "`connectionString` is broken"),
        ("List", {"connectionString": None, "endpoint": None}, "Say which account"),
        ("List", {"connectionString": None, "sasToken": "s", "endpoint": "file:///etc/passwd"}, "`endpoint` is broken"),
        ("Upload", {"name": "a", "from_": "[secret"}, "neither the URI of a file nor a JSON list"),
    ],
)
def test_errors_say_what_is_wrong(
    azure: Run, orders: ContainerClient, name: str, properties: dict[str, Any], message: str
) -> None:
    with pytest.raises(TaskError, match=message) as raised:
        azure(name, **{"container": orders.container_name, **properties})
    assert "secret" not in str(raised.value)


def test_a_wrong_key_is_told_without_it(run: Run, endpoint: str, orders: ContainerClient) -> None:
    for key in ("bm90IHRoZSBrZXk=", "no key"):
        with pytest.raises(TaskError, match="Azure") as raised:
            run(
                "azure.storage.blob.List",
                container=orders.container_name,
                endpoint=endpoint,
                sharedKeyAccountName=ACCOUNT,
                sharedKeyAccountAccessKey=key,
            )
        assert key not in str(raised.value)


def test_without_credentials_those_of_the_machine_are_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(TaskError, match="Azure refused: the credentials do not serve"):
        run("azure.storage.blob.List", container="orders", endpoint="https://127.0.0.1:1/account")


def test_the_installation_is_asked_before_connecting(azure: Run, orders: ContainerClient, host: MemoryHost) -> None:
    azure("List", container=orders.container_name)
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_new_and_changed_blobs_are_found_once(
    orders: ContainerClient, host: MemoryHost, registry: Registry, connection: str
) -> None:
    plugin = registry.get_task("io.kestra.plugin.azure.storage.blob.Trigger")
    properties: dict[str, Any] = {
        "connectionString": connection,
        "container": "orders",
        "prefix": "in/",
        "maxFiles": 1,
        "action": "MOVE",
        "moveTo": {"container": "orders", "name": "done"},
    }

    def look() -> list[tuple[str, str, bytes]]:
        found = host.run(plugin, properties) or {}
        host.answers["triggers.state"] = found["state"]["kept"]
        blobs = found.get("trigger", {}).get("blobs", ())
        return [(one["name"], one["changeType"], host.files[one["uri"]]) for one in blobs]

    host.answers["triggers.state"] = None
    assert look() == []
    put(orders, "in/a", "in/b")
    found = look() + look()
    assert sorted(found) == [("in/a", "CREATE", b"in/a"), ("in/b", "CREATE", b"in/b")]
    assert look() == []
    assert names_of(orders) == ["done/a", "done/b"]


def test_a_changed_blob_is_told_as_such(
    orders: ContainerClient, host: MemoryHost, registry: Registry, connection: str
) -> None:
    plugin = registry.get_task("io.kestra.plugin.azure.storage.blob.Trigger")
    properties: dict[str, Any] = {
        "connectionString": connection,
        "container": "orders",
        "action": "NONE",
        "on": "UPDATE",
    }
    host.answers["triggers.state"] = None
    put(orders, "a")
    first = host.run(plugin, properties)
    assert "trigger" not in first
    host.answers["triggers.state"] = first["state"]["kept"]
    put(orders, "a")
    second = host.run(plugin, properties)
    assert [(one["name"], one["changeType"]) for one in second["trigger"]["blobs"]] == [("a", "UPDATE")]


def test_examples_run(
    host: MemoryHost, registry: Registry, account: BlobServiceClient, orders: ContainerClient, connection: str
) -> None:
    archive = account.create_container("archive")
    host.variables["outputs"] = {"to_parquet": {"uri": host.put("orders.parquet", b"rows")}}
    ran = []
    for plugin, written in examples_of(registry, "azure.storage"):
        put(orders, "inbox/orders.csv", "2026/orders.csv", "tmp/a")
        host.run(plugin, {**written, "connectionString": connection})
        ran.append(plugin.declaration.type.rpartition(".")[2])
    assert {"Copy", "Delete", "DeleteList", "Download", "Downloads", "List", "SharedAccess", "Upload"} <= set(ran)
    assert content_of(archive, "2026/orders.csv") == b"inbox/orders.csv"
    assert content_of(orders, "2026/orders.parquet") == b"rows"
