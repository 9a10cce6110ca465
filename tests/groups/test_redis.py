"""Redis tasks and triggers against a real server."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from groups.conftest import Run, examples_of
from groups.test_compress import tool
from groups.test_serdes_text import rows
from sql.servers import until
from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.tasks.redis.lists import ListWatch
from tiercel.testing.memory_host import MemoryHost


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("redis")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--requirepass",
        "s3cret",
        "--save",
        "",
        "--dir",
        str(directory),
    ]
    running = subprocess.Popen([tool("redis-server"), *options], cwd=directory, stdout=subprocess.DEVNULL)
    address = f"redis://:s3cret@127.0.0.1:{port}/0"

    def answers() -> bool:
        with redis.Redis.from_url(address) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    until(answers, "redis-server does not answer")
    yield address
    running.terminate()
    running.wait(30)


@pytest.fixture
def client(url: str) -> Iterator[Any]:
    with redis.Redis.from_url(url, decode_responses=True) as opened:
        opened.flushall()
        yield opened


@pytest.fixture
def redis_run(run: Run, url: str, client: Any) -> Run:  # noqa: ARG001 (empties the server)
    def run_task(name: str, **properties: Any) -> Any:
        return run(f"redis.{name}", url=url, **properties)

    return run_task


def test_a_value_is_set_and_read(redis_run: Run, client: Any) -> None:
    assert redis_run("string.Set", key="a", value="1") == {}
    assert redis_run("string.Get", key="a") == {"key": "a", "data": "1"}
    assert redis_run("string.Set", key="a", value={"x": [1]}, serdeType="JSON", get=True) == {"oldValue": "1"}
    assert redis_run("string.Get", key="a", serdeType="JSON") == {"key": "a", "data": {"x": [1]}}
    assert redis_run("string.Get", key="missing") == {"key": "missing"}
    redis_run("string.Set", key="b", value="1", options={"mustExist": True})
    redis_run("string.Set", key="a", value="2", options={"mustNotExist": True})
    assert client.get("b") is None
    assert client.get("a") == '{"x":[1]}'


def test_a_key_is_kept_for_a_while(redis_run: Run, client: Any) -> None:
    redis_run("string.Set", key="a", value="1", options={"expirationDuration": "PT100S"})
    assert 90 < redis_run("string.Ttl", key="a")["ttl"] <= 100
    redis_run("string.Set", key="a", value="2", options={"keepTtl": True})
    assert client.ttl("a") > 90
    redis_run("string.Set", key="a", value="2")
    assert redis_run("string.Ttl", key="a") == {"key": "a", "ttl": -1}
    redis_run("string.Set", key="b", value="1", options={"expirationDate": "2100-01-01T00:00:00Z"})
    assert client.ttl("b") > 1_000_000
    assert redis_run("string.Ttl", key="c") == {"key": "c", "ttl": -2}


def test_numbers_are_added_to(redis_run: Run, client: Any) -> None:
    assert redis_run("string.Increment", key="n") == {"key": "n", "value": 1}
    assert redis_run("string.Increment", key="n", amount=5) == {"key": "n", "value": 6}
    assert redis_run("string.Increment", key="n", amount=0.5)["value"] == 6.5
    redis_run("string.Increment", key="m", options={"expirationDuration": "PT100S"})
    assert client.ttl("m") > 90


def test_keys_are_deleted(redis_run: Run, client: Any) -> None:
    client.mset({"a": 1, "b": 2})
    assert redis_run("string.Delete", keys=["a", "b", "c"]) == {"count": 2}
    with pytest.raises(TaskError, match="Only 0 of 1"):
        redis_run("string.Delete", keys=["a"], failedOnMissing=True)
    with pytest.raises(TaskError, match="no key a"):
        redis_run("string.Get", key="a", failedOnMissing=True)


def test_lists_are_filled_and_emptied(redis_run: Run, client: Any, host: MemoryHost) -> None:
    assert redis_run("list.ListPush", key="l", from_=["1", "2", "3"]) == {"count": 3}
    assert client.lrange("l", 0, -1) == ["3", "2", "1"]
    some = redis_run("list.ListPop", key="l", maxRecords=2, count=1)
    assert some["count"] == 2
    assert rows(host, some["uri"]) == ["3", "2"]
    assert redis_run("list.ListPush", key="j", from_=host.put("r.ion", b"{a: 1} {a: 2}"), serdeType="JSON", batchSize=1)
    assert rows(host, redis_run("list.ListPop", key="j", serdeType="JSON")["uri"]) == [{"a": 2}, {"a": 1}]
    assert redis_run("list.ListPush", key="t", from_='["x", "y"]') == {"count": 2}
    client.lpush("bad", "no json")
    with pytest.raises(TaskError, match="not JSON"):
        redis_run("list.ListPop", key="bad", serdeType="JSON")


def test_values_are_published(redis_run: Run, client: Any) -> None:
    with client.pubsub() as listener:
        listener.subscribe("orders")
        assert listener.get_message(timeout=60)["type"] == "subscribe"
        assert redis_run("pubsub.Publish", channel="orders", from_=["a", {"b": 1}]) == {"count": 2}
        found = [listener.get_message(timeout=60)["data"], listener.get_message(timeout=60)["data"]]
    assert found == ["a", '{"b":1}']


def test_a_trigger_takes_values_and_loses_none(client: Any, url: str, host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.kestra.plugin.redis.list.Trigger")
    properties = {"url": url, "key": "l", "maxRecords": 2}
    host.answers["triggers.state"] = None
    assert "trigger" not in host.run(plugin, properties)
    client.rpush("l", "1", "2", "3")
    first = host.run(plugin, properties)
    assert rows(host, first["trigger"]["uri"]) == ["1", "2"]
    again = host.run(plugin, properties)  # the execution was not stored: the state is the old one
    assert rows(host, again["trigger"]["uri"]) == ["1", "2"]
    host.answers["triggers.state"] = again["state"]["kept"]
    second = host.run(plugin, properties)
    assert rows(host, second["trigger"]["uri"]) == ["3"]
    host.answers["triggers.state"] = second["state"]["kept"]
    assert "trigger" not in host.run(plugin, properties)
    assert client.keys("*") == []


def test_a_listener_gives_a_value_again_until_it_is_stored(client: Any, url: str, host: MemoryHost) -> None:
    client.rpush("l", '{"a": 1}', "2")
    listener = host.make_task(ListWatch, {"url": url, "key": "l", "serdeType": "JSON"})
    events = listener.listen(host.run_context(ListWatch))
    assert next(events).variables == {"value": {"a": 1}}
    assert isinstance(events, Generator)
    events.close()
    events = listener.listen(host.run_context(ListWatch))
    assert next(events).variables == {"value": {"a": 1}}
    assert next(events).variables == {"value": 2}
    host.is_stopped = True
    assert list(events) == []
    assert client.keys("*") == []


@pytest.mark.parametrize("address", ["http://127.0.0.1", "unix:///run/redis.sock", "redis://"])
def test_an_address_must_be_one_of_redis(run: Run, address: str) -> None:
    with pytest.raises(TaskError, match="is not an address"):
        run("redis.string.Get", url=address, key="a")


def test_passwords_show_nowhere(run: Run, url: str, host: MemoryHost) -> None:
    with pytest.raises(TaskError, match=r"Redis at 127\.0\.0\.1") as caught:
        run("redis.string.Get", url=url.replace("s3cret", "wr0ng"), key="a")
    assert "wr0ng" not in str(caught.value)
    assert ("http.check", {"host": "127.0.0.1", "address": "127.0.0.1"}) in host.calls


def test_examples_run(host: MemoryHost, registry: Registry, url: str, client: Any) -> None:
    host.variables |= {"outputs": {"first": {"value": "a"}, "second": {"value": "b"}}, "execution": {"id": "e1"}}
    client.rpush("orders", "x")
    ran = {
        plugin.declaration.type: host.run(plugin, {**written, "url": url})
        for plugin, written in examples_of(registry, "redis")
    }
    assert len(ran) >= 8
    assert client.get("orders:last") == "e1"
    assert client.get("orders:count") == "5"
    assert client.lrange("orders", 0, -1) == ["b", "a"]
