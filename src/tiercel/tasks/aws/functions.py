"""Calling functions of Amazon, and logging in to its registry of images."""

from __future__ import annotations

import base64
import json
import time

from tiercel.plugins import Json, Outputs, RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask, given

_LONGEST_SHOWN = 2000


class InvokeOutputs(Outputs):
    """What the function gave back.

    Attributes:
        uri: The file with it.
        content_length: Its size, in bytes.
        content_type: What it is.
        version_id: Which version of the function was called.
    """

    uri: str
    content_length: int
    content_type: str
    version_id: str | None = None


class Invoke(
    AwsTask,
    type="io.kestra.plugin.aws.lambda.Invoke",
    example="""
type: io.kestra.plugin.aws.lambda.Invoke
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
functionArn: arn:aws:lambda:eu-central-1:000000000000:function:orders
functionPayload:
  day: "{{ trigger.date }}"
""",
):
    """Calls a function and waits for what it gives back.

    Attributes:
        function_arn: The function; with a version or another name of one behind it, that.
        function_payload: What it is given.
    """

    function_arn: str
    function_payload: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> InvokeOutputs:
        """Call it, and store what it gives back."""
        payload = None if self.function_payload is None else json.dumps(self.function_payload).encode()
        began = time.monotonic()
        with self.opened(ctx, "lambda") as client:
            answer = client.invoke(FunctionName=self.function_arn, **given(Payload=payload))
            content = answer["Payload"].read()
        ctx.timer("duration", time.monotonic() - began)
        if answer.get("FunctionError"):
            told = content.decode(errors="replace")[:_LONGEST_SHOWN]
            raise TaskError(f"The function failed ({answer['FunctionError']}): {told}")
        ctx.counter("file.size", len(content))
        return InvokeOutputs(
            uri=ctx.files.write(ctx.files.new_name(".json"), content),
            content_length=len(content),
            content_type="application/json",
            version_id=answer.get("ExecutedVersion"),
        )


class TokenOutputs(Outputs):
    """What to log in with.

    Attributes:
        token: The password of the user ``AWS``.
    """

    token: str


class GetAuthToken(
    AwsTask,
    type="io.kestra.plugin.aws.ecr.GetAuthToken",
    example="""
type: io.kestra.plugin.aws.ecr.GetAuthToken
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
""",
):
    """Asks for the password of the registry of images, for the tasks of Docker."""

    def run(self, ctx: RunContext) -> TokenOutputs:
        """Ask for it."""
        with self.opened(ctx, "ecr") as client:
            found = client.get_authorization_token()["authorizationData"]
        if not found:
            raise TaskError("The registry gave no password")
        return TokenOutputs(token=base64.b64decode(found[0]["authorizationToken"]).decode().partition(":")[2])
