"""Secrets in files, as container platforms mount them."""

from __future__ import annotations

import re
from pathlib import Path

from tiercel.plugins import SecretProvider

_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*")
_LONGEST_BYTES = 1024 * 1024


class Files(
    SecretProvider,
    type="io.tiercel.plugin.secrets.Files",
    example="""
type: io.tiercel.plugin.secrets.Files
folder: /run/secrets
""",
):
    """Takes secrets from the files of a folder: the name of the file is that of the secret, its text the value.

    A file ``<namespace>/<name>`` is for flows of that namespace and of those below it, and comes before ``<name>``,
    which is for all flows. Names are tried as they are written, then in lower case. One line break at the end of a file
    does not belong to the secret.

    Attributes:
        folder: Where the files are.
    """

    folder: str = "/run/secrets"

    def find(self, namespace: str, name: str) -> str | None:
        """Read the nearest file."""
        if not _NAME.fullmatch(name):
            return None
        root = Path(self.folder)
        steps = namespace.split(".") if namespace else []
        places = [root / ".".join(steps[:count]) for count in range(len(steps), 0, -1)]
        for place in (*places, root):
            for spelling in dict.fromkeys((name, name.lower())):
                text = _read(place / spelling)
                if text is not None:
                    return text
        return None


def _read(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        content = file.read(_LONGEST_BYTES + 1)
    if len(content) > _LONGEST_BYTES:
        raise ValueError(f"the secret {path.name} is larger than {_LONGEST_BYTES:,} bytes")
    return content.decode().removesuffix("\n").removesuffix("\r")
