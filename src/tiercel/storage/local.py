"""Storage in a directory of the local disk."""

from __future__ import annotations

from pathlib import Path

from obstore.store import LocalStore

from tiercel.errors import InvalidError, UnavailableError
from tiercel.storage.objects import ObjectStorage


def open_local_storage(root: Path) -> ObjectStorage:
    """Storage below ``root``, which is made when it is not there.

    Raises:
        UnavailableError: The directory cannot be made.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"the storage directory {root} cannot be used: {error}") from error
    real = root.resolve()

    def refuse_escape(path: str) -> None:
        # Steps like ".." are refused before; what is left is a link that somebody put below the root.
        if not (real / path[1:]).resolve().is_relative_to(real):
            raise InvalidError(f"the path {path!r} is not allowed in storage: it leads out of the storage directory")

    return ObjectStorage(LocalStore(prefix=real, automatic_cleanup=True), refuse_escape)
