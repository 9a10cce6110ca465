"""Class 3: what is sent as a filter, an order, a label or a search never becomes a part of a statement."""

from __future__ import annotations

from itertools import product

import httpx
import pytest

from api.calls import dump, filled_with
from api.users import ADMIN, basic
from tiercel.api.filter_fields import EXECUTION_FIELDS, FLOW_FIELDS, KV_FIELDS, LOG_FIELDS, TRIGGER_FIELDS
from tiercel.repository.query import Operation

ROOT = "/api/v1/main"
LISTS = {
    "executions/search": EXECUTION_FIELDS,
    "flows/search": FLOW_FIELDS,
    "logs/search": LOG_FIELDS,
    "triggers/search": TRIGGER_FIELDS,
    "kv": KV_FIELDS,
}
PAYLOADS = [
    *("'", "''", '"', "\\", "' OR '1'='1", "' OR 1=1 --", "') OR 1=1 --", "1); DROP TABLE flows; --", "%' OR '%'='"),
    *(
        "x' UNION SELECT password_hash FROM users --",
        "' || (SELECT password_hash FROM users) || '",
        "`",
        "\x00",
        ":name",
    ),
    *("%", "_", "?", "$1", "%s", "{}", "*", "NEAR(a b)", '" OR "', "a* OR b", "col:x", "^a", "-", "(", "NOT"),
]


@pytest.fixture
async def filled(guarded):
    async with guarded() as client:
        await filled_with(client, "team")
        client.headers.update(basic(ADMIN))
        yield client


async def test_no_filter_is_read_as_sql(filled):
    before = await dump(filled)
    for path, fields in LISTS.items():
        for number, (field, operation) in enumerate(product(fields.names, Operation)):
            is_exact = operation == Operation.EQUALS and field not in {"q", "scope", "childFilter", "locked"}
            for payload in PAYLOADS[number % 3 :: 3]:
                query = {f"filters[{field}][{operation}]": payload}
                if not await is_known(filled, path, query, is_exact=is_exact):
                    break
        for operation in Operation:
            for payload in PAYLOADS:
                query = {f"filters[labels][{operation}][{payload}]": payload}
                if not await is_known(filled, path, query, is_exact=operation == Operation.EQUALS):
                    break
    assert await dump(filled) == before


async def is_known(filled: httpx.AsyncClient, path: str, query: dict[str, str], *, is_exact: bool) -> bool:
    """Whether a list knows the field and the operation of a filter, which finds nothing when it is exact."""
    answer = await filled.get(f"{ROOT}/{path}", params=query)
    assert answer.status_code in {200, 400, 422}, (path, query, answer.text)
    if is_exact and answer.status_code == 200:
        assert answer.json()["total"] == 0, (path, query)
    return answer.status_code != 400 or not any(word in answer.text for word in ("Operation", "is not supported for"))


ORDERS = [
    "id; DROP TABLE flows",
    "(SELECT password_hash FROM users)",
    "id:asc, (SELECT 1)",
    "1",
    "id desc",
    "password_hash",
    "id:desc; --",
    "rowid",
    "__class__",
]


async def test_no_order_is_read_as_sql(filled):
    for path, sort in product([*LISTS, "namespaces/search", "blueprints/community/flow", "dashboards"], ORDERS):
        answer = await filled.get(f"{ROOT}/{path}", params={"sort": sort})
        assert answer.status_code in {200, 400, 422}, (path, sort)
        if answer.status_code == 200:
            assert answer.json() == (await filled.get(f"{ROOT}/{path}")).json()  # a list that knows no order


async def test_no_search_label_cursor_or_id_is_read_as_sql(filled):
    before = await dump(filled)
    for payload in PAYLOADS:
        for path, query in searches(payload):
            answer = await filled.get(f"{ROOT}/{path}", params=query)
            assert answer.status_code < 500, (path, query, answer.text)
            assert "argon2" not in answer.text
    assert await dump(filled) == before


def searches(payload):
    return [
        *((f"{path}", {"q": payload}) for path in (*LISTS, "namespaces/search", "flows/source", "triggers/search")),
        *((f"{path}", {"cursor": payload}) for path in LISTS),
        *((f"{path}", {"namespace": payload, "flowId": payload, "labels": f"{payload}:{payload}"}) for path in LISTS),
        ("executions", {"namespace": payload, "flowId": payload}),
        ("secrets", {"namespace": payload}),
        ("audit", {"namespace": payload, "cursor": payload, "actor": payload}),
        ("namespaces/team/files", {"path": payload}),
        ("namespaces/team/files/search", {"q": payload}),
    ]
