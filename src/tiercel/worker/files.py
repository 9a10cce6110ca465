"""Files as tasks and expressions name them: internal storage, namespace files, allowed local files.

A task may read what belongs to its own execution or to one it descends from, with the iterations of their Loops, files
of its flow and of namespaces.
Everything else is refused, whatever its address is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from tiercel.errors import ForbiddenError, InvalidError, NotFoundError
from tiercel.model.execution import ExecutionKind
from tiercel.operations import namespace_files
from tiercel.operations.actor import SYSTEM
from tiercel.operations.environment import Environment
from tiercel.repository.executions import find_execution
from tiercel.repository.files import find_file
from tiercel.storage import paths
from tiercel.worker.bridge import Bridge

_CHUNK_BYTES = 256 * 1024
_NAMESPACE_SCHEME = "nsfile"
_MOST_ANCESTORS = 100


class FileReader:
    """Opens files by address for one execution."""

    def __init__(self, environment: Environment, bridge: Bridge, namespace: str, execution_id: str | None) -> None:
        self._environment = environment
        self._bridge = bridge
        self.namespace = namespace
        self._execution_id = execution_id
        self._own: set[str] = {execution_id} if execution_id else set()

    def adopt(self, execution_id: str) -> None:
        """Let the files of another execution be read too, and be those of the one that reads."""
        self._execution_id = execution_id
        self._own.add(execution_id)

    def lend(self, execution_id: str) -> None:
        """Let the files of another execution be read too."""
        self._own.add(execution_id)

    def open(self, address: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            NotFoundError: There is none.
            ForbiddenError: It belongs to somebody else.
            InvalidError: The address names no file.
        """
        if address.startswith("file:"):
            return self._local(address).open("rb")
        return self._environment.storage.open(self.storage_path(address))

    def pieces(self, address: str) -> Iterator[bytes]:
        """Stream a file."""
        with closing(self.open(address)) as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk

    def size(self, address: str) -> int:
        """Give the size in bytes."""
        if address.startswith("file:"):
            return self._local(address).stat().st_size
        return self._environment.storage.stat(self.storage_path(address)).size_bytes

    def exists(self, address: str) -> bool:
        """Tell whether there is such a file."""
        try:
            self.size(address)
        except NotFoundError:
            return False
        return True

    def storage_path(self, address: str) -> str:
        """Resolve an address to a path in storage that may be read.

        Raises:
            NotFoundError: There is no such namespace file.
            ForbiddenError: It belongs to somebody else.
            InvalidError: The address names no file of storage.
        """
        if address.startswith(f"{_NAMESPACE_SCHEME}:"):
            return self._namespace_path(*self.namespace_file(address))
        path = paths.from_uri(address)
        owner = paths.execution_of(path)
        if owner is not None and not self._is_related(owner):
            raise ForbiddenError(f"{address} belongs to execution {owner}, which is not related to this one")
        return path

    def namespace_file(self, address: str) -> tuple[str, str]:
        """Split the address of a namespace file into namespace and path without a leading slash.

        Raises:
            InvalidError: It is none.
        """
        parts = urlsplit(address)
        path = unquote(parts.path).lstrip("/")
        if parts.scheme != _NAMESPACE_SCHEME or not path:
            raise InvalidError(f"{address} names no namespace file: one is nsfile:///path or nsfile://namespace/path")
        return parts.netloc or self.namespace, path

    def write_namespace_file(self, address: str, chunks: Iterable[bytes]) -> str:
        """Store the next revision of a namespace file; gives its address."""
        namespace, path = self.namespace_file(address)
        saving = namespace_files.save_file(self._environment, SYSTEM, namespace, path, chunks)
        self._bridge.await_(saving)
        return address

    def _namespace_path(self, namespace: str, path: str, revision: int | None = None) -> str:
        file = self._bridge.read(lambda connection: find_file(connection, namespace, path, revision=revision))
        if file is None or file.is_directory:
            raise NotFoundError("namespace file", f"{path} of {namespace}")
        return paths.namespace_file_path(namespace, path, file.revision)

    def _is_related(self, execution_id: str) -> bool:
        """Tell whether that execution is this one, one it descends from, or an iteration of a Loop of such a one."""
        if execution_id in self._own or self._is_ancestor(execution_id):
            return True
        current: str | None = execution_id
        for _ in range(_MOST_ANCESTORS):
            stored = self._bridge.read(partial(find_execution, execution_id=current)) if current else None
            if stored is None or stored.kind is not ExecutionKind.LOOP:
                return False
            current = stored.parent_id
            if current in self._own:
                self._own.add(execution_id)
                return True
        return False

    def _is_ancestor(self, execution_id: str) -> bool:
        """Tell whether this execution descends from that one; what is found is remembered."""
        current = self._execution_id
        for _ in range(_MOST_ANCESTORS):
            if current is None:
                return False
            stored = self._bridge.read(partial(find_execution, execution_id=current))
            current = None
            if stored is not None:
                by_trigger = stored.trigger.variables.get("executionId") if stored.trigger else None
                current = stored.parent_id or (by_trigger if isinstance(by_trigger, str) else None)
            if current is not None:
                self._own.add(current)
            if current == execution_id:
                return True
        return False

    def allowed(self, address: str) -> Path:
        """Give the real path of a local file or folder, given as a path or a ``file:`` address.

        Raises:
            ForbiddenError: It is outside of the allowed paths.
        """
        name = unquote(urlsplit(address).path) if address.startswith("file:") else address
        path = Path(name).resolve()
        roots = self._environment.settings.local_files.allowed_paths
        if not any(path.is_relative_to(Path(root).resolve()) for root in roots):
            raise ForbiddenError(f"{address} is outside of the allowed paths (local_files.allowed_paths)")
        return path

    def _local(self, address: str) -> Path:
        path = self.allowed(address)
        if not path.is_file():
            raise NotFoundError("file", address)
        return path
