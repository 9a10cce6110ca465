"""The two published meanings of one flow text, and the setting that chooses between them."""

from __future__ import annotations

from enum import StrEnum


class Dialect(StrEnum):
    """Which published version gives a text its meaning where the two differ."""

    V1_3 = "1.3"
    V2_0 = "2.0"


class DialectSetting(StrEnum):
    """What an installation, a save or a validation asks for; ``auto`` decides by the constructs used."""

    AUTO = "auto"
    V1_3 = "1.3"
    V2_0 = "2.0"
