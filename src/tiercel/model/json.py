"""The one name for values that came from JSON or YAML.

The alias is ``Any`` because msgspec, which decodes these fields on the hot path, refuses recursive aliases. A value of
it is None, bool, int, float, str, or a list or text-keyed dict of such values; code that reads one narrows it first.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = Any
