"""Connecting to Google's services: keys of service accounts, credentials of the machine, taking on another account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from tiercel.plugins import RunContext, Task, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.http.reach import check_host

_ALL_SCOPES = "https://www.googleapis.com/auth/cloud-platform"
_EXTRA = "gcp"
_KINDS = {
    "service_account": ("google.oauth2.service_account", "from_service_account_info"),
    "authorized_user": ("google.oauth2.credentials", "from_authorized_user_info"),
}
_PORTS = {"http": 80, "https": 443}


class GcpTask(Task):
    """A task that asks one of Google's services.

    Attributes:
        project_id: The project; that of the key, or of the machine, when none is given.
        service_account: The key of a service account, in JSON; the credentials of the machine when it is missing.
        impersonated_service_account: The address of a service account that is taken on.
        scopes: What the credentials are asked to be good for.
    """

    project_id: str | None = None
    service_account: str | None = None
    impersonated_service_account: str | None = None
    scopes: list[str] = Field(default_factory=lambda: [_ALL_SCOPES])

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Any]:
        """Open a client of Google Cloud Storage.

        Raises:
            TaskError: The service refuses something or cannot be reached, or the key is none.
        """
        storage = library("google.cloud.storage", _EXTRA)
        told = {"credentials": self._credentials(ctx)}
        project = self.project_id or _key_of(self.service_account).get("project_id")
        if project:
            told["project"] = project
        with _translated():
            client = _client(storage, told)
            try:
                yield client
            finally:
                client.close()

    def _credentials(self, ctx: RunContext) -> Any:  # noqa: ANN401 (of an optional package)
        """Give the credentials; None leaves it to the library to find those of the machine."""
        own = None
        if self.service_account is not None:
            own = _of_key(ctx, _key_of(self.service_account), self.scopes)
        if self.impersonated_service_account is None:
            return own
        taking_on = library("google.auth.impersonated_credentials", _EXTRA)
        with _translated():
            return taking_on.Credentials(
                source_credentials=own or library("google.auth", _EXTRA).default(scopes=[_ALL_SCOPES])[0],
                target_principal=self.impersonated_service_account,
                target_scopes=self.scopes,
            )


def given(**arguments: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever the service takes)
    """Leave out arguments that are None."""
    return {name: value for name, value in arguments.items() if value is not None}


def _client(storage: Any, told: dict[str, Any]) -> Any:  # noqa: ANN401 (as above)
    try:
        client = storage.Client(**told)
    except (ValueError, OSError) as error:
        raise TaskError(f"Google cannot be asked with these credentials: {error}") from error
    client._bucket_metadata_cache = None  # noqa: SLF001 (it asks for each bucket once more, on a thread of its own)
    return client


def _key_of(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        key = json.loads(text)
    except ValueError:
        key = None
    if not isinstance(key, dict):
        raise TaskError("serviceAccount is not the JSON of a key, as Google's console gives it for download")
    if key.get("type") not in _KINDS:  # others name files, programs and addresses of their own to ask
        raise TaskError(f"serviceAccount holds no key: its `type` is to be one of {' and '.join(_KINDS)}")
    return key


def _of_key(ctx: RunContext, key: dict[str, Any], scopes: list[str]) -> Any:  # noqa: ANN401 (as above)
    _check_address(ctx, key.get("token_uri"))
    module, reader = _KINDS[key["type"]]
    kind = library(module, _EXTRA).Credentials
    try:
        with _translated():
            return getattr(kind, reader)(key, scopes=scopes)
    except (ValueError, TypeError, KeyError):
        raise TaskError("serviceAccount holds a key that cannot be read: part of it is missing or broken") from None


def _check_address(ctx: RunContext, address: object) -> None:
    """Have the place checked where the key is exchanged for a token: the key names it."""
    if address is None:
        return
    parts = urlsplit(str(address))
    if parts.scheme not in _PORTS or not parts.hostname:
        raise TaskError("The `token_uri` of serviceAccount is not an address")
    check_host(ctx, parts.hostname, parts.port or _PORTS[parts.scheme])


@contextmanager
def _translated() -> Iterator[None]:
    """Tell what the libraries raise as what it means."""
    api = library("google.api_core.exceptions", _EXTRA)
    auth = library("google.auth.exceptions", _EXTRA)
    media = library("google.cloud.storage.exceptions", _EXTRA)
    sending = library("requests.exceptions", _EXTRA)
    try:
        yield
    except api.GoogleAPICallError as error:
        raise TaskError(f"Google refused: {error.code} {error.message}") from error
    except auth.GoogleAuthError as error:
        raise TaskError(f"Google cannot be asked, the credentials do not serve: {error.args[0]}") from error
    except (api.GoogleAPIError, media.InvalidResponse, media.DataCorruption, sending.RequestException) as error:
        raise TaskError(f"Google cannot be asked: {error}") from error
