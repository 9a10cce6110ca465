"""Connecting to Amazon's services: credentials, regions, addresses of other services that speak the same protocols."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from tiercel.plugins import RunContext, Task, TaskError
from tiercel.tasks.http.reach import check_host

_DEFAULT_REGION = "us-east-1"
_CONNECT_SECONDS, _READ_SECONDS = 10, 60
_PORTS = {"http": 80, "https": 443}


class AwsTask(Task):
    """A task that asks one of Amazon's services.

    Without keys the credentials of the machine are used, as the library finds them.

    Attributes:
        access_key_id: Of the credentials; those of the machine when none are given.
        secret_key_id: Of the credentials.
        session_token: Of temporary credentials.
        region: Where what is asked for is.
        endpoint_override: Address of another service that speaks the same protocol.
        force_path_style: Whether the bucket is part of the path of addresses, not of their host.
        compatibility_mode: Whether no checksums are sent that other services may not know.
        sts_role_arn: A role to take on.
        sts_role_external_id: Of the role.
        sts_role_session_name: Of the role.
        sts_role_session_duration: How long the role is kept.
        sts_endpoint_override: Address of the service that gives roles.
    """

    access_key_id: str | None = None
    secret_key_id: str | None = None
    session_token: str | None = None
    region: str | None = None
    endpoint_override: str | None = None
    force_path_style: bool | None = None
    compatibility_mode: bool | None = None
    sts_role_arn: str | None = None
    sts_role_external_id: str | None = None
    sts_role_session_name: str | None = None
    sts_role_session_duration: timedelta = timedelta(minutes=15)
    sts_endpoint_override: str | None = None

    @contextmanager
    def opened(self, ctx: RunContext, name: str) -> Iterator[Any]:
        """Open a client of a service.

        Raises:
            TaskError: The service refuses something or cannot be reached.
        """
        boto3, config, errors = _library()
        try:
            client = _session(boto3, self._credentials(ctx, boto3)).client(
                name,
                endpoint_url=_checked(ctx, self.endpoint_override),
                config=self._config(config),
            )
            try:
                yield client
            finally:
                client.close()
        except errors.ClientError as error:
            raise TaskError(f"{name} refused {error.operation_name}: {_told(error)}") from error
        except (errors.BotoCoreError, ValueError) as error:
            raise TaskError(f"{name} cannot be asked: {error}") from error

    def _config(self, config: Any) -> Any:  # noqa: ANN401 (of an optional package)
        style = {"addressing_style": "path"} if self.force_path_style else {}
        is_plain = self.compatibility_mode or self.endpoint_override
        checksums = {"request_checksum_calculation": "when_required"} if is_plain else {}
        return config.Config(
            s3=style,
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "max_attempts": 3},
            **checksums,
        )

    def taken_on(self, ctx: RunContext) -> tuple[str, str, str]:
        """Take on the role, and give the key, its secret and the token that come with it.

        Raises:
            TaskError: The role is not given, or the service that gives roles cannot be asked.
        """
        boto3, _, errors = _library()
        try:
            found = self._credentials(ctx, boto3)
        except (errors.ClientError, errors.BotoCoreError, ValueError) as error:
            raise TaskError(f"The role {self.sts_role_arn} cannot be taken on: {error}") from error
        key, secret, token = (found[f"aws_{one}"] for one in ("access_key_id", "secret_access_key", "session_token"))
        return str(key), str(secret), str(token)

    def _credentials(self, ctx: RunContext, boto3: Any) -> dict[str, str | None]:  # noqa: ANN401 (as above)
        own = {
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_key_id,
            "aws_session_token": self.session_token,
            "region_name": self.region or _DEFAULT_REGION,
        }
        if self.sts_role_arn is None:
            return own
        wanted = {
            "RoleArn": self.sts_role_arn,
            "RoleSessionName": self.sts_role_session_name or f"tiercel-{ctx.facts.execution_id}"[:64],
            "DurationSeconds": int(self.sts_role_session_duration.total_seconds()),
            **({"ExternalId": self.sts_role_external_id} if self.sts_role_external_id else {}),
        }
        endpoint = _checked(ctx, self.sts_endpoint_override)
        found = _session(boto3, own).client("sts", endpoint_url=endpoint).assume_role(**wanted)["Credentials"]
        return {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
            "region_name": own["region_name"],
        }


def given(**arguments: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever the service takes)
    """Leave out arguments that are None."""
    return {name: value for name, value in arguments.items() if value is not None}


def _session(boto3: Any, credentials: dict[str, str | None]) -> Any:  # noqa: ANN401 (as above)
    from botocore.session import Session  # noqa: PLC0415 (an optional package, slow to load)

    session = Session()
    session.register_component("data_loader", _models())
    return boto3.session.Session(botocore_session=session, **credentials)


class _Models:
    """Reads the descriptions of the services for all clients, and keeps them: they are most of what a client costs."""

    def __init__(self, loader: Any) -> None:  # noqa: ANN401 (as above)
        self._loader = loader

    @property
    def search_paths(self) -> list[str]:
        """Where they are; each session adds a folder of which clients need nothing, and none is to stay."""
        return list(self._loader.search_paths)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (as above)
        return getattr(self._loader, name)


@cache
def _models() -> _Models:
    from botocore.session import Session  # noqa: PLC0415 (an optional package, slow to load)

    return _Models(Session().get_component("data_loader"))


def _checked(ctx: RunContext, address: str | None) -> str | None:
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise TaskError(f"'{address}' is not the address of a service, such as http://minio:9000")
    check_host(ctx, parts.hostname, parts.port or _PORTS[parts.scheme])
    return address


def _told(error: Any) -> str:  # noqa: ANN401 (as above)
    found = error.response.get("Error", {})
    return f"{found.get('Code', '')}: {found.get('Message', error)}"


def _library() -> tuple[Any, Any, Any]:
    try:
        import boto3  # noqa: PLC0415 (an optional package, slow to load)
        import boto3.session  # noqa: PLC0415 (the same)
        from botocore import config, exceptions  # noqa: PLC0415 (the same)
    except ImportError:
        raise TaskError("This task needs a package that is not installed: pip install 'tiercel[aws]'") from None
    return boto3, config, exceptions
