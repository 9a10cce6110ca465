"""Programs that need no more than their lines: Terraform, SQLMesh, CloudQuery and ClickHouse on files."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.programs.program import DEPRECATED, PreparedProgramTask, ProgramTask, run_program
from tiercel.tasks.scripts.properties import ScriptOutputs


class TerraformCLI(
    PreparedProgramTask,
    type="io.kestra.plugin.terraform.cli.TerraformCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.terraform.cli.TerraformCLI
inputFiles:
  main.tf: |
    variable "name" { type = string }
    resource "terraform_data" "greeting" { input = "Hello ${var.name}" }
    output "greeting" { value = terraform_data.greeting.output }
env:
  TF_VAR_name: "{{ inputs.name }}"
commands:
  - terraform init
  - terraform apply -auto-approve
  - terraform output -json > outputs.json
outputFiles:
  - outputs.json
""",
):
    """Runs Terraform.

    Attributes:
        fail_fast: Whether the first line that fails ends the task.
    """

    container_image: str = "hashicorp/terraform"
    fail_fast: bool = True

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines; nobody is there to answer questions."""
        return run_program(ctx, self, environment={"TF_INPUT": "0", "TF_IN_AUTOMATION": "1"})


class SQLMeshCLI(
    PreparedProgramTask,
    type="io.kestra.plugin.sqlmesh.cli.SQLMeshCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.sqlmesh.cli.SQLMeshCLI
beforeCommands:
  - sqlmesh init duckdb
commands:
  - sqlmesh plan --auto-apply
""",
):
    """Runs SQLMesh."""

    container_image: str = "ghcr.io/kestra-io/sqlmesh"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        return run_program(ctx, self)


class CloudQueryCLI(
    ProgramTask,
    type="io.kestra.plugin.cloudquery.CloudQueryCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.cloudquery.CloudQueryCLI
namespaceFiles:
  include: [config.yml]
env:
  CLOUDQUERY_API_KEY: "{{ secret('CLOUDQUERY_KEY') }}"
commands:
  - cloudquery sync config.yml --log-console
""",
):
    """Runs CloudQuery."""

    container_image: str = "ghcr.io/cloudquery/cloudquery:latest-ubuntu"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        return run_program(ctx, self)


class ClickHouseLocalCLI(
    PreparedProgramTask,
    type="io.kestra.plugin.jdbc.clickhouse.ClickHouseLocalCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.clickhouse.ClickHouseLocalCLI
inputFiles:
  orders.csv: "{{ outputs.download.uri }}"
commands:
  - clickhouse-local --query "SELECT count() FROM file('orders.csv')" > count.txt
outputFiles:
  - count.txt
""",
):
    """Runs ClickHouse on files, without a server."""

    container_image: str = "clickhouse/clickhouse-server:latest"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        return run_program(ctx, self)
