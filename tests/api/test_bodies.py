"""Bodies of the wrong kind are told what is wrong with them."""

from __future__ import annotations

import pytest

ROOT = "/api/v1/main"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("namespaces/autocomplete", [1]),
        ("expressions/render", {"expressions": {"a": {}}}),
        ("expressions/render", {"expressions": {}, "variables": [1]}),
        ("expressions/render", {"expressions": {}, "dialect": "3"}),
        ("flows/disable/by-ids", [{"namespace": "a", "id": {}}]),
        ("flows/disable/by-ids", ["a"]),
        ("flows/disable/by-ids", {}),
        ("executions/latest", [{"namespace": [], "id": "a"}]),
        ("executions/0/actions/state", {"taskRunId": "a", "state": []}),
        ("executions/0/actions/state", {"taskRunId": "a", "state": "NOTHING"}),
        ("flows/source/replace/preview", []),
        ("flows/source/replace/preview", {"query": "a", "replacement": 1}),
        ("flows/source/replace/preview", {"query": "a", "replacement": "", "scope": []}),
        ("flows/source/replace/apply", {"query": "a", "replacement": "", "flows": []}),
        ("flows/source/replace/line", {"query": "a", "replacement": "", "line": True}),
    ],
)
async def test_what_is_wrong_is_said(client, path, body):
    response = await client.post(f"{ROOT}/{path}", json=body)
    assert response.status_code == 422, response.text
    assert response.json()["message"]


@pytest.mark.parametrize("dates", [{"endDate": "0001-01-01"}, {"startDate": "2026-01-02", "endDate": "2026-01-01"}])
async def test_figures_need_a_time_that_can_be(client, dates):
    response = await client.get(f"{ROOT}/metrics/aggregates/a/b/c", params=dates)
    assert response.status_code == 422, response.text
    late = await client.get(f"{ROOT}/metrics/aggregates/a/b/c", params={"endDate": "9999-12-31T23:59:59Z"})
    assert late.status_code == 200
