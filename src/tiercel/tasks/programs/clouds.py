"""The programs of clouds: Google, Azure, Snowflake and Databricks.

What they log in with is handed to them as variables, never as text of a command.
"""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.programs.program import DEPRECATED, ProgramTask, run_program
from tiercel.tasks.scripts.language import SHELL
from tiercel.tasks.scripts.properties import DEPRECATED as DEPRECATED_OF_SCRIPTS, CommandsTask, ScriptOutputs
from tiercel.tasks.scripts.run import Preparation, run_script

_GOOGLE_KEY_FILE = """\
TIERCEL_KEY_FILE=$(umask 077 && mktemp)
trap 'rm -f "$TIERCEL_KEY_FILE"' EXIT
printf '%s' "$TIERCEL_KEY" > "$TIERCEL_KEY_FILE"
unset TIERCEL_KEY
export GOOGLE_APPLICATION_CREDENTIALS="${GOOGLE_APPLICATION_CREDENTIALS:-$TIERCEL_KEY_FILE}"
export CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE="${CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE:-$TIERCEL_KEY_FILE}"\
"""
_SNOWFLAKE_KEY_FILE = """\
TIERCEL_KEY_FILE=$(umask 077 && mktemp)
trap 'rm -f "$TIERCEL_KEY_FILE"' EXIT
printf '%s\\n' "$TIERCEL_KEY" > "$TIERCEL_KEY_FILE"
unset TIERCEL_KEY
export SNOWFLAKE_PRIVATE_KEY_PATH="$TIERCEL_KEY_FILE"\
"""


class GCloudCLI(
    ProgramTask,
    type="io.kestra.plugin.gcp.cli.GCloudCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.gcp.cli.GCloudCLI
projectId: my-project
serviceAccount: "{{ secret('GCP_KEY') }}"
commands:
  - gcloud storage ls --json > buckets.json
outputFiles:
  - buckets.json
""",
):
    """Runs the program of Google's cloud.

    Attributes:
        service_account: The key of a service account, in JSON; it is in a file for as long as the lines run.
        project_id: The project that is meant where a line names none.
    """

    container_image: str = "google/cloud-sdk"
    service_account: str | None = None
    project_id: str | None = None

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        lines = [_GOOGLE_KEY_FILE] if self.service_account else []
        known = {"TIERCEL_KEY": self.service_account, "CLOUDSDK_CORE_PROJECT": self.project_id}
        return run_program(ctx, self, lines=lines, environment=known)


class AzCLI(
    ProgramTask,
    type="io.kestra.plugin.azure.cli.AzCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.azure.cli.AzCLI
username: "{{ secret('AZURE_APP_ID') }}"
password: "{{ secret('AZURE_PASSWORD') }}"
tenant: "{{ secret('AZURE_TENANT') }}"
servicePrincipal: true
commands:
  - az vm list --query "[?provisioningState=='Succeeded']"
""",
):
    """Runs the program of Microsoft's cloud.

    Attributes:
        username: Who logs in before the lines; nobody does when it is missing.
        password: The password.
        tenant: The tenant to log in to.
        service_principal: Whether a service principal logs in.
    """

    container_image: str = "mcr.microsoft.com/azure-cli"
    username: str | None = None
    password: str | None = None
    tenant: str | None = None
    service_principal: bool = False

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Log in, then run the lines."""
        known = {"AZ_USERNAME": self.username, "AZ_PASSWORD": self.password, "AZ_TENANT": self.tenant}
        words = ["az login --output none", '--username "$AZ_USERNAME"']
        words += ['--password "$AZ_PASSWORD"'] if self.password is not None else []
        words += ['--tenant "$AZ_TENANT"'] if self.tenant is not None else []
        words += ["--service-principal"] if self.service_principal else []
        return run_program(ctx, self, lines=[" ".join(words)] if self.username is not None else [], environment=known)


class SnowflakeCLI(
    ProgramTask,
    type="io.kestra.plugin.jdbc.snowflake.SnowflakeCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.snowflake.SnowflakeCLI
account: my_account
username: "{{ secret('SNOWFLAKE_USER') }}"
password: "{{ secret('SNOWFLAKE_PASSWORD') }}"
commands:
  - snow --info
  - snow sql --temporary-connection --query "SELECT 1"
""",
):
    """Runs the program of Snowflake.

    Attributes:
        account: The account.
        username: Who logs in.
        password: The password.
        private_key: A key to log in with in place of a password.
        private_key_password: The password of the key.
    """

    container_image: str = "ghcr.io/kestra-io/snowflake-cli"
    account: str
    username: str
    password: str | None = None
    private_key: str | None = None
    private_key_password: str | None = None

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        known = {
            "SNOWFLAKE_ACCOUNT": self.account,
            "SNOWFLAKE_USER": self.username,
            "SNOWFLAKE_PASSWORD": self.password,
            "TIERCEL_KEY": self.private_key,
            "PRIVATE_KEY_PASSPHRASE": self.private_key_password,
            "SNOWFLAKE_AUTHENTICATOR": "SNOWFLAKE_JWT" if self.private_key else None,
        }
        return run_program(ctx, self, lines=[_SNOWFLAKE_KEY_FILE] if self.private_key else [], environment=known)


class DatabricksCLI(
    CommandsTask,
    type="io.kestra.plugin.databricks.cli.DatabricksCLI",
    deprecated_properties=DEPRECATED_OF_SCRIPTS,
    example="""
type: io.kestra.plugin.databricks.cli.DatabricksCLI
databricksHost: https://example.cloud.databricks.com
databricksToken: "{{ secret('DATABRICKS_TOKEN') }}"
commands:
  - databricks clusters list
""",
):
    """Runs the program of Databricks.

    Attributes:
        databricks_host: Address of the workspace.
        databricks_token: A token of somebody.
        client_id: Of a service principal.
        client_secret: Of the service principal.
    """

    container_image: str = "ghcr.io/databricks/cli:latest"
    databricks_host: str
    databricks_token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        known = {
            "DATABRICKS_HOST": self.databricks_host,
            "DATABRICKS_TOKEN": self.databricks_token,
            "DATABRICKS_CLIENT_ID": self.client_id,
            "DATABRICKS_CLIENT_SECRET": self.client_secret,
        }
        prepared = Preparation(environment={name: value for name, value in known.items() if value is not None})
        return run_script(ctx, self, SHELL, lambda _runner, _bench: prepared)
