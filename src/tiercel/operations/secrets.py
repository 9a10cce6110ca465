"""The secrets an installation has: those of its process environment, the stored ones, and those of providers."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from threading import Lock

from tiercel.errors import UnavailableError
from tiercel.operations.masking import Mask
from tiercel.plugins.seams import SecretProvider

PREFIX = "SECRET_"
_REMEMBERED_SECONDS = 60.0
_MOST_REMEMBERED = 10_000


class Secrets:
    """Secrets by name; names are compared without regard to case. What is stored is held open in memory.

    Attributes:
        current: Hides every secret; another one whenever what is stored changes, so ask for it each time.
        mark: Of the stored ones that are known here.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name.upper(): value for name, value in values.items()}
        self.mark = (0, 0)
        self._stored: dict[str, dict[str, str]] = {}
        self._known: set[str] = set(self._values.values())
        self.current = Mask(self._known)
        self._providers: Sequence[SecretProvider] = ()
        self._provided: dict[tuple[str, str], tuple[float, str]] = {}
        self._lock = Lock()

    @classmethod
    def from_process_environment(cls, variables: Mapping[str, str]) -> Secrets:
        """Take every ``SECRET_<NAME>``, whose value is base64; a value that is not is taken as it stands."""
        names = (name for name in variables if name.upper().startswith(PREFIX))
        return cls({name[len(PREFIX) :]: _decode(variables[name]) for name in names})

    def put_stored(self, stored: Mapping[str, Mapping[str, str]], mark: tuple[int, int] = (0, 0)) -> None:
        """Take the stored secrets, by namespace and key, in place of those known before, and their mark.

        A value that was replaced or deleted stays masked until the process ends: it may still be in what tasks say.
        """
        self.mark = mark
        self._stored = {
            namespace: {key.upper(): value for key, value in inside.items()} for namespace, inside in stored.items()
        }
        self._known |= {value for inside in self._stored.values() for value in inside.values()}
        self.current = Mask(self._known)

    def find(self, name: str, namespace: str = "") -> str | None:
        """Give the secret of that name: of the process environment, else of the namespace or the nearest above it."""
        wanted = name.upper()
        if wanted in self._values:
            return self._values[wanted]
        steps = namespace.split(".") if namespace else []
        for count in range(len(steps), 0, -1):
            value = self._stored.get(".".join(steps[:count]), {}).get(wanted)
            if value is not None:
                return value
        return None

    def use(self, providers: Sequence[SecretProvider]) -> None:
        """Ask these for what is not known here, in order."""
        self._providers = providers

    def fetch(self, name: str, namespace: str = "") -> str | None:
        """Give the secret of that name as `find` does, else what the first provider that knows it gives.

        May block, so it is for threads.

        Raises:
            UnavailableError: A provider fails.
        """
        found = self.find(name, namespace)
        if found is not None or not self._providers:
            return found
        remembered = self._provided.get((namespace, name))
        if remembered is not None and remembered[0] > time.monotonic():
            return remembered[1]
        value = self._ask_providers(name, namespace)
        if value is not None:
            self._remember((namespace, name), value)
        return value

    def close(self) -> None:
        """Let providers let go of what they hold."""
        for provider in self._providers:
            provider.close()

    def _ask_providers(self, name: str, namespace: str) -> str | None:
        for provider in self._providers:
            try:
                value = provider.find(namespace, name)
            except Exception as error:  # a plugin may fail in any way, and must not take the rest with it
                kind = provider.declaration.type
                raise UnavailableError(f"the secret provider {kind} fails: {type(error).__name__}: {error}") from error
            if value is not None:
                return value
        return None

    def _remember(self, key: tuple[str, str], value: str) -> None:
        with self._lock:
            if len(self._provided) >= _MOST_REMEMBERED:
                self._provided.clear()
            self._provided[key] = (time.monotonic() + _REMEMBERED_SECONDS, value)
            if value not in self._known:
                self._known = {*self._known, value}
                self.current = Mask(self._known)

    def names(self) -> list[str]:
        """Give all names of the process environment, in order."""
        return sorted(self._values)

    def mask(self, text: str) -> str:
        """Replace every secret, in clear and in base64, percent encoding and JSON, by asterisks."""
        return self.current(text)


def _decode(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text
