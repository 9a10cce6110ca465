"""What users keep on the server: each their own, bounded."""

from __future__ import annotations

import pytest

from api.users import ADMIN, NOTHING, VIEWER, basic
from tiercel.operations.preferences import LARGEST_BYTES, MOST_KEYS

ROOT = "/api/v1/main/me/preferences"


async def test_a_value_is_kept_until_it_is_deleted(client):
    view = {"name": "Failures", "search": {"state": ["FAILED"]}}
    assert (await client.put(f"{ROOT}/executions.views", json=[view])).json() == [view]
    assert (await client.get(f"{ROOT}/executions.views")).json() == [view]
    assert (await client.put(f"{ROOT}/executions.views", json=[])).json() == []
    assert (await client.put(f"{ROOT}/other", json=None)).status_code == 200
    assert (await client.get(ROOT)).json() == {"executions.views": [], "other": None}
    assert (await client.delete(f"{ROOT}/executions.views")).status_code == 204
    assert (await client.get(f"{ROOT}/executions.views")).status_code == 404
    assert (await client.delete(f"{ROOT}/executions.views")).status_code == 404


async def test_nobody_sees_or_changes_what_others_keep(guarded):
    async with guarded() as client:
        for name in (ADMIN, VIEWER, NOTHING):
            kept = await client.put(f"{ROOT}/mine", json=name, headers=basic(name))
            assert kept.status_code == 200
        for name in (ADMIN, VIEWER, NOTHING):
            assert (await client.get(ROOT, headers=basic(name))).json() == {"mine": name}
        await client.delete(f"{ROOT}/mine", headers=basic(VIEWER))
        assert (await client.get(f"{ROOT}/mine", headers=basic(ADMIN))).json() == ADMIN
        assert (await client.get(ROOT)).status_code == 401


@pytest.mark.parametrize("key", ["a b", "-a", "x" * 301, "a%2Fb"])
async def test_a_malformed_key_is_refused(client, key):
    assert (await client.put(f"{ROOT}/{key}", json=1)).status_code in {404, 422}


async def test_what_is_kept_is_bounded(client):
    refused = await client.put(f"{ROOT}/large", json="x" * LARGEST_BYTES)
    assert refused.status_code == 422
    assert "65,536 are allowed" in refused.json()["message"]
    for number in range(MOST_KEYS):
        assert (await client.put(f"{ROOT}/k{number}", json=number)).status_code == 200
    refused = await client.put(f"{ROOT}/one-more", json=1)
    assert refused.status_code == 409
    assert "200 preferences already" in refused.json()["message"]
    assert (await client.put(f"{ROOT}/k0", json="changed")).status_code == 200
