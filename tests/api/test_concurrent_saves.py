"""Fifty who edit the same thing at once lose nothing: whoever edited an older revision is told, and tries again."""

from __future__ import annotations

import asyncio

import pytest

WRITERS = 50
FLOW = """id: shared
namespace: dev
description: "{text}"
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: hi
"""
DASHBOARD = """id: shared
title: Shared
description: "{text}"
charts:
  - id: note
    type: io.kestra.plugin.core.dashboard.chart.Markdown
    content: hi
"""
YAML = {"content-type": "application/x-yaml"}


class Flow:
    path = "/api/v1/main/flows/dev/shared"

    async def create(self, client):
        return await client.post("/api/v1/main/flows", content=FLOW.format(text="start"), headers=YAML)

    def read(self, answer):
        return answer.json()["description"]

    async def write(self, client, text, headers):
        return await client.put(self.path, content=FLOW.format(text=text), headers={**YAML, **headers})


class Dashboard:
    path = "/api/v1/main/dashboards/shared"

    async def create(self, client):
        return await client.post("/api/v1/main/dashboards", content=DASHBOARD.format(text="start"), headers=YAML)

    def read(self, answer):
        return answer.json()["description"]

    async def write(self, client, text, headers):
        return await client.put(self.path, content=DASHBOARD.format(text=text), headers={**YAML, **headers})


class Key:
    path = "/api/v1/main/namespaces/dev/kv/shared"

    async def create(self, client):
        return await self.write(client, "start", {"if-none-match": "*"})

    def read(self, answer):
        return answer.json()["value"]

    async def write(self, client, text, headers):
        return await client.put(self.path, content=f'"{text}"', headers=headers)


class File:
    path = "/api/v1/main/namespaces/dev/files?path=/shared.txt"

    async def create(self, client):
        return await self.write(client, "start", {"if-none-match": "*"})

    def read(self, answer):
        return answer.text

    async def write(self, client, text, headers):
        return await client.post(self.path, files={"fileContent": ("shared.txt", text.encode())}, headers=headers)


KINDS = [Flow(), Dashboard(), Key(), File()]
NAMES = [type(kind).__name__ for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
async def test_fifty_writers_lose_nothing(client, kind):
    assert (await kind.create(client)).status_code == 200

    async def add(number):
        refused = 0
        while True:
            read = await client.get(kind.path)
            text = f"{kind.read(read)} {number}"
            saved = await kind.write(client, text, {"if-match": read.headers["etag"]})
            if saved.status_code == 200:
                return refused
            assert saved.status_code == 412, saved.text
            assert "somebody saved it meanwhile" in saved.text
            refused += 1

    refused = await asyncio.gather(*map(add, range(WRITERS)))
    last = await client.get(kind.path)
    assert sorted(kind.read(last).split()[1:], key=int) == [str(number) for number in range(WRITERS)]
    assert last.headers["etag"] == f'"{WRITERS + 1}"'
    assert sum(refused) > 0


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
async def test_the_answer_names_the_present_revision(client, kind):
    created = await kind.create(client)
    assert created.headers["etag"] == '"1"'
    stale = await kind.write(client, "other", {"if-match": '"7"'})
    assert stale.status_code == 412
    assert "is at revision 1, not 7" in stale.text
    assert kind.read(await client.get(kind.path)) == "start"
    assert (await kind.write(client, "third", {"if-match": 'W/"1"'})).headers["etag"] == '"2"'
    assert (await kind.write(client, "fourth", {"if-match": "*"})).headers["etag"] == '"3"'
    assert (await kind.write(client, "fifth", {})).headers["etag"] == '"4"'


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
async def test_a_header_that_is_no_revision_is_refused(client, kind):
    await kind.create(client)
    answer = await kind.write(client, "other", {"if-match": "yesterday"})
    assert answer.status_code == 400
    assert "If-Match must be the ETag of an answer" in answer.text


@pytest.mark.parametrize("kind", [Key(), File()], ids=["Key", "File"])
async def test_what_must_be_new_is_made_once(client, kind):
    answers = await asyncio.gather(*(kind.create(client) for _ in range(WRITERS)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (WRITERS - 1)
