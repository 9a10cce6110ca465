"""A real installation of the product for cases: all of it in this process, its data in a temporary folder."""

from __future__ import annotations

import base64
import io
import json
import tempfile
from collections.abc import AsyncIterator, Mapping, Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial

import httpx
import yaml

from conformance import case_types
from conformance.exchange import content_of, exchange, form_of
from conformance.expression_host import MemoryHost
from conformance.facts import Facts
from conformance.product import RefusedError, Start
from conformance.view import View
from tiercel.api.shapes.flows import flow_shape
from tiercel.cli.wiring import Installation as Wired, open_installation
from tiercel.engine.creation import Start as EngineStart, new_execution
from tiercel.errors import InvalidError, TiercelError
from tiercel.expressions import Context, render_structure
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.flow import Flow
from tiercel.model.state import State
from tiercel.operations import (
    control,
    encryption,
    executions,
    flows,
    kv,
    namespace_files,
    parsing,
    replaying,
    starting,
    templates,
    triggers,
)
from tiercel.operations.actor import LOCAL
from tiercel.operations.environment import Environment
from tiercel.operations.ids import shard_of
from tiercel.operations.settings import (
    EncryptionSettings,
    PluginSettings,
    ScriptSettings,
    ServerSettings,
    Settings,
    TemplateSettings,
    VariableSettings,
)
from tiercel.operations.uploads import Upload
from tiercel.repository.announcements import list_announcements
from tiercel.repository.executions import find_execution
from tiercel.repository.logs import list_execution_logs
from tiercel.repository.records import StoredFlow
from tiercel.repository.task_runs import list_task_runs
from tiercel.source.inputs import ResolvedInputs, select_values
from tiercel.storage import paths

ALL = 1_000_000


@dataclass(slots=True, kw_only=True)
class Wishes:
    """How a case wants the installation to be set."""

    encryption_key: str = ""
    globals: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    defaults: tuple[dict[str, object], ...] = ()
    url: str = ""
    has_templates: bool = False

    @classmethod
    def of(cls, manifest: Facts, case: Facts) -> Wishes:
        """What the case requires, with the values the manifest gives."""
        world = manifest["environment"]
        wanted = case.get("requires", [])
        has_key = "config:no-encryption-key" not in wanted
        return cls(
            encryption_key=base64.b64encode(world["config"]["encryption_secret_key"].encode()).decode()
            if has_key
            else "",
            globals=world["config"]["globals"] if "config:globals" in wanted else {},
            environment=dict(world["env"]),
            url=world["config"].get("webserver_url", ""),
            has_templates="templates" in world.get("features", ()),
        )


class Installation:
    """Fulfils `Product`, and what the cases of the manifest need besides."""

    def __init__(self, wired: Wired) -> None:
        self.wired = wired
        self.environment: Environment = wired.environment

    @cached_property
    def client(self) -> httpx.AsyncClient:
        """Speaks to the routes of the installation, without a network between."""
        transport = httpx.ASGITransport(app=self.wired.application(is_open=True))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost:8080")

    async def warm_routes(self) -> None:
        """Make the routes now and ask once: what a case times must not wait until they are loaded."""
        await self.client.get("/ping")

    @classmethod
    @asynccontextmanager
    async def open(cls, wishes: Wishes) -> AsyncIterator[Installation]:
        """Open one on a fresh folder, wiped at the end."""
        with tempfile.TemporaryDirectory(prefix="tiercel-case-") as home:
            settings = Settings(
                home=home,
                encryption=EncryptionSettings(secret_key=wishes.encryption_key),
                variables=VariableSettings(globals=wishes.globals, environment_prefix="KESTRA_"),
                plugins=PluginSettings(defaults=wishes.defaults),
                server=ServerSettings(url=wishes.url),
                scripts=ScriptSettings(runner="process"),
                templates=TemplateSettings(enabled=wishes.has_templates),
            )
            opening = open_installation(settings, wishes.environment, is_durable=False, is_discovering=False)
            async with opening as wired:
                case_types.add_controls()
                for plugin in (*case_types.PLAIN, *(make() for make in case_types.FRESH)):
                    wired.registry.add(plugin)
                yield cls(wired)

    # Flows.

    async def save(self, source: str, dialect: DialectSetting = DialectSetting.AUTO) -> Flow:
        """Store a flow, as a new one or a new revision."""
        try:
            saved = await flows.save_flow(self.environment, LOCAL, source, dialect=dialect)
        except TiercelError as error:
            raise RefusedError(error) from error
        key = (saved.stored.namespace, saved.stored.id)
        return await flows.load_flow(self.environment, key, saved.stored.revision)

    def parse(self, source: str) -> parsing.Parsed:
        """Parse a flow as a save would."""
        return parsing.parse(self.environment, source, None)

    @staticmethod
    def dialect_of(parsed: parsing.Parsed) -> Dialect:
        """The dialect a text was taken in."""
        return parsed.flow.dialect if parsed.flow is not None else parsed.dialect

    async def update_problems(self, flow: Flow, source: str) -> list[str]:
        """What is wrong with updating a stored flow to another source."""
        try:
            await flows.update_flow(self.environment, LOCAL, (flow.namespace, flow.id), source)
        except InvalidError as error:
            return [str(violation) for violation in error.violations]
        except TiercelError as error:
            return [str(error)]
        return []

    def shown(self, source: str) -> dict[str, object]:
        """A flow as the API shows it."""
        parsed = self.parse(source)
        if parsed.flow is None:
            raise RefusedError(InvalidError(parsed.violations))
        flow = parsed.flow
        stored = StoredFlow(
            namespace=flow.namespace,
            id=flow.id,
            revision=int(flow.document.get("revision") or 1),
            source=source,
            dialect=flow.dialect,
            created_at=self.environment.clock(),
            description=flow.description,
            labels=flow.labels,
            is_disabled=flow.is_disabled,
            is_draft=flow.is_draft,
        )
        return flow_shape(flows.SavedFlow(stored, flow.document))

    # Executions.

    async def start(self, start: Start) -> str:
        """Start an execution and give its id."""
        environment = self.environment
        after = start.scheduled_in_seconds
        scheduled_at = environment.clock() + int(after * 1e6) if after is not None else None
        request = starting.StartRequest(
            namespace=start.namespace,
            flow_id=start.flow_id,
            inputs=dict(start.inputs),
            labels=tuple(start.labels),
            scheduled_at=scheduled_at,
            is_for_disabled=start.is_for_disabled,
        )
        try:
            if start.mode == "api":
                return (await starting.start_execution(environment, LOCAL, request)).id
            return await self._start_in_engine(request)
        except TiercelError as error:
            raise RefusedError(error) from error

    async def _start_in_engine(self, request: starting.StartRequest) -> str:
        environment = self.environment
        flow = await flows.load_flow(environment, (request.namespace, request.flow_id))
        execution_id = environment.new_id()
        execution = new_execution(
            flow,
            execution_id,
            environment.clock(),
            EngineStart(
                inputs={**await self._defaults(request), **request.inputs},
                labels=request.labels,
                shard=shard_of(execution_id, environment.settings.executor.shards),
                scheduled_at=request.scheduled_at,
            ),
        )
        await environment.transport.start(execution)
        return execution_id

    async def start_over_http(self, namespace: str, flow_id: str, start: Facts) -> str:
        """Start through the route, with its multipart form."""
        answer = await self.client.post(
            f"/api/v1/executions/{namespace}/{flow_id}",
            params={"wait": "true"} if start.get("wait") else {},
            files=form_of(start.get("multipart") or {}),
        )
        if answer.status_code >= 400:
            raise RefusedError(InvalidError(answer.text))
        return str(answer.json()["id"])

    async def kill(self, id_: str) -> None:
        """Kill an execution."""
        await self._ask(control.kill(self.environment, LOCAL, id_))

    async def resume(self, id_: str, inputs: Mapping[str, object] | None, to_state: State | None) -> None:
        """Resume a paused execution."""
        await self._ask(
            replaying.resume(self.environment, LOCAL, id_, dict(inputs or {}), state=to_state or State.RUNNING)
        )

    async def restart(self, id_: str, revision: int | None) -> str:
        """Restart an execution; the id it goes on under."""
        if revision is None:
            return (await self._ask(control.restart(self.environment, LOCAL, id_))).execution.id
        return await self._action(id_, "restart", {"revision": revision})

    async def replay(self, id_: str, task_run_id: str | None) -> str:
        """Replay an execution; the id of the new one."""
        request = replaying.ReplayRequest(execution_id=id_, task_run_id=task_run_id, is_marking=False)
        return (await self._ask(replaying.replay(self.environment, LOCAL, request))).execution.id

    async def review(self, id_: str, step: Facts) -> None:
        """Decide on an approval."""
        body = {
            "taskId": step.get("task"),
            "decision": step.get("decision"),
            "comment": step.get("comment"),
            "by": step.get("by"),
            "inputs": step.get("inputs"),
        }
        wanted = {name: value for name, value in body.items() if value is not None}
        answer = await self.client.post(f"/api/v1/main/executions/{id_}/actions/review", json=wanted)
        _accepted(answer)

    async def _action(self, id_: str, name: str, query: Mapping[str, object]) -> str:
        answer = await self.client.post(f"/api/v1/main/executions/{id_}/actions/{name}", params=dict(query))
        return str(_accepted(answer)["id"])

    async def set_task_run_state(self, id_: str, task_run_id: str, state: State) -> None:
        """Change the state of a task run by hand."""
        await self._ask(control.set_task_run_state(self.environment, LOCAL, id_, task_run_id, state))

    async def delete(self, id_: str, step: Facts) -> None:
        """Delete an execution."""
        await self._ask(
            executions.delete_execution(
                self.environment,
                LOCAL,
                id_,
                with_logs=step.get("delete_logs", True),
                with_metrics=step.get("delete_metrics", True),
                with_files=step.get("delete_storage", True),
            )
        )

    async def set_trigger(self, key: tuple[str, str, str], *, is_disabled: bool) -> None:
        """Switch a trigger off or on."""
        await triggers.set_disabled(self.environment, LOCAL, key, is_disabled=is_disabled)

    async def is_trigger_disabled(self, key: tuple[str, str, str]) -> bool:
        """Whether a trigger is switched off."""
        return (await triggers.get_trigger(self.environment, LOCAL, key)).is_disabled

    async def evaluate(self, id_: str, task_run_id: str, expression: str) -> str:
        """Render a text as a task run of an execution would."""
        path = f"/api/v1/executions/{id_}/eval/{task_run_id}"
        answer = await self.client.post(path, content=expression.encode(), headers={"Content-Type": "text/plain"})
        shown = _accepted(answer)
        if "error" in shown:
            raise RefusedError(InvalidError(str(shown["error"])))
        return str(shown["result"])

    async def import_flow(self, source: str) -> tuple[Facts, str]:
        """Import a source over HTTP; give the flow as it is shown then, and its stored text."""
        given = yaml.safe_load(source)
        form = {"fileUpload": (f"{given['id']}.yaml", source.encode())}
        answer = await self.client.post("/api/v1/flows/import", files=form)
        if answer.is_error:
            raise RefusedError(InvalidError(answer.text))
        path = f"/api/v1/flows/{given['namespace']}/{given['id']}"
        shown = _accepted(await self.client.get(path, params={"source": "true"}))
        return shown, str(shown["source"])

    async def view(self, id_: str) -> View | None:
        """The execution as stored, None when it is not."""

        def read(connection: object) -> View | None:
            execution = find_execution(connection, id_)
            if execution is None:
                return None
            logs = [entry for _, entry in list_execution_logs(connection, id_, limit=ALL)]
            return View(execution, list_task_runs(connection, id_), logs)

        return await self.environment.database.read(read)

    async def executions(self, namespace: str | None = None) -> list[str]:
        """The ids of all executions, iterations of loops too, oldest first."""

        def read(connection: object) -> list[str]:
            where = " WHERE namespace = ?" if namespace else ""
            rows = connection.fetch(f"SELECT id FROM executions{where} ORDER BY id", (namespace,) if namespace else ())
            return [row[0] for row in rows]

        return await self.environment.database.read(read)

    async def is_followed(self, ids: AbstractSet[str]) -> bool:
        """Tell whether Flow triggers are still to look at one of these executions."""
        announced = await self.environment.database.read(partial(list_announcements, limit=ALL))
        return any(announcement.execution_id in ids for announcement in announced)

    # Values and files.

    def input_values(self, source: str, given: Facts) -> list[str]:
        """What the first input of a flow offers when its expression sees these variables."""
        parsed = self.parse(source)
        if parsed.flow is None:
            raise RefusedError(InvalidError(parsed.violations))

        def render(template: object, inputs: Mapping[str, object], *, is_typed: bool) -> object:
            context = Context({**given, "inputs": inputs}, MemoryHost({}), parsed.flow.dialect)
            return render_structure(template, context, typed=is_typed)

        return select_values(parsed.flow.inputs[0], {}, render)

    def delete_cache(self, namespace: str, flow_id: str, task_id: str) -> None:
        """Remove what a WorkingDirectory keeps; nothing when there is nothing."""
        self.environment.storage.delete(paths.cache_path(namespace, flow_id, task_id))

    def has_cache(self, namespace: str, flow_id: str) -> bool:
        """Whether a task of the flow keeps something."""
        found = self.environment.storage.walk(paths.flow_directory(namespace, flow_id))
        return any(file.path.endswith("/cache.zip") for file in found)

    async def resolve_inputs(self, key: tuple[str, str], inputs: Mapping[str, object]) -> ResolvedInputs:
        """Type and check inputs against those of a stored flow."""
        request = starting.StartRequest(namespace=key[0], flow_id=key[1], inputs=dict(inputs))
        try:
            prepared = await starting.prepare_execution(self.environment, request)
            checked = await starting.check_start(self.environment, LOCAL, request)
        except TiercelError as error:
            raise RefusedError(error) from error
        return ResolvedInputs(values=prepared.inputs, states=checked.inputs, errors=[])

    async def _defaults(self, request: starting.StartRequest) -> dict[str, object]:
        blank = starting.StartRequest(namespace=request.namespace, flow_id=request.flow_id)
        checked = await starting.check_start(self.environment, LOCAL, blank)
        values: dict[str, object] = {}
        for state in checked.inputs:
            if state.value is not None and not state.error:
                *outer, last = state.id.split(".")
                place = values
                for part in outer:
                    place = place.setdefault(part, {})
                place[last] = state.value
        return values

    @staticmethod
    def given_value(value: object) -> object:
        """A value of a case as it is handed over; files become uploads."""
        if isinstance(value, Mapping) and "$file" in value:
            return Upload(str(value["$file"]["name"]), io.BytesIO(content_of(value["$file"])))
        if isinstance(value, Mapping) and "$repeat" in value:
            text, count = value["$repeat"]
            return text * count
        return value

    def file(self, uri: str) -> bytes:
        """The content of a stored file."""
        return self.environment.storage.read(paths.from_uri(uri))

    def decrypt(self, value: object) -> str:
        """The clear text of an encrypted value."""
        return str(encryption.reveal(self.environment.encryption_key, value))

    async def set_up(self, name: str, what: object) -> None:
        """Carry out one line of a case's set-up."""
        if name == "kv_put":
            value = kv.KvValue(value=what["value"])
            await kv.set_value(self.environment, LOCAL, what["namespace"], what["key"], value)
        elif name == "namespace_file":
            content = str(what["content"]).encode()
            await namespace_files.save_file(self.environment, LOCAL, what["namespace"], what["path"], content)
        elif name == "put_template":
            await templates.save_template(self.environment, LOCAL, json.dumps(what))
        elif name != "kv_clear":
            raise NotImplementedError(name)

    async def exchange(self, run: object, step: Facts) -> list[str]:
        """One HTTP request and its checks."""
        return await exchange(self.client, run, step)

    @staticmethod
    async def _ask(request: object) -> executions.ExecutionDetails:
        try:
            return await request
        except TiercelError as error:
            raise RefusedError(error) from error


def _accepted(answer: httpx.Response) -> dict[str, object]:
    if answer.is_error:
        raise RefusedError(InvalidError(answer.text))
    return dict(answer.json())
