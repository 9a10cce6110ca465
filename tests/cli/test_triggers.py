"""``tiercel trigger`` as a user types it, beside a server that runs."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import time

import pytest

from cli.served import API, COMMAND, run_cli, save_flow, serving, variables_of

LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"
NAP = "{id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT10M}"
SCHEDULE = "type: io.kestra.plugin.core.trigger.Schedule"
WEBHOOK = "type: io.kestra.plugin.core.trigger.Webhook, key: abcdefgh"
DATE = "{{ trigger.date }}"
FLOWS = {
    "nightly": (
        LOG,
        f"{{id: at_night, {SCHEDULE}, cron: '30 2 * * *', inputs: {{day: '{DATE}'}}, labels: {{a: b}}}}",
        f"{{id: off, {SCHEDULE}, cron: '@daily', disabled: true}}",
    ),
    "called": (LOG, f"{{id: push, {WEBHOOK}, batch: {{size: 9, wait: PT1H}}}}"),
    "slow": (NAP, f"{{id: often, {SCHEDULE}, cron: '* * * * * *', withSeconds: true}}"),
    "filled": (NAP.replace("PT10M", "PT1S"), f"{{id: daily, {SCHEDULE}, cron: '@daily'}}"),
}
TRIAL = """\
It would start an execution.
date: 2026-03-01T02:30:00Z
variables:
  date: 2026-03-01T02:30:00Z
  next: 2026-03-02T02:30:00Z
  previous: 2026-02-28T02:30:00Z
inputs:
  day: 2026-03-01T02:30:00Z
  n: 1
labels:
  a: b
"""


def source(flow_id, task, *triggers):
    listed = "".join(f"  - {one}\n" for one in triggers)
    given = "inputs: [{id: day, type: STRING, defaults: x}, {id: n, type: INT, defaults: 1}]"
    return f"id: {flow_id}\nnamespace: docs.team\n{given}\ntasks: [{task}]\n" + (
        f"triggers:\n{listed}" if listed else ""
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with serving(variables_of(home), home) as (_, client):
        for flow_id, parts in FLOWS.items():
            save_flow(client, source(flow_id, *parts))
        client.variables = variables_of(home, TIERCEL_URL=str(client.base_url))
        yield client


@pytest.fixture
def trigger(client):
    """Type a command; gives its exit code, what it printed and its errors."""

    def trigger(*arguments):
        done = run_cli(client.variables, "trigger", *arguments)
        return done.returncode, done.stdout, done.stderr

    return trigger


def until(client, flow_id, trigger_id, wanted):
    while wanted not in client.get(f"{API}/triggers/docs.team/{flow_id}/{trigger_id}").json()["state"]["reason"]:
        time.sleep(0.05)  # the scheduler is in the server


def test_a_list_says_what_each_waits_for_and_names_them_as_the_commands_do(client, trigger):
    until(client, "nightly", "at_night", "It waits for")
    until(client, "slow", "often", "allowConcurrent is false")
    code, said, _ = trigger("list", "docs")
    rows = dict(re.findall(r"^(docs\.team \w+ \w+) +\S+ +(.*?) *$", said, re.MULTILINE))
    assert code == 0
    assert re.fullmatch(r"It waits for \S+T02:30:00Z\.", rows["docs.team nightly at_night"])
    assert rows["docs.team nightly off"] == "It is disabled in the flow."
    assert re.fullmatch(
        r"Execution \w{22} of it runs since \S+, and allowConcurrent is false\.", rows["docs.team slow often"]
    )
    assert trigger("list", "docs.team", "filled")[1].count("docs.team") == 1
    assert trigger("list", "nowhere") == (0, "There are no triggers here.\n", "")
    assert trigger("list", "docs", "--json")[1].startswith("[{")


def test_nothing_is_cut_off_on_a_narrow_screen(client):
    until(client, "slow", "often", "allowConcurrent is false")
    screen, other = pty.openpty()
    environment = client.variables | {"TERM": "dumb"}  # which has 80 columns
    with subprocess.Popen([*COMMAND, "trigger", "list"], env=environment, stdout=other, stderr=other) as process:
        os.close(other)
        shown = b""
        try:
            while piece := os.read(screen, 65536):
                shown += piece
        except OSError:  # how a terminal ends
            pass
        assert process.wait(60) == 0
    os.close(screen)
    text = shown.decode()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    state = client.get(f"{API}/triggers/docs.team/slow/often").json()["state"]
    assert state["executionId"] in text


def test_switching_off_and_on(client, trigger):
    name = ("docs.team", "nightly", "at_night")
    assert trigger("disable", *name) == (0, "docs.team nightly at_night: It was switched off by hand.\n", "")
    assert trigger("disable", *name)[0] == 0
    assert "It was switched off by hand." in trigger("test", *name)[1]
    assert trigger("enable", *name) == (0, "docs.team nightly at_night: It is about to be looked at.\n", "")
    until(client, "nightly", "at_night", "It waits for")
    code, said, error = trigger("enable", "docs.team", "nightly", "off")
    assert (code, said) == (2, "")
    assert error == "error: Trigger docs.team.nightly.off is disabled in its flow; enable it there\n"


@pytest.mark.parametrize("verb", ["enable", "disable", "unlock", "restart", "test", "gathered", "undo"])
def test_one_that_is_not_there_is_told(trigger, verb):
    code, said, error = trigger(verb, "docs.team", "nightly", "nope")
    assert (code, said) == (2, "")
    assert error.startswith("error: trigger ")
    assert "docs.team.nightly.nope" in error
    assert trigger(verb, "docs.team", "nightly")[0] == 2


def test_one_that_is_locked_can_be_unlocked(client, trigger):
    until(client, "slow", "often", "allowConcurrent is false")
    before = client.get(f"{API}/triggers/docs.team/slow/often").json()["state"]["executionId"]
    code, said, _ = trigger("unlock", "docs.team", "slow", "often")
    assert (code, said.startswith("docs.team slow often: It is due since ")) == (0, True)
    until(client, "slow", "often", "allowConcurrent is false")
    assert client.get(f"{API}/triggers/docs.team/slow/often").json()["state"]["executionId"] != before
    refused = trigger("unlock", "docs.team", "nightly", "at_night")
    assert refused == (2, "", "error: Trigger docs.team.nightly.at_night is not locked\n")


def test_trying_one_out(trigger):
    code, said, _ = trigger("test", "docs.team", "nightly", "at_night", "--date", "2026-03-01T02:30:00Z")
    assert (code, said) == (0, TRIAL)
    assert trigger("test", "docs.team", "nightly", "off")[1].startswith(
        "It would start an execution. It is disabled in the flow.\n"
    )
    assert '  body: {"a":1}\n' in trigger("test", "docs.team", "called", "push", "--set", 'body={"a": 1}')[1]
    for wrong, said in ((("--date", "soon"), "2026-01-31T12:00:00Z"), (("--set", "x"), "'x' is not name=value")):
        code, _, error = trigger("test", "docs.team", "nightly", "at_night", *wrong)
        assert (code, said in error) == (2, True)


def test_what_is_gathered(client, trigger):
    assert trigger("gathered", "docs.team", "called", "push") == (0, "Nothing is gathered.\n", "")
    client.post(f"{API}/executions/webhook/docs.team/called/abcdefgh", json={}).raise_for_status()
    code, said, _ = trigger("gathered", "docs.team", "called", "push")
    assert (code, said.split()[:4], said.split()[4]) == (0, ["key", "events", "since", "due"], "1")


def test_a_backfill_is_seen_beforehand_held_and_ended(client, trigger):
    name = ("docs.team", "filled", "daily")
    code, said, _ = trigger("backfill", "start", *name, "--from", "2026-01-01", "--to", "2026-01-03", "--dry-run")
    assert (code, said.splitlines()) == (0, ["3 executions", *(f"2026-01-0{day}T00:00:00Z" for day in (1, 2, 3))])
    code, said, _ = trigger("backfill", "start", *name, "--from", "2020-01-01", "--to", "2020-12-31", "--dry-run")
    assert (said.splitlines()[0], said.splitlines()[-1]) == ("366 executions", "and 266 more")
    for verb in ("pause", "resume", "cancel"):
        assert trigger("backfill", verb, *name) == (2, "", "error: The trigger has no backfill\n")
    code, said, _ = trigger(
        "backfill", "start", *name, "--from", "2020-01-01", "--to", "2020-12-31", "-l", "why=repair"
    )
    assert (code, said) == (
        0,
        "docs.team filled daily: Its backfill is at 2020-01-01T00:00:00Z, and goes on until 2020-12-31T00:00:00Z.\n",
    )
    assert "has a backfill already" in trigger("backfill", "start", *name, "--from", "2020-01-01")[2]
    code, said, _ = trigger("backfill", "pause", *name)
    assert (code, " Its backfill is paused at 2020-" in said) == (0, True)
    code, said, _ = trigger("backfill", "resume", *name)
    assert (code, "Its backfill is at 2020-" in said) == (0, True)
    assert trigger("backfill", "cancel", *name)[0] == 0
    query = {"filters[flowId][EQUALS]": "filled", "filters[labels][EQUALS][why]": "repair"}
    assert client.get(f"{API}/executions/search", params=query).json()["total"] > 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--from", "yesterday"], "must be a date such as 2026-01-31T12:00:00Z, not 'yesterday'"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "The start of the backfill is after its end"),
        (["--from", "2026-01-01", "--input", "n=abc"], "backfill.inputs.n: Invalid input for `n`"),
        (["--from", "2026-01-01", "--input", "n=abc", "--dry-run"], "backfill.inputs.n: Invalid input for `n`"),
        ([], "Missing option '--from'"),
    ],
)
def test_a_backfill_that_cannot_be_is_refused(trigger, arguments, error):
    code, said, refused = trigger("backfill", "start", "docs.team", "nightly", "at_night", *arguments)
    assert (code, said) == (2, "")
    assert error in refused


def test_what_has_no_dates_has_no_backfill(trigger):
    code, _, error = trigger("backfill", "start", "docs.team", "called", "push", "--from", "2026-01-01")
    assert (code, error) == (2, "error: Trigger docs.team.called.push is no schedule: it has no dates\n")


def test_a_removal_is_taken_back(client, trigger):
    save_flow(client, source("undone", LOG, f'{{id: daily, {SCHEDULE}, cron: "@daily"}}'))
    yaml = {"content-type": "application/x-yaml"}
    client.put(f"{API}/flows/docs.team/undone", content=source("undone", LOG), headers=yaml).raise_for_status()
    assert trigger("list", "docs.team", "undone")[1] == "There are no triggers here.\n"
    assert trigger("undo", "docs.team", "undone", "daily")[0] == 0
    assert "docs.team undone daily" in trigger("list", "docs.team", "undone")[1]
    code, _, error = trigger("undo", "docs.team", "undone", "daily")
    assert (code, error) == (2, "error: Trigger docs.team.undone.daily is there; nothing is to be taken back\n")


def test_without_a_server_it_says_how_to_get_one(tmp_path):
    alone = run_cli(variables_of(tmp_path, TIERCEL_URL="http://127.0.0.1:9"), "trigger", "list")
    assert (alone.returncode, "Start a server with `tiercel server`" in alone.stderr) == (2, True)
