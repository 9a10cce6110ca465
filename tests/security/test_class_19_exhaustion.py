"""Class 19: no request, however it is put together, takes memory or time out of proportion to its size."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from contextlib import ExitStack

from security.raw import HOST, application, send
from tiercel.api.forms import MOST_FILES, read_form
from tiercel.operations.settings import ServerSettings, Settings

ROOT = "/api/v1/main"
YAML = {"content-type": "application/x-yaml"}
SECONDS = 60.0
"""Of work of the processor: far above what a refusal takes, far below what an attack that works takes, on any machine.

What the machine does beside, or that it stands still, does not count.
"""


def bomb(levels=12, width=12):
    above = (f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]\n" for level in range(1, levels))
    return "a0: &a0 [x]\n" + "".join(above)


BOMBS = {
    "aliases": bomb(),
    "aliases of maps": bomb().replace("[x]", "{k: v}"),
    "recursion": "a: &a [*a]\n",
    "merge": "a: &a {k: v}\nb: &b {<<: [*a, *a, *a]}\nc: {<<: *b, <<: *b}\n" + bomb(),
    "depth": "a: " + "[" * 5000 + "]" * 5000,
    "indentation": "".join(f"{' ' * depth}a:\n" for depth in range(1500)),
    "anchors": "\n".join(f"a{number}: &x{number} 1" for number in range(20_000)),
    "tags": "a: " + "!<" + "x" * 50_000 + "> 1",
    "number": "a: " + "9" * 200_000,
    "documents": "---\n" * 100_000,
    "python": 'a: !!python/object/apply:os.system ["touch /tmp/owned"]',
    "date": "a: 9999999999-01-01",
    "keys": "? [a, b]\n: c\n",
}


async def test_yaml_that_unfolds_is_refused_wherever_yaml_is_read(client):
    places = [
        ("POST", f"{ROOT}/flows"),
        ("POST", f"{ROOT}/flows/validate"),
        ("POST", f"{ROOT}/flows/graph"),
        ("POST", f"{ROOT}/flows/expressions"),
        ("POST", f"{ROOT}/dashboards"),
        ("POST", f"{ROOT}/dashboards/validate"),
        ("POST", "/api/v1/plugins/auto-install/detect"),
        ("POST", f"{ROOT}/flows/validate/task?section=TASKS"),
        ("POST", f"{ROOT}/flows/bulk"),
    ]
    for name, text in BOMBS.items():
        for method, path in places:
            began = time.process_time()
            answer = await client.request(method, path, content=text, headers=YAML)
            assert answer.status_code < 500, (name, path, answer.text[:300])
            assert time.process_time() - began < SECONDS, (name, path)
            assert len(answer.content) < 3_000_000, (name, path, len(answer.content))


async def test_json_that_nests_is_refused(client):
    deep = b"[" * 100_000 + b"]" * 100_000
    maps = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    places = [
        ("PUT", "/api/v1/main/namespaces/dev/kv/a"),
        ("POST", "/api/v1/login"),
        ("POST", "/api/v1/main/users"),
        ("PUT", "/api/v1/main/me/preferences/a"),
        ("POST", "/api/v1/main/executions/latest"),
        ("POST", "/api/v1/main/dashboards/charts/preview"),
        ("PUT", "/api/v1/main/namespaces/dev/secrets"),
        ("POST", "/api/v1/plugins/install"),
        ("POST", "/api/v1/main/flows/source/replace/preview"),
    ]
    app = application(client)
    for body in (deep, maps, b"9" * 100_000, b'"\\ud800"', b"[" * 999 + b"]" * 999, b"1e999999", b"{" * 10):
        for method, path in places:
            answer = await send(app, path, method, headers=[HOST, (b"content-type", b"application/json")], body=body)
            assert answer.status < 500, (path, body[:20], answer.body[:300])


PLACES = [
    "/api/v1/main/executions/dev/absent/validate",
    "/api/v1/main/flows/import",
    "/api/v1/main/flows/bulk",
]


async def test_forms_of_too_many_parts_or_too_long_texts_are_refused(open_server, tmp_path):
    small = Settings(home=str(tmp_path / "home"), server=ServerSettings(body_limit_bytes=50_000))
    async with open_server(small) as client:
        app = application(client)
        part = b'--x\r\ncontent-disposition: form-data; name="a%d"\r\n\r\n1\r\n'
        many = b"".join(part % number for number in range(5000)) + b"--x--\r\n"
        long = b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n' + b"1" * 60_000 + b"\r\n--x--\r\n"
        heads = b"--x\r\n" + b"x-head: 1\r\n" * 5000 + b"\r\n1\r\n--x--\r\n"
        charset = part % 1 + b"--x--\r\n"
        charset = charset.replace(b"\r\n\r\n", b"\r\ncontent-type: text/plain; charset=no-such\r\n\r\n", 1)
        binary = b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--\r\n'
        nameless = b"--x\r\ncontent-disposition: form-data\r\n\r\n1\r\n--x--\r\n"
        for body in (many, long, heads, charset, binary, nameless, b"--x", b"\r\n" * 1000, b"--x--\r\n" * 1000):
            for path in PLACES:
                kind = (b"content-type", b"multipart/form-data; boundary=x")
                answer = await send(app, path, "POST", headers=[HOST, kind], body=body)
                is_nothing = answer.body == b"[]" and (body is nameless or body.startswith(b"--x--"))
                assert answer.status in {400, 404, 413, 422} or is_nothing, (path, body[:60], answer.body[:300])


async def test_many_files_of_a_form_fill_neither_memory_nor_handles(client):
    sizes = {"small": 1_000, "large": 100_000}

    def form(count, size):
        for number in range(count):
            yield f'--b\r\ncontent-disposition: form-data; name="f{number}"; filename="a"\r\n\r\n'.encode()
            yield b"x" * size + b"\r\n"
        yield b"--b--\r\n"

    async def pieces(count, size):
        for piece in form(count, size):
            yield piece

    with ExitStack() as stack:
        for name, size in sizes.items():
            read = await read_form("multipart/form-data; boundary=b", pieces(3, size), 1_000, stack)
            files = [file for (file,) in read.values()]
            assert [file.rolled_to_disk for file in files] == [name == "large"] * 3
        most = await read_form("multipart/form-data; boundary=b", pieces(MOST_FILES, 1), 1_000, stack)
        assert len(most) == MOST_FILES
    kind = {"content-type": "multipart/form-data; boundary=b"}
    for path in PLACES:
        answer = await client.post(path, content=b"".join(form(MOST_FILES + 1, 1)), headers=kind)
        assert (answer.status_code, "200 files" in answer.text) == (413, True), path


async def test_archives_that_unpack_to_too_much_are_refused(client):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(12):
            archive.writestr(f"{number}.yaml", b"#" * 9_000_000)
    for path, field, query in (
        (f"{ROOT}/flows/import", "fileUpload", {}),
        (f"{ROOT}/namespaces/dev/files", "fileContent", {"path": "/x.zip"}),
    ):
        began = time.process_time()
        answer = await client.post(path, params=query, files={field: ("x.zip", content.getvalue())})
        assert answer.status_code in {200, 413, 422}
        assert answer.status_code == 422 or "import" not in path
        assert time.process_time() - began < SECONDS


async def test_patterns_that_never_end_are_given_up(client, save):
    task = "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: x}]"
    for number in range(5):
        await save(f"id: {'a' * 40}{number}\nnamespace: dev\n{task}\n")
    patterns = [
        "(a+)+$",
        "(a|a)*b",
        "(a*)*b",
        "(?:a{0,9999}){0,9999}b",
        "(" * 400 + ")" * 400,
        "a" * 5000,
        "(?R)",
        "[[:a",
        "\\",
    ]
    for pattern in patterns:
        began = time.process_time()
        answer = await client.get(f"{ROOT}/flows/search", params={"filters[flowId][REGEX]": pattern})
        assert answer.status_code in {200, 400, 422}, (pattern[:30], answer.text)
        assert time.process_time() - began < SECONDS, pattern[:30]


async def test_a_pattern_that_calls_itself_does_not_fill_the_memory(client, save, start):
    await save("id: say\nnamespace: dev\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: x}]\n")
    ran = await start("say")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for pattern in ("(?R)", "a|(?R)", "(?1)(a)", "(?<x>(?&x))", "(?P>x)(?P<x>a)", "((?-1))", "\\\\(?R)", "(?0)"):
        for expression in (
            "{{ 'aaa' | replace({'PATTERN': ''}, regexp=true) }}",
            "{{ 'aaa' | regexMatch('PATTERN') }}",
            "{{ 'aaa' | split('PATTERN') }}",
            """{{ {'a': 'aaa'} | jq('.a | test("PATTERN")') }}""",
        ):
            text = expression.replace("PATTERN", pattern.replace("\\", "\\\\"))
            path = f"{ROOT}/executions/{ran['id']}/actions/eval"
            answer = await client.post(path, content=text, headers={"content-type": "text/plain"})
            assert answer.status_code in {200, 422}, text
            assert "error" in answer.json(), text
        source = f"id: x\nnamespace: dev\ninputs: [{{id: a, type: STRING, validator: '{pattern}'}}]\n"
        source += "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: x}]\n"
        assert (await client.post(f"{ROOT}/flows", content=source, headers=YAML)).status_code == 422, pattern
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


async def test_outsize_queries_are_refused(client):
    app = application(client)
    queries = [
        b"&".join(b"filters[q][EQUALS]=a" for _ in range(5000)),
        b"filters[state][IN]=" + b",".join(b"FAILED" for _ in range(50_000)),
        b"filters" + b"[or][0]" * 5000 + b"[q][EQUALS]=a",
        *(b"page=" + b"9" * 5000, b"size=1001", b"size=-1", b"page=0", b"size=99999999999999", b"page=99999999999999"),
        b"filters[attemptNumber][EQUALS]=" + b"9" * 5000,
        b"filters[timeRange][EQUALS]=P99999999999999D",
        b"filters[startDate][EQUALS]=0001-01-01T00:00:00%2B14:00",
        b"cursor=" + b"A" * 50_000,
        b"sort=" + b"id:asc," * 5000,
    ]
    for query in queries:
        for path in ("executions/search", "logs/search", "flows/search", "triggers/search", "kv", "namespaces/search"):
            answer = await send(app, f"/api/v1/main/{path}", query=query)
            assert answer.status in {200, 400, 422}, (path, query[:60], answer.body[:300])
    for name in (b"before=" + b"9" * 5000 + b"-x", b"limit=" + b"9" * 5000, b"since=" + b"9" * 5000):
        assert (await send(app, "/api/v1/notifications/history", query=name)).status < 500


async def test_a_length_that_lies_is_no_way_in(client):
    app = application(client)
    for length in (b"9" * 5000, b"-1", b"1e9", b"0x10", b"99999999999999999999", b"+5", b"", b"1, 1"):
        headers = [HOST, (b"content-length", length)]
        answer = await send(app, "/api/v1/main/flows", "POST", headers=headers, body=b"x" * 100)
        assert answer.status in {400, 413, 422}, length


async def test_a_body_is_refused_for_its_size_before_anybody_is_looked_for(guarded):
    async with guarded() as client:
        answer = await send(
            application(client), "/api/v1/main/flows", "POST", headers=[HOST, (b"content-length", b"99999999999")]
        )
        assert answer.status == 413
