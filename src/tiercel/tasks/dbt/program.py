"""The program of dbt, with the lines a flow gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from tiercel.plugins import LogLevel, Properties, RunContext
from tiercel.tasks.dbt.results import MANIFEST, read_line, read_manifest, run_and_store
from tiercel.tasks.flow.directory_files import inside
from tiercel.tasks.kv.namespaces import reachable
from tiercel.tasks.scripts.language import PYTHON
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs
from tiercel.tasks.scripts.run import Preparation, run_script

IMAGE = "ghcr.io/kestra-io/dbt"
_FUSION_IMAGE = "ghcr.io/kestra-io/dbt-fusion"


class KeyOfManifest(Properties):
    """Where a manifest is in the key-value store.

    Attributes:
        key: Its key.
        namespace: Its namespace.
    """

    key: str
    namespace: str


class DbtCLI(
    CommandsTask,
    type="io.kestra.plugin.dbt.cli.DbtCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.dbt.cli.DbtCLI
namespaceFiles:
  enabled: true
profiles: |
  shop:
    outputs:
      dev:
        type: duckdb
        path: shop.duckdb
    target: dev
commands:
  - dbt deps
  - dbt build
storeManifest:
  key: manifest
  namespace: "{{ flow.namespace }}"
""",
):
    """Runs dbt; the results of a run, and the manifest, are in the outputs even when it fails.

    What dbt writes is logged at the levels it gives. The folder of the project, the form of the log and where dbt keeps
    its own are handed to it as variables, so a line, or ``env``, that says something else about one of them wins.

    Attributes:
        project_dir: The folder of the project in the working directory.
        profiles: Content of the file ``profiles.yml``, put into the working directory.
        log_format: How dbt writes; ``NONE`` leaves it to dbt.
        parse_run_results: Whether the results of nodes are stored and counted.
        store_manifest: Where the manifest is put in the key-value store after the run.
        load_manifest: Where a manifest is taken from before the run; it is put into the folder ``target`` of the
            project, for ``--state`` and ``--defer``.
        engine: Which dbt the image holds when no image is given.
    """

    container_image: str = IMAGE
    project_dir: str | None = None
    profiles: str | None = None
    log_format: Literal["JSON", "TEXT", "DEBUG", "NONE"] = "JSON"
    parse_run_results: bool = True
    store_manifest: KeyOfManifest | None = None
    load_manifest: KeyOfManifest | None = None
    engine: Literal["CORE", "FUSION"] = "CORE"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Put the files of dbt in place, run it, and store what it left."""
        if self.engine == "FUSION" and "container_image" not in self.model_fields_set:
            self.container_image = _FUSION_IMAGE
        target = target_folder(ctx, self.project_dir)
        if self.load_manifest is not None:
            _load(ctx, self.load_manifest, target)
        outputs = run_and_store(
            ctx,
            lambda: run_script(ctx, self, PYTHON, lambda _runner, _bench: self._prepare(ctx), read_line=read_line),
            target,
            is_parsing=self.parse_run_results,
        )
        if self.store_manifest is not None:
            where = self.store_manifest
            namespace = reachable(ctx, where.namespace)
            ctx.call("kv.set", namespace=namespace, key=where.key, value=read_manifest(target), overwrite=True)
        return outputs

    def _prepare(self, ctx: RunContext) -> Preparation:
        """Write the profiles, over those of the project, once its files are there; say what dbt is to know."""
        if self.profiles:
            (ctx.working_dir / "profiles.yml").write_text(self.profiles, encoding="utf-8")
        known = {"PYTHONUNBUFFERED": "1", "PIP_ROOT_USER_ACTION": "ignore", "DBT_LOG_PATH": "logs"}
        if self.project_dir:
            known["DBT_PROJECT_DIR"] = self.project_dir
        if self.log_format != "NONE":
            known["DBT_LOG_FORMAT"] = self.log_format.lower()
        return Preparation(environment=known)


def target_folder(ctx: RunContext, project: str | None) -> Path:
    """Give the folder in which dbt leaves what it makes of a project.

    Raises:
        TaskError: The project is not in the working directory.
    """
    return inside(ctx.working_dir, f"{project or '.'}/target")


def _load(ctx: RunContext, where: KeyOfManifest, target: Path) -> None:
    found = ctx.call("kv.get", namespace=reachable(ctx, where.namespace), key=where.key)
    if found is None:
        ctx.log.write(LogLevel.WARN, "There is no manifest yet under the key %s of %s", where.key, where.namespace)
        return
    value = found["value"]
    target.mkdir(parents=True, exist_ok=True)
    (target / MANIFEST).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
