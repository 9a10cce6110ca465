"""The secrets an installation has: those of its process environment, and the stored ones of its namespaces."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from tiercel.operations.masking import Mask

PREFIX = "SECRET_"


class Secrets:
    """Secrets by name; names are compared without regard to case. What is stored is held open in memory.

    Attributes:
        current: Hides every secret; another one whenever what is stored changes, so ask for it each time.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name.upper(): value for name, value in values.items()}
        self._stored: dict[str, dict[str, str]] = {}
        self._known: set[str] = set(self._values.values())
        self.current = Mask(self._known)

    @classmethod
    def from_process_environment(cls, variables: Mapping[str, str]) -> Secrets:
        """Take every ``SECRET_<NAME>``, whose value is base64; a value that is not is taken as it stands."""
        names = (name for name in variables if name.upper().startswith(PREFIX))
        return cls({name[len(PREFIX) :]: _decode(variables[name]) for name in names})

    def put_stored(self, stored: Mapping[str, Mapping[str, str]]) -> None:
        """Take the stored secrets, by namespace and key, in place of those known before.

        A value that was replaced or deleted stays masked until the process ends: it may still be in what tasks say.
        """
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
