"""Connecting to the storage of Azure: connection strings, keys, shared access, credentials of the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tiercel.plugins import RunContext, Task, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.http.reach import check_host

_EXTRA = "azure"
_PIECE_BYTES = 4 * 1024 * 1024
_LIMITS = {
    "max_block_size": _PIECE_BYTES,
    "max_single_put_size": _PIECE_BYTES,
    "max_single_get_size": _PIECE_BYTES,
    "max_chunk_get_size": _PIECE_BYTES,
    "connection_timeout": 10,
    "read_timeout": 60,
    "retry_total": 3,
    "initial_backoff": 1,
    "increment_base": 2,
    "random_jitter_range": 1,
    "permit_redirects": False,  # the installation was asked about one address only
}
_SCOPE = "https://storage.azure.com/.default"
_PORTS = {"http": 80, "https": 443}


class AzureTask(Task):
    """A task that asks the storage of an account.

    The first of these is used: ``connectionString``, the name and key of the account, ``sasToken``, and the credentials
    of the machine, as the library finds them.

    Attributes:
        endpoint: Address of the account's storage; one in ``connectionString`` counts more.
        connection_string: Address and credentials in one, as Azure shows them.
        shared_key_account_name: The name of the account.
        shared_key_account_access_key: A key of the account.
        sas_token: A token of shared access.
    """

    endpoint: str | None = None
    connection_string: str | None = None
    shared_key_account_name: str | None = None
    shared_key_account_access_key: str | None = None
    sas_token: str | None = None

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Any]:
        """Open a client of the account's storage.

        Raises:
            TaskError: The service refuses something or cannot be reached, or what it is asked with is broken.
        """
        with _translated(), self._client() as client:
            _check(ctx, client.url)
            yield client

    def _client(self) -> Any:  # noqa: ANN401 (of an optional package)
        kind = library("azure.storage.blob", _EXTRA).BlobServiceClient
        try:
            if self.connection_string is not None:
                return kind.from_connection_string(self.connection_string, **_LIMITS)
            if self.endpoint is None:
                raise TaskError("Say which account with `endpoint`, or with `connectionString`")
            return kind(self.endpoint, credential=self._credential(), **_LIMITS)
        except (ValueError, KeyError):
            named = "endpoint" if self.connection_string is None else "connectionString"
            raise TaskError(f"`{named}` is broken: copy it from the account's page once more") from None

    def _credential(self) -> Any:  # noqa: ANN401 (as above)
        if self.shared_key_account_name is not None and self.shared_key_account_access_key is not None:
            return {
                "account_name": self.shared_key_account_name,
                "account_key": self.shared_key_account_access_key,
            }
        if self.sas_token is not None:
            return self.sas_token
        found = library("azure.identity", _EXTRA).DefaultAzureCredential()
        found.get_token(_SCOPE)  # what fails here is not to be tried again and again with each request
        return found


def _check(ctx: RunContext, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise TaskError(
            f"`endpoint` is to be an address such as https://account.blob.core.windows.net, not {parts.path}"
        )
    check_host(ctx, parts.hostname, parts.port or _PORTS[parts.scheme])


@contextmanager
def _translated() -> Iterator[None]:
    """Tell what the libraries raise as what it means."""
    core = library("azure.core.exceptions", _EXTRA)
    try:
        yield
    except core.HttpResponseError as error:
        code = getattr(error, "error_code", None) or error.status_code or "the credentials do not serve"
        raise TaskError(f"Azure refused: {code}: {_first_line(error)}") from error
    except core.AzureError as error:
        raise TaskError(f"Azure cannot be asked: {_first_line(error)}") from error


def _first_line(error: Any) -> str:  # noqa: ANN401 (as above)
    lines = str(error.message).strip().splitlines()
    return lines[0] if lines else type(error).__name__
