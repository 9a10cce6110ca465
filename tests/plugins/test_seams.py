"""Secret providers, log exporters and conditions, from the settings to what they do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from cli.served import API, save_flow, serving, variables_of
from tiercel.errors import InvalidError, UnavailableError
from tiercel.executor.stream import Stream
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations.exporting import Exports
from tiercel.operations.fittings import make_fittings
from tiercel.operations.secrets import Secrets
from tiercel.operations.settings import LogSettings, SecretSettings, Settings
from tiercel.operations.streams import LogsWritten
from tiercel.plugins import LogExporter, LogLine, SecretProvider
from tiercel.plugins.registry import Registry
from tiercel.tasks.logs.exporters import Http
from tiercel.tasks.secrets.files import Files
from tiercel.testing.flows import run_flow

FLOW = """
id: tell
namespace: company.team
tasks:
  - id: tell
    type: io.kestra.plugin.core.debug.Return
    format: "{{ secret('MAIL_KEY') | upper }}"
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "the key is {{ secret('MAIL_KEY') }}"
"""


def test_secrets_of_files_and_lines_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "mail_key").write_text("of all of them\n")
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "mail_key").write_text("hidden things\n")
    settings = Settings(
        secrets=SecretSettings(providers=({"type": "io.tiercel.plugin.secrets.Files", "folder": str(tmp_path)},)),
        logs=LogSettings(
            exporters=({"type": "io.tiercel.plugin.logs.JsonLines", "path": str(tmp_path / "log.jsonl")},)
        ),
    )
    run = run_flow(FLOW, settings=settings)
    assert run.outputs_of("tell") == {"value": "HIDDEN THINGS"}
    assert "the key is ******" in run.messages()
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    said = [line for line in lines if line["message"] == "the key is ******"]
    assert [(line["taskId"], line["level"], line["namespace"]) for line in said] == [("say", "INFO", "company.team")]
    assert said[0]["executionId"] == run.execution.id
    assert said[0]["timestamp"].endswith("Z")


@pytest.mark.parametrize("name", ["../mail_key", ".hidden", "a/b", ""])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "mail_key").write_text("x")
    (tmp_path / "inner" / "a").mkdir(parents=True)
    (tmp_path / "inner" / ".hidden").write_text("x")
    (tmp_path / "inner" / "a" / "b").write_text("x")
    assert Files(folder=str(tmp_path / "inner")).find("", name) is None


class Vault(SecretProvider, type="com.acme.Vault"):
    """Knows one secret, for a while."""

    def find(self, namespace: str, name: str) -> str | None:
        if name == "BROKEN":
            raise RuntimeError("sealed")
        return f"{namespace}-value" if name == "KNOWN" else None


def test_the_chain_of_secrets() -> None:
    secrets = Secrets({"OWN": "of the process"})
    secrets.put_stored({"a": {"KEPT": "of the store"}})
    secrets.use([Vault()])
    assert secrets.mask("a.b-value") == "a.b-value"
    assert [secrets.fetch(name, "a.b") for name in ("OWN", "KEPT", "KNOWN", "NONE")] == [
        "of the process",
        "of the store",
        "a.b-value",
        None,
    ]
    assert secrets.mask("it is a.b-value") == "it is ******"
    with pytest.raises(UnavailableError, match=r"com\.acme\.Vault fails: RuntimeError: sealed"):
        secrets.fetch("BROKEN")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"type": "com.acme.None"}, "secrets.providers[0].type"),
        ({"type": "io.tiercel.plugin.logs.Http", "uri": "x"}, "is no type of SecretProvider"),
        ({"type": "io.tiercel.plugin.secrets.Files", "path": "x"}, "secrets.providers[0].path"),
    ],
)
def test_settings_that_name_nothing(entry: dict[str, str], told: str) -> None:
    registry = Registry(("tiercel.tasks",), is_discovering=False)
    with pytest.raises(InvalidError) as raised:
        make_fittings("secrets.providers", [entry], SecretProvider, registry.find_class)
    assert told in str(raised.value)


class Failing(LogExporter, type="com.acme.Failing"):
    """Fails once, then keeps what it gets."""

    def export(self, lines: Sequence[LogLine]) -> None:
        seen = self.__dict__.setdefault("seen", [])
        self.__dict__.setdefault("tried", []).append([line.message for line in lines])
        if len(self.__dict__["tried"]) == 1:
            raise OSError("not now")
        seen += [line.message for line in lines]


def line(number: int) -> LogEntry:
    return LogEntry(at=number, level=LogLevel.INFO, message=str(number), namespace="dev", flow_id="f")


async def test_a_batch_that_fails_comes_again_and_nothing_waits_for_it() -> None:
    exporter, stream = Failing(), Stream()
    exports = Exports([exporter])
    exports.open(stream)
    for number in range(30_000):
        stream.publish(LogsWritten("", (line(number),)))
    stream.close()
    await exports.close()
    seen = exporter.__dict__["seen"]
    assert exporter.__dict__["tried"][0] == exporter.__dict__["tried"][1]
    assert seen == [str(number) for number in range(20_000, 30_000)]
    assert exports.exports[0].lost == 20_000
    assert exports.problems == ["log exporter com.acme.Failing was too slow: 20000 changes were left out"]


class Collector(HTTPServer):
    """Keeps the lines it is sent."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.got: list[Json] = []
        self.status = 204


@pytest.fixture
def collector() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        server: Collector

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got += [json.loads(one) for one in body.splitlines()]
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = Collector(Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_lines_are_posted(collector: Collector) -> None:
    exporter = Http(uri=f"http://127.0.0.1:{collector.server_port}/in", headers={"X-Key": "k"})
    sent = LogLine(timestamp="2026-01-01T00:00:00Z", level="INFO", message="hi", namespace="dev", flow_id="f")
    exporter.export([sent, sent])
    assert (
        collector.got
        == [{"timestamp": "2026-01-01T00:00:00Z", "level": "INFO", "message": "hi", "namespace": "dev", "flowId": "f"}]
        * 2
    )
    collector.status = 500
    with pytest.raises(OSError, match="answered 500"):
        exporter.export([sent])


CONDITION = '''
from collections.abc import Mapping

from tiercel.plugins import Condition


class Weekend(Condition, type="com.acme.conditions.Weekend"):
    """Holds when the body says so; named as a built-in one is."""

    wanted: str

    def test(self, variables: Mapping[str, object]) -> bool:
        if self.wanted == "broken":
            raise RuntimeError("no calendar")
        return variables["trigger"]["body"]["day"] == self.wanted
'''
LISTENING = """
id: listening
namespace: dev
tasks:
  - id: a
    type: io.kestra.plugin.core.log.Log
    message: hi
triggers:
  - id: hook
    type: io.kestra.plugin.core.trigger.Webhook
    key: abcdefgh
    conditions:
      - type: com.acme.conditions.Weekend
        wanted: "{{ trigger.body.asked }}"
"""


def test_a_condition_of_a_plugin(tmp_path: Path) -> None:
    plugins = tmp_path / "home" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "acme_conditions.py").write_text(CONDITION)
    with serving(variables_of(tmp_path / "home"), tmp_path) as (_, client):
        save_flow(client, LISTENING)

        def call(day: str, asked: str) -> tuple[int, str]:
            url = f"{API}/executions/webhook/dev/listening/abcdefgh"
            answer = client.post(url, json={"day": day, "asked": asked})
            return answer.status_code, answer.text

        assert call("sunday", "sunday")[0] == 200
        status, told = call("sunday", "monday")
        assert status == 409
        assert "do not hold" in told
        status, told = call("sunday", "broken")
        assert status == 422
        assert "RuntimeError: no calendar" in told
