"""Services that copy data and run jobs, against a server that answers as each does, one answer after another."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from groups.conftest import Run
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost


class Script:
    """A server with answers in order, by method and path; the last is given from then on."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                name = f"{self.command} {self.path}"
                script.requests.append((name, dict(self.headers.items()), json.loads(body or b"null")))
                left = script.answers.get(name, [(404, {"message": "nothing here"})])
                status, found = left.pop(0) if len(left) > 1 else left[0]
                content = found.encode() if isinstance(found, str) else json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815 (the names the library calls)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def bodies(self, name: str) -> list[Any]:
        return [body for called, _, body in self.requests if called == name]

    def header(self, name: str) -> str:
        return self.requests[-1][1][name]


@pytest.fixture
def script() -> Iterator[Script]:
    made = Script()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


SYNC, JOB, TOKEN = "POST /api/v1/connections/sync", "POST /api/v1/jobs/get", "POST /api/v1/applications/token"
FAST = {"pollFrequency": "PT0.01S"}


def job(status: str, *attempts: dict[str, Any]) -> tuple[int, Any]:
    return 200, {"job": {"id": 7, "status": status}, "attempts": [{"attempt": one} for one in attempts]}


def test_airbyte_copies(run: Run, host: MemoryHost, script: Script) -> None:
    script.answers[SYNC] = [job("pending")]
    script.answers[JOB] = [job("pending"), job("running"), job("succeeded", {"recordsSynced": 5, "bytesSynced": 9})]
    outputs = run(
        "airbyte.connections.Sync", url=f"{script.url}/", connectionId="c", username="u", password="p", **FAST
    )
    assert outputs == {"jobId": 7, "alreadyRunning": False}
    assert script.bodies(SYNC) == [{"connectionId": "c"}]
    assert script.bodies(JOB) == [{"id": 7}] * 3
    assert script.header("Authorization") == f"Basic {base64.b64encode(b'u:p').decode()}"
    assert {(name, value) for _, name, value, _ in host.metrics} == {
        ("attempt.records.synced", 5),
        ("attempt.bytes.synced", 9),
    }


def test_airbyte_need_not_be_waited_for(run: Run, script: Script) -> None:
    script.answers[SYNC] = [job("pending")]
    assert run("airbyte.connections.Sync", url=script.url, connectionId="c", token="t", wait=False)["jobId"] == 7
    assert script.bodies(JOB) == []
    assert script.header("Authorization") == "Bearer t"


def test_an_application_logs_in_to_airbyte(run: Run, script: Script) -> None:
    script.answers = {TOKEN: [(200, {"access_token": "t"})], JOB: [job("succeeded")]}
    credentials = {"clientId": "i", "clientSecret": "s"}
    outputs = run("airbyte.connections.CheckStatus", url=script.url, jobId="7", applicationCredentials=credentials)
    assert outputs == {"finalJobStatus": "succeeded"}
    assert script.bodies(TOKEN) == [{"client_id": "i", "client_secret": "s"}]
    assert script.header("Authorization") == "Bearer t"


def test_airbyte_copies_already(run: Run, script: Script) -> None:
    script.answers[SYNC] = [(409, {"message": "A sync is already running"})]
    with pytest.raises(TaskError, match="copied already"):
        run("airbyte.connections.Sync", url=script.url, connectionId="c")
    outputs = run("airbyte.connections.Sync", url=script.url, connectionId="c", failOnActiveSync=False)
    assert outputs == {"alreadyRunning": True}


FAILED = {"failureSummary": {"failures": [{"externalMessage": "no such table"}, {"internalMessage": "x"}]}}


@pytest.mark.parametrize(
    ("answers", "properties", "message"),
    [
        ({SYNC: [job("pending")], JOB: [job("failed", {}, FAILED)]}, {}, "ended as failed: no such table: x"),
        ({SYNC: [job("pending")], JOB: [job("cancelled")]}, {}, "ended as cancelled"),
        ({SYNC: [job("pending")], JOB: [job("running")]}, {"maxDuration": "PT0.05S"}, "has not ended after"),
        ({SYNC: [(500, "broken")]}, {}, "answered 500: broken"),
        ({SYNC: [(200, "no json")]}, {}, "not JSON"),
        ({SYNC: [(200, [1])]}, {}, "not a JSON map"),
        ({SYNC: [(200, {})]}, {}, "did not say which job"),
        ({TOKEN: [(200, {})]}, {"applicationCredentials": {"clientId": "i", "clientSecret": "s"}}, "no token"),
    ],
)
def test_what_goes_wrong_at_airbyte_is_said(
    run: Run, script: Script, answers: dict[str, Any], properties: dict[str, Any], message: str
) -> None:
    script.answers = answers
    with pytest.raises(TaskError, match=message):
        run("airbyte.connections.Sync", url=script.url, connectionId="c", **FAST, **properties)


def test_a_job_of_airbyte_is_a_number(run: Run, script: Script) -> None:
    with pytest.raises(TaskError, match="must be a number"):
        run("airbyte.connections.CheckStatus", url=script.url, jobId="x")


LOOK, BEGIN = "GET /v1/connectors/c%2F1/", "POST /v1/connectors/c%2F1/sync"


def ends(good: str | None, bad: str | None) -> tuple[int, Any]:
    return 200, {"data": {"succeeded_at": good, "failed_at": bad}}


def fivetran(run: Run, script: Script, **properties: Any) -> Any:
    given = {
        "apiKey": "k",
        "apiSecret": "s",
        "connectorId": "c/1",
        "baseUrl": script.url,
        "initialRetryDelay": "PT0.01S",
    }
    return run("fivetran.connectors.Sync", **given, **FAST, **properties)


def test_fivetran_copies(run: Run, script: Script) -> None:
    script.answers[LOOK] = [(429, "busy"), ends("1", None), (502, "x"), ends("1", None), ends("2", None)]
    script.answers[BEGIN] = [(429, "busy"), (200, {"message": "begun"})]
    assert fivetran(run, script, force=True) is None
    assert script.bodies(BEGIN) == [{"force": True}] * 2
    assert script.header("Authorization") == f"Basic {base64.b64encode(b'k:s').decode()}"


def test_fivetran_fails(run: Run, script: Script) -> None:
    script.answers = {LOOK: [ends("1", "0"), ends("1", "2")], BEGIN: [(200, {})]}
    with pytest.raises(TaskError, match="failed at 2"):
        fivetran(run, script)
    script.answers = {LOOK: [ends("1", "0")], BEGIN: [(500, "broken")]}
    with pytest.raises(TaskError, match="answered 500"):
        fivetran(run, script)
    assert len(script.bodies(BEGIN)) == 2  # what failed may have begun, so it is not begun again


def test_fivetran_need_not_be_waited_for(run: Run, script: Script) -> None:
    script.answers = {LOOK: [ends(None, None)], BEGIN: [(409, {})]}
    fivetran(run, script, wait=False)
    assert len(script.bodies(LOOK)) == 1


TRIGGER, RUNS = "POST /api/v1/syncs/5/trigger", "GET /api/v1/syncs/5/runs?runId=9"


def hightouch(run: Run, host: MemoryHost, script: Script, **properties: Any) -> Any:
    host.configurations["io.kestra.plugin.hightouch.Sync"] = {"baseUrl": script.url}
    return run("hightouch.Sync", token="t", syncId=5, **properties)


def test_hightouch_copies(run: Run, host: MemoryHost, script: Script) -> None:
    found = {"id": "9", "status": "warning", "querySize": 3}
    script.answers = {TRIGGER: [(200, {"id": "9"})], RUNS: [(200, {"data": [found]})]}
    assert hightouch(run, host, script, fullResynchronization=True) == {"runId": 9, "metadata": found}
    assert script.bodies(TRIGGER) == [{"fullResync": True}]
    assert script.header("Authorization") == "Bearer t"
    assert hightouch(run, host, script, wait=False) == {"runId": 9}
    script.answers[RUNS] = [(200, {"data": [{"status": "failed", "error": "no rows"}]})]
    with pytest.raises(TaskError, match="ended as failed: no rows"):
        hightouch(run, host, script)
    script.answers[TRIGGER] = [(200, {})]
    with pytest.raises(TaskError, match="did not say which run"):
        hightouch(run, host, script)


API = "/api/v2/accounts/1"
START, STATE = f"POST {API}/jobs/2/run/", f"GET {API}/runs/3/"
FILES = {name: f"GET {API}/runs/3/artifacts/{name}" for name in ("manifest.json", "run_results.json")}


def state(number: int) -> tuple[int, Any]:
    return 200, {"data": {"id": 3, "status": number, "status_message": "so it was"}}


def test_a_job_of_dbt_runs(run: Run, host: MemoryHost, script: Script) -> None:
    script.answers = {
        START: [state(1)],
        STATE: [state(1), state(3), state(10)],
        FILES["manifest.json"]: [(200, {"nodes": {}})],
        FILES["run_results.json"]: [(200, {"results": []})],
    }
    outputs = run(
        "dbt.cloud.TriggerRun",
        accountId="1",
        token="t",
        jobId="2",
        baseUrl=script.url,
        cause="why",
        gitSha="a",
        gitBranch="b",
        schemaOverride="c",
        dbtVersionOverride="d",
        threadsOverride="4",
        targetNameOverride="e",
        generateDocsOverride=False,
        timeoutSecondsOverride=5,
        stepsOverride=["dbt run"],
        **FAST,
    )
    assert outputs["runId"] == 3
    assert host.files[outputs["manifest"]] == b'{"nodes": {}}'
    assert host.files[outputs["runResults"]] == b'{"results": []}'
    assert script.bodies(START) == [
        {
            "cause": "why",
            "git_sha": "a",
            "git_branch": "b",
            "schema_override": "c",
            "dbt_version_override": "d",
            "threads_override": "4",
            "target_name_override": "e",
            "generate_docs_override": False,
            "timeout_seconds_override": 5,
            "steps_override": ["dbt run"],
        }
    ]
    assert script.header("Authorization") == "Token t"


@pytest.mark.parametrize(("number", "word"), [(20, "error"), (30, "cancelled")])
def test_a_run_of_dbt_that_ends_badly(run: Run, host: MemoryHost, script: Script, number: int, word: str) -> None:
    script.answers = {STATE: [state(number)], FILES["run_results.json"]: [(200, {"results": []})]}
    given = {"accountId": "1", "token": "t", "runId": "3", "baseUrl": script.url}
    with pytest.raises(TaskError, match=f"ended with {word}: so it was") as caught:
        run("dbt.cloud.CheckStatus", **given)
    assert caught.value.outputs is not None
    assert host.files[str(caught.value.outputs["runResults"])] == b'{"results": []}'
    script.answers = {STATE: [(429, "busy"), state(10)]}
    assert run("dbt.cloud.CheckStatus", **given, initialDelayMs=1) == {}
    assert run("dbt.cloud.CheckStatus", **given, parseRunResults=False) == {}
