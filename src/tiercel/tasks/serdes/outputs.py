"""What conversions give back."""

from __future__ import annotations

from tiercel.plugins import Outputs


class RowsOutputs(Outputs):
    """The file a conversion made.

    Attributes:
        uri: Where it is.
        size: How many rows it has.
    """

    uri: str
    size: int = 0
