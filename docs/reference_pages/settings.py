"""The page of settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import FieldInfo, fields

from reference_pages.writing import code, preamble, prose, table, words
from tiercel.cli.configuration import _KESTRA_KEYS, PREFIX
from tiercel.model.json import Json
from tiercel.operations.settings import Settings
from tiercel.plugins.docs import split_docstring


def settings_page() -> str:
    """Every setting with its variable, default and meaning."""
    parts, missing = [preamble("settings")], words("settings")
    plain = [info for info in fields(Settings) if not _is_group(info)]
    parts += [prose(split_docstring(Settings).title), _settings_table("", Settings, plain, missing)]
    for info in fields(Settings):
        if _is_group(info):
            described = split_docstring(info.type)
            parts += [f"## {info.name}", prose(described.title)]
            parts.append(_settings_table(f"{info.name}.", info.type, fields(info.type), missing))
    keys = ", ".join(code(key.replace("/", ".")) for key in _KESTRA_KEYS)
    parts.append(preamble("settings-after").replace("KEYS", keys))
    return "\n\n".join(parts)


def _is_group(info: FieldInfo) -> bool:
    return isinstance(info.type, type) and issubclass(info.type, msgspec.Struct)


def _settings_table(prefix: str, group: type, infos: Iterable[FieldInfo], missing: Mapping[str, Json]) -> str:
    texts = split_docstring(group).properties
    rows = []
    for info in infos:
        name = prefix + info.name
        default = info.default if info.default is not msgspec.NODEFAULT else info.default_factory()
        shown = msgspec.json.encode(default).decode()
        variable = (PREFIX + name.replace(".", "_")).upper()
        rows.append((code(name), code(variable), code(shown), prose(texts.get(info.name) or missing.get(name, ""))))
    return table(("Setting", "Variable", "Default", "Meaning"), rows)
