"""Tasks about other executions, their logs and files, and about revisions, through the real platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from executor.stage import Stage, open_stage
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.storage import paths
from tiercel.tasks.storage.ion import plain, read_rows

FAR = "2999-01-01T00:00:00Z"
SAY = "{id: say, type: io.kestra.plugin.core.log.Log, message: [one, two], level: WARN}"
GIVE = "{id: give, type: io.kestra.plugin.core.debug.Return, format: value}"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path) as opened:
        yield opened


def flow(id_: str, namespace: str, *tasks: str) -> str:
    return f"id: {id_}\nnamespace: {namespace}\ntasks:\n" + "".join(f"  - {task}\n" for task in tasks)


async def ask(stage: Stage, type_: str, **properties: Json) -> Json:
    """Run one task by itself and give what it gave back."""
    written = ", ".join(f"{name}: {value!r}" for name, value in properties.items())
    ended = await stage.run(flow("ask", "ops", f"{{id: ask, type: io.kestra.plugin.core.{type_}, {written}}}"))
    lines = [line.message for line in await stage.logs(ended.id)]
    assert ended.state is State.SUCCESS, lines
    return (await stage.task_runs(ended.id))[0].outputs


async def count(stage: Stage, statement: str) -> int:
    rows = await stage.environment.database.read(lambda connection: connection.fetch(statement))
    return int(rows[0][0])


async def test_purged_executions_are_gone_with_all_that_hangs_on_them(stage: Stage) -> None:
    for namespace in ("dev.old", "dev.old.below", "dev.older"):
        await stage.run(flow("work", namespace, SAY))
    outputs = await ask(stage, "execution.PurgeExecutions", namespace="dev.old", endDate=FAR, batchSize=1)
    assert outputs["executionsCount"] == 2
    assert outputs["logsCount"] == 4
    rest = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT namespace FROM executions WHERE flow_id = 'work'")
    )
    assert rest == [("dev.older",)]
    assert await count(stage, "SELECT count(*) FROM logs WHERE namespace LIKE 'dev.%'") == 2


@pytest.mark.parametrize(
    "other",
    [
        {"namespace": "dev.ol"},
        {"namespace": "dev", "flowId": "work"},
        {"states": ["FAILED"]},
        {"endDate": "2000-01-01T00:00:00Z"},
        {"startDate": FAR},
    ],
)
async def test_what_is_out_of_scope_stays(
    stage: Stage, other: dict[str, Json] | dict[str, list[str]] | dict[str, str]
) -> None:
    await stage.run(flow("work", "dev.old", GIVE))
    outputs = await ask(stage, "execution.PurgeExecutions", **{"endDate": FAR, **other})
    assert outputs["executionsCount"] == 0
    assert await count(stage, "SELECT count(*) FROM executions WHERE flow_id = 'work'") == 1


async def test_executions_that_run_are_not_purged(stage: Stage) -> None:
    pause = "{id: wait, type: io.kestra.plugin.core.flow.Pause}"
    started = await stage.start(flow("work", "dev", pause))
    await ask(stage, "execution.PurgeExecutions", namespace="dev", endDate=FAR)
    assert (await stage.stored(started.id)).id == started.id


async def test_parts_may_stay(stage: Stage) -> None:
    ended = await stage.run(flow("work", "dev", SAY))
    outputs = await ask(
        stage, "execution.PurgeExecutions", namespace="dev", endDate=FAR, purgeExecution=False, purgeMetric=False
    )
    assert outputs["executionsCount"] == 0
    assert outputs["logsCount"] == 2
    assert (await stage.stored(ended.id)).state is State.SUCCESS
    assert await stage.logs(ended.id) == []


async def test_executions_are_counted_by_flow(stage: Stage) -> None:
    for _ in range(3):
        await stage.run(flow("work", "dev", GIVE))
    await stage.save(flow("idle", "dev", GIVE))
    outputs = await ask(
        stage,
        "execution.Count",
        namespaces=["dev"],
        startDate="2000-01-01T00:00:00Z",
        expression="{{ count >= 0 }}",
    )
    assert outputs["total"] == 3
    assert {row["flowId"]: row["count"] for row in outputs["results"]} == {"work": 3, "idle": 0}


async def test_a_log_is_fetched_by_level_and_task(stage: Stage) -> None:
    say = "{id: quiet, type: io.kestra.plugin.core.log.Log, message: quiet, level: DEBUG}"
    ended = await stage.run(flow("work", "dev", SAY, say))
    outputs = await ask(stage, "log.Fetch", executionId=ended.id, level="INFO", tasksId=["say"])
    assert outputs["size"] == 2
    content = stage.environment.storage.read(paths.from_uri(outputs["uri"]))
    rows = [plain(row) for row in read_rows([content])]
    assert [(row["message"], row["level"], row["taskId"]) for row in rows] == [
        ("one", "WARN", "say"),
        ("two", "WARN", "say"),
    ]


async def test_logs_are_purged_by_level(stage: Stage) -> None:
    say = "{id: quiet, type: io.kestra.plugin.core.log.Log, message: quiet}"
    ended = await stage.run(flow("work", "dev", SAY, say))
    outputs = await ask(stage, "log.PurgeLogs", namespace="dev", endDate=FAR, logLevels=["WARN"])
    assert outputs["count"] == 2
    assert [line.message for line in await stage.logs(ended.id)] == ["quiet"]


async def test_old_revisions_go_but_for_those_that_run(stage: Stage) -> None:
    pause = "{id: wait, type: io.kestra.plugin.core.flow.Pause}"
    await stage.start(flow("work", "dev", pause))
    for text in ("a", "b", "c"):
        await stage.save(flow("work", "dev", f"{{id: say, type: io.kestra.plugin.core.log.Log, message: {text}}}"))
    outputs = await ask(stage, "flow.PurgeFlows", namespace="dev", behavior={"type": "version", "keepAmount": 1})
    assert outputs == {"size": 2}
    kept = await stage.environment.database.read(
        lambda connection: connection.fetch("SELECT revision FROM flow_revisions WHERE id = 'work' ORDER BY revision")
    )
    assert kept == [(1,), (4,)]


async def test_files_of_executions_that_are_gone_go_too(stage: Stage) -> None:
    ended = await stage.run(flow("work", "dev", GIVE))
    storage = stage.environment.storage
    kept = paths.execution_directory("dev", "work", ended.id) + "/kept.txt"
    orphan = paths.execution_directory("dev", "work", "gone") + "/orphan.txt"
    storage.put(kept, b"kept")
    storage.put(orphan, b"orphan")
    dry = await ask(stage, "storage.PurgeStorage", namespace="dev", endDate=FAR)
    assert dry == {"scannedCount": 2, "purgedCount": 1, "deletedFilesCount": 0}
    assert storage.exists(orphan)
    outputs = await ask(stage, "storage.PurgeStorage", namespace="dev", endDate=FAR, dryRun=False)
    assert outputs == {"scannedCount": 2, "purgedCount": 1, "deletedFilesCount": 1}
    assert storage.exists(kept)
    assert not storage.exists(orphan)


async def test_files_of_the_own_execution_go_with_their_folders(stage: Stage) -> None:
    outputs = await ask(stage, "storage.PurgeCurrentExecutionFiles")
    assert outputs == {"uris": []}
    write = "{id: write, type: io.kestra.plugin.core.storage.Write, content: text}"
    purge = "{id: purge, type: io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles}"
    ended = await stage.run(flow("work", "dev", write, purge))
    runs = await stage.task_runs(ended.id)
    top = paths.to_uri(paths.execution_directory("dev", "work", ended.id))
    given, listed = (run.outputs or {} for run in runs[:2])
    assert top in listed["uris"]
    assert given["uri"] in listed["uris"]
