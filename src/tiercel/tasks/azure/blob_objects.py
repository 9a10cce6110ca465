"""Tasks that download, copy, delete and share a blob."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.azure.blobs import Blob, CopyObject, blob_of, copy, fetch, finish
from tiercel.tasks.azure.connection import AzureTask
from tiercel.tasks.extras import library

_LETTERS = {
    "READ": "r",
    "ADD": "a",
    "CREATE": "c",
    "WRITE": "w",
    "DELETE": "d",
    "DELETE_VERSION": "x",
    "LIST": "l",
    "TAGS": "t",
    "FILTER": "f",
    "MOVE": "m",
    "EXECUTE": "e",
    "IMMUTABILITY_POLICY": "i",
}
"""In the order the service wants them in."""

Permission = Literal[
    "READ",
    "ADD",
    "CREATE",
    "WRITE",
    "DELETE",
    "DELETE_VERSION",
    "TAGS",
    "LIST",
    "MOVE",
    "EXECUTE",
    "FILTER",
    "IMMUTABILITY_POLICY",
]


class BlobTask(AzureTask):
    """A task on one blob.

    Attributes:
        container: The container.
        name: The name of the blob.
    """

    container: str
    name: str


class BlobOutputs(Outputs):
    """A blob that was asked about.

    Attributes:
        blob: The blob.
    """

    blob: Blob


class Download(
    BlobTask,
    type="io.kestra.plugin.azure.storage.blob.Download",
    example="""
type: io.kestra.plugin.azure.storage.blob.Download
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
container: orders
name: 2026/orders.csv
""",
):
    """Stores a blob as a file."""

    def run(self, ctx: RunContext) -> BlobOutputs:
        """Store it piece by piece."""
        with self.opened(ctx) as client:
            return BlobOutputs(blob=fetch(ctx, client, self.container, self.name))


class Copy(
    AzureTask,
    type="io.kestra.plugin.azure.storage.blob.Copy",
    example="""
type: io.kestra.plugin.azure.storage.blob.Copy
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
from:
  container: orders
  name: inbox/orders.csv
to:
  container: archive
  name: 2026/orders.csv
delete: true
""",
):
    """Copies a blob within an account, or moves it.

    Attributes:
        from_: What is copied.
        to: Where to.
        delete: Whether the blob is deleted where it was.
    """

    from_: CopyObject = Field(alias="from")
    to: CopyObject
    delete: bool = False

    def run(self, ctx: RunContext) -> BlobOutputs:
        """Copy it, and delete it after that."""
        with self.opened(ctx) as client:
            made = copy(ctx, client, self.from_, self.to)
            if self.delete:
                finish(ctx, client, self.from_, "DELETE", None)
        return BlobOutputs(blob=made)


class Delete(
    BlobTask,
    type="io.kestra.plugin.azure.storage.blob.Delete",
    example="""
type: io.kestra.plugin.azure.storage.blob.Delete
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
container: orders
name: inbox/orders.csv
""",
):
    """Deletes a blob; one that is not there is an error."""

    def run(self, ctx: RunContext) -> BlobOutputs:
        """Delete it, with its snapshots."""
        with self.opened(ctx) as client:
            found = client.get_blob_client(self.container, self.name).get_blob_properties()
            finish(ctx, client, CopyObject(container=self.container, name=self.name), "DELETE", None)
        return BlobOutputs(blob=blob_of(self.container, found))


class SharedAccessOutputs(Outputs):
    """What a SharedAccess gives back.

    Attributes:
        uri: The address; whoever has it may do what it permits.
    """

    uri: str


class SharedAccess(
    BlobTask,
    type="io.kestra.plugin.azure.storage.blob.SharedAccess",
    example="""
type: io.kestra.plugin.azure.storage.blob.SharedAccess
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
container: orders
name: 2026/orders.csv
expirationDate: "{{ now() | dateAdd(1, 'DAYS') }}"
permissions: [READ]
""",
):
    """Makes an address with which others may use a blob for a time. It needs the key of the account.

    Attributes:
        expiration_date: Until when.
        permissions: What they may do.
        sas_token: Has no effect here.
    """

    expiration_date: datetime
    permissions: list[Permission]

    def run(self, ctx: RunContext) -> SharedAccessOutputs:
        """Sign it; nothing is sent."""
        with self.opened(ctx) as client:
            key = getattr(client.credential, "account_key", None)
            if key is None:
                raise TaskError("Shared access is signed with the key of the account: give it, or a connectionString")
            token = library("azure.storage.blob", "azure").generate_blob_sas(
                client.account_name,
                self.container,
                self.name,
                account_key=key,
                permission="".join(letter for name, letter in _LETTERS.items() if name in self.permissions),
                expiry=self.expiration_date,
            )
            return SharedAccessOutputs(uri=f"{client.get_blob_client(self.container, self.name).url}?{token}")
