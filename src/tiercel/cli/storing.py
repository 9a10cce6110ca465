"""Opens the storage that the settings name."""

from __future__ import annotations

from pathlib import Path

from tiercel.cli.keys import storage_key_of
from tiercel.errors import InvalidError, Violation
from tiercel.operations.settings import Settings, StorageKind, StorageSettings
from tiercel.storage.local import open_local_storage
from tiercel.storage.objects import ObjectStorage
from tiercel.storage.protocol import Storage

_NAMED = ("endpoint", "region", "access_key_id", "secret_access_key")


def open_storage(settings: Settings, home: Path) -> Storage:
    """Open the storage of an installation.

    Raises:
        InvalidError: A setting has a value that cannot be used.
        UnavailableError: The folder cannot be made, or the bucket not be reached.
    """
    key = storage_key_of(settings)
    below = open_plain_storage(settings, home)
    if key is None:
        return below
    from tiercel.storage.encrypted import EncryptedStorage  # noqa: PLC0415 (loads OpenSSL)

    return EncryptedStorage(below, key)


def open_plain_storage(settings: Settings, home: Path) -> ObjectStorage:
    """Open what is below the encryption, or all there is without one."""
    own = settings.storage
    if own.type is StorageKind.LOCAL:
        return open_local_storage(folder_of(settings, home))
    from tiercel.storage.remote import Bucket, BucketKind, open_bucket  # noqa: PLC0415 (for those who have a bucket)

    if not own.bucket:
        hint = "Name the bucket, or leave out storage.type to keep files in a folder"
        raise InvalidError([Violation(f"is needed for {own.type}", path="storage.bucket", hint=hint)])
    return open_bucket(Bucket(kind=BucketKind(own.type), name=own.bucket, prefix=own.prefix, options=_options_of(own)))


def folder_of(settings: Settings, home: Path) -> Path:
    """Give the folder of a local storage."""
    return Path(settings.storage.path).expanduser() if settings.storage.path else home / "storage"


def _options_of(own: StorageSettings) -> dict[str, str]:
    named = {name: getattr(own, name) for name in _NAMED}
    return {**{name: value for name, value in named.items() if value}, **own.options}
