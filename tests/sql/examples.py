"""The examples of a database's tasks, run against that database."""

from __future__ import annotations

from collections.abc import Iterable

from groups.conftest import examples_of
from sql.conftest import Run
from sql.servers import Server
from tiercel.testing.memory_host import MemoryHost


def run_examples(ask: Run, host: MemoryHost, server: Server, groups: Iterable[str]) -> tuple[list[str], int]:
    """Run them on a table of orders; gives the types that ran, and how many orders of ana or nobody are left."""
    ask("create table orders (id int, total numeric(9, 2), customer varchar(20))")
    host.variables["inputs"] = {"customer": "ana"}
    uris = {
        "query": host.put("q.ion", b"{id: 1, total: 2.5}"),
        "download": host.put("d.csv", b"id,total,customer\n2,3,ana\n"),
    }
    host.variables["outputs"] = {name: {"uri": uri} for name, uri in uris.items()}
    scheme = server.login["url"].split(":")[1]
    try:
        ran = []
        for group in groups:
            login = {**server.login, "url": server.login["url"].replace(scheme, group, 1)}
            for plugin, written in examples_of(host.registry, f"jdbc.{group}"):
                host.run(plugin, {**written, **login})
                ran.append(plugin.declaration.type)
        left = ask("select id from orders where customer is null or customer = 'ana'", fetchType="FETCH")
        return ran, left["size"]
    finally:
        ask("drop table orders")
