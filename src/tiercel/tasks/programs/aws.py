"""The program of Amazon's cloud."""

from __future__ import annotations

from typing import Literal

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask
from tiercel.tasks.programs.program import DEPRECATED, ProgramTask, run_program
from tiercel.tasks.scripts.properties import ScriptOutputs

_SOURCES = {
    "ENVIRONMENT": "Environment",
    "EC2_INSTANCE_METADATA": "Ec2InstanceMetadata",
    "ECS_CONTAINER": "EcsContainer",
}
_ROLE_FILE = """\
AWS_CONFIG_FILE=$(umask 077 && mktemp)
export AWS_CONFIG_FILE
trap 'rm -f "$AWS_CONFIG_FILE"' EXIT
printf '%s' "$TIERCEL_PROFILE" > "$AWS_CONFIG_FILE"
unset TIERCEL_PROFILE\
"""


class AwsCLI(
    ProgramTask,
    AwsTask,
    type="io.kestra.plugin.aws.cli.AwsCLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.aws.cli.AwsCLI
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
commands:
  - aws s3api list-buckets > buckets.json
outputFiles:
  - buckets.json
""",
):
    """Runs the program of Amazon's cloud.

    Attributes:
        region: The region that is meant where a line names none.
        endpoint_override: Address of another service that is asked in place of Amazon's.
        force_path_style: Has no effect: the program decides by the address.
        compatibility_mode: Whether no checksums are sent that other services may not know.
        sts_credential_source: Where the machine that runs the lines has the credentials with which ``stsRoleArn`` is
            taken on; when it is missing, the role is taken on before the lines, with the keys of the task.
        output_format: How the program writes what it finds.
    """

    container_image: str = "amazon/aws-cli"
    sts_credential_source: Literal["ENVIRONMENT", "EC2_INSTANCE_METADATA", "ECS_CONTAINER"] | None = None
    output_format: Literal["JSON", "TEXT", "TABLE", "YAML"] = "JSON"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run the lines."""
        known: dict[str, str | None] = {
            "AWS_DEFAULT_OUTPUT": self.output_format.lower(),
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint_override,
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required" if self.compatibility_mode else None,
        }
        if self.sts_role_arn is not None and self.sts_credential_source is not None:
            return run_program(ctx, self, lines=[_ROLE_FILE], environment={**known, "TIERCEL_PROFILE": self._profile()})
        if self.sts_role_arn is None:
            found = (self.access_key_id, self.secret_key_id, self.session_token)
        else:
            found = self.taken_on(ctx)
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        return run_program(ctx, self, environment={**known, **dict(zip(names, found, strict=True))})

    def _profile(self) -> str:
        """Write the section of a configuration that says which role the program takes on, and with what."""
        wanted = {
            "role_arn": self.sts_role_arn,
            "credential_source": _SOURCES[self.sts_credential_source or "ENVIRONMENT"],
            "external_id": self.sts_role_external_id,
            "role_session_name": self.sts_role_session_name,
            "duration_seconds": int(self.sts_role_session_duration.total_seconds()),
        }
        lines = [f"{name} = {value}" for name, value in wanted.items() if value is not None]
        if any("\n" in line for line in lines):
            raise TaskError("What describes the role must be without line breaks")
        return "\n".join(("[default]", *lines, ""))
