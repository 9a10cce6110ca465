"""Class 4: what is given as data is never rendered, and no expression reaches an object, a file or time without end."""

from __future__ import annotations

import json
import time

ROOT = "/api/v1/main"
FLOW = """\
id: echo
namespace: dev
inputs: [{id: text, type: STRING}, {id: data, type: JSON, required: false}]
variables: {twice: "{{ inputs.text }}"}
tasks:
  - {id: plain, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.text }}"}
  - {id: again, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.plain.value }}"}
  - {id: deep, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.data }}"}
  - {id: logged, type: io.kestra.plugin.core.log.Log, message: "got {{ inputs.text }}"}
outputs: [{id: last, type: STRING, value: "{{ outputs.again.value }}"}]
"""
GIVEN = [
    *("{{ secret('TOKEN') }}", "{{ 6 * 7777 }}", "{% for i in range(0, 9) %}x{% endfor %}", "{{ kv('color') }}"),
    *("{{ '{{ 6 * 7777 }}' }}", "{# gone #}", "${6 * 7777}", "#{6 * 7777}", "<%= 6 * 7777 %>", "{{{{ 6 * 7777 }}}}"),
    *("{{ envs.home }}", "{{ read('file:///etc/passwd') }}", "{{ _globals }}"),
]
ESCAPES = [
    *(
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ flow.__class__ }}",
        "{{ [].append }}",
        "{{ 'a'.upper() }}",
    ),
    *("{{ {}.__init__.__globals__ }}", "{{ self }}", "{{ self._TemplateReference__context }}", "{{ cycler.__init__ }}"),
    *(
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ config }}",
        "{{ request.application }}",
        "{{ url_for }}",
    ),
    *("{{ ''|attr('__class__') }}", "{{ 'x'.getClass().forName('java.lang.Runtime') }}", "{{ namespace.__init__ }}"),
    *("{% import 'os' as os %}{{ os }}", "{% include '/etc/passwd' %}", "{% extends '/etc/passwd' %}", "{{ joiner }}"),
    *(
        "{{ '%s' | format(flow) }}x{{ ''.format.__globals__ }}",
        "{{ range.__self__ }}",
        "{{ loop.__class__ }}",
        "{{ open }}",
    ),
    *(
        "{{ flow['__dict__'] }}",
        "{{ execution['__class__']['__base__'] }}",
        "{{ (1).__class__ }}",
        "{{ now().__class__ }}",
    ),
]
ENDLESS = [
    *(
        "{{ range(0, 999999999) }}",
        "{% for a in range(0, 99999) %}{% for b in range(0, 99999) %}x{% endfor %}{% endfor %}",
    ),
    *(
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ " + "(" * 5000,
    ),
    *(
        "{{ " + "[" * 3000 + "]" * 3000 + " }}",
        "{{ 'a' | replace({'(a+)+$': ''}, regexp=true) }}" * 20,
        "{{ 1" + "+1" * 9999 + " }}",
    ),
    *(
        "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a ~ a ~ a %}" * 30 + "{{ a }}",
        "{{ 'a' | leftPad(999999999, 'x') }}",
    ),
]
SECONDS = 60.0
"""Of work of the processor, so that it does not count what the machine does beside."""


async def test_inputs_are_never_rendered_however_often_they_are_passed_on(client, save, start):
    await save(FLOW)
    for text in GIVEN:
        form = {"text": (None, text), "data": (None, json.dumps({"key": text, text: [text]}))}
        ran = await start("echo", files=form)
        assert ran["state"]["current"] == "SUCCESS", text
        outputs = {run["taskId"]: run.get("outputs", {}).get("value") for run in ran["taskRunList"]}
        assert outputs["plain"] == outputs["again"] == ran["outputs"]["last"] == text
        assert json.loads(outputs["deep"]) == {"key": text, text: [text]}
        whole = json.dumps(ran)
        assert "46662" not in whole.replace(text, "")
        assert "hush-hush" not in whole
        lines = (await client.get(f"{ROOT}/logs/{ran['id']}")).json()
        assert f"got {text}" in [line["message"] for line in lines]


async def test_marks_of_raw_text_in_data_go_and_what_they_hold_stays(save, start):
    """Rendered text loses them at the end, wherever it came from; nothing is rendered by that."""
    await save(FLOW)
    ran = await start("echo", files={"text": (None, "{% raw %}{{ 6 * 7777 }}{% endraw %}")})
    assert {run["outputs"]["value"] for run in ran["taskRunList"][:2]} == {"{{ 6 * 7777 }}"}


async def tried(client, execution_id, text):
    path = f"{ROOT}/executions/{execution_id}/actions/eval"
    return await client.post(path, content=text, headers={"content-type": "text/plain"})


async def test_no_expression_reaches_an_object_of_the_server(client, save, start):
    await save(FLOW)
    ran = await start("echo", files={"text": (None, "x")})
    for text in ESCAPES:
        answer = await tried(client, ran["id"], text)
        assert answer.status_code in {200, 422}, (text, answer.text)
        said = str(answer.json().get("result", ""))
        for sign in ("<class", "<function", "<built-in", "object at 0x", "uid=", "root:", "type ", "mro", "<bound"):
            assert sign not in said, (text, said)


async def test_no_expression_goes_on_without_end(client, save, start):
    await save(FLOW)
    ran = await start("echo", files={"text": (None, "x")})
    for text in ENDLESS:
        began = time.process_time()
        answer = await tried(client, ran["id"], text)
        assert answer.status_code in {200, 413, 422}, (text[:60], answer.text[:200])
        assert time.process_time() - began < SECONDS, text[:60]
        assert len(answer.content) < 20_000_000, text[:60]
