"""Every blueprint of a flow is valid without a warning, and does what it promises in a whole installation."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from conformance import waiting
from tiercel.operations.blueprints import BlueprintKind, load_blueprints

BLUEPRINTS = {one.id: one for one in load_blueprints(BlueprintKind.FLOW)}
CHILD = re.compile(r"flowId: ([a-z-]+)")
LOCAL = "http://localhost:8080"

CASES = {
    "hello-world": [({}, "SUCCESS", "Hello, world!")],
    "ask-for-inputs": [
        ({}, "SUCCESS", "Ana gets 3 by 2030-01-31 (standard), tagged new, gift, remark: none"),
        ({"customer": "Ivo", "remark": "fragile"}, "SUCCESS", "remark: fragile"),
    ],
    "inputs-that-depend": [
        ({}, "SUCCESS", "Writing a file to exports/file"),
        ({"target": "table"}, "SUCCESS", "Writing a table to the database"),
    ],
    "check-before-start": [
        ({}, "SUCCESS", "Pages 1 to 10"),
        ({"first_page": "20"}, None, "The first page comes after"),
    ],
    "results-of-a-flow": [({}, "SUCCESS", None)],
    "choose-by-condition": [
        ({}, "SUCCESS", "Loading 12000 rows in bulk"),
        ({"rows": "3"}, "SUCCESS", "Loading 3 rows one by one"),
    ],
    "route-by-value": [
        ({}, "SUCCESS", "Shipping from Lyon"),
        ({"country": "DE"}, "SUCCESS", "Shipping from Leipzig"),
        ({"country": "PT"}, "SUCCESS", "No warehouse serves PT"),
    ],
    "run-in-parallel": [({}, "SUCCESS", "41 orders, 17 customers, 8 products")],
    "dependency-graph": [({}, "SUCCESS", "Published orders with prices")],
    "loop-over-a-list": [({}, "SUCCESS", "LYO, POR, TUR")],
    "loop-over-a-map": [({}, "SUCCESS", "south may order 250")],
    "loop-in-a-loop": [({}, "SUCCESS", "Report of south for february")],
    "poll-until-ready": [({}, "SUCCESS", "Ready after 3 rounds")],
    "retry-with-backoff": [({}, "SUCCESS", "It worked in the end")],
    "clean-up-after-errors": [
        ({}, "FAILED", "Failed: work"),
        ({}, "FAILED", "The execution ended as FAILED"),
        ({"fails": "false"}, "SUCCESS", "Temporary tables removed"),
    ],
    "go-on-after-a-failure": [({}, "WARNING", "Loaded without addresses")],
    "undo-what-was-done": [({}, "FAILED", "Cancelled hotel H-1001"), ({"card_works": "true"}, "SUCCESS", None)],
    "limit-the-time-of-a-task": [({}, "WARNING", "The slow part was stopped")],
    "skip-what-is-not-needed": [
        ({}, "SUCCESS", "Loaded what is new"),
        ({"full_load": "true"}, "SUCCESS", "Cleared the table"),
    ],
    "end-early": [({}, "SUCCESS", None), ({"new_files": "2"}, "SUCCESS", "Loading 2 files")],
    "quality-gate": [
        ({}, "SUCCESS", "Loading 950 rows"),
        ({"rows_without_key": "4"}, "FAILED", "The data is not fit to be loaded"),
    ],
    "wait-for-approval": [({}, "PAUSED", "A payment of 2500.0 waits for a decision")],
    "approval-with-a-deadline": [({}, "WARNING", "Deploying, decision: EXPIRED")],
    "pause-and-ask": [({}, "PAUSED", None)],
    "one-at-a-time": [({}, "SUCCESS", "Nobody else was working")],
    "promise-a-duration": [({}, "SUCCESS", None)],
    "stop-when-too-late": [({}, "FAILED", "It took too long and was ended")],
    "cache-a-slow-task": [({}, "SUCCESS", "Using rates of 2026-01-01"), ({}, "SUCCESS", "Using rates of 2026-01-01")],
    "label-executions": [({}, "SUCCESS", "Billing acme for billing")],
    "carry-variables": [({}, "SUCCESS", "Next comes page-2")],
    "greet-customer": [({"name": "Zoe"}, "SUCCESS", None)],
    "call-a-subflow": [({}, "SUCCESS", "It said: Good morning, Marta")],
    "fan-out-to-subflows": [({}, "SUCCESS", "3 greetings")],
    "start-and-forget": [({}, "SUCCESS", "Handed over to ")],
    "ask-a-web-service": [({"url": "/health"}, "SUCCESS", "It is UP")],
    "watch-a-website": [
        ({"url": "/ping"}, "SUCCESS", "is up (200)"),
        ({"url": "/absent"}, "SUCCESS", "is down (404)"),
    ],
    "download-a-file": [({"url": "/ping"}, "SUCCESS", "4 bytes")],
    "send-json": [({"url": "/ping"}, "SUCCESS", "Answered with 200")],
    "start-when-a-page-changes": [({}, "SUCCESS", "Found: started by hand")],
    "receive-a-webhook": [({}, "SUCCESS", "Kept event none")],
    "answer-a-webhook": [],
    "every-morning": [({}, "SUCCESS", "Loading the day before ")],
    "month-end": [({}, "SUCCESS", "Closing the books")],
    "on-given-dates": [({}, "SUCCESS", "The return is due today")],
    "same-flow-two-schedules": [({}, "SUCCESS", "Loading changes")],
    "after-another-flow": [({}, "SUCCESS", "The gross amount is not known")],
    "tell-of-failures": [({}, "SUCCESS", "no.flow failed: execution none")],
    "load-only-what-is-new": [
        ({}, "SUCCESS", "Loading orders after the beginning"),
        ({}, "SUCCESS", "Loading orders after 20"),
    ],
    "count-runs": [({}, "SUCCESS", "Run number 1"), ({}, "SUCCESS", "Run number 2")],
    "switch-a-feature": [({}, "SUCCESS", "The old way")],
    "once-per-event": [({}, "SUCCESS", "Handling E-1"), ({}, "SUCCESS", None)],
    "circuit-breaker": [
        *[({"service_works": "false"}, "FAILED", "The service did not answer")] * 3,
        ({}, "CANCELLED", None),
    ],
    "write-and-split": [({}, "SUCCESS", "three\nfour")],
    "keep-the-last-of-each": [({}, "SUCCESS", "2 customers, 1 of them small")],
    "files-of-a-namespace": [({}, "SUCCESS", "select * from orders")],
    "render-a-report": [({}, "SUCCESS", "Report written")],
    "reshape-json": [({}, "SUCCESS", '"Ana":150')],
    "reckon-with-dates": [({}, "SUCCESS", "Loading from 2026-02-01")],
    "measure-what-happens": [({}, "SUCCESS", None)],
    "read-the-own-log": [({}, "SUCCESS", "To be sent: Two rows were left out")],
    "remove-old-executions": [({}, "SUCCESS", "0 executions removed")],
    "remove-old-logs": [({}, "SUCCESS", "0 lines removed")],
    "run-a-shell-script": [({"name": "$(id)"}, "SUCCESS", "5 letters")],
    "run-python": [({}, "SUCCESS", "Total 230.0, largest 120.0")],
    "files-in-and-out-of-a-script": [({}, "SUCCESS", "The total is 200")],
    "one-folder-for-several-scripts": [({}, "SUCCESS", "a b c")],
    "measure-a-script": [({}, "SUCCESS", "2 rows were left out")],
    "retry-a-script": [({}, "SUCCESS", "Worked after 2 failures")],
}
"""What each is started with, how it ends (None: the start is refused), and what is in its log then."""


class Site(BaseHTTPRequestHandler):
    """A web service that answers as the server does."""

    def do_GET(self):
        body = {"/ping": b"pong", "/health": b'{"status": "UP"}'}.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"")

    def do_POST(self):
        self.do_GET()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def put(save):
    """Store a blueprint with the flows it names; gives its flow."""
    saved = set()

    async def put(name, change=lambda text: text):
        source = change(BLUEPRINTS[name].source)
        for needed in {*CHILD.findall(source), name} - saved:
            saved.add(needed)
            await save(source if needed == name else BLUEPRINTS[needed].source)
        return yaml.safe_load(source)

    return put


async def run(client, flow, inputs, state):
    files = {name: (None, value) for name, value in inputs.items()} or None
    wait = "false" if state == "PAUSED" else "true"
    path = f"/api/v1/main/executions/{flow['namespace']}/{flow['id']}"
    return await client.post(path, params={"wait": wait}, files=files)


async def lines_of(client, execution_id):
    return [line["message"] for line in (await client.get(f"/api/v1/main/logs/{execution_id}")).json()]


async def until(found):
    """Wait for something true, at most a minute."""
    seen = []

    async def is_found():
        seen.append(await found())
        return bool(seen[-1])

    if not await waiting.until(is_found, 60):
        raise TimeoutError
    return seen[-1]


async def executions_of(client, flow_id):
    query = {"filters[flowId][EQUALS]": flow_id, "size": "100"}
    return (await client.get("/api/v1/main/executions/search", params=query)).json()["results"]


def test_every_blueprint_has_its_case():
    assert set(CASES) == set(BLUEPRINTS)


@pytest.mark.parametrize("name", BLUEPRINTS)
async def test_it_is_valid_without_a_warning(client, name):
    response = await client.post("/api/v1/main/flows/validate", content=BLUEPRINTS[name].source)
    (checked,) = response.json()
    problems = {key: checked.get(key) for key in ("constraints", "warnings", "deprecationPaths") if checked.get(key)}
    assert problems == {}


@pytest.mark.parametrize("name", CASES)
async def test_it_runs_as_it_says(client, put, site, name):
    flow = await put(name)
    for inputs, state, said in CASES[name]:
        given = {key: site + value if key == "url" else value for key, value in inputs.items()}
        response = await run(client, flow, given, state)
        if state is None:
            assert response.status_code >= 400
            assert said in response.text
            continue
        assert response.status_code == 200, response.text
        id_ = response.json()["id"]

        async def has_come(id_=id_, state=state, said=said):
            execution = (await client.get(f"/api/v1/main/executions/{id_}")).json()
            lines = await lines_of(client, id_)
            for child in await executions_of(client, flow["id"]):
                lines += await lines_of(client, child["id"])
            return execution["state"]["current"] == state and (said is None or any(said in line for line in lines))

        try:
            await until(has_come)
        except TimeoutError:
            execution = (await client.get(f"/api/v1/main/executions/{id_}")).json()
            pytest.fail(f"{execution['state']['current']}: {await lines_of(client, id_)}")


async def test_what_waits_goes_on_when_told_to(client, put):
    approval, pause = await put("wait-for-approval"), await put("pause-and-ask")
    for flow, action, sent, said in (
        (approval, "review", {"json": {"decision": "APPROVED"}}, "Paid 2500.0"),
        (pause, "resume", {"files": {"copies": (None, "3"), "reason": (None, "urgent")}}, "3 copies, urgent"),
    ):
        id_ = (await run(client, flow, {}, "PAUSED")).json()["id"]
        path = f"/api/v1/main/executions/{id_}"

        async def has_state(state, path=path):
            return (await client.get(path)).json()["state"]["current"] == state

        await until(lambda has_state=has_state: has_state("PAUSED"))
        assert (await client.post(f"{path}/actions/{action}", **sent)).status_code == 200
        await until(lambda has_state=has_state: has_state("SUCCESS"))
        assert said in await lines_of(client, id_)


async def test_a_missed_promise_is_a_label(client, put):
    execution = (await run(client, await put("promise-a-duration"), {}, "SUCCESS")).json()
    assert {"key": "sla", "value": "missed"} in execution["labels"]


async def test_results_are_typed(client, put):
    execution = (await run(client, await put("results-of-a-flow"), {}, "SUCCESS")).json()
    assert execution["outputs"] == {"gross": 120.0}
    greeted = (await run(client, await put("greet-customer"), {"name": "Zoe"}, "SUCCESS")).json()
    assert greeted["outputs"] == {"greeting": "Good morning, Zoe"}


async def test_figures_are_published(client, put):
    execution = (await run(client, await put("measure-what-happens"), {}, "SUCCESS")).json()
    found = (await client.get(f"/api/v1/main/metrics/{execution['id']}")).json()["results"]
    assert {(one["name"], one["value"]) for one in found} >= {("rows_loaded", 1250.0)}


async def test_a_webhook_keeps_the_event(client, put):
    flow = await put("receive-a-webhook")
    path = f"/api/v1/main/executions/webhook/company.team/{flow['id']}/{flow['triggers'][0]['key']}"
    assert (await client.post(path, json={"id": "42", "kind": "paid"})).status_code == 200
    key = "/api/v1/main/namespaces/company.team/kv/event-42"

    async def kept():
        return (await client.get(key)).status_code == 200

    await until(kept)
    assert (await client.get(key)).json()["value"] == {"id": "42", "kind": "paid"}


async def test_a_webhook_answers(client, put):
    flow = await put("answer-a-webhook")
    path = f"/api/v1/main/executions/webhook/company.team/{flow['id']}/{flow['triggers'][0]['key']}"
    answer = await client.get(path, params={"price": "2.5", "count": "4"})
    assert (answer.status_code, answer.json()) == (200, {"total": 10.0})


SCHEDULED = [
    ("every-morning", "working-days", 1),
    ("month-end", "first-monday", 1),
    ("same-flow-two-schedules", "nightly", 2),
    ("remove-old-executions", "nightly", 2),
    ("remove-old-logs", "weekly", 1),
]


@pytest.mark.parametrize(("name", "trigger_id", "count"), SCHEDULED)
async def test_a_schedule_fires_for_its_dates(client, put, name, trigger_id, count):
    flow = await put(name)
    named = {"namespace": flow["namespace"], "flowId": flow["id"], "triggerId": trigger_id}
    between = {"start": "2026-01-03T12:00:00Z", "end": "2026-01-05T09:00:00Z"}
    created = await client.put("/api/v1/main/triggers/backfill/create", json=named | {"backfill": between})
    assert created.status_code == 200, created.text

    async def all_ended():
        found = await executions_of(client, flow["id"])
        return found if [one["state"]["current"] for one in found] == ["SUCCESS"] * count else None

    assert {one["trigger"]["id"] for one in await until(all_ended)} == {trigger_id}


async def test_dates_are_awaited(client, put):
    flow = await put("on-given-dates")

    async def next_date():
        (state,) = (await client.get(f"/api/v1/main/triggers/company.team/{flow['id']}")).json()["results"]
        return state.get("nextEvaluationDate")

    assert (await until(next_date)).startswith("2030-01-15T08:00:00")


async def test_one_flow_follows_another(client, put):
    await put("after-another-flow")
    follower = BLUEPRINTS["after-another-flow"].id
    await run(client, await put("results-of-a-flow"), {}, "SUCCESS")

    async def has_followed():
        return [one for one in await executions_of(client, follower) if one["state"]["current"] == "SUCCESS"]

    (execution,) = await until(has_followed)
    assert "The gross amount is 120.0" in await lines_of(client, execution["id"])


async def test_failures_are_told(client, put):
    await put("tell-of-failures")
    failed = (await run(client, await put("quality-gate"), {"rows": "0"}, "FAILED")).json()

    async def is_told():
        return await executions_of(client, "tell-of-failures")

    (teller,) = await until(is_told)
    told = f"company.team.quality-gate failed: execution {failed['id']}"

    async def is_written():
        return told in await lines_of(client, teller["id"])

    try:
        await until(is_written)
    except TimeoutError:
        pytest.fail(str(await lines_of(client, teller["id"])))


async def test_an_address_is_looked_at(client, put, site):
    flow = await put("start-when-a-page-changes", lambda text: text.replace(LOCAL, site))

    async def has_started():
        return [one for one in await executions_of(client, flow["id"]) if one["state"]["current"] == "SUCCESS"]

    (execution,) = await until(has_started)
    assert await lines_of(client, execution["id"]) == ["Found: pong"]


async def test_a_cached_task_runs_once(client, put):
    flow = await put("cache-a-slow-task")
    for expected in (False, True):
        execution = (await run(client, flow, {}, "SUCCESS")).json()
        lines = await lines_of(client, execution["id"])
        assert any("cache" in line.lower() for line in lines) is expected, lines


async def test_the_second_of_an_event_does_nothing(client, put):
    flow = await put("once-per-event")
    ran = [(await run(client, flow, {"event_id": "7"}, "SUCCESS")).json() for _ in range(2)]
    assert [await lines_of(client, one["id"]) for one in ran] == [["Handling 7"], []]
