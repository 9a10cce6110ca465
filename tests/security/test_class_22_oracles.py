"""Class 22: answers and their time do not tell the forbidden from the absent, or how near a guess is.

The wording is compared in ``tests/api/test_roles.py``. Times are compared by what is done, not by a clock: a test that
measures would fail on a busy machine and prove nothing on a quiet one.
"""

from __future__ import annotations

import hmac

import pytest

from api.calls import filled_with
from api.users import ADMIN, EDITOR, basic
from tiercel.operations import identification, webhook_verification, webhooks

ROOT = "/api/v1/main"
HOOK = """\
id: hook
namespace: team
tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: "ran"}]
triggers: [{id: call, type: io.kestra.plugin.core.trigger.Webhook, key: the-right-key-of-the-hook}]
"""


@pytest.fixture
def compared(monkeypatch):
    """What is compared with what, in the one function whose time does not depend on it."""
    seen = []

    def compare(one, other):
        seen.append((bytes(one), bytes(other)))
        return hmac.compare_digest(one, other)

    class Counting:
        compare_digest = staticmethod(compare)
        new = staticmethod(hmac.new)

    for module in (webhooks, webhook_verification):
        monkeypatch.setattr(module, "hmac", Counting)
    return seen


async def test_keys_of_webhooks_are_compared_in_constant_time_and_told_alike(client, save, compared):
    await save(HOOK)
    right = "the-right-key-of-the-hook"
    guesses = [
        "x",
        "t",
        right[:-1],
        right + "x",
        right.upper(),
        "schlüssel",
        "%00",
        "the-right-key-of-the-hook%00",
        " ",
    ]
    answers = []
    for guess in guesses:
        compared.clear()
        answer = await client.post(f"{ROOT}/executions/webhook/team/hook/{guess}")
        assert answer.status_code == 404, guess
        assert len(compared) == 1, guess
        answers.append(answer.json()["message"])
    for path in ("team/absent/x", "absent/hook/x"):
        answer = await client.post(f"{ROOT}/executions/webhook/{path}")
        assert answer.status_code == 404
        answers.append(answer.json()["message"])
    assert len(set(answers)) == 1
    assert (await client.post(f"{ROOT}/executions/webhook/team/hook/{right}")).status_code == 200


async def test_a_password_is_hashed_whether_or_not_there_is_such_a_user(guarded, monkeypatch):
    hashed = []
    verify = identification.verify_password
    monkeypatch.setattr(
        identification, "verify_password", lambda known, given: hashed.append(known is None) or verify(known, given)
    )
    async with guarded() as client:
        answers = set()
        for name in (ADMIN, "nobody@x.org", "", "x" * 500):
            answer = await client.post("/api/v1/login", json={"username": name, "password": "wrong-password"})
            answers.add((answer.status_code, answer.json()["message"]))
        assert answers == {(401, "The user name or the password is wrong.")}
        assert hashed[:2] == [False, True]
        assert len(hashed) == 4


async def test_what_is_forbidden_and_what_is_absent_take_the_same_answer(guarded):
    async with guarded() as client:
        other = await filled_with(client, "other")
        absent = "x" * 22
        pairs = [
            (f"executions/{other['execution_id']}", f"executions/{absent}"),
            (f"logs/{other['execution_id']}", f"logs/{absent}"),
            (f"logs/{other['execution_id']}/download", f"logs/{absent}/download"),
            (f"executions/{other['execution_id']}/flow", f"executions/{absent}/flow"),
            (f"executions/{other['execution_id']}/graph", f"executions/{absent}/graph"),
            (f"metrics/{other['execution_id']}", f"metrics/{absent}"),
            (f"outputs/{other['execution_id']}", f"outputs/{absent}"),
            ("flows/other/hello", "flows/other/absent"),
            ("flows/other/hello/graph", "flows/other/absent/graph"),
            ("flows/other/hello/revisions", "flows/other/absent/revisions"),
            ("namespaces/other/kv/color", "namespaces/other/kv/absent"),
            ("namespaces/other/files?path=/a.txt", "namespaces/other/files?path=/absent.txt"),
            ("dashboards/absent1", "dashboards/absent2"),
        ]
        for there, nowhere in pairs:
            found = [await client.get(f"{ROOT}/{path}", headers=basic(EDITOR)) for path in (there, nowhere)]
            assert found[0].status_code == found[1].status_code, there
            assert found[0].status_code in {403, 404}, there
        for method, there, nowhere in (
            ("DELETE", "flows/other/hello", "flows/other/absent"),
            ("DELETE", f"executions/{other['execution_id']}", f"executions/{absent}"),
            ("POST", f"executions/{other['execution_id']}/actions/restart", f"executions/{absent}/actions/restart"),
            ("DELETE", "namespaces/other/kv/color", "namespaces/other/kv/absent"),
            ("DELETE", "users/admin@x.org", "users/absent@x.org"),
        ):
            found = [await client.request(method, f"{ROOT}/{path}", headers=basic(EDITOR)) for path in (there, nowhere)]
            assert found[0].status_code == found[1].status_code, there
        for method, path in (
            ("DELETE", "executions/by-ids"),
            ("DELETE", "executions/kill/by-ids"),
            ("POST", "executions/pause/by-ids"),
            ("POST", "executions/replay/by-ids"),
        ):
            told = [
                (await client.request(method, f"{ROOT}/{path}", json=[one], headers=basic(EDITOR)))
                for one in (other["execution_id"], absent)
            ]
            assert [answer.status_code for answer in told] == [400, 400], path
            wordings = {answer.text.replace(other["execution_id"], absent) for answer in told}
            assert len(wordings) == 1, path
